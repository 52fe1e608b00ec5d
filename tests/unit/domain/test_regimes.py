"""What a law asks for is asked of the applicant, never held against them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from halkla_iliskiler.builtin.channels import halkla_channels
from halkla_iliskiler.domain.applicant import ContactDetails, Representation
from halkla_iliskiler.domain.regimes import missing_of, regime_for
from halkla_iliskiler.domain.ticket import Ticket

CHANNELS = {channel.code: channel for channel in halkla_channels()}


Missing = Callable[..., list[str]]


@pytest.fixture
def missing(a_ticket: Callable[..., Ticket]) -> Missing:
    def of(channel: str, regime: str = "SERVICE", *, needs_contact: bool = False, **first: object) -> list[str]:
        ticket = a_ticket(regime=regime)
        values: dict[str, object] = {"details": ContactDetails(), "channel": channel, **first}
        ticket.contacts = (replace(ticket.contacts[0], **values),)  # type: ignore[arg-type]
        return [one.code for one in missing_of(ticket, CHANNELS[channel], needs_contact=needs_contact)]

    return of


def test_a_service_request_by_telephone_lacks_nothing(missing: Missing) -> None:
    assert missing("telephone") == []


def test_a_petition_needs_name_address_and_signature(missing: Missing) -> None:
    assert missing("petition", "PETITION_3071") == ["name", "address", "signature"]
    whole = ContactDetails("Ayşe Denek", address="Deneme Sk. 1")
    assert missing("petition", "PETITION_3071", details=whole, fields=(("signature", "wet"),)) == []
    assert missing("petition", "PETITION_3071", details=whole, fields=(("signature", "none"),)) == ["signature"]


def test_the_law_that_asks_is_named(a_ticket: Callable[..., Ticket]) -> None:
    ticket = a_ticket(regime="INFORMATION_4982")
    assert {one.law for one in missing_of(ticket, CHANNELS["desk"])} == {("4982", "6")}


def test_a_company_is_named_by_its_title(a_ticket: Callable[..., Ticket]) -> None:
    ticket = a_ticket(regime="PETITION_3071")
    ticket.representation = Representation("LEGAL_PERSON", organisation="Deneme A.Ş.")
    assert "name" not in [one.code for one in missing_of(ticket, CHANNELS["petition"])]


def test_what_the_channel_has_checked_is_not_asked_again(missing: Missing) -> None:
    assert missing("cimer", "PETITION_3071", fields=(("foreign_number", "26"),)) == []
    assert missing("kep", "PETITION_3071", fields=(("foreign_number", "26"),)) == ["name", "address"]


def test_a_foreign_number_is_expected_and_a_visit_needs_somebody_to_visit(missing: Missing) -> None:
    assert missing("cimer", "PETITION_3071") == ["foreign_number"]
    assert missing("telephone", needs_contact=True) == ["contact"]


def test_staff_choose_before_the_subject_and_the_subject_before_the_channel() -> None:
    petition, telephone = CHANNELS["petition"], CHANNELS["telephone"]
    assert regime_for("SERVICE", petition) == "PETITION_3071"
    assert regime_for("INFORMATION_4982", petition) == "INFORMATION_4982"
    assert regime_for("SERVICE", petition, "DATA_SUBJECT_6698") == "DATA_SUBJECT_6698"
    assert regime_for("SERVICE", telephone) == "SERVICE"
