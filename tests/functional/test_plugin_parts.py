"""Parts of plugins on our pages, and pages of their own: who may open them, and what a broken one breaks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import (
    About,
    Application,
    Asked,
    Delivery,
    House,
    Page,
    Panel,
    Refused,
    Said,
    TicketEvent,
    TicketView,
    hookimpl,
)
from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS, Grant
from halkla_iliskiler.extension import Budgets
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.people import Desired
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site
from halkla_iliskiler.work import Runner
from tests.conftest import Browser
from tests.faults.misbehaving import Hanging

PANEL = """<form xmlns:tal="http://xml.zope.org/namespaces/tal" method="post" action="${action}" id="kiosk-form">
<input type="hidden" name="csrf_token" value="${csrf_token}" /><p>Seen: ${seen}</p>
<input name="words" value="${words}" /><button type="submit">Send</button></form>"""
BROKEN = """<p xmlns:tal="http://xml.zope.org/namespaces/tal">${nothing_of_that_name}</p>"""


class Kiosk:
    """A plugin with a panel on both pages and a page of each kind; what it does can be changed by a test."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.template = "invented_kiosk:panel.pt"
        self.panels: Callable[[TicketView, House], list[Panel]] = lambda ticket, house: [self.panel(house)]
        self.permission = ""
        self.say: Callable[[Asked, House], Said] = lambda asked, house: Said("Saved, thank you.")
        self.module = ModuleType("invented_kiosk.kiosk")
        for name, answer in vars(self._hooks()).items():
            setattr(self.module, name, hookimpl(answer))

    def _hooks(self) -> Any:
        def panels(ticket: TicketView, house: House) -> list[Panel]:
            return self.panels(ticket, house)

        def show(asked: Asked, house: House) -> dict[str, object]:
            self.asked.append(asked)
            return {"seen": house.data.get("seen", 0), "words": ""}

        def said(asked: Asked, house: House) -> Said:
            self.asked.append(asked)
            return self.say(asked, house)

        class Hooks:
            pass

        hooks = Hooks()
        hooks.__dict__.update(
            halkla_about=lambda: About("Kiosk", powers=("file_applications",)),
            halkla_follow_panels=panels,
            halkla_ticket_panels=panels,
            halkla_pages=lambda: [
                Page("hall", "The hall", "invented_kiosk:panel.pt", show, said, permission="administer"),
                Page("numbers", "Numbers", "invented_kiosk:panel.pt", show, said, permission="see_numbers"),
                Page("open", "Open to all", "invented_kiosk:panel.pt", show, said, is_public=True),
                Page("closed", "Nobody", "invented_kiosk:panel.pt", show, said),
                Page("receive", said=said, is_machine=True),
            ],
        )
        return hooks

    def panel(self, house: House) -> Panel:
        def said(asked: Asked, ticket: TicketView, house: House) -> Said:
            self.asked.append(asked)
            return self.say(asked, house)

        values = {"seen": house.data.get("seen", 0), "words": ""}
        return Panel("count", "How often", self.template, values, said, self.permission)


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    package = tmp_path / "packages" / "invented_kiosk"
    package.mkdir(parents=True)
    for name, text in {"__init__.py": "", "panel.pt": PANEL, "broken.pt": BROKEN}.items():
        (package / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    yield Kiosk()
    sys.modules.pop("invented_kiosk", None)


@pytest.fixture
def assembly(kiosk: Kiosk, site_directory: Path, now: FakeNow) -> Iterator[Assembly]:
    opened = open_site(site_directory, now, modules=(testing, kiosk.module), budgets=Budgets.of(0.5))
    yield opened
    opened.close()


@pytest.fixture
def filed(assembly: Assembly) -> Filed:
    return assembly.services(ANONYMOUS).intake.file(draft())


def follow_url(filed: Filed) -> str:
    return f"/takip/{filed.address}/{filed.code}"


WATCHING = """<p xmlns:tal="http://xml.zope.org/namespaces/tal">${page.language} ${page.speech} ${page.direction}
${page.is_staff} ${sorted(name for name in dir(page) if name[:2] != '__')}</p>"""


def test_a_template_is_told_of_the_page_and_given_nothing_that_leads_further(
    kiosk: Kiosk, filed: Filed, browser_of: Callable[[str], Browser], tmp_path: Path
) -> None:
    (tmp_path / "packages" / "invented_kiosk" / "watching.pt").write_text(WATCHING, encoding="utf-8")
    kiosk.template = "invented_kiosk:watching.pt"
    page = browser_of("").get(follow_url(filed), status=200)
    assert "tr tr ltr" in page.text
    assert "['direction', 'is_staff', 'language', 'speech']" in page.html.text


# -- panels ---------------------------------------------------------------------------------------------------------


def test_a_panel_stands_on_both_pages_and_its_form_is_taken(
    kiosk: Kiosk, filed: Filed, browser_of: Callable[[str], Browser]
) -> None:
    def count(asked: Asked, house: House) -> Said:
        house.data.put("seen", house.data.get("seen", 0) + 1)
        return Said("Saved, thank you.")

    kiosk.say = count
    citizen, clerk = browser_of(""), browser_of("clerk")
    page = citizen.get(follow_url(filed))
    assert "How often" in page
    assert "Seen: 0" in page
    form = page.forms["kiosk-form"]
    form["words"] = "Bir"
    after = form.submit(status=303).follow()
    assert "Saved, thank you." in after
    assert "Seen: 1" in after
    form = clerk.get(f"/panel/basvurular/{filed.address}").forms["kiosk-form"]
    assert "Seen: 2" in form.submit(status=303).follow()
    by_citizen, by_clerk = kiosk.asked
    assert (by_citizen.form["words"], by_citizen.actor_id, by_citizen.departments) == ("Bir", "", ())
    assert (by_clerk.actor_id, by_clerk.departments) == ("clerk", ("parks",))
    assert "csrf_token" not in by_citizen.form


def test_what_was_typed_comes_back_with_what_is_wrong(
    kiosk: Kiosk, filed: Filed, browser_of: Callable[[str], Browser]
) -> None:
    kiosk.say = lambda asked, house: Said(problem="Too few words.", values={"words": asked.form["words"]})
    for browser, address in (
        (browser_of(""), follow_url(filed)),
        (browser_of("clerk"), f"/panel/basvurular/{filed.address}"),
    ):
        form = browser.get(address).forms["kiosk-form"]
        form["words"] = "<b>Bir</b>"
        again = form.submit(status=200)
        assert "Too few words." in again
        assert again.forms["kiosk-form"]["words"].value == "<b>Bir</b>"
        assert "<b>Bir</b>" not in again


def test_a_panel_form_needs_its_token_and_the_code(
    kiosk: Kiosk, filed: Filed, browser_of: Callable[[str], Browser]
) -> None:
    browser = browser_of("")
    address = f"{follow_url(filed)}/eklenti/kiosk/count"
    browser.post(address, {"words": "Bir"}, status=400)
    wrong = f"/takip/{filed.address}/{'a' * 26}/eklenti/kiosk/count"
    browser.send(wrong, {"words": "Bir"}, status=404)
    assert not kiosk.asked


def test_a_panel_that_is_not_offered_takes_no_form(
    kiosk: Kiosk, filed: Filed, browser_of: Callable[[str], Browser]
) -> None:
    browser = browser_of("")
    for panel in ("other", "count"):
        if panel == "count":
            kiosk.panels = lambda ticket, house: []
        browser.send(f"{follow_url(filed)}/eklenti/kiosk/{panel}", {"words": "Bir"}, status=303)
    assert not kiosk.asked


def test_a_panel_with_a_permission_is_for_those_who_have_it_on_the_ticket(
    kiosk: Kiosk, filed: Filed, browser_of: Callable[[str], Browser]
) -> None:
    kiosk.permission = "record"
    clerk, agent, citizen = (browser_of(role) for role in ("clerk", "agent", ""))
    assert "How often" in agent.get(f"/panel/basvurular/{filed.address}")
    assert "How often" not in clerk.get(f"/panel/basvurular/{filed.address}")
    assert "How often" not in citizen.get(follow_url(filed))
    clerk.send(f"/panel/basvurular/{filed.address}/eklenti/kiosk/count", {"words": "Bir"}, status=303)
    assert not kiosk.asked


@pytest.mark.parametrize("fault", ["raises", "exits", "hangs", "template", "no template", "wrong"])
def test_a_broken_panel_leaves_the_page_whole(
    kiosk: Kiosk, assembly: Assembly, filed: Filed, browser_of: Callable[[str], Browser], fault: str
) -> None:
    hanging = Hanging()

    def panels(ticket: TicketView, house: House) -> list[Panel]:
        if fault == "raises":
            raise RuntimeError
        if fault == "exits":
            sys.exit(1)
        if fault == "hangs":
            hanging()
        kiosk.template = {"template": "invented_kiosk:broken.pt"}.get(fault, "invented_kiosk:none.pt")
        return [kiosk.panel(house)] if fault != "wrong" else "panel"  # type: ignore[return-value]

    kiosk.panels = panels
    page = browser_of("").get(follow_url(filed), status=200)
    assert "How often" not in page
    assert "Parktaki bankın tahtası" in page
    assert "Parktaki bankın tahtası" in browser_of("clerk").get(f"/panel/basvurular/{filed.address}", status=200)
    assert {found.plugin for found in assembly.faults.last_day()} == {"kiosk"}
    hanging.release()


def test_a_form_that_a_plugin_fails_to_take_says_so(
    kiosk: Kiosk, assembly: Assembly, filed: Filed, browser_of: Callable[[str], Browser]
) -> None:
    kiosk.say = lambda asked, house: 1 / 0  # type: ignore[assignment, return-value]
    after = browser_of("").get(follow_url(filed)).forms["kiosk-form"].submit(status=303).follow()
    assert after.html.find(class_="is-error")
    (found,) = assembly.faults.last_day()
    assert (found.hook, found.kind) == ("the panel count", "ZeroDivisionError")


# -- pages ----------------------------------------------------------------------------------------------------------


def test_a_staff_page_is_for_those_with_its_permission(kiosk: Kiosk, browser_of: Callable[[str], Browser]) -> None:
    page = browser_of("administrator").get("/panel/eklenti/kiosk/hall")
    assert "The hall" in page.html.h1
    assert "Seen: 0" in page
    assert page.forms["kiosk-form"].submit(status=303).location.endswith("/panel/eklenti/kiosk/hall")
    browser_of("clerk").get("/panel/eklenti/kiosk/hall", status=403)
    assert "/panel/giris" in browser_of("").get("/panel/eklenti/kiosk/hall", status=303).location
    assert all(asked.actor_id == "administrator" for asked in kiosk.asked)


@pytest.mark.parametrize(
    ("roles", "ordinary", "sensitive"),
    [
        ((Grant("supervisor"),), None, None),
        ((Grant("auditor"),), None, ()),
        ((Grant("director", "parks"), Grant("agent"), Grant("clerk", "cleaning")), ("parks",), ("parks",)),
        (
            (Grant("deputy_mayor", "roads"), Grant("deputy_mayor", "family", sensitive=True)),
            ("family", "roads"),
            ("family",),
        ),
    ],
)
def test_a_page_is_told_how_far_its_own_permission_reaches(
    kiosk: Kiosk,
    assembly: Assembly,
    browser_of: Callable[[str], Browser],
    roles: tuple[Grant, ...],
    ordinary: tuple[str, ...] | None,
    sensitive: tuple[str, ...] | None,
) -> None:
    assembly.services(actor("administrator")).people.change(Desired("director", "Filiz Başaran", roles))

    browser_of("director").get("/panel/eklenti/kiosk/numbers")

    (asked,) = kiosk.asked
    assert (asked.departments, asked.sensitive_departments) == (ordinary, sensitive)


def test_a_public_page_is_for_all_and_a_page_that_says_nothing_for_nobody(
    kiosk: Kiosk, browser_of: Callable[[str], Browser]
) -> None:
    administrator = browser_of("administrator")
    page = administrator.get("/eklenti/kiosk/open")
    assert "Open to all" in page.html.h1
    # A page for everybody is not told that somebody of the house looks at it.
    assert kiosk.asked[-1].actor_id == ""
    for address in ("/eklenti/kiosk/closed", "/panel/eklenti/kiosk/closed", "/eklenti/kiosk/hall"):
        administrator.get(address, status=404)
    browser_of("").post("/eklenti/kiosk/open", {"words": "x"}, status=400)


def test_a_refused_form_of_a_page_keeps_what_was_typed(kiosk: Kiosk, browser_of: Callable[[str], Browser]) -> None:
    kiosk.say = lambda asked, house: Said(problem="No.", values={"words": asked.form["words"]})
    form = browser_of("administrator").get("/panel/eklenti/kiosk/hall").forms["kiosk-form"]
    form["words"] = "Bir"
    again = form.submit(status=200)
    assert "No." in again
    assert again.forms["kiosk-form"]["words"].value == "Bir"


def test_a_page_may_give_a_file(kiosk: Kiosk, browser_of: Callable[[str], Browser]) -> None:
    kiosk.say = lambda asked, house: Said(file=("liste ş.csv", "text/csv", b"a;b"))
    answer = browser_of("administrator").get("/panel/eklenti/kiosk/hall").forms["kiosk-form"].submit(status=200)
    assert answer.body == b"a;b"
    assert answer.headers["Content-Disposition"] == "attachment; filename=liste__.csv"


def test_a_page_that_fails_is_an_apology_with_a_reference(
    kiosk: Kiosk, assembly: Assembly, browser_of: Callable[[str], Browser]
) -> None:
    kiosk.say = lambda asked, house: 1 / 0  # type: ignore[assignment, return-value]
    form = browser_of("administrator").get("/panel/eklenti/kiosk/hall").forms["kiosk-form"]
    answer = form.submit(status=500)
    assert "ZeroDivisionError" not in answer
    assert [found.hook for found in assembly.faults.last_day()] == ["the page hall"]


def test_a_page_of_a_plugin_in_quarantine_says_so(
    kiosk: Kiosk, assembly: Assembly, browser_of: Callable[[str], Browser]
) -> None:
    kiosk.say = lambda asked, house: 1 / 0  # type: ignore[assignment, return-value]
    administrator = browser_of("administrator")
    form = administrator.get("/panel/eklenti/kiosk/hall").forms["kiosk-form"]
    for status in (500, 500, 500, 500, 503):
        form.submit(status=status)
    answer = administrator.get("/panel/eklenti/kiosk/hall", status=503)
    assert answer.html.find(class_="is-error")
    assert len(kiosk.asked) == 6
    assembly.services(actor("administrator")).quarantine.lift("kiosk")
    assert "Seen: 0" in administrator.get("/panel/eklenti/kiosk/hall", status=200)


# -- other programs -------------------------------------------------------------------------------------------------


def test_another_program_needs_no_token_and_is_never_a_person(
    kiosk: Kiosk, browser_of: Callable[[str], Browser]
) -> None:
    def receive(asked: Asked, house: House) -> Said:
        assert not house.actor_id
        return Said(status=201, data={"size": len(asked.body), "key": asked.headers["x-key"]})

    kiosk.say = receive
    browser = browser_of("administrator")
    answer = browser.post("/eklenti/kiosk/receive?hall=1", b"{\xc5}", {"X-Key": "abc"}, status=201)
    assert answer.json == {"size": 3, "key": "abc"}
    (asked,) = kiosk.asked
    assert (asked.actor_id, asked.query, "cookie" in asked.headers) == ("", {"hall": "1"}, False)
    browser.post("/eklenti/kiosk/receive", b"x" * (256 * 1024 + 1), status=413)
    browser.get("/eklenti/kiosk/receive", status=405)


def test_what_another_program_files_is_a_ticket_once(
    kiosk: Kiosk, assembly: Assembly, browser_of: Callable[[str], Browser]
) -> None:
    def receive(asked: Asked, house: House) -> Said:
        application = Application(asked.body.decode(), "web", asked.headers["x-key"], phone="0532 000 00 00")
        filed = house.file(application)
        return Said(data={"number": filed.number, "is_new": filed.is_new})

    kiosk.say = receive
    browser = browser_of("")
    first = browser.post("/eklenti/kiosk/receive", "Bank kırık".encode(), {"X-Key": "1"}).json
    second = browser.post("/eklenti/kiosk/receive", "Bank kırık".encode(), {"X-Key": "1"}).json
    assert first == {"number": second["number"], "is_new": True}
    assert second["is_new"] is False
    refused = browser.post("/eklenti/kiosk/receive", b"", {"X-Key": "2"}, status=422)
    assert "problem" in refused.json
    assert not assembly.faults.last_day()


def test_what_a_plugin_has_no_power_for_is_refused(kiosk: Kiosk, browser_of: Callable[[str], Browser]) -> None:
    seen: list[str] = []

    def receive(asked: Asked, house: House) -> Said:
        for use in (
            lambda: house.tell(1, "key", "Merhaba"),
            lambda: house.rate(1, 5, "", "web"),
            house.accounts,
            lambda: house.apply_accounts([], "note"),
            lambda: house.apply_departments([], "note"),
        ):
            with pytest.raises(Refused) as why:
                use()
            seen.append(why.value.problem)
        return Said(data={})

    kiosk.say = receive
    browser_of("").post("/eklenti/kiosk/receive", b"", status=200)
    assert seen == ["no_power"] * 5


def test_a_program_is_told_when_the_plugin_fails(kiosk: Kiosk, browser_of: Callable[[str], Browser]) -> None:
    kiosk.say = lambda asked, house: 1 / 0  # type: ignore[assignment, return-value]
    assert browser_of("").post("/eklenti/kiosk/receive", b"", status=503).json == {"problem": "try_again"}


# -- what could not be told -----------------------------------------------------------------------------------------


def test_what_a_plugin_could_not_be_told_stands_with_the_messages_and_can_be_told_again(
    site_directory: Path, now: FakeNow
) -> None:
    told: list[str] = []

    def halkla_on_ticket_event(event: TicketEvent) -> Delivery:
        told.append(event.key)
        return Delivery(len(told) > 1, "410 gone", is_permanent=True)

    module = ModuleType("invented_hook.hook")
    module.halkla_on_ticket_event = hookimpl(halkla_on_ticket_event)  # type: ignore[attr-defined]
    with closing(open_site(site_directory, now, modules=(testing, module))) as assembly:
        number = assembly.services(ANONYMOUS).intake.file(draft()).address
        worker = Runner(assembly)
        worker.run_due(now(), everything=True)
        browser = Browser(build(assembly))
        browser.log_in("supervisor")
        page = browser.get("/panel/gidenler")
        row = next(row for row in page.html.find_all("tr") if "410 gone" in row.text)
        assert "hook" in row.text
        assert row.find("a")["href"].startswith(f"/panel/basvurular/{number}")
        form = next(form for form in page.forms.values() if form.action.endswith("/tekrar"))
        assert "410 gone" not in form.submit(status=303).follow()
        worker.run_due(now(), everything=True)
        assert len(told) == 2
        assert len(set(told)) == 1
