"""Directorates are separated unless shared: who sees which ticket, wherever a ticket can be seen at all.

The table is written by hand. Every ticket tells a canary of its own in its place, its photo's name and its applicant's
name; what a role may not see must not show in any page, list, count, search, suggestion or log.
"""

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import SYSTEM, Actor, Grant, allows
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.ticket import Location, Ticket
from halkla_iliskiler.domain.workflow import Permission
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.lists import Filters, Listed, Queue
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import PASSWORD, FakeNow, draft, make_site, png
from halkla_iliskiler.work.photos import prepare_photos
from halkla_iliskiler.work.reencode import make_anew
from tests.conftest import Browser

WORDS = "Kuyruklu yıldız bankın üstüne düştü"

# kind: directorate, sensitive, shared with, what the citizen calls it
TICKETS: dict[str, tuple[str | None, bool, tuple[str, ...], str]] = {
    "own": ("parks", False, (), "COMPLAINT"),
    "other": ("roads", False, (), "COMPLAINT"),
    "shared": ("roads", False, ("cleaning", "parks"), "COMPLAINT"),
    "unrouted": (None, False, (), "COMPLAINT"),
    "tip-off": ("parks", False, (), "TIP_OFF"),
    "sensitive": ("parks", True, (), "COMPLAINT"),
    "sensitive-other": ("roads", True, (), "COMPLAINT"),
    "sensitive-shared": ("roads", True, ("parks",), "COMPLAINT"),
    "sensitive-unrouted": (None, True, (), "COMPLAINT"),
}

ORDINARY = "own other shared unrouted tip-off"
PARKS = "own shared tip-off"
PARKS_SENSITIVE = "own shared tip-off sensitive sensitive-shared"
EVERYTHING = " ".join(TICKETS)

# role: what it sees; whose applicant's name it sees. Those with a directorate work in parks.
TABLE: dict[str, tuple[Grant | None, str, str]] = {
    "agent": (Grant("agent"), ORDINARY, ORDINARY),
    "agent-named": (Grant("agent", None, True), EVERYTHING, EVERYTHING),
    "clerk": (Grant("clerk", "parks"), PARKS, "own"),
    "clerk-named": (Grant("clerk", "parks", True), PARKS_SENSITIVE, "own sensitive"),
    "director": (Grant("director", "parks"), PARKS_SENSITIVE, "own sensitive"),
    "deputy-mayor": (Grant("deputy_mayor", "parks"), PARKS, ""),
    "deputy-mayor-named": (Grant("deputy_mayor", "parks", True), PARKS_SENSITIVE, ""),
    "supervisor": (Grant("supervisor"), EVERYTHING, EVERYTHING),
    "field-crew": (Grant("field_crew", "parks"), "own tip-off", ""),
    "field-crew-named": (Grant("field_crew", "parks", True), "own tip-off", ""),
    "auditor": (Grant("auditor"), ORDINARY, ""),
    "administrator": (Grant("administrator"), "", ""),
}
ROLES = list(TABLE)


class City:
    """A site with a ticket of every kind, and somebody of every role."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.application = build(assembly)
        self._browsers: dict[str, Browser] = {}
        self.numbers: dict[str, int] = {}
        accounts = assembly.services(SYSTEM).accounts
        for role, (grant, _seen, _named) in TABLE.items():
            assert grant is not None
            accounts.add(f"p-{role}", role, PASSWORD, (grant,))
        # The one that everybody of parks and the centre sees, with everything else hanging on it.
        self.probe = self._file("probe", "parks", False, (), "COMPLAINT", None)
        for kind, (department, sensitive, shared, said) in TICKETS.items():
            self.numbers[kind] = self._file(kind, department, sensitive, shared, said, self.probe)
        while prepare_photos(assembly.services(SYSTEM), _in_process):
            pass

    def _file(
        self, kind: str, department: str | None, sensitive: bool, shared: tuple[str, ...], said: str, about: int | None
    ) -> int:
        upload = receive(BytesIO(png()), f"dosya{_canary(kind)}.png", self.assembly.database.files.uploads)
        filed = self.assembly.services(Actor("", "")).intake.file(
            draft(
                words=WORDS, kind=said, related_to=about, location=Location("isikli", f"yer{_canary(kind)}"),
                details=ContactDetails(f"Ad{_canary(kind)}", email=f"posta{_canary(kind)}@canary.example"),
                uploads=(upload,),
            )
        )  # fmt: skip

        def put(unit: object) -> None:
            ticket = unit.site.tickets[filed.ticket_id]  # type: ignore[attr-defined]
            ticket.department, ticket.sensitive, ticket.shared_with = department, sensitive, shared
            unit.touch(ticket)  # type: ignore[attr-defined]

        self.assembly.write(put, "put a ticket where a test wants it")
        return filed.ticket_id

    def browser(self, role: str) -> Browser:
        if role not in self._browsers:
            address = f"198.51.100.{len(self._browsers) + 1}"
            browser = Browser(self.application, extra_environ={"REMOTE_ADDR": address})
            browser.send("/panel/giris", {"username": f"p-{role}", "password": PASSWORD}, status=303)
            self._browsers[role] = browser
        return self._browsers[role]

    def actor(self, role: str) -> Actor:
        grant = TABLE[role][0]
        assert grant is not None
        return Actor(f"p-{role}", role, (grant,))

    def ticket(self, kind: str) -> Ticket:
        with self.assembly.database.reading() as site:
            ticket: Ticket = site.tickets[self.numbers[kind]]
            # Loaded while there is a connection, for whoever looks at it later.
            assert list(ticket.history)
            assert all(photo.id for photo in ticket.attachments)
            return ticket

    def numbers_of(self, kinds: str) -> set[str]:
        return {self.ticket(kind).number for kind in kinds.split()}

    def seen(self, role: str) -> str:
        return TABLE[role][1]

    def sees_probe(self, role: str) -> bool:
        return "own" in self.seen(role)


def _canary(kind: str) -> str:
    return "kanarya" + kind.replace("-", "").replace("sensitive", "hassas")


def _in_process(source: Path, target: Path, content_type: str) -> str:
    make_anew(str(source), str(target), content_type)
    return ""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    assembly = make_site(tmp_path_factory.mktemp("separation") / "site", FakeNow())
    try:
        yield City(assembly)
        assert list(problems(assembly.database, assembly.index, deep=False)) == []
    finally:
        assembly.close()


def hidden_canaries(text: str, seen: str) -> list[str]:
    """Return the canaries of tickets that are not among *seen*."""
    hidden = [kind for kind in TICKETS if kind not in seen.split()]
    # One canary may be the beginning of another.
    return [kind for kind in hidden if re.search(rf"{_canary(kind)}(?![a-z])", text)]


def test_the_rule_says_what_the_table_says(city: City) -> None:
    for role in ROLES:
        found = {kind for kind in TICKETS if allows(city.actor(role), Permission.VIEW, city.ticket(kind))}
        assert found == set(city.seen(role).split()), role


@pytest.mark.parametrize("role", ROLES)
def test_lists_counts_and_search(city: City, role: str) -> None:
    lists = city.assembly.services(city.actor(role)).lists
    expected = city.numbers_of(city.seen(role))
    probe = {city.assembly.index.select("id = ?", [city.probe], "id", 1)[0].number} if city.sees_probe(role) else set()
    for rows in (lists.look(Listed(Queue.OPEN)).rows, lists.look(Listed(Queue.ALL, Filters(words="kuyruklu"))).rows):
        assert {row.number for row in rows} == expected | probe
    if city.seen(role):
        assert lists.counts()[Queue.OPEN] == len(expected | probe)
    for kind in TICKETS:
        found = {row.number for row in lists.look(Listed(Queue.ALL, Filters(words=f"yer{_canary(kind)}"[:8]))).rows}
        assert found <= expected | probe


@pytest.mark.parametrize("role", ROLES)
def test_the_address_and_the_photo_of_a_ticket(city: City, role: str) -> None:
    browser = city.browser(role)
    refused = 404 if city.seen(role) else 403
    for kind in TICKETS:
        ticket = city.ticket(kind)
        expected = 200 if kind in city.seen(role).split() else refused
        assert browser.get(f"/panel/basvurular/{ticket.address}", status="*").status_int == expected, kind
        photo = f"/panel/basvurular/{ticket.address}/ekler/{ticket.attachments[0].id}"
        assert browser.get(photo, status="*").status_int == expected, kind
        assert browser.get(f"/panel/basvurular/{ticket.address}/yazdir", status="*").status_int == expected, kind


@pytest.mark.parametrize("role", [role for role in ROLES if "own" in TABLE[role][1].split()])
def test_what_is_suggested_beside_a_ticket(city: City, role: str) -> None:
    """The newer ones that are said to be about the same thing, and those with the same words."""
    with city.assembly.database.reading() as site:
        address, ticket = site.tickets[city.probe].address, site.tickets[city.probe]
        lists = city.assembly.services(city.actor(role)).lists
        related = {row.number for row in lists.related(ticket, 50)}
        same = {row.number for row in lists.same_words(ticket, 50)}
    assert related == same == city.numbers_of(city.seen(role))
    page = city.browser(role).get(f"/panel/basvurular/{address}")
    named = {found.get_text() for found in page.html.select(".t-others .number")}
    assert named <= city.numbers_of(city.seen(role))
    assert hidden_canaries(page.text, city.seen(role)) == []


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_anything_of_what_may_not_be_seen(
    city: City, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser, seen = city.browser(role), city.seen(role)
    ends = ("", "?liste=open", "?liste=finished", "?q=kuyruklu", "?q=kanarya", "/gidenler", "/aranacaklar", "/temaslar")
    addresses = [f"/panel{end}" for end in (*ends, "/okumalar", "/kayit")]
    addresses += [f"/panel?q={city.ticket(kind).address}" for kind in TICKETS]
    for kind in TICKETS:
        addresses += [f"/panel/basvurular/{city.ticket(kind).address}{end}" for end in ("", "/yazdir", "/islem/note")]
    for address in addresses:
        answer = browser.get(address, status="*", expect_errors=True)
        # A search repeats what was typed into it.
        text = answer.text.replace('value="kanarya"', "")
        assert hidden_canaries(text, seen) == [], address
    assert hidden_canaries("\n".join(record.getMessage() for record in caplog.records), "") == []


@pytest.mark.parametrize("role", ROLES)
def test_the_name_of_an_applicant(city: City, role: str) -> None:
    for kind in city.seen(role).split():
        page = city.browser(role).get(f"/panel/basvurular/{city.ticket(kind).address}")
        name, email, photo = f"Ad{_canary(kind)}", f"posta{_canary(kind)}", f"dosya{_canary(kind)}"
        is_named = kind in TABLE[role][2].split()
        assert (name in page.text) == is_named, kind
        assert (photo in page.text) == is_named, kind
        assert email not in page.text, kind


# The others see it without its being shared, or nothing at all.
ONLY_BY_SHARING = [role for role in ROLES if not role.startswith(("agent", "supervisor", "auditor", "administrator"))]


@pytest.mark.parametrize("role", ONLY_BY_SHARING)
def test_what_is_seen_for_sharing_alone_is_read_and_not_handled(city: City, role: str) -> None:
    ticket = city.ticket("shared")
    allowed = {permission for permission in Permission if allows(city.actor(role), permission, ticket)}
    assert allowed <= {Permission.VIEW, Permission.NOTE, Permission.ADVISE}


def test_the_read_log_names_no_hidden_ticket_to_the_auditor(city: City) -> None:
    supervisor = city.assembly.services(city.actor("supervisor"))
    for kind in TICKETS:
        supervisor.disclosure.contact_details(city.numbers[kind], "soruldu", "203.0.113.9")
    page = city.browser("auditor").get("/panel/okumalar")
    shown = {found.get_text() for found in page.html.select("td a.number")}
    assert shown >= city.numbers_of(ORDINARY)
    assert not shown & city.numbers_of("sensitive sensitive-other sensitive-shared sensitive-unrouted")
    hidden = city.ticket("sensitive")
    assert hidden.address not in page.text
    assert city.browser("auditor").get(f"/panel/okumalar?basvuru={hidden.address}").html.select("tbody tr") == []


def test_sharing_and_taking_back_changes_every_list_at_once(city: City) -> None:
    system, clerk = city.assembly.services(SYSTEM), city.assembly.services(city.actor("clerk"))
    number, identity = city.ticket("other").number, city.numbers["other"]

    def listed() -> bool:
        return number in {row.number for row in clerk.lists.look(Listed(Queue.OPEN)).rows}

    before = clerk.lists.counts()[Queue.OPEN]
    assert not listed()
    system.sharing.share(identity, "parks")
    assert (listed(), clerk.lists.counts()[Queue.OPEN]) == (True, before + 1)
    system.sharing.unshare(identity, "parks")
    assert (listed(), clerk.lists.counts()[Queue.OPEN]) == (False, before)
