"""Permissions: given with version and time, taken back without being forgotten."""

from datetime import UTC, datetime, timedelta

from halkla_iliskiler.domain.consent import Consent, withdraw

GIVEN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
LATER = GIVEN + timedelta(days=1)


def test_what_is_taken_back_stays_on_record() -> None:
    both = (Consent("survey", "1", GIVEN), Consent("photo", "1", GIVEN))
    survey, photo = withdraw(both, "photo", LATER)
    assert survey.stands
    assert not photo.stands
    assert (photo.version, photo.given_at, photo.withdrawn_at) == ("1", GIVEN, LATER)


def test_taking_back_twice_keeps_the_first_time() -> None:
    once = withdraw((Consent("photo", "1", GIVEN),), "photo", LATER)
    assert withdraw(once, "photo", LATER + timedelta(days=1)) == once


def test_what_was_not_given_cannot_be_taken_back() -> None:
    assert withdraw((), "photo", LATER) == ()
