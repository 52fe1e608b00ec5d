"""How the applications of a demonstration are spread over the time before it."""

import pytest

from halkla_iliskiler.services.demo import stretches


@pytest.mark.parametrize("count", [1, 200, 2000, 2001, 100_000, 1_000_000])
def test_the_stretches_follow_each_other_up_to_the_present_and_hold_every_application(count: int) -> None:
    parts = list(stretches(count))
    assert sum(wanted for wanted, _, _ in parts) == count
    assert all(0 < wanted <= 2000 for wanted, _, _ in parts)
    assert [oldest for _, oldest, _ in parts[1:]] == [newest for _, _, newest in parts[:-1]]
    assert parts[-1][2] == 0.0


def test_a_usual_demonstration_is_sixty_days_and_a_large_one_two_years() -> None:
    assert next(stretches(2000))[1] == 60 * 24
    assert next(stretches(100_000))[1] == 720 * 24
