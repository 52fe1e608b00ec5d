"""How content applicants are, kept on the ticket; and what a plugin tells them besides."""

from collections.abc import Callable

import pytest
from translationstring import TranslationStringFactory

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.errors import IllegalMove, InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.telling_more import TOLD_MORE, tell_more
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import TestMethod, actor, draft

As = Callable[[str], Services]
AYSE = ContactDetails("Ayşe", "", "ayse@example.org")


def ticket_of(assembly: Assembly, identity: int) -> Ticket:
    with assembly.database.reading() as site:
        found: Ticket = site.tickets[identity]
        found._p_activate()
        return found


def filed_and_done(services: As, **values: object) -> int:
    filed = services("").intake.file(draft(details=AYSE, **values))
    who = {"hardship": "clerk-family"}.get(str(values.get("category")), "clerk")
    services(who).handling.act(filed.ticket_id, Order(Action.TAKE), None)
    order = Order(Action.FINISH, "Onarıldı.", outcome="SOLVED")
    services(who).handling.act(filed.ticket_id, order, None)
    return filed.ticket_id


# -- how content they are ---------------------------------------------------------------------------------------------


def test_an_answer_says_how_it_was_asked_and_who_wrote_it_down(services: As, assembly: Assembly) -> None:
    identity = filed_and_done(services)
    services("system").satisfaction.record(identity, 2, " Geç. ", "telephone", actor("agent"))

    ticket = ticket_of(assembly, identity)
    entry = ticket.last_entry(Action.RATE)
    assert (ticket.satisfaction, ticket.satisfaction_text, ticket.satisfaction_method) == (2, "Geç.", "telephone")
    assert ticket.satisfaction_by == "agent"
    assert entry is not None
    assert (entry.actor, entry.detail("method"), entry.is_public) == ("agent", "telephone", True)


def test_the_last_answer_counts(services: As, assembly: Assembly) -> None:
    identity = filed_and_done(services)
    for rating in (1, 5):
        services("system").satisfaction.record(identity, rating, "", "page")

    ticket = ticket_of(assembly, identity)
    assert (ticket.satisfaction, ticket.satisfaction_by) == (5, "")
    assert sum(entry.action == Action.RATE for _, entry in ticket.history) == 2


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_content_is_one_to_five(services: As, assembly: Assembly, rating: int) -> None:
    identity = filed_and_done(services)

    with pytest.raises(InvalidInput):
        services("system").satisfaction.record(identity, rating, "", "page")
    assert ticket_of(assembly, identity).satisfaction is None


def test_what_is_not_over_or_not_there_cannot_be_rated(services: As) -> None:
    filed = services("").intake.file(draft())

    with pytest.raises(IllegalMove):
        services("system").satisfaction.record(filed.ticket_id, 5, "", "page")
    with pytest.raises(NotFound):
        services("system").satisfaction.record(1, 5, "", "page")
    with pytest.raises(InvalidInput):
        services("system").satisfaction.record(filed.ticket_id, 5, "a" * 100_000, "page")


# -- telling more -----------------------------------------------------------------------------------------------------


def told(services: As, identity: int, key: str = "k", message: str = "Memnun musunuz?") -> bool:
    house = services("system")

    def change(unit: Unit) -> bool:
        return tell_more(house, unit, unit.site.tickets[identity], key, message)

    return house.write(change, "tell more")


def sent(services: As, method: TestMethod) -> list[str]:
    services("system").delivery.deliver_due(20)
    return [message.body for message in method.delivered if "hakkında" in message.subject]


def test_one_message_a_key_with_greeting_and_link(services: As, method: TestMethod, assembly: Assembly) -> None:
    identity = filed_and_done(services)
    assert told(services, identity)
    assert told(services, identity), "told already"
    assert told(services, identity, "another", "Bir şey daha.")

    bodies = sent(services, method)
    assert len(bodies) == 2
    assert "Ayşe" in bodies[0]
    assert "Memnun musunuz?" in bodies[0]
    assert "/takip/" in bodies[0]
    entries = [entry for _, entry in ticket_of(assembly, identity).history if entry.action == TOLD_MORE]
    assert [(entry.text, entry.is_public) for entry in entries] == [
        ("Memnun musunuz?", False),
        ("Bir şey daha.", False),
    ]


def test_a_marked_message_is_said_in_the_applicants_language(services: As, method: TestMethod) -> None:
    _ = TranslationStringFactory("halkla_iliskiler")
    identity = filed_and_done(services, language="en")
    told(services, identity, message=_("About your application ${number}"))

    services("system").delivery.deliver_due(20)
    assert "About your application 2026/" in method.delivered[-1].body


def test_of_a_sensitive_matter_only_that_there_is_news(services: As, method: TestMethod) -> None:
    told(services, filed_and_done(services, category="hardship"))

    (body,) = sent(services, method)
    assert "Memnun musunuz?" not in body


def test_nobody_is_called_and_no_guess_is_written_to(services: As, assembly: Assembly) -> None:
    nobody = services("").intake.file(draft(details=ContactDetails("Ayşe", "+905320000000")))
    assert not told(services, nobody.ticket_id)
    suspected = filed_and_done(services)

    def change(unit: Unit) -> bool:
        ticket = unit.site.tickets[suspected]
        ticket.suspicions = ("trap",)
        unit.touch(ticket)
        return tell_more(services("system"), unit, ticket, "k", "?")

    assert not services("system").write(change, "a program wrote it")
    assert not [entry for _, entry in ticket_of(assembly, nobody.ticket_id).history if entry.action == TOLD_MORE]
