"""The invented applications of ordinary days: as many as are asked for, none that a reader would stumble over."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from halkla_bornova import data

from halkla_iliskiler.api import DemoTicket

PRESENT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
COUNT = 2000


@pytest.fixture(scope="module")
def tickets() -> list[DemoTicket]:
    """Sixty days of the demonstration."""
    return data.demo_tickets(COUNT, PRESENT, 60 * 24.0, 0.0)


def test_there_are_as_many_as_were_asked_for_and_the_told_ones_are_among_them(tickets: list[DemoTicket]) -> None:
    assert len(tickets) == COUNT
    assert set(data.demo_tickets()) <= set(tickets)


def test_all_of_them_lie_in_the_stretch_that_was_asked_for() -> None:
    some = data.demo_tickets(300, PRESENT, 96.0, 48.0)
    assert len(some) == 300
    assert all(48.0 <= ticket.hours_ago < 96.0 for ticket in some)


def test_the_same_stretch_is_the_same_demonstration(tickets: list[DemoTicket]) -> None:
    assert data.demo_tickets(COUNT, PRESENT, 60 * 24.0, 0.0) == tickets


def test_every_text_reads_like_something_a_person_said(tickets: list[DemoTicket]) -> None:
    for ticket in tickets:
        assert "{" not in ticket.text + ticket.answer, ticket.text
        assert "  " not in ticket.text.replace("\n", " ") or "\n" in ticket.text, ticket.text
    ours = {ticket.text for ticket in data.demo_tickets()}
    made = [ticket.text for ticket in tickets if ticket.text not in ours]
    assert all(text[0].isupper() or text[0].isdigit() for text in made)
    assert not [text for text in made if re.search(r"\. [a-zçğıöşü]", text)]
    assert Counter(made).most_common(1)[0][1] < 25  # a question without a street is asked by many


def test_every_subject_is_in_the_catalogue_and_gets_the_answers_it_cannot_do_without(tickets: list[DemoTicket]) -> None:
    categories = {category.code: category for category in data.categories()}
    required = {question.code for question in data.questions() if question.required and not question.asked_if}
    told = set(data.demo_tickets())
    for ticket in set(tickets) - told:
        assert ticket.category in categories
        asked = required & set(categories[ticket.category].questions)
        assert asked <= {question for question, _ in ticket.answers}, ticket.category


def test_nobody_can_be_called_and_hardly_anybody_calls_at_night(tickets: list[DemoTicket]) -> None:
    told = set(data.demo_tickets())
    made = [ticket for ticket in tickets if ticket not in told]
    assert all(ticket.phone.startswith("+90511") and len(ticket.phone) == 13 for ticket in made)
    hours = Counter((PRESENT - timedelta(hours=ticket.hours_ago) + timedelta(hours=3)).hour for ticket in made)
    assert sum(hours[hour] for hour in range(2, 6)) < len(made) / 20
    assert sum(hours[hour] for hour in range(8, 20)) > len(made) / 2


def test_most_are_finished_and_few_have_waited_long(tickets: list[DemoTicket]) -> None:
    old = [ticket for ticket in tickets if ticket.hours_ago > 10 * 24]
    assert sum(ticket.reaches == "CLOSED" for ticket in old) > 0.9 * len(old)
    assert {"ASSIGNED", "IN_PROGRESS", "PLANNED", "DONE", "CLOSED"} <= {ticket.reaches for ticket in tickets}
