"""Who gets what from every view: ``access_matrix.csv``, cell by cell, and no hidden ticket in any list.

The rows are the views as Pyramid lists them; one that is new has no row and fails. The cells are what
``domain/access.py`` promises; a test below compares the two, so neither can drift alone.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM, Actor, Grant, allows
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.bulk import BulkKind, BulkOrder
from halkla_iliskiler.domain.city import Category, Department
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.domain.workflow import MOVES, Action, Permission
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.intake import Draft, Filed
from halkla_iliskiler.services.lists import Filters, Listed, Queue
from halkla_iliskiler.services.people import Desired
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import PASSWORD, STAFF, FakeNow, make_site, png
from halkla_iliskiler.web.labels import ACTIONS
from halkla_iliskiler.web.staff.actions import FIELDS, TELLS, seal
from halkla_iliskiler.work.photos import prepare_photos
from halkla_iliskiler.work.reencode import make_anew
from tests.conftest import Browser

TABLE = Path(__file__).with_name("access_matrix.csv")

ROLES: dict[str, Actor | None] = {
    "anonymous": None,
    "agent": STAFF["agent"],
    "clerk": Actor("own-clerk", "Own Clerk", (Grant("clerk", "parks"), Grant("clerk", "family"))),
    "clerk elsewhere": STAFF["clerk-cleaning"],
    "director": Actor("own-director", "Own Director", (Grant("director", "parks"), Grant("director", "family"))),
    "deputy mayor": STAFF["deputy-mayor"],
    "supervisor": STAFF["supervisor"],
    "field crew": Actor("own-crew", "Own Crew", (Grant("field_crew", "parks"), Grant("field_crew", "family"))),
    "auditor": STAFF["auditor"],
    "administrator": STAFF["administrator"],
}
"""The columns. Who has a directorate has that of the ticket, but for the clerk elsewhere."""

TICKETS: dict[str, tuple[str | None, str | None, bool]] = {
    "ordinary": ("parks", "bench", False),
    "sensitive": ("family", "hardship", True),
    "unrouted": (None, None, False),
    "sensitive unrouted": (None, "hardship", True),
    "shared": ("parks", "bench", False),
}
"""Directorate, category and sensitivity of each sort of ticket."""

SHARED_WITH: dict[str, tuple[str, ...]] = {"shared": ("cleaning",)}
"""Who sees it besides."""

STARTS = {
    Action.RESUME: "WAITING_FOR_BODY",
    Action.ACCEPT: "DONE",
    Action.GIVE_BACK: "DONE",
    Action.CLOSE: "DONE",
    Action.REOPEN: "CLOSED",
    Action.REFUSE_REOPENING: "REOPEN_REQUESTED",
}
"""Where a ticket has to stand for an action to be possible; ASSIGNED for the others."""

ASKED = "cleaning"
"""The directorate that is asked for its opinion; of the columns, the clerk elsewhere works there."""
OPEN_QUESTION = (Action.OPINION, Action.END_CONSULT)
"""Actions on a ticket about which somebody is asked."""


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    view: str
    verb: str
    case: str
    ticket: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return " ".join(part for part in (self.view, self.verb, self.case, self.ticket) if part)


def read_table() -> list[Row]:
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    table = [[cell.strip() for cell in line] for line in csv.reader(lines)]
    return [Row(*line[:4], dict(zip(table[0][4:], line[4:], strict=True))) for line in table[1:]]


ROWS = read_table()


class House:
    """A site with people for every column, and a browser for each."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.application = build(assembly)
        self._addresses = (f"198.51.{high}.{low}" for high in range(256) for low in range(256))
        self._keys = count(1)
        self._browsers: dict[str, tuple[Browser, str]] = {}
        accounts = assembly.services(SYSTEM).accounts
        for actor in ROLES.values():
            if actor is not None and actor.id not in STAFF:
                accounts.add(actor.id, actor.name, PASSWORD, actor.grants)

    def new_browser(self, role: str) -> Browser:
        browser = Browser(self.application, extra_environ={"REMOTE_ADDR": next(self._addresses)})
        actor = ROLES[role]
        if actor is not None:
            browser.send("/panel/giris", {"username": actor.id, "password": PASSWORD}, status=303)
        return browser

    def browser(self, role: str) -> tuple[Browser, str]:
        """Return the browser of a role, and a token its forms may send."""
        if role not in self._browsers:
            browser = self.new_browser(role)
            self._browsers[role] = browser, browser.csrf()
        return self._browsers[role]

    def size(self) -> int:
        """Return how large the database file is: it grows with every transaction."""
        return self.assembly.database.files.data.stat().st_size

    def ticket(
        self,
        sort: str,
        status: str = "ASSIGNED",
        *,
        check_pending: bool = False,
        asked: bool = False,
        main: int | None = None,
        **draft: Any,
    ) -> Filed:
        """File an application and put it where *sort* and *status* say."""
        department, category, sensitive = TICKETS[sort]
        details = draft.pop("details", ContactDetails("Ayşe Denek", email="ayse@example.org"))
        values = {"words": "Parktaki bank kırılmış.", "kind": "COMPLAINT", "channel": "web", **draft}
        key = f"matrix:{next(self._keys)}"
        filed = self.assembly.services(ANONYMOUS).intake.file(
            Draft(intake_key=key, category=category, details=details, **values)
        )

        def put(unit: Any) -> None:
            ticket = unit.site.tickets[filed.ticket_id]
            ticket.department, ticket.sensitive = department, sensitive
            ticket.shared_with = SHARED_WITH.get(sort, ())
            ticket.status, ticket.check_pending = status, check_pending
            if asked:
                ticket.opinion_from, ticket.shared_with = ASKED, (ASKED,)
            if main is not None:
                ticket.duplicate_of = main
                unit.site.tickets[main].duplicates += (ticket.id,)
                unit.touch(unit.site.tickets[main])
            unit.touch(ticket)

        self.assembly.write(put, "put a ticket where a test wants it")
        return filed

    def look(self, filed: Filed) -> Ticket:
        with self.assembly.database.reading() as site:
            ticket: Ticket = site.tickets[filed.ticket_id]
            # Loaded while there is a connection, for whoever looks at it later.
            assert list(ticket.history)
            assert all(photo.id for photo in ticket.attachments)
            return ticket

    def visible_to(self, role: str) -> set[str]:
        """Return the numbers of the tickets the rule shows to a role."""
        with self.assembly.database.reading() as site:
            return {
                ticket.number
                for ticket in site.tickets.values()
                if allows(ROLES[role] or ANONYMOUS, Permission.VIEW, ticket)
            }


def opened(directory: Path) -> Iterator[House]:
    assembly = make_site(directory / "site", FakeNow())
    yield House(assembly)
    assert list(problems(assembly.database, assembly.index, deep=False)) == []
    assembly.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from opened(tmp_path_factory.mktemp("matrix"))


# -- the table ----------------------------------------------------------------------------------------------------


def test_every_view_has_a_row_and_every_row_a_view(house: House) -> None:
    views = set()
    for entry in house.application.registry.introspector.get_category("views"):
        view = entry["introspectable"]
        if view["route_name"] is not None:
            views.add((view["route_name"], view["request_methods"] or "GET"))
    rows = {(row.view, row.verb) for row in ROWS}
    assert views - rows == set(), "say in access_matrix.csv who gets what from these"
    assert rows - views == set(), "these are no views any more"


def test_every_row_is_complete() -> None:
    assert [str(row) for row in ROWS if list(row.cells) != list(ROLES) or not all(row.cells.values())] == []
    assert len({str(row) for row in ROWS}) == len(ROWS), "a row stands twice"


def test_every_action_has_a_row_for_every_ticket() -> None:
    posts = {(row.case, row.ticket) for row in ROWS if (row.view, row.verb) == ("staff.action", "POST")}
    assert {(action, ticket) for action in ACTIONS for ticket in TICKETS} <= posts


def test_a_view_about_a_ticket_has_a_row_for_every_ticket() -> None:
    for view in {row.view for row in ROWS if row.ticket in TICKETS and row.case != "wrong code"}:
        assert {row.ticket for row in ROWS if row.view == view} >= TICKETS.keys(), view


@pytest.mark.parametrize("row", [row for row in ROWS if row.view == "staff.action" and row.verb == "POST"], ids=str)
def test_the_table_says_what_the_rule_says(row: Row) -> None:
    """Hidden is 404, seen without the permission is 403, otherwise it is done."""
    department, _category, sensitive = TICKETS[row.ticket]
    ticket = _Guarded(department, sensitive, (ASKED,) if row.case in OPEN_QUESTION else SHARED_WITH.get(row.ticket, ()))
    permission = next((move.permission for move in MOVES if move.action == row.case), None)
    for role, actor in ROLES.items():
        if row.case not in ACTIONS or actor is None or not allows(actor, Permission.VIEW):
            continue
        assert permission is not None
        is_visible, is_allowed = allows(actor, Permission.VIEW, ticket), allows(actor, permission, ticket)
        expected = "404" if not is_visible else "303" if is_allowed else "403"
        assert row.cells[role] == expected, f"{row}: {role}"


@dataclass(frozen=True)
class _Guarded:
    department: str | None
    sensitive: bool
    shared_with: tuple[str, ...] = ()
    hides_identity: bool = False


# -- the cells ----------------------------------------------------------------------------------------------------


class Asked:
    """One request of one cell. A subclass of nothing: a method a view, found by its name."""

    def __init__(self, house: House, row: Row, role: str) -> None:
        self.house, self.row, self.role = house, row, role
        self.browser, self.token = house.browser(role)
        self.filed: Filed | None = None

    def run(self) -> Any:
        method = getattr(self, self.row.view.replace(".", "_").strip("_/"))
        return method()

    def get(self, address: str, **kw: Any) -> Any:
        return self.browser.get(address, status="*", **kw)

    def post(self, address: str, values: Sequence[tuple[str, str]] = (), browser: Browser | None = None) -> Any:
        token = self.token if browser is None else browser.csrf()
        return (browser or self.browser).post(address, [*values, ("csrf_token", token)], status="*")

    def home(self) -> Any:
        return self.get("/")

    def apply(self) -> Any:
        if self.row.verb == "GET":
            return self.get("/basvuru")
        key = f"matrix-form-key-{next(self.house._keys):06d}"
        return self.post(
            "/basvuru", [("__formid__", "apply"), ("words", "Bank kırık"), ("kind", "COMPLAINT"), ("form_key", key)]
        )

    def proposals(self) -> Any:
        return self.post("/basvuru/konular", [("words", "bank kırık")])

    def same_thing(self) -> Any:
        return self.post("/basvuru/benzer", [("category", "bench"), ("neighbourhood", "isikli")])

    def questions(self) -> Any:
        return self.post("/basvuru/sorular", [("category", "wreck")])

    def services(self) -> Any:
        return self.get("/hizmetler")

    def service(self) -> Any:
        return self.get("/hizmetler/bench")

    def service_sticker(self) -> Any:
        return self.get("/hizmetler/bench/kare.svg")

    def follow_form(self) -> Any:
        if self.row.verb == "GET":
            return self.get("/takip")
        filed = self.house.ticket("ordinary")
        code = "AAAABBBBCCCC" if self.row.case == "wrong code" else filed.code[:12]
        return self.post("/takip", [("number", filed.number), ("code", code)], self.house.new_browser("anonymous"))

    def follow(self, end: str = "") -> Any:
        filed = self.house.ticket(self.row.ticket)
        code = "A" * 26 if self.row.case == "wrong code" else filed.code
        return self._reading(f"/takip/{filed.address}/{code}{end}")

    def receipt(self) -> Any:
        return self.follow("/alindi")

    def receipt_qr(self) -> Any:
        return self.follow("/qr.svg")

    def follow_photo(self) -> Any:
        filed = self._with_photo()
        code = "A" * 26 if self.row.case == "wrong code" else filed.code
        return self._reading(f"/takip/{filed.address}/{code}/foto/{self.house.look(filed).attachments[0].id}")

    def _with_photo(self) -> Filed:
        """File an application with a photo that was made anew, by the same code and without a process for each."""
        upload = receive(BytesIO(png()), "bank.png", self.house.assembly.database.files.uploads)
        filed = self.house.ticket(self.row.ticket, uploads=(upload,))

        def in_process(source: Path, target: Path, content_type: str) -> str:
            make_anew(str(source), str(target), content_type)
            return ""

        assert prepare_photos(self.house.assembly.services(SYSTEM), in_process) == 1
        return filed

    def _said(self, end: str, values: Sequence[tuple[str, str]], status: str = "ASSIGNED") -> Any:
        filed = self.house.ticket(self.row.ticket, status)
        before = self.house.look(filed).revision, self.house.size()
        code = "A" * 26 if self.row.case == "wrong code" else filed.code
        answer = self.post(f"/takip/{filed.address}/{code}/{end}", values)
        if answer.status_int == 404:
            assert (self.house.look(filed).revision, self.house.size()) == before
        return answer

    def follow_message(self) -> Any:
        return self._said("mesaj", [("text", "Köşedeki bank.")])

    def receipt_same(self) -> Any:
        return self._said("ayni", [("same_as", "")])

    def follow_consent(self) -> Any:
        return self._said("izin", [("consent", "photo")])

    def follow_reopen(self) -> Any:
        return self._said("cozulmedi", [("text", "Hâlâ kırık.")], "CLOSED")

    def follow_contact(self) -> Any:
        return self._said("iletisim", [("email", "yeni@example.org")])

    def follow_verify(self) -> Any:
        # A wrong code: the form comes back.
        return self._said("dogrulama", [("what", "email"), ("code", "000000")])

    def follow_panel(self) -> Any:
        return self._said("eklenti/nobody/nothing", [])

    def follow_withdraw(self) -> Any:
        return self._said("vazgec", [])

    def mine(self) -> Any:
        if self.row.verb == "GET":
            return self._reading("/basvurularim")
        address = f"kimse-{next(self.house._keys)}@example.org"
        return self.post("/basvurularim", [("address", address)], self.house.new_browser(self.role))

    def mine_code(self) -> Any:
        return self.post("/basvurularim/kod", [("code", "000000")], self.house.new_browser(self.role))

    def mine_leave(self) -> Any:
        return self.post("/basvurularim/cikis")

    def privacy(self) -> Any:
        return self.get("/aydinlatma")

    def language(self) -> Any:
        return self.post("/dil/tr", [("next", "/takip")])

    def emblem(self) -> Any:
        return self.get("/marka/amblem.svg")

    def theme(self) -> Any:
        return self.get("/marka/tema.css")

    def health(self) -> Any:
        return self.get("/healthz")

    def robots(self) -> Any:
        return self.get("/robots.txt")

    def static(self) -> Any:
        return self.get("/static/base.css")

    def staff_login(self) -> Any:
        if self.row.verb == "GET":
            return self.get("/panel/giris")
        name = f"nobody-{next(self.house._keys)}" if self.row.case == "wrong password" else "agent"
        return self.post("/panel/giris", [("username", name), ("password", PASSWORD)], self._another())

    def staff_density(self) -> Any:
        return self.post("/panel/siklik", [("siklik", "dense")])

    def staff_logout(self) -> Any:
        return self.post("/panel/cikis", browser=self._another())

    def _another(self) -> Browser:
        return self.house.new_browser(self.role)

    def staff_queue(self) -> Any:
        return self.get("/panel")

    def staff_news(self) -> Any:
        return self.get("/panel/yeni?liste=open")

    def staff_filters(self) -> Any:
        return self.get("/panel/suzgec?liste=open")

    def staff_find(self) -> Any:
        return self.post("/panel/ara", [("q", "kuyruklu")])

    def staff_export(self) -> Any:
        return self.post("/panel/aktar", [("sorgu", "liste=open"), ("reason", "Haftalık toplantı")])

    def staff_figures(self) -> Any:
        return self.get("/panel/sayilar?donem=son30&tumu=1")

    def staff_figures_export(self) -> Any:
        return self.post("/panel/sayilar/aktar", [("donem", "hafta"), ("reason", "Meclis"), ("format", "csv")])

    def staff_exports(self) -> Any:
        return self.get("/panel/aktarimlar")

    def _file(self) -> str:
        """Return the address of a finished file: one's own, or the director's."""
        actor = ROLES[self.role]
        is_own = self.row.case == "one's own" and actor is not None
        owner = actor if is_own and actor else Actor("somebody-else", "Somebody Else")
        files, now = self.house.assembly.services(SYSTEM).exports.files, self.house.assembly.now()
        name = files.new()
        order = {"format": "csv", "label": "Liste", "reason": "Meclis", "has_people": False}
        # A file is its owner's as long as they may do what they might when it was made.
        grants = [[grant.role, grant.department, grant.sensitive] for grant in owner.grants]
        note = {"owner": owner.id, "at": now.isoformat(), "state": "ready", "done": 1, "total": 1, "order": order}
        note["grants"] = grants
        files.path(name).write_text("Numara", encoding="utf-8")
        files.write_note(name, note, is_new=True)
        return f"/panel/aktarimlar/{name}"

    def staff_exported(self) -> Any:
        return self.get(self._file())

    def staff_export_state(self) -> Any:
        return self.get(f"{self._file()}/durum")

    def staff_export_file(self) -> Any:
        return self.get(f"{self._file()}/dosya")

    def staff_export_forget(self) -> Any:
        return self.post(f"{self._file()}/sil")

    def staff_columns(self) -> Any:
        return self.post("/panel/sutunlar", [("sutun", "place")])

    def staff_saved_lists(self) -> Any:
        if self.row.verb == "GET":
            return self.get("/panel/listelerim")
        return self.post("/panel/listelerim", self._list_form())

    def _list_form(self) -> list[tuple[str, str]]:
        name = f"Liste {next(self.house._keys)}"
        return [("name", name), ("sorgu", "liste=open&durum=NEW"), ("department", ""), ("pinned", "")]

    def _kept(self) -> int:
        actor = ROLES[self.role]
        is_own = self.row.case == "one's own" and actor is not None and self.role != "administrator"
        desk = self.house.assembly.services(actor if is_own and actor else STAFF["director"]).saved_lists
        return desk.keep(f"Liste {next(self.house._keys)}", "liste=open")

    def staff_saved_list(self) -> Any:
        return self.post(f"/panel/listelerim/{self._kept()}", self._list_form())

    def staff_saved_list_forget(self) -> Any:
        kept = self._kept()
        answer = self.post(f"/panel/listelerim/{kept}/sil")
        with self.house.assembly.database.reading() as site:
            assert (kept in site.saved_lists) == (answer.status_int != 303 or "/giris" in answer.location)
            if kept in site.saved_lists:
                self.house.assembly.services(STAFF["director"]).saved_lists.forget(kept)
        return answer

    # -- accounts, one's own and the house's ------------------------------------------------------------------------

    def _own(self, end: str, *values: tuple[str, str]) -> Any:
        address = f"/panel/hesabim{end}"
        return self.get(address) if self.row.verb == "GET" else self.post(address, list(values))

    def staff_me(self) -> Any:
        return self._own("")

    def staff_me_password(self) -> Any:
        return self._own("/parola")  # with nothing typed: the form comes back

    def staff_me_away(self) -> Any:
        return self._own("/izin", ("until", ""))

    def staff_me_session(self) -> Any:
        return self._own("/oturum", ("handle", "none"))

    def staff_me_factor(self) -> Any:
        return self._own("/ikinci-adim")

    def staff_me_factor_off(self) -> Any:
        return self._own("/ikinci-adim/kapat")

    def staff_me_codes(self) -> Any:
        return self._own("/kurtarma-kodlari")

    def staff_login_code(self, end: str = "kod") -> Any:
        # No log-in waits for it, whoever asks.
        address = f"/panel/giris/{end}"
        return self.get(address) if self.row.verb == "GET" else self.post(address, [("code", "000000")])

    def staff_login_password(self) -> Any:
        return self.staff_login_code("yeni-parola")

    def staff_login_factor(self) -> Any:
        return self.staff_login_code("ikinci-adim")

    def _people(self, end: str = "", *values: tuple[str, str]) -> Any:
        address = f"/panel/yonetim/kisiler{end}"
        return self.get(address) if self.row.verb == "GET" else self.post(address, list(values))

    def staff_people(self) -> Any:
        return self._people()

    def staff_people_new(self) -> Any:
        username = f"yeni-{next(self.house._keys)}"
        answer = self._people("/yeni", ("username", username), ("name", "Yeni Memur"), ("role-0", "auditor"))
        with self.house.assembly.database.reading() as site:
            was_made = self.row.verb == "POST" and self.role == "administrator"
            assert (username in site.users) == was_made
        return answer

    def staff_people_import(self) -> Any:
        return self._people("/dosyadan")

    def staff_people_import_do(self) -> Any:
        return self._people("/dosyadan/uygula")

    def staff_people_example(self) -> Any:
        return self._people("/ornek.csv")

    def staff_people_sheet(self) -> Any:
        return self._people("/parolalar.csv")

    def _person(self) -> str:
        username = f"kisi-{next(self.house._keys)}"
        people = self.house.assembly.services(SYSTEM).people
        people.add(Desired(username, "Kişi Biri", (Grant("auditor"),)))
        if self.row.case == "ac":
            people.disable(username)
        return username

    def staff_person(self, end: str = "") -> Any:
        username = self._person()
        before = self._state(username)
        answer = self._people(f"/kisi/{username}{end}", ("name", "Başka Ad"), ("role-0", "auditor"))
        is_allowed = self.role == "administrator" and self.row.verb == "POST"
        assert is_allowed or self._state(username) == before
        return answer

    def _state(self, username: str) -> Any:
        with self.house.assembly.database.reading() as site:
            user = site.users[username]
            return user.name, user.is_disabled, user.first_password

    def staff_person_away(self) -> Any:
        return self.staff_person("/izin")

    def staff_person_do(self) -> Any:
        return self.staff_person(f"/{self.row.case}")

    # -- plugins --------------------------------------------------------------------------------------------------

    def staff_plugins(self) -> Any:
        return self.get("/panel/yonetim/eklentiler")

    def staff_plugin(self) -> Any:
        address = "/panel/yonetim/eklentiler/channels"
        return self.get(address) if self.row.verb == "GET" else self.post(address, [("days", "3")])

    def staff_plugin_try(self) -> Any:
        return self.post("/panel/yonetim/eklentiler/channels/dene")

    def staff_plugin_lift(self) -> Any:
        return self.post("/panel/yonetim/eklentiler/channels/karantina")

    # -- setting the city's data up -------------------------------------------------------------------------------

    def staff_admin(self, end: str = "") -> Any:
        return self.get(f"/panel/yonetim{end}")

    def staff_admin_changes(self) -> Any:
        return self.staff_admin("/degisiklikler")

    def staff_admin_roles(self) -> Any:
        return self.staff_admin("/roller")

    def staff_admin_unchecked(self) -> Any:
        if self.row.verb == "GET":
            return self.staff_admin("/denetlenecekler")
        mark = "departments:parks:name" if self.row.case == "directorate" else "categories:bench:about"
        return self.post("/panel/yonetim/denetlenecekler", [("mark", mark)])

    def staff_admin_try(self) -> Any:
        if self.row.verb == "GET":
            return self.staff_admin("/deneme")
        return self.post("/panel/yonetim/deneme", [("tried_words", "bank kırık")])

    def _set_up(self, end: str = "") -> str:
        return f"/panel/yonetim/{'mudurlukler' if self.row.case == 'directorate' else 'konular'}{end}"

    def _said_of_one(self) -> dict[str, str]:
        name = f"Deneme {next(self.house._keys)}"
        if self.row.case == "directorate":
            return {"name": name, "level": "directorate"}
        target = {"solve_within_number": "3", "solve_within_unit": "days", "regime": "SERVICE"}
        return {"label": name, "department": "parks", **target}

    def _made(self) -> Any:
        """Make one of the kind the row is about."""
        administrator = self.house.assembly.services(STAFF["administrator"])
        values = self._said_of_one()
        if self.row.case == "directorate":
            return administrator.catalogue.put("departments", Department("", values["name"]))
        return administrator.catalogue.put("categories", Category("", values["label"], "parks", timedelta(days=3)))

    def staff_admin_list(self) -> Any:
        return self.get(self._set_up())

    def staff_admin_new(self) -> Any:
        address = self._set_up("/yeni")
        return self.get(address) if self.row.verb == "GET" else self.post(address, list(self._said_of_one().items()))

    def staff_admin_edit(self) -> Any:
        if self.row.verb == "GET":
            return self.get(self._set_up("/parks" if self.row.case == "directorate" else "/bench"))
        return self.post(self._set_up(f"/{self._made().code}"), list(self._said_of_one().items()))

    def staff_admin_end(self) -> Any:
        return self.post(self._set_up(f"/{self._made().code}/son"), [("yeniden", "1")])

    def staff_admin_undo(self) -> Any:
        made = self._made()
        area = "departments" if self.row.case == "directorate" else "categories"
        with self.house.assembly.database.reading() as site:
            change = next(site.changes_of(area, made.code))
        return self.post(f"/panel/yonetim/degisiklikler/{change.id}/geri-al")

    def staff_admin_close(self) -> Any:
        if self.row.verb == "GET":
            return self.get("/panel/yonetim/mudurlukler/parks/kapat")
        administrator = self.house.assembly.services(STAFF["administrator"])
        made = administrator.catalogue.put("departments", Department("", f"Deneme {next(self.house._keys)}"))
        day = ("valid_until", administrator.today.isoformat())
        return self.post(f"/panel/yonetim/mudurlukler/{made.code}/kapat", [day])

    def staff_admin_hand_over(self) -> Any:
        return self.post("/panel/yonetim/mudurlukler/parks/devret")

    def staff_outbox(self) -> Any:
        return self.get("/panel/gidenler")

    def staff_event_again(self) -> Any:
        return self.post("/panel/gidenler/eklenti/999999/tekrar")

    def staff_mail(self) -> Any:
        return self.get("/panel/posta")

    def staff_mail_message(self) -> Any:
        return self.get("/panel/posta/1.eml")

    def staff_ticket(self) -> Any:
        if self.row.case == "unknown":
            return self.get("/panel/basvurular/2026-999999")
        return self._reading(self._address(self.house.ticket(self.row.ticket)))

    def staff_watching(self) -> Any:
        if self.row.case == "unknown":
            return self.get("/panel/basvurular/2026-999999/bakanlar")
        return self._reading(self._address(self.house.ticket(self.row.ticket), "/bakanlar"))

    def staff_panel(self) -> Any:
        # No plugin is there to take it: whoever may see the ticket is led back to it.
        return self.post(self._address(self.house.ticket(self.row.ticket), "/eklenti/nobody/nothing"))

    def _address(self, filed: Filed, rest: str = "") -> str:
        return f"/panel/basvurular/{filed.address}{rest}"

    def _reading(self, address: str) -> Any:
        before = self.house.size()
        answer = self.get(address)
        assert self.house.size() == before, "a GET has written"
        return answer

    def staff_action(self) -> Any:
        if self.row.case == "unknown":
            # Only the program does this, on an applicant's word.
            address = self._address(self.house.ticket(self.row.ticket), "/islem/request_reopening")
            return self._reading(address) if self.row.verb == "GET" else self.post(address)
        action = Action(self.row.case)
        is_pending = action in (Action.ACCEPT, Action.GIVE_BACK)
        main = self.house.ticket(self.row.ticket).ticket_id if action is Action.NOT_DUPLICATE else None
        self.filed = self.house.ticket(
            self.row.ticket,
            STARTS.get(action, "ASSIGNED"),
            check_pending=is_pending,
            asked=action in OPEN_QUESTION,
            main=main,
        )
        address = self._address(self.filed, f"/islem/{action}")
        if self.row.verb == "GET":
            return self._reading(address)
        ticket = self.house.look(self.filed)
        values = self._values(action)
        before = ticket.revision, ticket.status, self.house.size()
        answer = self.post(address, [*values, ("revision", str(ticket.revision))])
        after = self.house.look(self.filed)
        if answer.status_int == 303:
            assert after.revision == before[0] + 1, "it said it was done"
        else:
            assert (after.revision, after.status, self.house.size()) == before, "it was refused, and something changed"
        return answer

    def _values(self, action: Action) -> list[tuple[str, str]]:
        all_values = {
            "text": "Bakıldı ve giderildi.",
            "department": "family" if TICKETS[self.row.ticket][2] else "parks",
            "outcome": "SOLVED",
            "body": "water",
            "date": "2026-02-02",
        }
        if action is Action.CONSULT:
            all_values["department"] = ASKED
        if action is Action.DUPLICATE:
            all_values["main"] = str(self.house.ticket(self.row.ticket).ticket_id)
        values = {name: all_values[name] for name in FIELDS.get(action, ()) if name in all_values}
        if action in TELLS:
            day = self.house.assembly.now().date().replace(month=2, day=2) if "date" in values else None
            values["previewed"] = seal(
                Order(
                    action,
                    text=values["text"],
                    outcome=values.get("outcome"),
                    body=values.get("body"),
                    planned_for=day,
                    main=int(values["main"]) if "main" in values else None,
                )
            )
        return list(values.items())

    def staff_undo(self) -> Any:
        """Take back one's own note; who may write none has nothing to take back."""
        filed, actor = self.house.ticket(self.row.ticket), ROLES[self.role]
        place = 0
        if actor is not None and allows(actor, Permission.NOTE, self.house.look(filed)):
            handling = self.house.assembly.services(actor).handling
            place = handling.act(filed.ticket_id, Order(Action.NOTE, text="Yanlış yere."), seen_revision=None) - 1
        before = self.house.look(filed).revision, self.house.size()
        answer = self.post(self._address(filed, "/geri-al"), [("place", str(place))])
        if answer.status_int == 303:
            assert self.house.look(filed).withdrawn_entries == {place}
        else:
            assert (self.house.look(filed).revision, self.house.size()) == before
        return answer

    def staff_seen(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        before = self.house.look(filed).revision
        answer = self.post(self._address(filed, "/okudum"))
        assert self.house.look(filed).revision == before
        return answer

    def staff_letter(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        order = Order(Action.REFER, text="İlettik.", body="water")
        self.house.assembly.services(SYSTEM).handling.act(filed.ticket_id, order, seen_revision=None)
        return self._reading(self._address(filed, "/ust-yazi/1"))

    def staff_print(self) -> Any:
        return self._reading(self._address(self.house.ticket(self.row.ticket), "/yazdir"))

    def staff_reads(self) -> Any:
        return self._reading("/panel/okumalar")

    # -- many at once, tags ----------------------------------------------------------------------------------------

    def staff_bulk(self) -> Any:
        if self.row.verb == "GET":
            return self.get("/panel/toplu")
        filed = [self.house.ticket("ordinary"), self.house.ticket("shared")]
        answer = self.post("/panel/toplu", [("sorgu", "liste=open"), *(("sec", one.address) for one in filed)])
        if answer.status_int == 303 and "/toplu/" in answer.location:
            shown = self.get(answer.location).text
            assert all(one.number not in shown for one in filed), "numbers come when something is asked"
        return answer

    def _job(self, *, ready: bool = False) -> str:
        """Choose a ticket and say that it is to be tagged; return the job's address."""
        actor = ROLES[self.role]
        is_own = self.row.case == "one's own" and actor is not None and self.role not in ("auditor", "administrator")
        desk = self.house.assembly.services(actor if is_own and actor else STAFF["director"])
        filed = self.house.ticket("shared")
        job = desk.bulk.choose("liste=open", None, [filed.ticket_id])
        if ready:
            desk.bulk.prepare(job, BulkOrder(BulkKind.TAG, tag=f"etiket {job}"))
        return f"/panel/toplu/{job}"

    def staff_bulk_job(self) -> Any:
        job = self._job(ready=self.row.verb == "GET")
        return self.get(job) if self.row.verb == "GET" else self.post(job, [("islem", "tag"), ("tag", "fırtına")])

    def staff_bulk_start(self) -> Any:
        return self.post(f"{self._job(ready=True)}/basla", [("version", "1")])

    def staff_bulk_cancel(self) -> Any:
        return self.post(f"{self._job()}/vazgec")

    def staff_bulk_undo(self) -> Any:
        return self.post(f"{self._job(ready=True)}/geri-al")

    def staff_bulk_progress(self) -> Any:
        return self.get(f"{self._job(ready=True)}/durum")

    def staff_bulk_results(self) -> Any:
        return self.get(f"{self._job(ready=True)}/sonuc.csv")

    def staff_tag(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        answer = self.post(self._address(filed, "/etiket"), [("tag", "fırtına")])
        assert (self.house.look(filed).tags == ("fırtına",)) == (answer.status_int == 303)
        return answer

    def staff_untag(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        self.house.assembly.services(SYSTEM).tagging.add(filed.ticket_id, "fırtına")
        answer = self.post(self._address(filed, "/etiket/sil"), [("tag", "fırtına")])
        assert (self.house.look(filed).tags == ()) == (answer.status_int == 303)
        return answer

    def staff_share(self) -> Any:
        return self._shared(self.house.ticket(self.row.ticket), "/paylas")

    def staff_unshare(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        self.house.assembly.services(SYSTEM).sharing.share(filed.ticket_id, "roads")
        return self._shared(filed, "/paylasma")

    def _shared(self, filed: Filed, end: str) -> Any:
        before = self.house.look(filed).shared_with, self.house.size()
        answer = self.post(self._address(filed, end), [("department", "roads")])
        after = self.house.look(filed).shared_with
        if answer.status_int == 303:
            assert ("roads" in after) == (end == "/paylas")
        else:
            assert (after, self.house.size()) == before, "it was refused, and something changed"
        return answer

    def staff_contact(self) -> Any:
        kind = "TIP_OFF" if self.row.case == "hidden identity" else "COMPLAINT"
        filed = self.house.ticket(self.row.ticket, kind=kind)
        before = self.house.size()
        reason = "" if self.row.case == "no reason" else "arayacağım"
        answer = self.post(self._address(filed, "/iletisim"), [("reason", reason)])
        assert self.house.size() == before
        assert ("ayse@example.org" in answer.text) == (answer.status_int == 200 and bool(reason))
        return answer

    def staff_record(self) -> Any:
        if self.row.verb == "GET":
            return self._reading("/panel/kayit")
        button = ("look_up", "1") if self.row.case == "look up" else ("file", "1")
        return self.post("/panel/kayit", [*self._said_on_the_telephone(), button])

    def _said_on_the_telephone(self) -> list[tuple[str, str]]:
        key = f"matrix-record-{next(self.house._keys)}"
        return [("channel", "telephone"), ("phone", ""), ("words", "Bank kırık."), ("form_key", key)]

    def staff_record_caller(self) -> Any:
        return self._without_a_trace("/panel/kayit/arayan", [("phone", "0532 999 88 77")])

    def staff_record_help(self) -> Any:
        return self._without_a_trace("/panel/kayit/yardim", [("words", "bank kırık"), ("category", "bench")])

    def _without_a_trace(self, address: str, values: list[tuple[str, str]]) -> Any:
        before = self.house.size()
        answer = self.post(address, values)
        assert self.house.size() == before, "it was only asked"
        return answer

    def staff_record_contact(self) -> Any:
        return self.post("/panel/kayit/temas", [*self._said_on_the_telephone(), ("outcome", "SILENT")])

    def staff_contacts(self) -> Any:
        return self._reading("/panel/temaslar")

    def staff_record_addition(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        before = len(self.house.look(filed).contacts)
        answer = self.post("/panel/kayit/ek", [*self._said_on_the_telephone(), ("ticket", filed.address)])
        assert len(self.house.look(filed).contacts) == before + (answer.status_int == 303)
        return answer

    def staff_recorded(self) -> Any:
        if self.row.case == "own":
            said = [*self._said_on_the_telephone(), ("category", "hardship"), ("file", "1")]
            recorded = self.post("/panel/kayit", said)
            if recorded.status_int == 303:
                return self._reading(recorded.headers["Location"])
        return self._reading(f"/panel/kayit/alindi/{self.house.ticket(self.row.ticket).address}")

    def staff_attachment(self) -> Any:
        filed = self._with_photo()
        identity = self.house.look(filed).attachments[0].id
        if self.row.case == "of another ticket":
            filed = self.house.ticket(self.row.ticket)
        answer = self._reading(self._address(filed, f"/ekler/{identity}"))
        assert answer.body.startswith(b"\xff\xd8\xff") == (answer.status_int == 200)
        return answer

    def staff_resend(self) -> Any:
        filed = self.house.ticket(self.row.ticket)
        entry = self.house.look(filed).notifications[0]
        return self._sent(filed, entry, "tekrar", state="PENDING")

    def staff_told(self) -> Any:
        filed = self.house.ticket(self.row.ticket, details=ContactDetails("Ayşe", phone="+905321234567"))
        system = self.house.assembly.services(SYSTEM)
        revision = self.house.look(filed).revision
        system.handling.act(filed.ticket_id, Order(Action.REPLY, text="Tamam."), seen_revision=revision)
        entry = self.house.look(filed).notifications[-1]
        return self._sent(filed, entry, "soylendi", state="DELIVERED")

    def staff_calls(self) -> Any:
        return self.get("/panel/aranacaklar")

    def staff_call_take(self) -> Any:
        entry, before = self._to_be_told(), self.house.size()
        answer = self.post(f"/panel/aranacaklar/{entry}/al")
        with self.house.assembly.database.reading() as site:
            assert bool(site.outbox.entries[entry].caller) == (answer.status_int == 303)
        assert answer.status_int == 303 or self.house.size() == before
        return answer

    def staff_call(self) -> Any:
        """Take it, and then look at it, or say what became of it."""
        entry = self._to_be_told()
        self.post(f"/panel/aranacaklar/{entry}/al")
        before = self.house.size()
        if self.row.verb == "GET":
            answer = self.get(f"/panel/aranacaklar/{entry}")
            assert ("0532 123 45 67" in answer.text) == (answer.status_int == 200)
            return answer
        answer = self.post(f"/panel/aranacaklar/{entry}", [("result", "not_reached")])
        with self.house.assembly.database.reading() as site:
            assert site.outbox.entries[entry].attempts == (answer.status_int == 303)
        assert answer.status_int == 303 or self.house.size() == before
        return answer

    def _to_be_told(self) -> int:
        filed = self.house.ticket(self.row.ticket, details=ContactDetails("Ayşe", phone="+905321234567"))
        self.house.assembly.services(SYSTEM).handling.act(filed.ticket_id, Order(Action.REPLY, text="Tamam."), None)
        return self.house.look(filed).notifications[-1]

    def staff_trust(self) -> Any:
        filed = self.house.ticket(self.row.ticket, suspicions=("too_fast",))
        before = self.house.size()
        answer = self.post(self._address(filed, "/gercek"))
        assert bool(self.house.look(filed).suspicions) == (answer.status_int != 303)
        assert answer.status_int == 303 or self.house.size() == before
        return answer

    def _sent(self, filed: Filed, entry: int, what: str, state: str) -> Any:
        if self.row.case == "of another ticket":
            filed = self.house.ticket(self.row.ticket)
        before = self.house.size()
        answer = self.post(self._address(filed, f"/bildirimler/{entry}/{what}"))
        if answer.status_int == 303:
            with self.house.assembly.database.reading() as site:
                assert site.outbox.entries[entry].state == state
        else:
            assert self.house.size() == before, "it was refused, and something changed"
        return answer


def _outcome(answer: Any) -> str:
    """Return what stands in a cell: the status, or ``login`` for being led there."""
    if answer.status_int == 303 and "/panel/giris?" in answer.headers["Location"]:
        return "login"
    return str(answer.status_int)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(house: House, row: Row) -> None:
    found = {role: _outcome(Asked(house, row, role).run()) for role in ROLES}
    assert found == row.cells


# -- lists, search and counts -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open a site with tickets of every sort, open and finished, of one applicant, on more than one page."""
    for house in opened(tmp_path_factory.mktemp("lists")):
        for kind in TICKETS:
            for status in ("NEW", "ASSIGNED", "WAITING_FOR_APPLICANT", "DONE", "CLOSED"):
                house.ticket(kind, status, check_pending=status == "DONE", words=f"Kuyruklu yıldız, {kind} {status}")
        for number in range(60):
            house.ticket("ordinary" if number % 3 else "sensitive", words="Sıradan bir gün")
        house.assembly.now.advance(timedelta(hours=30))  # type: ignore[attr-defined]
        for kind in TICKETS:
            house.ticket(kind)
        house.assembly.now.advance(timedelta(hours=24))  # type: ignore[attr-defined]
        yield house


def shown(answer: Any) -> set[str]:
    return {found.get_text() for found in BeautifulSoup(answer.text, "html.parser").select(".q-no")}


def everything(browser: Browser, address: str) -> set[str]:
    """Return the numbers on every page of a list."""
    found: set[str] = set()
    while address:
        answer = browser.get(address)
        found |= shown(answer)
        following = answer.html.select_one(".s-pages a[rel=next]")
        address = following["href"] if following else ""
    return found


WORKERS = [role for role in ROLES if role not in ("anonymous", "administrator")]


@pytest.mark.parametrize("role", WORKERS)
def test_a_list_shows_exactly_what_the_rule_shows(full_house: House, role: str) -> None:
    browser, _ = full_house.browser(role)
    visible = full_house.visible_to(role)
    assert everything(browser, "/panel?liste=open") | everything(browser, "/panel?liste=finished") == visible
    for queue in Queue:
        assert everything(browser, f"/panel?liste={queue}") <= visible


@pytest.mark.parametrize("role", WORKERS)
def test_search_finds_exactly_what_the_rule_shows(full_house: House, role: str) -> None:
    with full_house.assembly.database.reading() as site:
        asked_for = {ticket.number for ticket in site.tickets.values() if "Kuyruklu" in ticket.words}
    browser, _ = full_house.browser(role)
    assert everything(browser, "/panel?q=kuyruklu+yildiz") == asked_for & full_house.visible_to(role)


@pytest.mark.parametrize("role", WORKERS)
def test_counts_count_what_the_lists_show(full_house: House, role: str) -> None:
    actor = ROLES[role]
    assert actor is not None
    lists = full_house.assembly.services(actor).lists
    browser, _ = full_house.browser(role)
    for queue, number in lists.counts().items():
        assert number == len(everything(browser, f"/panel?liste={queue}")), queue
    for queue in lists.queues():
        for number in lists.urgencies(queue).values():
            assert number <= len(everything(browser, f"/panel?liste={queue}"))


@pytest.mark.parametrize("role", WORKERS)
@pytest.mark.parametrize("kind", TICKETS)
def test_a_number_typed_exactly_opens_only_what_may_be_seen(full_house: House, role: str, kind: str) -> None:
    filed = full_house.ticket(kind)
    browser, _ = full_house.browser(role)
    answer = browser.get("/panel", {"q": filed.number})
    is_visible = filed.number in full_house.visible_to(role)
    assert (answer.status_int == 303) == is_visible
    if not is_visible:
        assert filed.address not in answer.text
        assert shown(answer) == set()


@pytest.mark.parametrize("role", WORKERS)
def test_other_tickets_of_the_applicant_are_named_only_when_they_may_be_seen(full_house: House, role: str) -> None:
    visible = full_house.visible_to(role)
    with full_house.assembly.database.reading() as site:
        addresses = [t.address for t in site.tickets.values() if t.number in visible and t.applicant_id]
    browser, _ = full_house.browser(role)
    for address in addresses[-3:]:
        page = browser.get(f"/panel/basvurular/{address}")
        others = {found.get_text() for found in page.html.select(".t-others .number")}
        assert others <= visible


@pytest.mark.parametrize("role", ["supervisor", "auditor", "administrator"])
def test_the_outbox_names_no_hidden_ticket(full_house: House, role: str) -> None:
    hidden = {number.replace("/", "-0") for number in _all_numbers(full_house) - full_house.visible_to(role)}
    browser, _ = full_house.browser(role)
    text = browser.get("/panel/gidenler").text
    assert "ayse@example.org" not in text
    assert [number for number in hidden if number in text] == []


@pytest.mark.parametrize("role", WORKERS)
def test_the_calls_name_exactly_what_the_rule_shows(full_house: House, role: str) -> None:
    system = full_house.assembly.services(SYSTEM)
    for kind in TICKETS:
        filed = full_house.ticket(kind, details=ContactDetails("Ayşe Denek", phone="+905321234567"))
        system.handling.act(filed.ticket_id, Order(Action.REPLY, text="Tamam."), None)
    actor = ROLES[role]
    assert actor is not None
    with full_house.assembly.database.reading() as site:
        tickets = (
            site.tickets[entry.ticket_id] for entry in site.outbox.entries.values() if entry.state == "TO_BE_TOLD"
        )
        callable_ = [ticket.number for ticket in tickets if allows(actor, Permission.RESEND, ticket)]
    browser, _ = full_house.browser(role)
    answer = browser.get("/panel/aranacaklar", status="*")
    found = [number.get_text() for number in answer.html.select(".c-table td:nth-of-type(3) .number")]
    assert sorted(found) == sorted(callable_)
    assert full_house.assembly.services(actor).calls.count() == len(callable_)
    assert "0532 123 45 67" not in answer.text


def _all_numbers(house: House) -> set[str]:
    with house.assembly.database.reading() as site:
        return {ticket.number for ticket in site.tickets.values()}


def test_filters_reveal_nothing_hidden(full_house: House) -> None:
    """Asked directly, the service narrows what may be seen and never widens it."""
    for role in WORKERS:
        actor = ROLES[role]
        assert actor is not None
        lists = full_house.assembly.services(actor).lists
        visible = full_house.visible_to(role)
        for filters in (
            Filters(categories=("hardship",)),
            Filters(statuses=("NEW", "ASSIGNED", "CLOSED")),
            Filters(words="hardship"),
            Filters(channels=("web",)),
        ):
            assert {row.number for row in lists.look(Listed(Queue.ALL, filters)).rows} <= visible
            for queue in Queue:
                assert {row.number for row in lists.look(Listed(queue, filters)).rows} <= visible
