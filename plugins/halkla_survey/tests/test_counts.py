"""Rates that can be believed: n beside each, none of too few, an answer counted once."""

from dataclasses import replace

import pytest
from halkla_survey.answers import count_answer
from halkla_survey.counts import Bucket, Tally, counted, tallies


class Kept(dict[str, object]):
    def put(self, key: str, value: object) -> None:
        self[key] = value

    def counts(self) -> dict[str, list[int]]:
        return {key: value for key, value in self.items() if key.startswith("count/")}  # type: ignore[misc]


def bucket(month: str = "2026-01", department: str = "parks", category: str = "bench", method: str = "page") -> Bucket:
    return Bucket(month, department, category, method)


@pytest.mark.parametrize("part", ["", "a/b", "ş", "a b", "%2F"])
def test_a_bucket_is_found_again_by_its_key(part: str) -> None:
    whole = Bucket("2026-01", part, part, part)

    assert Bucket.of(whole.key) == whole
    assert Bucket.of(replace(whole, is_sensitive=True).key) == replace(whole, is_sensitive=True)
    assert whole.key.isascii()


def test_an_answer_is_counted_once_however_often_it_changes() -> None:
    kept = Kept()
    count_answer(kept, 7, 5, bucket())
    count_answer(kept, 7, 2, bucket(method="telephone"))
    count_answer(kept, 7, 1, bucket(department="roads"))
    count_answer(kept, 8, 4, bucket())

    total, by_department, _ = tallies(kept.counts().items(), "2026-01")

    assert (total.count, total.ratings) == (2, [1, 0, 0, 1, 0])
    assert {code: tally.count for code, tally in by_department.items()} == {"roads": 1, "parks": 1}


def test_no_count_goes_below_nothing() -> None:
    assert counted(None, 3, -1) == [0] * 5
    assert counted([0, 0, 1, 0, 0], 3, -1) == [0] * 5


@pytest.mark.parametrize(
    ("ratings", "minimum", "rate"),
    [
        ([0, 0, 0, 0, 0], 3, None),
        ([0, 0, 0, 0, 0], 0, None),
        ([0, 0, 0, 1, 1], 3, None),
        ([1, 0, 0, 1, 1], 3, 67),
        ([0, 0, 0, 0, 3], 3, 100),
        ([1, 1, 1, 0, 0], 3, 0),
        ([0, 0, 9, 5, 6], 10, 55),
    ],
)
def test_a_rate_of_enough_answers_alone(ratings: list[int], minimum: int, rate: int | None) -> None:
    assert Tally(ratings).rate(minimum) == rate


def test_a_director_sees_their_own_directorate_and_a_period_its_own_months() -> None:
    kept = {
        bucket().key: [0, 0, 0, 0, 2],
        bucket(month="2025-12").key: [9, 0, 0, 0, 0],
        bucket(department="roads", method="email").key: [0, 0, 0, 3, 0],
        bucket(department="").key: [1, 0, 0, 0, 0],
    }

    total, _, by_category = tallies(kept.items(), "2026-01", ("parks",))
    everything, _, _ = tallies(kept.items(), "2025-12")

    assert (total.count, total.methods, list(by_category)) == (2, {"page": 2}, [("parks", "bench")])
    assert everything.count == 15
    assert everything.methods == {"page": 12, "email": 3}
