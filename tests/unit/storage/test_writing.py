"""Numbers are given once and without a gap, whatever is aborted, repeated, closed or written beside."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ZODB.POSException import ConflictError

from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.storage import Database, Site, WriteGate
from halkla_iliskiler.testing import FakeNow, draft, open_site

As = Callable[..., Services]


def test_a_refused_application_takes_no_number(services: As) -> None:
    first = services().intake.file(draft())
    for wrong in (draft(words=" "), draft(kind="RANT"), draft(category="gone"), draft(channel="pigeon")):
        with pytest.raises(InvalidInput):
            services().intake.file(wrong)
    second = services().intake.file(draft())
    assert (first.number, second.number) == ("2026/00001", "2026/00002")


def test_what_fails_after_the_number_was_taken_leaves_no_gap(assembly: Assembly, services: As) -> None:
    def fail(shared: Services) -> None:
        shared.intake.file(draft())
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            services().together(fail, "fails")
    assert services().intake.file(draft()).number == "2026/00001"


def test_numbers_go_on_after_closing_and_over_the_end_of_a_block(site_directory: Path, now: FakeNow) -> None:
    assembly = open_site(site_directory, now, number_block="3")
    numbers = []
    for _ in range(4):
        numbers += [assembly.services(ANONYMOUS).intake.file(draft()).number for _ in range(2)]
        assembly.close()
        assembly = open_site(site_directory, now, number_block="3")
    assembly.close()
    assert numbers == [f"2026/{place:05d}" for place in range(1, 9)]


def test_a_new_year_begins_with_one_at_midnight_in_the_city(services: As, now: FakeNow) -> None:
    services().intake.file(draft())
    now.advance(timedelta(days=360, hours=14, minutes=59))  # 31 December, 23.59 in the city
    assert services().intake.file(draft()).number == "2026/00002"
    now.advance(timedelta(minutes=1))
    assert services().intake.file(draft()).number == "2027/00001"
    now.advance(timedelta(minutes=-1))  # a clock that was set back gives no number twice
    assert services().intake.file(draft()).number not in {"2026/00001", "2026/00002"}


def test_threads_of_one_process_share_the_numbers_without_a_gap(assembly: Assembly, services: As) -> None:
    with ThreadPoolExecutor(4) as pool:
        filed = list(pool.map(lambda _: services().intake.file(draft()), range(24)))
    assert sorted(one.number for one in filed) == [f"2026/{place:05d}" for place in range(1, 25)]


# -- two processes on one database ---------------------------------------------------------------------------------


@pytest.fixture
def beside(assembly: Assembly) -> Iterator[Callable[[str], Assembly]]:
    """Another writing process on the same database, as a server of its own would be: own gate, own counters."""

    def make(writer: str) -> Assembly:
        shared = Database(assembly.database.files, assembly.database._db, WriteGate(), read_only=False)
        options = replace(assembly.options, writer=writer)
        return Assembly(options, assembly.extensions, shared, assembly.index, assembly.now)

    yield make
    # Everything either of them wrote has reached the index they share.
    assert list(problems(assembly.database, assembly.index)) == []


def file(assembly: Assembly, **values: object) -> str:
    return assembly.services(ANONYMOUS).intake.file(draft(**values)).number


def test_two_writers_never_give_the_same_number_and_each_leaves_no_gap(
    assembly: Assembly, beside: Callable[[str], Assembly]
) -> None:
    other = beside("other")
    mine, others = [], []
    for _ in range(3):
        mine.append(file(assembly))
        others.append(file(other))
    assert mine == ["2026/00001", "2026/00002", "2026/00003"]
    assert others == ["2026/00101", "2026/00102", "2026/00103"]


def test_who_loses_the_race_for_a_block_takes_the_next_one(
    assembly: Assembly, beside: Callable[[str], Assembly]
) -> None:
    other, attempts, others = beside("other"), [], []

    def change(unit: Unit) -> str:
        attempts.append(1)
        services = Services(assembly, ANONYMOUS, assembly.now, unit)
        filed = services.intake.file(draft(intake_key="mine"))
        if not others:
            others.append(file(other))
        return filed.number

    mine = assembly.write(change, "meets another")
    assert len(attempts) == 2
    assert {mine, *others} == {"2026/00001", "2026/00101"}
    with assembly.database.reading() as site:
        assert sorted(ticket.number for ticket in site.tickets.values()) == sorted([mine, *others])


def test_two_writers_that_begin_at_the_same_moment_count_apart(
    assembly: Assembly, beside: Callable[[str], Assembly]
) -> None:
    # Their identities must differ, or the applicant of one would be the applicant of the other.
    one, two = beside("one"), beside("two")
    file(assembly)

    def first_words(site: Site) -> int:
        block = site.writer("one")
        if "two" not in site.writers and not seen:
            seen.append(two.write(lambda unit: unit.block.place, "meanwhile"))
        return block.place

    seen: list[int] = []
    place = one.database.write(first_words, "begins")
    assert place != seen[0]
    with assembly.database.reading() as site:
        places = [block.place for block in site.writers.values()]
        assert len(set(places)) == len(places) == 3


def test_the_same_form_sent_to_two_servers_is_one_ticket(assembly: Assembly, beside: Callable[[str], Assembly]) -> None:
    other, seen = beside("other"), []
    file(assembly)
    file(other)

    def change(unit: Unit) -> str:
        services = Services(assembly, ANONYMOUS, assembly.now, unit)
        filed = services.intake.file(draft(intake_key="twice"))
        if not seen:
            seen.append(file(other, intake_key="twice"))
        return filed.number

    assert assembly.write(change, "sent twice") == seen[0]


def test_two_servers_that_meet_the_same_person_keep_one_person(
    assembly: Assembly, beside: Callable[[str], Assembly]
) -> None:
    other, seen = beside("other"), []
    file(assembly)
    file(other)
    ayse = ContactDetails("Ayşe Yılmaz", "+905990000001")

    def change(unit: Unit) -> None:
        Services(assembly, ANONYMOUS, assembly.now, unit).intake.file(draft(details=ayse, intake_key="one"))
        if not seen:
            seen.append(file(other, details=ayse))

    assembly.write(change, "the same person")
    with assembly.database.reading() as site:
        (person,) = site.applicants.values()
        assert len(person.tickets) == 2


def test_who_is_overtaken_again_and_again_gives_up_with_nothing_written(
    assembly: Assembly, beside: Callable[[str], Assembly]
) -> None:
    other, attempts = beside("other"), []
    file(other)

    def change(site: Site) -> None:
        attempts.append(1)
        site.city.bodies = ()
        other.database.write(lambda root: setattr(root.city, "bodies", root.city.bodies[:1]), "faster")

    with pytest.raises(ConflictError):
        assembly.database.write(change, "always too late")
    assert len(attempts) == 5
    with assembly.database.reading() as site:
        assert len(site.city.bodies) == 1


# -- reading -------------------------------------------------------------------------------------------------------


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(assembly: Assembly, services: As) -> None:
    services().intake.file(draft())
    with assembly.database.reading() as site:
        services().intake.file(draft())
        assert len(site.tickets) == 1
    with assembly.database.reading() as site:
        assert len(site.tickets) == 2


def test_what_a_reader_changes_is_never_saved(assembly: Assembly, services: As) -> None:
    services().intake.file(draft())
    with assembly.database.reading() as site:
        next(iter(site.tickets.values())).status = "CLOSED"
    with assembly.database.reading() as site:
        assert next(iter(site.tickets.values())).status == "ASSIGNED"
