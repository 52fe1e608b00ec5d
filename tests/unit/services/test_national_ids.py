"""Identity numbers: only where a law asks, encrypted, found by a keyed hash, and nowhere in clear."""

from collections.abc import Callable
from pathlib import Path

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Draft
from halkla_iliskiler.services.national_ids import decrypted, encrypted, national_id_hash
from halkla_iliskiler.testing import draft

NUMBER = "10000000146"  # nobody's: the one everybody tests with
SECRET, OTHER = b"a" * 32, b"b" * 32
As = Callable[[str], Services]


def asking(**values: object) -> Draft:
    person = ContactDetails("Ayşe Yılmaz", email="ayse@example.org", address="372/15 Sokak 8")
    return draft(**{"category": "information", "details": person, "national_id": NUMBER, **values})


def test_a_number_is_found_by_its_hash_whatever_its_spelling_and_only_with_the_key() -> None:
    assert national_id_hash(SECRET, NUMBER) == national_id_hash(SECRET, " 100 000 001 46 ")
    assert national_id_hash(SECRET, NUMBER) != national_id_hash(OTHER, NUMBER)
    assert NUMBER not in national_id_hash(SECRET, NUMBER)


def test_a_number_is_stored_so_that_nobody_reads_or_compares_it() -> None:
    stored = encrypted(SECRET, NUMBER)
    assert NUMBER not in stored
    assert stored != encrypted(SECRET, NUMBER)
    assert decrypted(SECRET, stored) == NUMBER
    assert decrypted(OTHER, stored) == ""
    assert decrypted(SECRET, stored[:-4] + "AAAA") == ""
    assert decrypted(SECRET, "") == ""


def test_it_is_kept_found_masked_and_opened(services: As, assembly: Assembly) -> None:
    filed = services("").intake.file(asking(national_id="100 0000 0146"))
    with assembly.database.reading() as site:
        ticket = site.tickets[filed.ticket_id]
        found = site.applicants_of_national_id(national_id_hash(assembly.secret, NUMBER))
        assert found == (ticket.applicant_id,)
        clerk = services("clerk-roads").national_ids
        assert clerk.masked(ticket) == "100******46"
        assert clerk.decrypted(ticket) == NUMBER
        for role in ("auditor", "administrator", "clerk"):
            with pytest.raises(Forbidden):
                services(role).national_ids.decrypted(ticket)


def test_nothing_on_the_disk_holds_it(services: As, assembly: Assembly, site_directory: Path) -> None:
    services("").intake.file(asking())
    files = [path for path in site_directory.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if NUMBER.encode() in path.read_bytes()] == []


def test_a_subject_whose_law_does_not_ask_keeps_none(services: As, assembly: Assembly) -> None:
    filed = services("").intake.file(asking(category="bench"))
    with assembly.database.reading() as site:
        assert site.tickets[filed.ticket_id].national_id == ""
        assert site.applicants_of_national_id(national_id_hash(assembly.secret, NUMBER)) == ()


@pytest.mark.parametrize("number", ["10000000145", "123", "abc", "00000000000"])
def test_a_number_with_wrong_check_digits_is_refused(services: As, number: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services("").intake.file(asking(national_id=number))
    assert (refused.value.field, refused.value.problem) == ("national_id", "national_id")


def test_who_types_anothers_number_stays_another_person(services: As, assembly: Assembly) -> None:
    first = services("").intake.file(asking())
    stranger = ContactDetails("Başka Biri", email="baska@example.org", address="Bir yer")
    second = services("").intake.file(asking(words="İhale bedelleri", details=stranger))
    with assembly.database.reading() as site:
        one, other = (site.tickets[filed.ticket_id].applicant_id for filed in (first, second))
        assert one != other
        assert site.applicants_of_national_id(national_id_hash(assembly.secret, NUMBER)) == (one, other)
        assert site.applicants[one].emails == ("ayse@example.org",)


def test_a_draft_that_is_written_somewhere_does_not_show_it() -> None:
    assert NUMBER not in repr(asking())
