"""Answers of many tickets as columns, for whoever may see the tickets; and found by the words of a choice."""

from collections.abc import Callable

from halkla_iliskiler.domain.access import visibility
from halkla_iliskiler.index import TicketQuery
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.testing import STAFF, draft

As = Callable[[str], Services]


def file(services: As, category: str, **answers: str) -> int:
    said = tuple((code, (answer,)) for code, answer in answers.items())
    return (
        services("agent")
        .intake.file(
            draft(
                words=f"{category} {answers}",
                category=category,
                channel="telephone",
                recorded_by_staff=True,
                answers=said,
            )
        )
        .ticket_id
    )


def test_every_question_somebody_answered_is_a_column(services: As, assembly: Assembly) -> None:
    wreck = file(services, "wreck", plate="35 ABC 123", missing="Cam")
    chair = file(services, "furniture", heavy="Evin içinde", floor="3")
    bench = file(services, "bench")
    with assembly.database.reading() as site:
        table = services("supervisor").answers.table(site, [chair, bench, wreck, 1])
    assert table.columns == (
        ("plate", "Aracın plakası"),
        ("missing", "Neleri eksik?"),
        ("heavy", "Nerede duruyor?"),
        ("floor", "Kaçıncı kat?"),
    )
    assert table.rows == (
        (chair, ("", "", "Evin içinde", "3")),
        (bench, ("", "", "", "")),
        (wreck, ("35 ABC 123", "Cam", "", "")),
    )


def test_a_question_that_is_not_asked_any_more_stands_last(services: As, assembly: Assembly) -> None:
    wreck = file(services, "wreck", plate="35 ABC 123", wheels="3")
    rest = tuple(question for question in assembly.extensions.city_data().questions if question.code != "plate")
    assembly.write(lambda unit: unit.site.city.replace(questions=rest), "a question is taken away")
    with assembly.database.reading() as site:
        table = services("supervisor").answers.table(site, [wreck])
    assert [code for code, _label in table.columns] == ["wheels", "plate"]


def test_nobody_exports_what_they_may_not_see(services: As, assembly: Assembly) -> None:
    wreck, tree = file(services, "wreck", plate="35 ABC 123"), file(services, "tree", wire="yes")
    with assembly.database.reading() as site:
        table = services("clerk").answers.table(site, [wreck, tree])
        nothing = services("administrator").answers.table(site, [wreck, tree])
    assert table.columns == (("wire", "Tele değiyor mu?"),)
    assert [identity for identity, _answers in table.rows] == [tree]
    assert (nothing.columns, nothing.rows) == ((), ())


def test_a_ticket_is_found_by_the_words_of_the_choice_that_was_made(services: As, assembly: Assembly) -> None:
    inside = file(services, "furniture", heavy="Evin içinde", floor="3")
    file(services, "furniture", heavy="Sokakta")
    for words in ("evin icinde", "EVİN İÇİNDE"):
        found = assembly.index.find(TicketQuery(visibility(STAFF["supervisor"]), words=words))
        assert inside in [row.id for row in found.rows]
