"""Who looks at a ticket is remembered for a moment, and no longer."""

from datetime import timedelta

from halkla_iliskiler.services.presence import Presence
from halkla_iliskiler.testing import FakeNow


def test_others_are_named_in_the_order_they_came_and_forgotten_when_silent(now: FakeNow) -> None:
    presence = Presence()
    assert presence.look(1, "a", "Ayla", now()) == []
    assert presence.look(1, "b", "Bora", now()) == ["Ayla"]
    assert presence.look(1, "c", "Cem", now()) == ["Ayla", "Bora"]
    assert presence.look(2, "c", "Cem", now()) == []
    now.advance(timedelta(seconds=40))
    assert presence.look(1, "a", "Ayla", now()) == ["Bora", "Cem"]
    now.advance(timedelta(seconds=40))
    assert presence.look(1, "b", "Bora", now()) == ["Ayla"]


def test_nothing_is_kept_of_who_went_away(now: FakeNow) -> None:
    presence = Presence()
    for ticket in range(100):
        presence.look(ticket, "a", "Ayla", now())
        presence.look(ticket, "a", "Ayla", now())
    now.advance(timedelta(minutes=2))
    presence.look(1, "b", "Bora", now())
    assert len(presence._looking) == 1
