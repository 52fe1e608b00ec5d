"""Every form with 300 made-up sendings: whatever comes, there is an answer, and never a failure of ours.

Known fields are kept, left out, doubled, or filled with what no browser sends; unknown ones are added; texts come as
files and files as texts, in both encodings, in bytes that are no UTF-8.
"""

import csv
import os
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from webtest import TestResponse

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.bulk import BulkKind, BulkOrder
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.testing import PASSWORD, FakeNow, actor, draft, make_site, png
from halkla_iliskiler.web.citizen.schema import APPLY_FIELDS
from halkla_iliskiler.web.labels import ACTIONS
from halkla_iliskiler.web.routes import ROUTES
from halkla_iliskiler.web.staff.actions import FIELDS
from tests.conftest import Browser
from tests.functional.pages import address_of_route, soup

TABLE = Path(__file__).parents[1] / "contract" / "access_matrix.csv"
REVISION = "@revision"  # stands for the one the ticket has
Fields = Mapping[str, list[str | bytes]]

# What a person would send; a field that is not named here is only ever filled with the rest.
USUAL: dict[str, str] = {
    "__formid__": "apply", "words": "Parktaki bank kırık.", "category": "bench", "kind": "COMPLAINT",
    "neighbourhood": "isikli", "place": "köşe", "name": "Ayşe Denek", "phone": "0532 123 45 67",
    "email": "ayse@example.org", "form_key": "k" * 24, "number": "2026/00001", "code": "AAAABBBBCCCC", "next": "/takip",
    "username": "clerk", "password": PASSWORD, "reason": "arayacağım", "text": "Bakıldı ve giderildi.",
    "department": "parks", "assignee": "clerk", "template": "done", "date": "2026-02-02", "body": "water",
    "outcome": "SOLVED", "revision": REVISION, "previewed": "", "do": "do", "rating": "4", "what": "email",
    "address": "ayse@example.org", "sec": "2026-000001", "sorgu": "liste=open", "hepsi": "1", "islem": "finish",
    "tag": "fırtına", "version": "1", "follow": "true",
    "label": "Kırık bank", "solve_within_number": "3", "solve_within_unit": "days", "regime": "SERVICE",
    "keywords": "bank", "is_public": "1", "questions_0": "wire", "tried_words": "bank kırık", "yeniden": "1",
    "valid_until": "2026-03-01", "successor": "cleaning", "mark": "categories:petition:label",
    "role-0": "auditor", "department-0": "", "start": "2026-02-02", "until": "2026-02-05", "deputy": "agent",
    "file": "username;name;role\nauditor;Tahsin Ergin;auditor\n", "carried": "dXNlcm5hbWU7bmFtZTtyb2xl", "seal": "x",
}  # fmt: skip
# The fields of the forms that are no action's.
ASKED: dict[str, tuple[str, ...]] = {
    "apply": (
        *APPLY_FIELDS,
        "__formid__",
        "photos",
        "kept",
        "removed",
        "category_listed",
        "same_as",
        "latitude",
        "national_id",
        "address",
        "q-heavy",
        "q-floor",
        "photo-picture",
        "speak",
    ),
    "staff.login": ("username", "password", "next"),
    "follow_form": ("number", "code"),
    "staff.contact": ("reason",),
    "language": ("next",),
    "staff.bulk": ("sec", "sorgu", "hepsi"),
    "staff.bulk_job": (
        "islem", "department", "assignee", "category", "follow", "template", "text", "date", "outcome", "tag",
        "use_template",
    ),
    "staff.bulk_start": ("version",),
    "staff.tag": ("tag",),
    "staff.untag": ("tag",),
    **dict.fromkeys(
        ("staff.admin_new", "staff.admin_edit"),
        (
            "label", "department", "group", "solve_within_number", "solve_within_unit", "regime", "often_body",
            "keywords", "is_public", "questions_0", "questions_1", "documents", "revision", "try", "tried_words",
        ),
    ),
    "staff.admin_end": ("yeniden",),
    "staff.admin_close": ("valid_until", "successor", "revision"),
    "staff.admin_unchecked": ("mark", "next"),
    "staff.admin_try": ("tried_words",),
    **dict.fromkeys(
        ("staff.people_new", "staff.person"),
        ("username", "name", "email", "role-0", "department-0", "sensitive-0", "role-1", "more", "revision"),
    ),
    **dict.fromkeys(("staff.person_away", "staff.me_away"), ("start", "until", "deputy")),
    "staff.people_import": ("file",),
    "staff.people_import_do": ("carried", "seal"),
    "staff.people_sheet": ("sheet",),
    "staff.me_password": ("old", "password", "again"),
    "staff.me_factor": ("token", "code", "password"),
    **dict.fromkeys(("staff.me_codes", "staff.me_factor_off"), ("password",)),
    "staff.me_session": ("handle",),
    "staff.login_code": ("code", "recovery"),
    "staff.login_password": ("password", "again"),
    "staff.login_factor": ("token", "code"),
}  # fmt: skip
OTHERS = (
    "words",
    "category",
    "text",
    "code",
    "number",
    "reason",
    "rating",
    "email",
    "phone",
    "address",
    "what",
    "photos",
)
STARTS = {
    "resume": "PLANNED",
    "accept": "DONE",
    "give_back": "DONE",
    "close": "DONE",
    "reopen": "CLOSED",
    "refuse_reopening": "REOPEN_REQUESTED",
}
UNTOUCHED = {"staff.logout"}  # asks for nothing, and would end the session that sends the rest


def forms() -> list[str]:
    """Return every form: each route that takes a POST (the access matrix knows them all), each action by itself."""
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    rows = [[cell.strip() for cell in line] for line in csv.reader(lines)]
    names = {row[0] for row in rows[1:] if row[1] == "POST"} - UNTOUCHED - {"staff.action"}
    return sorted(names & dict(ROUTES).keys()) + [f"staff.action {action}" for action in ACTIONS]


def fields_of(form: str) -> tuple[str, ...]:
    name, _, action = form.partition(" ")
    if name == "staff.action":
        found = {**FIELDS}.get(action, ())  # type: ignore[call-overload]
        return (*found, "revision", "previewed", "do", "use_template", "photos", "kept")
    return ASKED.get(name, OTHERS)


UGLY: list[str | bytes] = [
    "", " ", "\x00", "a\x00b", "\r\n\r\n", "a" * 6000, "ş" * 5001, "9" * 5000, "-1", "1e9", "٣", "nan", "None", "[]",
    "{x}", "{text.__class__}", "${1/0}", "%s%n", "\u202egnp", "\ufeff", "\U0010ffff", "\ud7ff", "e\u0301" * 200,
    "'; --", "../../x", "2026-02-30", "9999-12-31", "0001-01-01", "2026-W01-1", "20260202", "2026-000001",
    "2026-99999999", "0000-1", "bench", "hardship", "inspection", "power", "roads", "clerk-roads", "QUESTION",
    "DECLINED", "NOT_EXAMINED_6A", REVISION, b"\xff\xfe", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xc3",
    b"\xf4\x90\x80\x80", b"\xfe" * 300, b"+ADw-", b"%", b"&=;",
]  # fmt: skip
_ugly = st.one_of(
    st.sampled_from(UGLY), st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.binary(max_size=30)
)


def _values(name: str) -> st.SearchStrategy[list[str | bytes]]:
    usual: list[str | bytes] = [USUAL[name]] if name in USUAL else []
    return st.one_of(
        st.just(usual),
        st.just(usual),
        st.just(usual),
        st.just([]),
        _ugly.map(lambda value: [value]),
        _ugly.map(lambda value: [value, *usual]),
        _ugly.map(lambda value: [*usual, value]),
    )


def _sendings(form: str) -> st.SearchStrategy[tuple[dict[str, list[str | bytes]], list[tuple[str, str | bytes]], str]]:
    known = st.fixed_dictionaries({name: _values(name) for name in fields_of(form)})
    unknown = st.lists(
        st.tuples(st.sampled_from(["", "x", "id", "status", "sensitive", "grants", "is_disabled"]), _ugly), max_size=2
    )
    return st.tuples(known, unknown, st.sampled_from(["urlencoded", "multipart", "files"]))


def _bytes(value: str | bytes, revision: int) -> bytes:
    if value == REVISION:
        return str(revision).encode()
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def urlencoded(pairs: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    body = "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs)
    return "application/x-www-form-urlencoded", body.encode()


def multipart(pairs: list[tuple[str, bytes]], *, as_files: bool) -> tuple[str, bytes]:
    """Encode by hand, because no library would send this; with *as_files* every second value is a file."""
    body = b""
    for place, (name, value) in enumerate(pairs):
        is_file = (name == "photos") is not as_files if place % 2 else name == "photos"
        end = (
            b'"; filename="' + value[:60].translate(None, b'\r\n"') + b'.png"\r\nContent-Type: image/png'
            if is_file
            else b'"'
        )
        content = png() + value if is_file and place % 3 else value
        body += (
            b'--edge\r\nContent-Disposition: form-data; name="' + name.encode() + end + b"\r\n\r\n" + content + b"\r\n"
        )
    return "multipart/form-data; boundary=edge", body + b"--edge--\r\n"


class House:
    """A site with a ticket to send forms about, and two browsers that keep their session whatever happens."""

    def __init__(self, directory: Path) -> None:
        self.assembly: Assembly = make_site(directory, FakeNow(), filings_per_address="1000000")
        self._people = count(1)
        self._intake = self.assembly.services(SYSTEM).intake
        self.new_ticket("")
        self.browser = Browser(build(self.assembly))
        self.sessions = {role: self._session(role) for role in ("", "supervisor", "director", "administrator")}
        self._addresses = count(1)

    def _session(self, role: str) -> tuple[str, str]:
        self.browser.reset()
        if role:
            self.browser.log_in(role)
        token = self.browser.csrf()
        return "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items()), token

    def revision(self) -> int:
        with self.assembly.database.reading() as site:
            return int(site.tickets[self.filed.ticket_id].revision)

    def new_ticket(self, action: str) -> None:
        """File a ticket and put it where the action is possible."""
        who = ContactDetails(f"Ayşe {next(self._people)}", email=f"ayse{next(self._people)}@example.org")
        filed = self.filed = self._intake.file(draft(details=who))

        def put(unit: Any) -> None:
            ticket = unit.site.tickets[filed.ticket_id]
            ticket.status, ticket.check_pending = STARTS.get(action, "ASSIGNED"), action in ("accept", "give_back")
            unit.touch(ticket)

        self.assembly.write(put, "put a ticket where a test wants it")

    def job(self) -> int:
        """Return a job of the director's about the ticket, chosen anew and looked at."""
        desk = self.assembly.services(actor("director")).bulk
        job = desk.choose("liste=open", None, [self.filed.ticket_id])
        desk.prepare(job, BulkOrder(BulkKind.TAG, tag="fırtına"))
        return job

    def address(self, form: str) -> str:
        name, _, action = form.partition(" ")
        with self.assembly.database.reading() as site:
            entry = site.tickets[self.filed.ticket_id].notifications[0]
        code = self.filed.code
        if name.startswith("staff.bulk_"):
            return address_of_route(dict(ROUTES)[name], {"job": self.job()})
        if name.startswith("staff.admin_"):
            # What nothing else here needs, so that it may be changed in any way.
            kind = {"staff.admin_close": "mudurlukler", "staff.admin_hand_over": "mudurlukler"}.get(name, "konular")
            unneeded = "family" if kind == "mudurlukler" else "petition"
            return address_of_route(dict(ROUTES)[name], {"kind": kind, "code": unneeded, "change": 1})
        if name.startswith("staff.person"):
            return address_of_route(dict(ROUTES)[name], {"username": "auditor", "deed": "ikinci-adim"})
        values = {"number": self.filed.address, "code": code, "language": "tr", "action": action, "entry": entry}
        return address_of_route(dict(ROUTES)[name], values)

    def send(self, form: str, pairs: list[tuple[str, bytes]], encoding: str) -> TestResponse:
        is_staff = form.startswith("staff.") and form != "staff.login"
        role = "" if not is_staff else "supervisor" if form.endswith(("accept", "give_back")) else "director"
        role = "administrator" if form.startswith(("staff.admin_", "staff.people", "staff.person")) else role
        cookie, token = self.sessions[role]
        whole = [("csrf_token", token.encode()), *pairs]
        content_type, body = (
            urlencoded(whole) if encoding == "urlencoded" else multipart(whole, as_files=encoding == "files")
        )
        self.browser.reset()
        number = next(self._addresses)
        return self.browser.request(
            self.address(form),
            method="POST",
            body=body,
            headers={"Content-Type": content_type, "Cookie": cookie},
            environ={"REMOTE_ADDR": f"198.51.{number // 250 % 250}.{number % 250}"},
            status="*",
            expect_errors=True,
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("fuzz") / "site")
    yield found
    assert list(problems(found.assembly.database, found.assembly.index)) == []
    assert list(found.assembly.database.files.uploads.glob("upload-*")) == []
    found.assembly.close()


def never_fails(form: str) -> Callable[[House], None]:
    """Make the test of one form."""

    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        derandomize="CI" in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    @given(sending=_sendings(form))
    def run(house: House, sending: tuple[Fields, list[tuple[str, str | bytes]], str]) -> None:
        known, unknown, encoding = sending
        revision = house.revision()
        pairs = [(name, _bytes(value, revision)) for name, values in known.items() for value in values]
        pairs += [(name, _bytes(value, revision)) for name, value in unknown]
        answer = house.send(form, pairs, encoding)
        check(answer)
        seal = soup(answer).find("input", {"name": "previewed"}) if "t-preview-text" in answer.text else None
        if seal is not None:
            answer = house.send(
                form, [*((n, v) for n, v in pairs if n != "previewed"), ("previewed", seal["value"].encode())], encoding
            )
            check(answer)
        if answer.status_int == 303 and "staff." in form:
            house.new_ticket(form.partition(" ")[2])

    return lambda house: run(house)


def check(answer: TestResponse) -> None:
    """Check that it is an answer, and one that shows nothing of the inside."""
    assert answer.status_int < 500, answer.status
    assert "Traceback" not in answer.text
    assert answer.content_type in ("text/html", "text/plain", "text/csv")


# A large body is kept in a file that WebOb leaves to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("form", forms())
def test_a_form_never_fails(house: House, form: str) -> None:
    house.new_ticket(form.partition(" ")[2])
    never_fails(form)(house)
