"""The geometry of charts: whatever the numbers, they stand in the frame and in proportion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.web.charts import columns, shares, ticks

_pieces = st.lists(
    st.tuples(st.sampled_from(["kept", "broken", "rest"]), st.integers(0, 10**6)), min_size=1, max_size=3
)


@given(st.integers(0, 10**9))
def test_the_marks_are_few_round_and_reach_the_top(most: int) -> None:
    marks = ticks(most)
    assert marks[0] == 0
    assert marks[-1] >= most
    assert 2 <= len(marks) <= 5
    assert str(marks[1]).rstrip("0") in ("1", "2", "5")


@given(st.lists(_pieces, max_size=40))
def test_columns_stand_in_their_frame_in_proportion(values: list[list[tuple[str, int]]]) -> None:
    chart = columns([str(place) for place in range(len(values))], values)
    assert len(chart.bars) == len(values)
    assert sum(bool(bar.label) for bar in chart.bars) <= 12
    scale = (chart.base - chart.lines[-1][0]) / chart.lines[-1][1]
    for bar, pieces in zip(chart.bars, values, strict=True):
        high = sum(part.height for part in bar.parts)
        assert high == pytest.approx(sum(number for _, number in pieces) * scale, abs=0.5)
        for part in bar.parts:
            assert chart.left <= part.x
            assert part.x + part.width <= chart.width
            assert part.y >= 0
            assert part.y + part.height <= chart.base + 0.2


def test_a_bar_is_as_long_as_its_part() -> None:
    parts = shares([("kept", 1), ("broken", 3)], 4, width=100)
    assert [(part.kind, part.x, part.width) for part in parts] == [("kept", 0, 25), ("broken", 25, 75)]
    assert shares([("kept", 0)], 0) == ()
