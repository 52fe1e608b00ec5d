"""Tags: one word in two spellings is one tag."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.clocks import WallCalendar
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.order import Circumstances
from halkla_iliskiler.domain.tagging import LONGEST_TAG, MOST_TAGS, folded_tag, tag, tidy_tag, untag
from halkla_iliskiler.domain.ticket import Contact, Location, Ticket
from halkla_iliskiler.testing import START, actor

BY = Circumstances(actor("clerk"), START, WallCalendar(), UTC)


def a_ticket() -> Ticket:
    contact = Contact(1, START, "web", "Bank kırık", "key", "1")
    return Ticket(1, "2026/00001", "COMPLAINT", "SERVICE", contact, Location(), "bench", "parks", False, ())


def test_a_tag_is_kept_as_it_was_first_written_and_recorded() -> None:
    ticket = a_ticket()
    assert tag(ticket, " #Fırtına  24 Kasım ", BY) == 0
    assert tag(ticket, "FIRTINA 24 KASIM", BY) is None
    assert tag(ticket, "cukur", BY, ["Çukur", "Park"]) == 1
    assert ticket.tags == ("Fırtına 24 Kasım", "Çukur")
    assert [entry.detail("tag") for _, entry in ticket.history] == ["Fırtına 24 Kasım", "Çukur"]
    assert untag(ticket, "firtina 24 kasim", BY) == 2
    assert untag(ticket, "firtina 24 kasim", BY) is None
    assert ticket.tags == ("Çukur",)


@pytest.mark.parametrize(
    ("words", "problem"), [("", "required"), ("#", "required"), ("-", "required"), ("x" * 41, "too_long")]
)
def test_what_is_no_tag(words: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        tag(a_ticket(), words, BY)


def test_a_ticket_has_only_so_many() -> None:
    ticket = a_ticket()
    for number in range(MOST_TAGS):
        tag(ticket, f"etiket {number}", BY)
    with pytest.raises(InvalidInput, match="too_many_tags"):
        tag(ticket, "one more", BY)


@given(st.text(max_size=60))
def test_whatever_is_written_a_tag_is_one_line_without_a_comma(words: str) -> None:
    try:
        tidy = tidy_tag(words)
    except InvalidInput:
        return
    assert 0 < len(tidy) <= LONGEST_TAG
    assert "," not in tidy
    assert tidy == " ".join(tidy.split())
    assert folded_tag(tidy) == folded_tag(tidy_tag(tidy))
