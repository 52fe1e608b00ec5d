"""A list as a file: what the list shows and what was answered, for whoever says why; a formula in it does nothing."""

import csv
import io
from collections.abc import Callable

from webtest import TestResponse

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.intake import Filed
from tests.conftest import Browser
from tests.functional.pages import alerts, tr

Browsers = Callable[[str], Browser]
File = Callable[..., Filed]


def saved(browser: Browser, address: str, reason: str) -> TestResponse:
    form = next(form for form in browser.get(address).forms.values() if form.action == "/panel/aktar")
    form["reason"] = reason
    return form.submit()


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
    assert row[tr("Address")].startswith("http")
    assert not any(word in answer.text for word in ("Ayşe", "532", "example.org", "ağaç"))


def test_a_formula_in_a_citizens_words_does_nothing(browser_of: Browsers, file: File) -> None:
    for words in ("=1+1", "+90 numaram", "-2", "@SUM(A1)", "\t=1"):
        file(category="tree", words=words)
    rows = table(saved(browser_of("clerk"), "/panel?liste=directorate", "Deneme"))
    assert len(rows) == 5
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())


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
