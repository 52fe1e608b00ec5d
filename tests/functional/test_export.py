"""A list as a file: what the list shows and what was answered, for whoever says why; a formula in it does nothing."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook
from webtest import TestResponse

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.services import Assembly, Services, exports
from halkla_iliskiler.services.exports import ExportState
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow
from tests.conftest import Browser
from tests.functional.pages import alerts, soup, tr, words

As = Callable[[str], Services]
Browsers = Callable[[str], Browser]
File = Callable[..., Filed]


def saved(browser: Browser, address: str, reason: str, *, kind: str = "csv", people: str = "") -> TestResponse:
    form = next(form for form in browser.get(address).forms.values() if form.action == "/panel/aktar")
    form["reason"] = reason
    if people:
        form["people"] = people
    return form.submit("format", value=kind)


def table(answer: TestResponse) -> list[dict[str, str]]:
    """Read it as a spreadsheet would."""
    assert answer.content_type == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))


def test_the_file_holds_what_the_list_shows_and_what_was_answered(browser_of: Browsers, file: File) -> None:
    ayse = ContactDetails("Ayşe Denek", "+905321234567", "ayse@example.org")
    file(category="wreck", words="Terk edilmiş araç.", answers=(("plate", ("35 ABC 123",)),), details=ayse)
    file(category="tree", words="Kurumuş ağaç.")
    answer = saved(browser_of("clerk-cleaning"), "/panel?liste=directorate", "Haftalık toplantı")
    (row,) = table(answer)
    assert row[tr("First words")] == "Terk edilmiş araç."
    assert "35 ABC 123" in row.values()
    assert row[tr("Link")].startswith("http")
    assert not any(word in answer.text for word in ("Ayşe", "532", "example.org", "ağaç"))


def test_a_formula_in_a_citizens_words_does_nothing(browser_of: Browsers, file: File) -> None:
    for said in ("=1+1", "+90 numaram", "-2", "@SUM(A1)", "\t=1", "＝1+1"):
        file(category="tree", words=said)
    rows = table(saved(browser_of("clerk"), "/panel?liste=directorate", "Deneme"))
    assert len(rows) == 6
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for row in rows for cell in row.values())


def test_a_narrowed_list_is_saved_narrowed_and_a_long_one_whole(browser_of: Browsers, file: File) -> None:
    for place in range(60):
        file(category="tree", words=f"Ağaç {place}", kind="SERVICE_REQUEST" if place % 2 else "COMPLAINT")
    clerk = browser_of("clerk")
    assert len(table(saved(clerk, "/panel?liste=directorate", "Sayım"))) == 60
    assert len(table(saved(clerk, "/panel?liste=directorate&tur=COMPLAINT", "Sayım"))) == 30


def test_who_saved_it_and_why_stands_in_the_log(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    file(category="tree")
    saved(browser_of("clerk"), "/panel?liste=directorate", "Başkanlık sordu")
    newest = assembly.reads.newest()
    assert newest is not None
    assert newest.values["who"] == "clerk"
    assert newest.values["why"] == "Başkanlık sordu"
    assert newest.values["found"] == "1"


def test_without_a_reason_there_is_no_file(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    file(category="tree")
    clerk = browser_of("clerk")
    answer = saved(clerk, "/panel?liste=directorate", " … ")
    assert answer.status_int == 303
    assert alerts(answer.follow()) == [tr("This is needed.")]
    assert assembly.reads.newest() is None


# -- Excel ----------------------------------------------------------------------------------------------------------


def workbook(answer: TestResponse) -> list[dict[str, object]]:
    """Read it with another program's eyes; check that no cell would be calculated."""
    assert answer.content_type.endswith("spreadsheetml.sheet")
    (sheet,) = load_workbook(io.BytesIO(answer.body)).worksheets
    head, *rows = list(sheet.iter_rows())
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for row in rows for cell in row)
    return [{str(name.value): cell.value for name, cell in zip(head, row, strict=True)} for row in rows]


def test_an_excel_file_holds_what_the_list_shows_and_calculates_nothing(browser_of: Browsers, file: File) -> None:
    words = ["=1+1", '=HYPERLINK("http://x")', "+90 numaram", "-2", "@SUM(A1)", "Kurumuş ağaç.", "\x01gizli"]
    for one in words:
        file(category="tree", words=one)
    clerk = browser_of("clerk")
    rows = workbook(saved(clerk, "/panel?liste=directorate", "Deneme", kind="xlsx"))
    shown = [
        link.get_text().strip() for link in soup(clerk.get("/panel?liste=directorate")).select("[data-rows] .number")
    ]
    assert [row[tr("Number")] for row in rows] == list(dict.fromkeys(shown))[: len(rows)]
    assert {str(row[tr("First words")]) for row in rows} >= {"=1+1", "+90 numaram", "-2", "@SUM(A1)", "Kurumuş ağaç."}
    assert {row[tr("Filed")] for row in rows} == {datetime.fromisoformat("2026-01-05 09:00")}


# -- who may have what ----------------------------------------------------------------------------------------------

CANARIES = ("Ayşe Denek", "+905321234567", "ayse@example.org")
SECRET = "Evde şiddet görüyorum."


def canaries(file: File) -> None:
    ayse = ContactDetails(*CANARIES)
    file(category="tree", words="Adı belli.", details=ayse)
    file(category="tree", kind="TIP_OFF", words="Kimliği gizli.", details=replace(ayse, name="Gizli İhbarcı"))
    file(category="hardship", words=SECRET, details=ayse)


def content(answer: TestResponse) -> str:
    rows = workbook(answer) if "sheet" in answer.content_type else table(answer)
    return " ".join(str(cell) for row in rows for cell in row.values())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("role", ["agent", "clerk", "director", "deputy-mayor", "supervisor", "field-crew", "auditor"])
def test_nobody_is_named_unless_somebody_asks_who_may(browser_of: Browsers, file: File, role: str, kind: str) -> None:
    canaries(file)
    browser = browser_of(role)
    said = content(saved(browser, "/panel?liste=all", "Deneme", kind=kind))
    assert "Adı belli." in said
    assert not any(word in said for word in (*CANARIES, "532 123", "Gizli İhbarcı"))
    assert (SECRET in said) is (role in ("deputy-mayor", "supervisor"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_may_have_people_in_a_file_has_theirs_and_never_a_hidden_one(
    browser_of: Browsers, file: File, kind: str, assembly: Assembly
) -> None:
    canaries(file)
    director = content(saved(browser_of("director"), "/panel?liste=all", "Toplantı daveti", kind=kind, people="1"))
    assert all(word in director for word in CANARIES)
    assert "Gizli İhbarcı" not in director
    assert SECRET not in director
    newest = assembly.reads.newest()
    assert newest is not None
    assert newest.values["by"] == "people"
    supervisor = content(saved(browser_of("supervisor"), "/panel?liste=all", "Denetim", kind=kind, people="1"))
    assert "Gizli İhbarcı" in supervisor


@pytest.mark.parametrize("role", ["agent", "clerk", "deputy-mayor", "field-crew", "auditor"])
def test_people_in_a_file_need_a_right_of_their_own(browser_of: Browsers, file: File, role: str) -> None:
    canaries(file)
    browser = browser_of(role)
    page = browser.get("/panel?liste=all")
    assert 'name="people"' not in page.text
    values = {"sorgu": "liste=all", "reason": "Deneme", "people": "1", "format": "csv"}
    answer = browser.send("/panel/aktar", values, status=403)
    assert not any(word in answer.text for word in CANARIES)


# -- long ones ------------------------------------------------------------------------------------------------------


@pytest.fixture
def long_list(monkeypatch: pytest.MonkeyPatch, file: File) -> None:
    """A list that is longer than what is made while somebody waits."""
    monkeypatch.setattr(exports, "AT_ONCE", 20)
    monkeypatch.setattr(exports, "_SLICE", 5)
    for place in range(42):
        file(category="tree", words=f"=Ağaç {place}")


def ordered(browser: Browser, kind: str = "csv") -> str:
    """Order a long list; return the address of its page."""
    answer = saved(browser, "/panel?liste=directorate", "Yıl sonu", kind=kind)
    assert answer.status_int == 303
    return str(answer.location).removeprefix("http://localhost")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_made_by_the_worker_and_fetched_by_its_owner_alone(
    long_list: None, browser_of: Browsers, services: As, kind: str
) -> None:
    director = browser_of("director")
    address = ordered(director, kind)
    waiting = director.get(address)
    assert tr("waits its turn") in words(waiting)
    assert tr("${done} of ${total} rows", done=0, total=42) in words(waiting)
    assert director.get(f"{address}/durum").json["state"] == "waiting"
    director.get(f"{address}/dosya", status=404)
    assert services("system").exports.work() == 1
    assert tr("Download") in words(director.get(address))
    answer = director.get(f"{address}/dosya")
    rows = workbook(answer) if kind == "xlsx" else table(answer)
    assert len({row[tr("Number")] for row in rows}) == 42
    for other in ("supervisor", "agent", "administrator"):
        for part in ("", "/durum", "/dosya"):
            assert browser_of(other).get(f"{address}{part}", status="*").status_int in (403, 404)
        assert browser_of(other).send(f"{address}/sil", status="*").status_int in (403, 404)
    assert tr("Download") in words(browser_of("director").get("/panel/aktarimlar"))


def test_a_file_is_kept_for_hours_and_then_it_is_gone(
    long_list: None, browser_of: Browsers, services: As, now: FakeNow
) -> None:
    address = ordered(browser_of("director"))
    services("system").exports.work()
    now.advance(timedelta(hours=5))
    assert services("system").exports.sweep() == 0
    now.advance(timedelta(hours=2))
    browser_of("director").get(f"{address}/dosya", status=404)
    assert services("system").exports.sweep() == 1
    assert not list(services("system").exports.files.directory.iterdir())


def test_its_owner_can_delete_it_or_stop_it(long_list: None, browser_of: Browsers, services: As) -> None:
    director = browser_of("director")
    address = ordered(director)
    director.send(f"{address}/sil", status=303)
    assert services("system").exports.work() == 0
    assert tr("No file waits for you") in words(director.get("/panel/aktarimlar"))
    assert not list(services("system").exports.files.directory.iterdir())


def test_a_process_that_ends_in_the_middle_loses_nothing(
    long_list: None, browser_of: Browsers, services: As, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = browser_of("director")
    address = ordered(director)
    monkeypatch.setattr(exports, "_PATIENCE", 0.0)
    assert services("system").exports.work() == 0
    assembly.exports_under_way.clear()
    monkeypatch.setattr(exports, "_PATIENCE", 60.0)
    assert services("system").exports.work() == 1
    assert len(table(director.get(f"{address}/dosya"))) == 42


def test_whoever_may_not_any_more_gets_nothing(long_list: None, browser_of: Browsers, services: As) -> None:
    director = browser_of("director")
    address = ordered(director)
    services("system").accounts.disable("director")
    assert services("system").exports.work() == 0
    export = services("director").exports.get(address.rpartition("/")[2])
    assert export.state is ExportState.FAILED
    assert not list(services("system").exports.files.directory.glob("*.part"))


def test_nobody_fills_the_disk(long_list: None, browser_of: Browsers) -> None:
    director = browser_of("director")
    for _ in range(5):
        ordered(director)
    answer = saved(director, "/panel?liste=directorate", "Bir daha")
    said = alerts(answer.follow())
    assert said == [tr("You have as many files as you can have. Fetch and delete one of them first.")]


# -- the numbers of the day -----------------------------------------------------------------------------------------


def test_the_numbers_of_the_day_as_files(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    for place in range(3):
        file(category="tree", words=f"Ağaç {place}")
    file(category="rubbish")
    supervisor = browser_of("supervisor")
    form = next(form for form in supervisor.get("/panel/sayilar").forms.values() if "/aktar" in form.action)
    form["reason"] = "Meclis"
    book = load_workbook(io.BytesIO(form.submit("format", value="xlsx").body))
    by_department = list(book[tr("By directorate")].iter_rows(values_only=True))
    assert [row[:2] for row in by_department[1:]] == [
        ("Park ve Bahçeler Müdürlüğü", 3), ("Temizlik İşleri Müdürlüğü", 1),
    ]  # fmt: skip
    lines = form.submit("format", value="csv").body.decode("utf-8-sig").splitlines()
    assert any(line.startswith("Park ve Bahçeler Müdürlüğü;3;") for line in lines)
    # A sheet's name is cut behind a word, and says that it is.
    assert f"{tr('Where it lay when the promise broke')[:31].rpartition(' ')[0]}…" in book.sheetnames
    newest = assembly.reads.newest()
    assert newest is not None
    assert (newest.values["by"], newest.values["why"]) == ("figures", "Meclis")
    form["reason"] = "…"
    assert alerts(form.submit("format", value="csv").follow()) == [tr("This is needed.")]
