"""The read log as those see it who answer for it, the ticket on paper, and sharing from the ticket's page."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.storage import ReadLog
from halkla_iliskiler.testing import FakeNow, draft
from tests.conftest import Browser
from tests.functional.pages import said, words

As = Callable[[str], Services]
BrowserOf = Callable[[str], Browser]
AYSE = ContactDetails("Ayşe Yılmaz", "+905990000001", "ayse@example.org")
LOG = "/panel/okumalar"


@pytest.fixture
def filed(services: As) -> Filed:
    return services("").intake.file(draft(details=AYSE))


def rows(browser: Browser, query: str = "") -> list[list[str]]:
    page = browser.get(LOG + query)
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in page.html.select("tbody tr")]


def test_who_opened_what_when_why_and_from_where(browser_of: BrowserOf, filed: Filed) -> None:
    browser_of("clerk").send(f"/panel/basvurular/{filed.address}/iletisim", {"reason": "Geri arama"}, status=200)
    newest, opened = rows(browser_of("supervisor"))
    assert newest[1:3] == ["Nermin Karaca supervisor", "bu kaydı okudu"]
    assert opened[1:] == [
        "Serpil Doğru clerk", "iletişim bilgilerini açtı", filed.number, "Geri arama", "203.0.113.7",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["agent", "clerk", "director", "deputy-mayor", "field-crew", "administrator"])
def test_nobody_else_sees_the_log(browser_of: BrowserOf, filed: Filed, role: str) -> None:
    browser = browser_of(role)
    browser.get(LOG, status=403)
    assert LOG not in browser.get("/panel", status="*").text


def test_it_is_narrowed_by_person_ticket_kind_and_day(
    browser_of: BrowserOf, services: As, filed: Filed, now: FakeNow
) -> None:
    other = services("").intake.file(draft(details=AYSE))
    services("clerk").disclosure.contact_details(filed.ticket_id, "ilk", "")
    services("agent").disclosure.contact_details(other.ticket_id, "ikinci", "")
    services("agent").disclosure.searched("phone", 2, "arayan", value=AYSE.phone)
    now.advance(timedelta(days=1))
    services("agent").disclosure.contact_details(filed.ticket_id, "ertesi gün", "")
    browser = browser_of("auditor")
    assert {row[4] for row in rows(browser, "?kim=clerk")} == {"ilk"}
    assert [row[4] for row in rows(browser, f"?basvuru={filed.number}")] == ["ertesi gün", "ilk"]
    assert [row[3:5] for row in rows(browser, "?tur=search")] == [["telefon numarasıyla 2 sonuç", "arayan"]]
    assert [row[4] for row in rows(browser, "?gun=2026-01-05")] == ["arayan", "ikinci", "ilk"]
    assert [row[4] for row in rows(browser, "?gun=2026-01-06&kim=agent")] == ["ertesi gün"]
    assert rows(browser, "?gun=2025-12-31") == []


@pytest.mark.parametrize(
    "asked", ["?basvuru=2026/99999x", "?gun=yarin", "?sonra=../../etc/passwd:3", "?sonra=reads.log:x"]
)
def test_what_cannot_be_looked_for_is_said(browser_of: BrowserOf, filed: Filed, asked: str) -> None:
    browser_of("supervisor").get(LOG + asked, status=200)


def test_it_is_paged_from_the_newest_to_the_oldest(browser_of: BrowserOf, services: As, filed: Filed) -> None:
    for number in range(120):
        services("clerk").disclosure.contact_details(filed.ticket_id, f"neden {number}", "")
    browser = browser_of("supervisor")
    seen: list[str] = []
    address = f"{LOG}?kim=clerk"
    while address:
        page = browser.get(address)
        seen += said(page, ".r-why")
        older = page.html.select_one(".s-pages a[rel=next]")
        address = older["href"] if older else ""
    assert seen == [f"neden {number}" for number in reversed(range(120))]
    # Its pages are one reading.
    assert len(rows(browser, "?tur=log_read&kim=supervisor")) == 2


def test_what_was_searched_for_stands_nowhere(services: As, assembly: Assembly, filed: Filed) -> None:
    disclosure = services("agent").disclosure
    disclosure.searched("phone", 1, value=AYSE.phone)
    disclosure.searched("name", 1, value=AYSE.name)
    text = (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8")
    assert "0000001" not in text
    assert "Ayşe" not in text
    assert disclosure.mark("phone", AYSE.phone) in text
    assert disclosure.mark("phone", "+905990000002") not in text


def test_the_ticket_shows_supervisors_who_opened_it(browser_of: BrowserOf, services: As, filed: Filed) -> None:
    page = f"/panel/basvurular/{filed.address}"
    supervisor = browser_of("supervisor")
    assert "Son zamanlarda" in said(supervisor.get(page), ".t-readings")[0]
    for number in range(12):
        services("clerk").disclosure.contact_details(filed.ticket_id, f"neden {number}", "")
    shown = said(supervisor.get(page), ".t-readings li")
    assert len(shown) == 10
    assert "Serpil Doğru" in shown[0]
    assert "neden 11" in shown[0]
    services("agent").disclosure.contact_details(filed.ticket_id, "bir daha", "")
    assert "Deniz Aksu" in said(supervisor.get(page), ".t-readings li")[0]
    assert said(browser_of("clerk").get(page), ".t-readings") == []


def test_printing_is_a_reading_and_shows_nothing_more(browser_of: BrowserOf, filed: Filed) -> None:
    clerk = browser_of("clerk")
    page = clerk.get(f"/panel/basvurular/{filed.address}")
    paper = clerk.get(page.html.select_one("a.t-print")["href"])
    assert "Parktaki bankın tahtası kırılmış." in paper.text
    assert "0599 ••• •• 01" in paper.text
    assert AYSE.email not in paper.text
    assert [row[2:4] for row in rows(browser_of("supervisor"), "?kim=clerk")] == [["yazdırdı", filed.number]]


def test_a_line_that_was_changed_is_found_by_the_check(services: As, assembly: Assembly, filed: Filed) -> None:
    for _ in range(3):
        services("clerk").disclosure.contact_details(filed.ticket_id, "merak", "")
    path = assembly.database.files.directory / "reads.log"
    honest = path.read_bytes()
    path.write_bytes(honest.replace(b"merak", b"gerek", 1))
    assert len(list(ReadLog(path.parent).problems())) == 1
    path.write_bytes(honest)


def test_nothing_is_shown_when_it_cannot_be_written_down(
    browser_of: BrowserOf, assembly: Assembly, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(line: dict[str, str]) -> None:
        raise OSError(28, "No space left on device")

    clerk = browser_of("clerk")
    monkeypatch.setattr(assembly.reads, "append", full)
    answer = clerk.send(
        f"/panel/basvurular/{filed.address}/iletisim", {"reason": "Geri arama"}, status="*", expect_errors=True
    )
    assert answer.status_int >= 500
    assert AYSE.email not in answer.text


def test_sharing_from_the_page_and_taking_it_back(browser_of: BrowserOf, filed: Filed) -> None:
    page = f"/panel/basvurular/{filed.address}"
    agent, other = browser_of("agent"), browser_of("clerk-roads")
    other.get(page, status=404)
    answer = agent.send(f"{page}/paylas", {"department": "roads"}, status=303).follow()
    assert "Bu başvuruyu artık Fen İşleri Müdürlüğü de görüyor." in words(answer)
    assert "Fen İşleri Müdürlüğü" in said(answer, ".t-shared li")[0]
    shared = other.get(page, status=200)
    assert "Fen İşleri Müdürlüğü ile paylaştı" in words(shared)
    assert AYSE.name not in shared.text
    other.send(f"{page}/islem/take", {"revision": "2"}, status=403)
    assert "zaten görüyor" in words(agent.send(f"{page}/paylas", {"department": "roads"}, status=303).follow())
    agent.send(f"{page}/paylasma", {"department": "roads"}, status=303)
    other.get(page, status=404)


def test_a_sensitive_ticket_is_assigned_only_to_somebody_with_the_right(
    browser_of: BrowserOf, services: As, assembly: Assembly
) -> None:
    from halkla_iliskiler.domain.access import SYSTEM, Grant
    from halkla_iliskiler.domain.errors import InvalidInput
    from halkla_iliskiler.domain.moves import Order
    from halkla_iliskiler.domain.workflow import Action
    from halkla_iliskiler.testing import PASSWORD

    accounts = assembly.services(SYSTEM).accounts
    accounts.add("yeni", "Yeni Memur", PASSWORD, (Grant("clerk", "family"),))
    filed = services("").intake.file(draft(category="hardship"))
    assign = Order(Action.ASSIGN, department="family", assignee="yeni")
    with pytest.raises(InvalidInput) as refused:
        services("supervisor").handling.act(filed.ticket_id, assign, None)
    assert (refused.value.field, refused.value.problem) == ("assignee", "not_entitled")
    allowed = Order(Action.ASSIGN, department="family", assignee="clerk-family")
    services("supervisor").handling.act(filed.ticket_id, allowed, None)


def test_the_command_line_tells_who_searched_for_a_number(services: As, assembly: Assembly, filed: Filed) -> None:
    from click.testing import CliRunner

    from halkla_iliskiler.cli import main

    services("agent").disclosure.searched("phone", 1, "arayan", value=AYSE.phone)
    services("agent").disclosure.searched("phone", 0, "başkası", value="+905990000002")
    data = assembly.database.files.directory
    ini = data.parent / "site.ini"
    ini.write_text(f"[app:main]\nhalkla.data = {data}\nhalkla.plugins =\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["-c", str(ini), "reads", "--phone", "0599 000 00 01"])
    assert result.exit_code == 0, result.output
    assert "arayan" in result.output
    assert "başkası" not in result.output
    assert "1 searches." in result.output


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31.12.2026"])
def test_a_day_that_no_log_can_have_is_said_to_be_none(browser_of: BrowserOf, day: str) -> None:
    assert rows(browser_of("supervisor"), f"?gun={day}") == []


def test_what_was_taken_back_is_marked_on_paper(browser_of: BrowserOf, services: As, filed: Filed) -> None:
    clerk = services("clerk")
    revision = clerk.handling.act(filed.ticket_id, Order(Action.REPLY, "Yanlış cevap."), None)
    clerk.undoing.undo(filed.ticket_id, revision - 1)
    page = browser_of("clerk").get(f"/panel/basvurular/{filed.address}/yazdir")
    (entry,) = [entry for entry in page.html.select(".p-history li") if "Yanlış cevap." in entry.get_text()]
    assert "geri alındı" in entry.get_text()
