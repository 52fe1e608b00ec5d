"""Many applications at once, through the pages, without JavaScript: ticked, looked at, done, read, taken back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.bulk import MOST_TRIES
from halkla_iliskiler.domain.ticket import Location, address_of
from halkla_iliskiler.services import Assembly, bulk
from halkla_iliskiler.testing import FakeNow, TestMethod, actor, draft
from halkla_iliskiler.work import Runner
from tests.conftest import Browser
from tests.functional.pages import soup

STORM = 340


def people(count: int) -> Iterator[ContactDetails]:
    """Yield who applies: every third of them twice."""
    for number in range(count):
        person = number - 1 if number % 4 == 3 else number
        yield ContactDetails(f"Kişi {chr(65 + person % 26)}{person}", email=f"kisi{person}@example.org")


@pytest.fixture
def file(assembly: Assembly) -> Callable[..., Any]:
    def make(count: int, **values: Any) -> list[Any]:
        values = {"category": None, "location": Location("isikli"), "words": "Ağaç devrildi, elektrik yok.", **values}
        intake = assembly.services(SYSTEM).intake
        return [intake.file(draft(details=person, **values)) for person in people(count)]

    return make


def button_form(page: Any, words: str) -> Any:
    """Return the form that has a button of those words."""
    found = soup(page).find(lambda tag: tag.name == "button" and words in tag.get_text())
    assert found is not None, f"no button {words!r}"
    return found.find_parent("form")


def post(browser: Browser, form: Any, **values: str) -> Any:
    inputs = form.find_all("input", {"name": True, "type": "hidden"})
    fields = [(one["name"], one.get("value", "")) for one in inputs]
    return browser.send(form["action"], [*(pair for pair in fields if pair[0] != "csrf_token"), *values.items()])


def chosen(browser: Browser, filed: list[Any]) -> str:
    """Tick some in the list; return the address of what is done with them."""
    pairs = [("sorgu", "liste=open"), *(("sec", one.address) for one in filed)]
    return path_of(browser.send("/panel/toplu", pairs, status=303))


def path_of(answer: Any) -> str:
    """Return where an answer leads, without the host."""
    return str(answer.location).removeprefix("http://localhost")


def named(page: Any, section: str) -> set[str]:
    """Return where the tickets lead that a section names."""
    return {link["href"] for link in soup(page).select(f"section[aria-labelledby={section}] .b-tickets a")}


def offered(page: Any) -> dict[str, tuple[bool, str]]:
    """Return what can be chosen: by its name whether it can, and what is said about it."""
    return {
        one.b.get_text(strip=True): (one.name == "a", one.select_one(".b-fits").get_text(strip=True))
        for one in soup(page).select(".b-kind")
    }


def figures(page: Any) -> list[str]:
    return [" ".join(item.get_text(" ", strip=True).split()) for item in soup(page).select(".b-sums li")]


def test_a_storm_of_340_from_the_list_to_the_result(
    browser_of: Callable[[str], Browser], assembly: Assembly, file: Callable[..., Any], method: TestMethod, now: FakeNow
) -> None:
    file(STORM)
    file(3, words="Bambaşka bir konu.")
    supervisor = browser_of("supervisor")
    page = supervisor.get("/panel?liste=open&q=devrildi")
    boxes = soup(page).select(".q-pick input")
    assert len(boxes) == 50
    assert {box["form"] for box in boxes} == {"q-bulk"}
    bar = soup(page).find(id="q-bulk")
    assert f"{STORM}" in bar.get_text()
    where = path_of(post(supervisor, bar, hepsi="1"))
    page = supervisor.get(where)
    assert f"{STORM}" in soup(page).h1.get_text()
    page = supervisor.get(f"{where}?islem=finish")
    answer = {"islem": "finish", "outcome": "SOLVED", "text": "{number} numaralı başvurunuzdaki ağaç kaldırıldı."}
    assert path_of(supervisor.send(where, answer, status=303)) == where
    while assembly.services(SYSTEM).delivery.deliver_due():
        pass
    method.delivered.clear()
    page = supervisor.get(where)
    persons = STORM - STORM // 4
    assert figures(page)[0].startswith(f"{STORM} ")
    assert any(said.startswith(f"{persons} ") for said in figures(page)), figures(page)
    assert method.delivered == []
    form = soup(page).select_one(".b-do")
    assert path_of(post(supervisor, form)) == where
    page = supervisor.get(where)
    assert soup(page).progress["max"] == str(STORM)
    Runner(assembly).run_due(now())
    said = supervisor.get(f"{where}/durum").json
    assert 0 < said["done"] <= STORM
    while not said["over"]:
        Runner(assembly).run_due(now())
        said = supervisor.get(f"{where}/durum").json
    page = supervisor.get(where)
    assert figures(page)[0].startswith(f"{STORM} ")
    while assembly.services(SYSTEM).delivery.deliver_due():
        pass
    assert len(method.delivered) == persons
    assert len({note.to for note in method.delivered}) == persons
    assert soup(supervisor.get("/panel?liste=unrouted")).select(".q-row .is-done") == []
    assert len(soup(supervisor.get("/panel?liste=open")).select(".q-row")) == 3


def test_a_few_are_done_at_once_and_the_reasons_are_said(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    fresh, routed = file(3), file(2, category="bench")
    supervisor = browser_of("supervisor")
    where = chosen(supervisor, [*fresh, *routed])
    page = supervisor.get(f"{where}?islem=reply")
    assert soup(page).select_one("textarea[name=text]") is not None
    supervisor.send(where, {"islem": "reply", "text": "Bakıyoruz."}, status=303)
    page = supervisor.get(where)
    assert [said.split()[0] for said in figures(page)[:2]] == ["3", "2"]
    assert named(page, "b-refused") == {f"/panel/basvurular/{one.address}" for one in routed}
    assert named(page, "b-going") == {f"/panel/basvurular/{one.address}" for one in fresh}
    assert "Bakıyoruz." in soup(page).select_one(".t-preview-text").get_text()
    page = supervisor.get(post(supervisor, soup(page).select_one(".b-do")).location)
    assert [said.split()[0] for said in figures(page)] == ["3", "2"]
    assert soup(page).progress is None
    again = path_of(post(supervisor, button_form(page, "başka bir işlem")))
    assert "2" in soup(supervisor.get(again)).h1.get_text()
    text = supervisor.get(f"{where}/sonuc.csv").text
    assert text.startswith("\ufeff")
    lines = text.splitlines()
    assert len(lines) == 6
    assert sum(fresh[0].number in line for line in lines) == 1
    rows = soup(supervisor.get("/panel/toplu")).select("tbody tr")
    assert [cell.get_text(strip=True) for cell in rows[1].select(".b-number")] == [
        "Seçilen5",
        "Yapılan3",
        "Yapılmayan2",
    ]


def test_what_is_missing_is_said_at_its_field_with_what_was_typed_kept(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    director = browser_of("director")
    where = chosen(director, file(2, category="bench"))
    page = director.send(where, {"islem": "finish", "outcome": "", "text": "Sayın {ad}, oldu."}, status=200)
    assert soup(page).select_one(".error-summary") is not None
    assert soup(page).textarea.get_text().strip() == "Sayın {ad}, oldu."
    page = director.send(where, {"islem": "plan", "date": "2025-01-01", "text": "Yarın."}, status=200)
    assert soup(page).select_one(".error-summary") is not None


def test_a_ready_answer_keeps_its_fields_for_each_application(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    clerk = browser_of("clerk")
    where = chosen(clerk, file(2, category="bench"))
    page = clerk.send(where, {"islem": "finish", "template": "done", "use_template": "1"}, status=200)
    assert "{number}" in soup(page).textarea.get_text()
    page = clerk.send(
        where, {"islem": "plan", "template": "planned", "date": "2026-02-02", "use_template": "1"}, status=200
    )
    assert "2 Şubat Pazartesi" in soup(page).textarea.get_text()


def test_a_ready_answer_that_is_ended_is_not_offered(
    browser_of: Callable[[str], Browser], file: Callable[..., Any], assembly: Assembly
) -> None:
    clerk = browser_of("clerk")
    where = chosen(clerk, file(1, category="bench"))
    assert soup(clerk.get(f"{where}?islem=finish")).find("option", value="done") is not None
    assembly.services(actor("supervisor")).catalogue.end("reply_templates", "done")
    assert soup(clerk.get(f"{where}?islem=finish")).find("option", value="done") is None
    page = clerk.send(where, {"islem": "finish", "template": "done", "use_template": "1"}, status=200)
    assert soup(page).textarea.get_text().strip() == ""


MANY_FILTERS = "&".join(["liste=open", "kategori=bench", *(f"kategori={n:080}" for n in range(39)), "mahalle=isikli"])


def test_a_long_list_is_the_list_that_is_shown(browser_of: Callable[[str], Browser], file: Callable[..., Any]) -> None:
    assert len(MANY_FILTERS) > 2000
    file(2, category="bench")
    file(3, category="bench", location=Location())
    supervisor = browser_of("supervisor")
    page = supervisor.get(f"/panel?{MANY_FILTERS}")
    assert len(soup(page).select(".q-row")) == 2
    where = path_of(post(supervisor, soup(page).find(id="q-bulk"), hepsi="1"))
    assert "2" in soup(supervisor.get(where)).h1.get_text()
    sent = {"sorgu": MANY_FILTERS, "reason": "Müdürlük toplantısı"}
    assert len(supervisor.send("/panel/aktar", sent).text.splitlines()) == 3
    page = supervisor.send("/panel/listelerim", {"sorgu": MANY_FILTERS, "name": "Banklar"}, status=200)
    assert "süzgeç" in soup(page).get_text(), "it is too long to be kept, and is not kept as another"


@pytest.mark.parametrize("address", ["/panel/toplu", "/panel/aktar", "/panel/listelerim"])
def test_a_list_nobody_can_have_been_shown_is_refused(
    browser_of: Callable[[str], Browser], file: Callable[..., Any], address: str
) -> None:
    file(2, category="bench")
    supervisor = browser_of("supervisor")
    fields = {
        "sorgu": f"liste=open&q={'x' * 300_000}&mahalle=isikli",
        "hepsi": "1",
        "name": "Banklar",
        "reason": "Toplantı",
    }
    answer = supervisor.send(address, fields, status=303)
    assert path_of(answer) == "/panel"
    assert soup(answer.follow()).select_one(".message.is-error") is not None


def test_no_cell_of_the_result_is_calculated(
    browser_of: Callable[[str], Browser], file: Callable[..., Any], assembly: Assembly
) -> None:
    with assembly.database.reading() as site:
        bench = site.city.category("bench")
    assert bench is not None
    assembly.services(actor("supervisor")).catalogue.put("categories", replace(bench, label="＝1+1 Bank"))
    clerk = browser_of("clerk")
    where = chosen(clerk, file(1, category="bench"))
    clerk.send(where, {"islem": "reply", "text": "Bakıyoruz."}, status=303)
    post(clerk, soup(clerk.get(where)).select_one(".b-do"))
    assert ";'＝1+1 Bank;" in clerk.get(f"{where}/sonuc.csv").text


def test_only_what_a_role_may_do_is_offered(browser_of: Callable[[str], Browser], file: Callable[..., Any]) -> None:
    filed = file(1, category="bench")
    clerk, crew = browser_of("clerk"), browser_of("field-crew")
    page = clerk.get(chosen(clerk, filed))
    kinds = [link["href"].partition("islem=")[2] for link in soup(page).select("a.b-kind")]
    assert kinds == ["reply", "plan", "finish", "tag"]
    assert offered(page)["Etiketi kaldır"] == (False, "Yapılamaz: Bu başvuruların hiçbirinde etiket yok.")
    assert len(soup(crew.get(chosen(crew, filed))).select(".b-kind")) == 2
    auditor = browser_of("auditor")
    assert soup(auditor.get("/panel?liste=open")).find(id="q-bulk") is None
    auditor.send("/panel/toplu", [("sec", filed[0].address)], status=403)


def test_who_is_affected_is_named_up_to_a_limit(browser_of: Callable[[str], Browser], file: Callable[..., Any]) -> None:
    supervisor = browser_of("supervisor")
    filed = file(43)
    where = chosen(supervisor, filed)
    supervisor.send(where, {"islem": "tag", "tag": "fırtına"}, status=303)
    page = soup(supervisor.get(where))
    section = page.find("section", {"aria-labelledby": "b-going"})
    assert section.summary.get_text(" ", strip=True) == "43 başvuruda yapılacak"
    assert [one.get_text(strip=True) for one in section.select("li a")] == [one.number for one in filed[:40]]
    assert section.select("li")[-1].get_text(" ", strip=True) == "ve 3 tane daha"
    assert page.find("section", {"aria-labelledby": "b-refused"}) is None


def test_what_was_looked_at_is_shown_as_it_stands_now(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    clerk = browser_of("clerk")
    where = chosen(clerk, file(2, category="bench"))
    clerk.send(where, {"islem": "finish", "outcome": "SOLVED", "text": "Onarıldı."}, status=303)
    states = [one.get_text(strip=True) for one in soup(clerk.get(where)).select(".b-tickets .status")]
    assert states == ["Müdürlükte"] * 2


def test_each_way_of_telling_has_its_sample(browser_of: Callable[[str], Browser], assembly: Assembly) -> None:
    intake = assembly.services(SYSTEM).intake
    people = [ContactDetails("Fatma Ün", phone="0532 111 22 33"), ContactDetails("Can Öz", email="can@example.org")]
    filed = [intake.file(draft(details=person, category=None)) for person in people]
    supervisor = browser_of("supervisor")
    where = chosen(supervisor, filed)
    supervisor.send(where, {"islem": "reply", "text": "{number} için bakıyoruz."}, status=303)
    samples = soup(supervisor.get(where)).select(".t-preview")
    assert len(samples) == 2
    assert samples[0].select_one(".t-preview-subject") is None, "nobody reads out a subject"
    assert filed[1].number in samples[1].select_one(".t-preview-subject").get_text()
    for sample, one in zip(samples, filed, strict=True):
        assert f"{one.number} için bakıyoruz." in sample.select_one(".t-preview-text").get_text()


def test_what_can_be_done_with_none_is_no_choice(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    supervisor = browser_of("supervisor")
    fresh, routed = file(2), file(3, category="bench")
    where = chosen(supervisor, [*fresh, *routed])
    found = offered(supervisor.get(where))
    assert found["Cevapla"] == (True, "5 başvurudan 2 tanesinde yapılabilir")
    assert found["Etiket ekle"] == (True, "5 başvurunun hepsinde yapılabilir")
    assert found["Kapat"] == (False, "Yapılamaz: Bu başvuruların hiçbirinin durumu bu işleme uygun değil.")
    assert found["Programa al"][0] is False
    assert "5 başvurudan 2 tanesini kapsıyor" in found["Programa al"][1]
    where = chosen(supervisor, routed)
    found = offered(supervisor.get(where))
    assert found["Cevapla"] == (False, "Yapılamaz: Göreviniz bu başvuruların hiçbirinde bu işlemi kapsamıyor.")
    page = soup(supervisor.get(f"{where}?islem=reply"))
    assert page.select_one("textarea") is None, "nobody writes an answer that nobody would get"
    assert "kapsamıyor" in page.main.get_text()


def test_a_job_that_failed_too_often_says_so_and_goes_on_when_asked(
    browser_of: Callable[[str], Browser],
    file: Callable[..., Any],
    assembly: Assembly,
    now: FakeNow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk = browser_of("clerk")
    where = chosen(clerk, file(2, category="bench"))
    clerk.send(where, {"islem": "reply", "text": "Bakıyoruz."}, status=303)

    def fails(*_given: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as broken:
        broken.setattr(bulk, "let_go_together", fails)
        post(clerk, soup(clerk.get(where)).select_one(".b-do"))
        page = soup(clerk.get(where))
        assert "Kendiliğinden yeniden denenecek" in page.select_one(".b-progress").get_text()
        for _ in range(MOST_TRIES):
            now.advance(timedelta(minutes=5))
            Runner(assembly).run_due(now())
    assert clerk.get(f"{where}/durum").json["over"] is True, "the page looks once more and asks no longer"
    page = clerk.get(where)
    assert "2 başvuruya sıra gelmedi" in soup(page).select_one(".message.is-error").get_text()
    assert "hata yüzünden durdu" in soup(clerk.get("/panel/toplu")).table.get_text()
    post(clerk, button_form(page, "Devam et"))
    page = clerk.get(where)
    assert figures(page)[0].startswith("2 ")
    assert soup(page).select_one(".message.is-error") is None


def test_the_numbers_of_a_job_say_what_they_are_on_a_telephone(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    clerk = browser_of("clerk")
    where = chosen(clerk, file(2, category="bench"))
    clerk.send(where, {"islem": "reply", "text": "Bakıyoruz."}, status=303)
    post(clerk, soup(clerk.get(where)).select_one(".b-do"))
    cells = soup(clerk.get("/panel/toplu")).select("tbody .b-number")
    assert [cell.get_text(" ", strip=True) for cell in cells] == ["Seçilen 2", "Yapılan 2", "Yapılmayan 0"]
    assert all(cell.select_one(".is-narrow-only") for cell in cells)


def test_a_ticket_that_may_not_be_seen_is_not_chosen(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    clerk = browser_of("clerk")
    secret = file(1, category="hardship")
    assert path_of(clerk.send("/panel/toplu", [("sec", secret[0].address)], status=303)).startswith("/panel?")
    own = file(1, category="bench")
    page = clerk.get(chosen(clerk, [*own, *secret]))
    assert "1" in soup(page).h1.get_text()
    assert secret[0].number not in page.text


def test_pressing_twice_does_it_once(browser_of: Callable[[str], Browser], file: Callable[..., Any]) -> None:
    clerk = browser_of("clerk")
    filed = file(2, category="bench")
    where = chosen(clerk, filed)
    clerk.send(where, {"islem": "reply", "text": "Bakıyoruz."}, status=303)
    form = soup(clerk.get(where)).select_one(".b-do")
    for _ in range(2):
        assert path_of(post(clerk, form)) == where
    page = clerk.get(f"/panel/basvurular/{filed[0].address}")
    assert page.text.count("Bakıyoruz.") == 1


def test_somebody_elses_job_is_nobodys_business(browser_of: Callable[[str], Browser], file: Callable[..., Any]) -> None:
    clerk, director = browser_of("clerk"), browser_of("director")
    where = chosen(clerk, file(1, category="bench"))
    for end in ("", "/durum", "/sonuc.csv"):
        director.get(where + end, status=404)
    for end in ("", "/basla", "/vazgec", "/geri-al"):
        director.send(where + end, {"islem": "tag", "tag": "x"}, status=404)


def test_a_small_job_is_taken_back_as_a_whole(
    browser_of: Callable[[str], Browser], file: Callable[..., Any], assembly: Assembly
) -> None:
    object.__setattr__(assembly.options, "answer_grace", 30)
    clerk = browser_of("clerk")
    filed = file(3, category="bench")
    where = chosen(clerk, filed)
    clerk.send(where, {"islem": "finish", "outcome": "SOLVED", "text": "Onarıldı."}, status=303)
    post(clerk, soup(clerk.get(where)).select_one(".b-do"))
    page = clerk.get(where)
    form = soup(page).find("form", {"action": f"{where}/geri-al"})
    clerk.send(form["action"], status=303)
    with assembly.database.reading() as site:
        assert {site.tickets[one.ticket_id].status for one in filed} == {"ASSIGNED"}
    assert soup(clerk.get(where)).find("form", {"action": f"{where}/geri-al"}) is None
    clerk.send(f"{where}/geri-al", status=303)
    assert soup(clerk.get(where)).select_one(".message.is-error") is not None


def test_leaving_it_does_nothing_and_leads_back_to_the_list(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    clerk = browser_of("clerk")
    where = chosen(clerk, file(1, category="bench"))
    assert path_of(clerk.send(f"{where}/vazgec", status=303)).startswith("/panel?liste=open")
    clerk.get(where, status=404)


def test_a_job_is_stopped(browser_of: Callable[[str], Browser], file: Callable[..., Any], assembly: Assembly) -> None:
    supervisor = browser_of("supervisor")
    where = chosen(supervisor, file(40))
    supervisor.send(where, {"islem": "tag", "tag": "fırtına"}, status=303)
    post(supervisor, soup(supervisor.get(where)).select_one(".b-do"))
    assembly.services(SYSTEM).bulk.advance(int(where.rpartition("/")[2]), 10)
    page = supervisor.send(f"{where}/vazgec", status=303).follow()
    assert [said.split()[0] for said in figures(page)] == ["10", "30"]


# -- tags ------------------------------------------------------------------------------------------------------------


def test_tags_are_given_found_filtered_and_taken_away(
    browser_of: Callable[[str], Browser], file: Callable[..., Any]
) -> None:
    clerk = browser_of("clerk")
    one, other = file(2, category="bench")
    ticket = f"/panel/basvurular/{one.address}"
    clerk.send(f"{ticket}/etiket", {"tag": "#Fırtına  24 Kasım"}, status=303)
    clerk.send(f"/panel/basvurular/{other.address}/etiket", {"tag": "firtina 24 kasim"}, status=303)
    page = clerk.get(f"/panel/basvurular/{other.address}")
    link = soup(page).select_one(".t-tag a")
    assert link.get_text() == "Fırtına 24 Kasım", "one tag has one spelling"
    page = clerk.get(link["href"])
    assert len(soup(page).select(".q-row")) == 2
    assert "#Fırtına 24 Kasım" in soup(page).select_one(".q-extra").get_text()
    assert "Fırtına 24 Kasım" in soup(page).select_one(".q-chips").get_text()
    assert len(soup(clerk.get("/panel?liste=open&q=kas%C4%B1m")).select(".q-row")) == 2
    option = soup(clerk.get("/panel/suzgec?liste=open")).find("input", {"name": "etiket"})
    assert option["value"] == "firtina 24 kasim"
    assert "2" in option.find_parent(class_="f-option").get_text()
    clerk.send(f"{ticket}/etiket/sil", {"tag": "Fırtına 24 Kasım"}, status=303)
    assert soup(clerk.get(ticket)).select(".t-tag") == []
    history = soup(clerk.get(ticket)).select_one(".t-entries").get_text()
    assert history.count("Fırtına 24 Kasım") == 2


@pytest.mark.parametrize("words", ["", " # ", "x" * 41])
def test_what_is_no_tag_is_refused(browser_of: Callable[[str], Browser], file: Callable[..., Any], words: str) -> None:
    clerk = browser_of("clerk")
    (one,) = file(1, category="bench")
    page = clerk.send(f"/panel/basvurular/{one.address}/etiket", {"tag": words}, status=303).follow()
    assert soup(page).select_one(".message.is-error") is not None
    assert soup(page).select(".t-tag") == []


def test_tags_of_what_one_may_not_see_are_not_suggested(
    browser_of: Callable[[str], Browser], file: Callable[..., Any], assembly: Assembly
) -> None:
    (secret,) = file(1, category="hardship")
    assembly.services(actor("supervisor")).tagging.add(secret.ticket_id, "şiddet")
    (own,) = file(1, category="bench")
    clerk = browser_of("clerk")
    for address in (f"/panel/basvurular/{own.address}", "/panel/suzgec?liste=open"):
        assert "şiddet" not in clerk.get(address).text
    supervisor = browser_of("supervisor")
    assert "şiddet" in supervisor.get(f"/panel/basvurular/{own.address}").text
    assert address_of(secret.ticket_id) == secret.address


def test_a_tag_is_words_and_never_markup(browser_of: Callable[[str], Browser], file: Callable[..., Any]) -> None:
    clerk = browser_of("clerk")
    (one,) = file(1, category="bench")
    ticket = f"/panel/basvurular/{one.address}"
    clerk.send(f"{ticket}/etiket", {"tag": "<b>x&y</b>"}, status=303)
    for address in (ticket, "/panel?liste=open", "/panel?liste=open&etiket=<b>x%26y</b>"):
        page = BeautifulSoup(clerk.get(address).text, "html.parser")
        assert page.find("b", string="x&y") is None
