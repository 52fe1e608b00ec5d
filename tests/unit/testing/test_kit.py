"""What plugin authors are given for their tests does what the guide says."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from halkla_iliskiler.api import (
    About,
    Channel,
    ContactDetails,
    Delivery,
    FeedbackMethod,
    Notification,
    Page,
    Said,
    hookimpl,
)
from halkla_iliskiler.extension import PluginRefused
from halkla_iliskiler.testing import RunningCity, TestMethod, contract, gates
from halkla_iliskiler.testing.axe import violations_of
from halkla_iliskiler.testing.checklist import QUESTIONS, answers_in, names_in
from halkla_iliskiler.testing.words import catalogue_problems

PERSON = ContactDetails("Ayşe Deneme", email="ayse@example.org")


@pytest.fixture
def city(tmp_path: Path) -> Iterator[RunningCity]:
    running = RunningCity(tmp_path / "site")
    yield running
    running.close()


# -- the running city -------------------------------------------------------------------------------------------------


def test_the_ledger_says_what_was_told_and_what_waits(city: RunningCity) -> None:
    number = city.file(details=PERSON).number
    (waiting,) = city.ledger
    assert (waiting.number, waiting.purpose, waiting.method) == (number, "RECEIPT", "test")
    assert (waiting.state, waiting.attempts) == ("PENDING", 0)
    assert city.work() > 0
    (told,) = city.ledger
    assert (told.state, told.attempts, told.address) == ("DELIVERED", 1, "ayse@example.org")


def test_the_ledger_says_why_something_could_not_be_told(city: RunningCity) -> None:
    method = city.assembly.extensions.feedback_methods["test"]
    assert isinstance(method, TestMethod)
    method.break_down("no such mailbox", permanent=True)
    city.file(details=PERSON)
    city.work()
    assert [(told.state, told.error) for told in city.ledger] == [("UNDELIVERABLE", "no such mailbox")]


def test_time_passes_only_when_it_is_told_to(city: RunningCity) -> None:
    method = city.assembly.extensions.feedback_methods["test"]
    assert isinstance(method, TestMethod)
    method.break_down("busy")
    city.file(details=PERSON)
    city.work()
    method.recover()
    city.work()
    assert [told.state for told in city.ledger] == ["PENDING"], "it is not its time yet"
    city.now.advance(timedelta(hours=2))
    city.work()
    assert [told.state for told in city.ledger] == ["DELIVERED"]


def test_a_browser_signs_in_as_anybody(city: RunningCity) -> None:
    filed = city.file()
    assert filed.number in city.browser("clerk").get("/panel?liste=directorate").text
    assert city.browser().get("/panel", expect_errors=True).status_int in (302, 303)
    assert city.browser("clerk-roads").get(f"/panel/basvurular/{filed.address}", status=404)


def test_an_answer_reaches_whoever_applied(city: RunningCity) -> None:
    number = city.file(details=PERSON).number
    city.answer(number, "Bank onarıldı.")
    city.work()
    assert [(told.number, told.purpose, told.state) for told in city.ledger] == [
        (number, "RECEIPT", "DELIVERED"), (number, "ANSWER", "DELIVERED"),
    ]  # fmt: skip


def test_a_city_lives_on_after_a_restart(city: RunningCity) -> None:
    filed = city.file()
    city.restart()
    assert city.ticket_count == 1
    assert filed.number in city.browser("clerk").get("/panel?liste=directorate").text
    assert city.problems == []


def test_a_plugin_can_be_taken_out_and_put_back(tmp_path: Path) -> None:
    plugin = ModuleType("halkla_kiosk.kiosk")
    plugin.halkla_channels = hookimpl(lambda: [Channel("kiosk", "Kiosk", by_staff=False)])  # type: ignore[attr-defined]
    city = RunningCity(tmp_path / "site")
    city.restart(modules=(plugin,))
    filed = city.file(channel="kiosk")
    city.restart()
    assert "kiosk" not in city.assembly.extensions.channels
    page = city.browser("clerk").get(f"/panel/basvurular/{filed.address}")
    assert filed.number in page.text
    city.close()


def test_a_plugin_that_is_not_installed_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(PluginRefused, match="nobody"):
        RunningCity(tmp_path / "site", plugins=("nobody",))


# -- the contract finds what is wrong ---------------------------------------------------------------------------------


class Calling(FeedbackMethod):
    """Calls somebody where it must not: while the application is being written."""

    code, label = "calling", "Calling"

    def address_of(self, details: ContactDetails) -> str:
        import socket

        try:
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        except OSError:
            return ""
        return "-"

    def deliver(self, notification: Notification) -> Delivery:
        return Delivery(True)


def test_a_call_inside_a_transaction_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = ModuleType("halkla_calling.calling")
    plugin.halkla_feedback_methods = hookimpl(lambda: [Calling()])  # type: ignore[attr-defined]
    city = RunningCity(tmp_path / "site", modules=(plugin,))
    calls = contract._watch_the_network(city, monkeypatch)
    city.file(details=PERSON)
    assert calls
    assert set(calls) == {"create_connection"}
    city.close()


def test_a_call_outside_any_transaction_is_nobodys_fault(city: RunningCity, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    calls = contract._watch_the_network(city, monkeypatch)
    city.file(details=PERSON)
    with pytest.raises(OSError, match="no network in this test"):
        socket.create_connection(("127.0.0.1", 9))
    assert calls == []


def page(html: str, policy: str = "default-src 'none'; script-src 'nonce-x'") -> Any:
    return SimpleNamespace(html=BeautifulSoup(html, "html.parser"), headers={"Content-Security-Policy": policy})


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<h1>A</h1><p style='color:red'>b</p>", "<p style>"),
        ("<h1>A</h1><a onclick='x()'>b</a>", "<a onclick>"),
        ("<h1>A</h1><script>x()</script>", "<script> in the page"),
        ("<h1>A</h1><style>p{}</style>", "<style> in the page"),
        ("<h1>A</h1><form method='post' action='/x'></form>", "<form action='/x'> without csrf_token"),
        ("<h2>A</h2>", "not exactly one <h1>"),
    ],
)
def test_markup_that_the_policy_forbids_is_named(html: str, problem: str) -> None:
    assert gates.markup_problems(page(html)) == [problem]


def test_a_policy_that_was_opened_is_named() -> None:
    assert gates.markup_problems(page("<h1>A</h1>", "default-src 'self'"))
    assert gates.markup_problems(page("<h1>A</h1>")) == []


# -- catalogues and checklist -----------------------------------------------------------------------------------------


def package(folder: Path, code: str, **catalogues: str) -> Path:
    made = folder / "halkla_some"
    made.mkdir()
    (made / "__init__.py").write_text(code, encoding="utf-8")
    for language, words in catalogues.items():
        place = made / "locales" / language / "LC_MESSAGES"
        place.mkdir(parents=True)
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
        (place / "halkla_some.po").write_text(f"{head}\n{words}", encoding="utf-8")
    return made


SAID = 'from .words import _\n\nSAID = _("A kiosk")\n'


def test_what_a_catalogue_does_not_say_is_named(tmp_path: Path) -> None:
    made = package(tmp_path, SAID, tr='msgid "Something else"\nmsgstr "Başka"\n')
    found = catalogue_problems(made)
    assert "tr: not translated: 'A kiosk'" in found
    assert "tr: nobody says any more: 'Something else'" in found
    assert "tr: halkla_some.mo is missing; run pybabel compile" in found
    assert "en: halkla_some.po is missing" in found


def test_without_catalogues_only_the_cores_words_may_be_said(tmp_path: Path) -> None:
    assert catalogue_problems(package(tmp_path, SAID)) == [
        "tr: the core's catalogue does not know 'A kiosk'",
        "en: the core's catalogue does not know 'A kiosk'",
    ]


def test_who_says_nothing_needs_no_catalogue(tmp_path: Path) -> None:
    assert catalogue_problems(package(tmp_path, "X = 1\n")) == []


def test_the_checklist_is_read_from_a_readme() -> None:
    rows = "| question | answer |\n|---|---|\n| Hooks | `halkla_pages`, `halkla_jobs` |\n"
    text = f"# x\n\n## Checklist\n\n{rows}\n## More\n| Powers | x |\n"
    assert answers_in(text) == {"Hooks": "`halkla_pages`, `halkla_jobs`"}
    assert names_in(answers_in(text)["Hooks"]) == {"halkla_pages", "halkla_jobs"}
    assert answers_in("no checklist") == {}


def test_the_page_of_questions_asks_what_the_contract_asks() -> None:
    text = (Path(__file__).parents[3] / "docs" / "plugin-checklist.md").read_text(encoding="utf-8")
    for question, about in QUESTIONS.items():
        assert f"| {question} | {about} |" in text, question


def test_an_about_says_what_the_contract_compares() -> None:
    assert {"powers", "sends_abroad", "keeps", "api"} <= About("x").__dataclass_fields__.keys()


# -- the gates of pages -----------------------------------------------------------------------------------------------


def machine(said: Any) -> Page:
    return Page("receive", said=said, is_machine=True)


def kiosk_with(*pages: Page) -> ModuleType:
    plugin = ModuleType("halkla_kiosk.kiosk")
    plugin.halkla_pages = hookimpl(lambda: list(pages))  # type: ignore[attr-defined]
    return plugin


def problems_of(tmp_path: Path, page: Page) -> list[str]:
    city = RunningCity(tmp_path / "site", modules=(kiosk_with(page),))
    try:
        return gates.page_problems(city, "kiosk", page)
    finally:
        city.close()


def test_a_machines_page_that_asks_nobody_who_it_is_is_named(tmp_path: Path) -> None:
    found = problems_of(tmp_path, machine(lambda asked, house: Said(data={"taken": True})))
    assert len(found) == 3
    assert all("it has to ask who it is" in problem for problem in found)


def test_a_machines_page_that_refuses_strangers_passes(tmp_path: Path) -> None:
    assert problems_of(tmp_path, machine(lambda asked, house: Said(status=403, data={"problem": "key"}))) == []


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Write a template of an installed package of its own, and return its name."""

    def write(text: str) -> str:
        name = f"halkla_drawn_{abs(hash(text))}"
        folder = tmp_path / "packages" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
        (folder / "page.pt").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder.parent))
        return f"{name}:page.pt"

    return write


FORM = """<form method="post" action="${action}">
  <input type="hidden" name="csrf_token" value="${csrf_token}"><button type="submit">+</button>
</form>"""


def drawn(template: str, **who: Any) -> Page:
    return Page("page", "Page", template, show=lambda asked, house: {}, said=lambda asked, house: Said("done"), **who)


@pytest.mark.parametrize("who", [{}, {"permission": "administer"}, {"is_public": True}])
def test_a_page_lets_in_whom_it_says_and_nobody_else(
    tmp_path: Path, template: Callable[[str], str], who: dict[str, Any]
) -> None:
    assert problems_of(tmp_path, drawn(template(f"<div>{FORM}</div>"), **who)) == []


def test_a_page_with_a_script_a_style_or_a_naked_form_is_named(tmp_path: Path, template: Callable[[str], str]) -> None:
    text = """<div style="color: red"><script>alert(1)</script><form method="post" action="/x"></form></div>"""
    found = " ".join(problems_of(tmp_path, drawn(template(text), is_public=True)))
    assert "<div style>" in found
    assert "<script> in the page" in found
    assert "<form action='/x'> without csrf_token" in found


@pytest.mark.browser
def test_axe_judges_the_page_of_a_plugin(tmp_path: Path, template: Callable[[str], str]) -> None:
    good, bad = "<p>Merhaba</p>", '<p><img src="/simge.svg"></p>'
    for text, is_found in ((good, False), (bad, True)):
        page = drawn(template(text), is_public=True)
        with closing(RunningCity(tmp_path / f"site-{is_found}", modules=(kiosk_with(page),))) as city:
            found = violations_of(city, [gates.address_of_page("kiosk", page)], "")
        assert any("image-alt" in problem for problem in found) == is_found
        assert is_found or found == []


def test_what_is_hidden_cannot_be_imported_and_comes_back() -> None:
    import colander

    with contract._not_installed("colander"), pytest.raises(ModuleNotFoundError, match="colander is not installed"):
        importlib.import_module("colander")
    assert importlib.import_module("colander") is colander
