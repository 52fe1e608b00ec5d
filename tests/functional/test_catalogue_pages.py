"""The pages on which the city's data is set up: lists, forms, history, taking back, ending, trying, previews."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from halkla_iliskiler.domain.city import Category, Department
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.catalogue import KINDS, value_of
from halkla_iliskiler.services.catalogue_rules import BODY_METHODS, PURPOSES, QUESTION_KINDS
from halkla_iliskiler.testing import FakeNow, draft
from halkla_iliskiler.web.staff.admin.kinds import KIND_PAGES, KINDS_OF_QUESTION, METHODS, PURPOSES_OF_TEMPLATES
from tests.conftest import Browser
from tests.functional.test_turkish import left_in_english

As = Callable[[str], Services]
BrowserOf = Callable[[str], Browser]
HOME = "/panel/yonetim"


def stands(assembly: Assembly, kind: str, code: str) -> Any:
    with assembly.database.reading() as site:
        return value_of(site.city, kind, code)


def words(answer: Any) -> str:
    return " ".join(answer.html.find("main").get_text(" ").split())


def test_every_code_has_its_words() -> None:
    assert set(KINDS_OF_QUESTION) == set(QUESTION_KINDS)
    assert set(METHODS) == set(BODY_METHODS)
    assert set(PURPOSES_OF_TEMPLATES) == set(PURPOSES)
    assert {page.kind for page in KIND_PAGES} == set(KINDS) - {"dangers"}


def test_the_administrator_begins_here(browser_of: BrowserOf) -> None:
    browser = browser_of("administrator")
    answer = browser.get(HOME)
    for title in ("Müdürlükler", "Roller", "Konular", "Eş anlamlılar", "Değişiklikler"):
        assert title in words(answer)
    assert (
        answer.html.find("nav", class_="s-side").find("a", attrs={"aria-current": "page"}).get_text().strip()
        == "Yönetim"
    )


def test_the_supervisor_sees_the_catalogue_alone(browser_of: BrowserOf) -> None:
    browser = browser_of("supervisor")
    assert "Konular" in words(browser.get(HOME))
    assert "Müdürlükler" not in words(browser.get(HOME))
    browser.get(f"{HOME}/mudurlukler", status=403)
    browser.get(f"{HOME}/mudurlukler/parks", status=403)


@pytest.mark.parametrize("page", KIND_PAGES, ids=lambda page: page.path)
def test_a_list_is_searched_and_leads_to_each(browser_of: BrowserOf, assembly: Assembly, page: Any) -> None:
    browser = browser_of("administrator")
    with assembly.database.reading() as site:
        values = getattr(site.city, page.kind)
    whole = browser.get(f"{HOME}/{page.path}")
    assert len(whole.html.select(".a-table tbody tr")) == len(values)
    one = values[0]
    found = browser.get(f"{HOME}/{page.path}", {"q": one.code})
    assert one.code in words(found)
    assert len(found.html.select(".a-table tbody tr")) <= len(values)
    nothing = browser.get(f"{HOME}/{page.path}", {"q": "zzyzx"})
    assert "Uyan kayıt yok" in words(nothing)
    shown = browser.get(f"{HOME}/{page.path}/{one.code}")
    form = shown.forms["admin"]
    saved = form.submit("save")
    assert saved.status_int == 303, words(saved)
    assert stands(assembly, page.kind, one.code) == one, "saving what is shown changes nothing"
    assert "Burada henüz bir şey değiştirilmedi" in words(saved.follow())


def test_a_changed_subject_holds_at_once_and_is_taken_back(browser_of: BrowserOf, testapp: Browser) -> None:
    browser = browser_of("supervisor")
    # Both have read forms and lists before: whatever a process keeps of the city's data is kept by now.
    assert "Kırık bank" in testapp.get("/hizmetler").text
    testapp.send("/basvuru/konular", {"words": "bank kırık"})
    form = browser.get(f"{HOME}/konular/bench").forms["admin"]
    form["label"] = "Kırık oturak"
    form["solve_within_number"], form["solve_within_unit"] = "36", "hours"
    answer = form.submit("save").follow()
    assert "“Kırık oturak” değişti" in answer.text
    assert "Kırık oturak" in testapp.get("/hizmetler").text
    assert "36 saat" in testapp.get("/hizmetler/bench").text
    assert "Kırık oturak" in testapp.send("/basvuru/konular", {"words": "bank kırık"}).text
    history = " ".join(answer.html.find(class_="a-history").get_text(" ").split())
    for said in ("Nermin Karaca", "değiştirdi", "Ad", "Kırık bank", "Kırık oturak", "Çözüm süresi", "5 gün", "36 saat"):
        assert said in history
    undone = answer.html.find(class_="a-history").find("form")["action"]
    back = browser.send(undone, {}).follow()
    assert "Geri alındı" in back.text
    assert "Kırık bank" in testapp.get("/hizmetler").text


def test_what_is_refused_stays_typed(browser_of: BrowserOf, assembly: Assembly) -> None:
    browser = browser_of("supervisor")
    form = browser.get(f"{HOME}/mahalleler/isikli").forms["admin"]
    form["aliases"] = "Tepe\nIşıklar"
    answer = form.submit("save", status=200)
    assert "Bunlardan biri zaten başka bir mahalleyi gösteriyor" in answer.text
    assert answer.forms["admin"]["aliases"].value.split() == ["Tepe", "Işıklar"]
    assert stands(assembly, "neighbourhoods", "isikli").aliases == ("Isikli Mahallesi", "Eski Bağlar")
    form = browser.get(f"{HOME}/konular/bench").forms["admin"]
    form["label"], form["solve_within_number"], form["about"] = "", "çok", "Banklar onarılır."
    answer = form.submit("save", status=200)
    assert answer.forms["admin"]["about"].value == "Banklar onarılır."
    assert len(answer.html.select(".has-error")) == 2


def test_a_subject_of_an_unknown_directorate_is_refused_with_a_sentence(browser_of: BrowserOf) -> None:
    browser = browser_of("supervisor")
    form = browser.get(f"{HOME}/konular/bench").forms["admin"]
    form["department"].force_value("nowhere")
    assert "Lütfen listeden seçin" in form.submit("save", status=200).text


def test_two_people_do_not_overwrite_each_other(browser_of: BrowserOf, assembly: Assembly) -> None:
    one, two = browser_of("supervisor"), browser_of("administrator")
    mine = one.get(f"{HOME}/konular/bench").forms["admin"]
    theirs = two.get(f"{HOME}/konular/bench").forms["admin"]
    theirs["about"], theirs["label"] = "Onların sözü.", "Kırık oturak"
    theirs.submit("save", status=303)
    mine["about"] = "Benim sözüm."
    answer = mine.submit("save", status=200)
    conflict = " ".join(answer.html.find(class_="a-conflict").get_text(" ").split())
    assert answer.html.select(".a-conflict th")[0].get_text() == "Alan", "the column names what differs"
    for said in ("Bilge Soylu", "Onların sözü.", "Benim sözüm.", "Kırık oturak", "dokunmadınız"):
        assert said in conflict
    assert answer.forms["admin"]["label"].value == "Kırık oturak"
    assert stands(assembly, "categories", "bench").about == "Onların sözü."
    answer.forms["admin"].submit("save", status=303)
    kept = stands(assembly, "categories", "bench")
    assert (kept.about, kept.label) == ("Benim sözüm.", "Kırık oturak")


def test_a_new_one_is_used_at_once(browser_of: BrowserOf, testapp: Browser) -> None:
    browser = browser_of("supervisor")
    form = browser.get(f"{HOME}/konular/yeni").forms["admin"]
    form["label"], form["department"], form["group"] = "Bozuk çeşme", "parks", "Parklar"
    form["keywords"] = "çeşme\nmusluk akmıyor\n"
    answer = form.submit("save").follow()
    assert "“Bozuk çeşme” eklendi" in answer.text
    assert "Bozuk çeşme" in testapp.send("/basvuru/konular", {"words": "parktaki çeşme bozuk"}).text
    assert "Bozuk çeşme" in testapp.get("/hizmetler/bozuk-cesme").text


def test_an_ended_subject_is_offered_nowhere_and_its_tickets_stay(
    browser_of: BrowserOf, services: As, testapp: Browser
) -> None:
    filed = services("").intake.file(draft())
    browser = browser_of("supervisor")
    form = browser.get(f"{HOME}/konular/bench").html.find("form", action=f"{HOME}/konular/bench/son")
    assert form is not None
    browser.send(f"{HOME}/konular/bench/son", {}, status=303)
    assert "Kırık bank" not in testapp.get("/hizmetler").text
    testapp.get("/hizmetler/bench", status=404)
    browser.get(f"{HOME}/konular")  # where it is said that it has been done
    assert "Kırık bank" not in browser.get("/panel/kayit").text
    assert "Kırık bank" in browser.get(f"/panel/basvurular/{filed.address}").text
    assert "Sonlanan" in words(browser.get(f"{HOME}/konular"))
    assert "Kırık bank" in words(browser.get(f"{HOME}/konular?durum=sonlanan"))
    browser.send(f"{HOME}/konular/bench/son", {"yeniden": "1"}, status=303)
    assert "Kırık bank" in testapp.get("/hizmetler").text


def test_what_something_needs_cannot_be_ended(browser_of: BrowserOf, assembly: Assembly) -> None:
    browser = browser_of("supervisor")
    assert "Kullanan varken sonlandırılamaz" in words(browser.get(f"{HOME}/sorular/plate"))
    answer = browser.send(f"{HOME}/sorular/plate/son", {}).follow()
    assert "Kullanımda olan bir şey bunu gerektiriyor" in answer.text
    assert stands(assembly, "questions", "plate").ended_on is None


def test_a_sentence_is_tried_before_and_after(browser_of: BrowserOf) -> None:
    browser = browser_of("supervisor")
    form = browser.get(f"{HOME}/es-anlamlilar/hole").forms["admin"]
    form["words"] = "delik\nobruk"
    typed = [(name, value) for name, value in form.submit_fields("try") if name != "csrf_token"]
    answer = browser.send(f"{HOME}/es-anlamlilar/hole", [*typed, ("tried_words", "sokakta obruk var")])
    now, then = answer.html.select(".a-results section")
    assert "Konu önerilmiyor" in now.get_text()
    assert "Yolda çukur" in then.get_text()
    assert answer.forms["admin"]["words"].value.split() == ["delik", "obruk"]
    alone = browser.send(f"{HOME}/deneme", {"tried_words": "ağaç dalı düştü"})
    assert "Ağaç budama" in alone.html.find(class_="a-results").get_text()


def test_a_ready_answer_is_shown_as_it_will_look(browser_of: BrowserOf) -> None:
    browser = browser_of("supervisor")
    shown = browser.get(f"{HOME}/hazir-cevaplar/done")
    previews = shown.html.select(".a-preview")
    assert [one.find("h3").contents[0].strip() for one in previews] == ["Deneme postası", "Telefon", "Takip sayfası"]
    assert "2026/00123 numaralı başvurunuzdaki iş tamamlandı" in previews[0].get_text()
    assert "karakter" in previews[0].get_text()
    assert "saniye" in previews[1].get_text()
    form = shown.forms["admin"]
    form["text"] = "{department}: {planned_for} günü geliyoruz."
    answer = form.submit("preview", status=200)
    assert "Müdürlüğü: 12 Ocak" in answer.html.select(".a-preview")[2].get_text()
    assert "Yapıldı" in browser.get(f"{HOME}/hazir-cevaplar").text


@pytest.mark.parametrize("button", ["preview", "save"])
@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Sayın {ad}, {number}", "{ad} diye bir alan yok"),
        ("Sayın {adi}, {number} {yok} [gün] {place", "{adi} diye bir alan yok"),
        ("{number} [gün] {place", "“{place” yerinde açılan süslü parantez kapanmamış"),
        ("Yer: place} sokağı", "“Yer: place}” yerindeki süslü parantez, açılmadan kapanmış"),
    ],
)
def test_a_ready_answer_that_cannot_be_kept_is_not_shown_as_if_it_could(
    browser_of: BrowserOf, button: str, text: str, refused: str
) -> None:
    browser = browser_of("supervisor")
    for address in ("yeni", "done"):
        form = browser.get(f"{HOME}/hazir-cevaplar/{address}").forms["admin"]
        form["title"], form["text"] = "Yapıldı, haber verildi", text
        answer = form.submit(button, status=200)
        (field,) = answer.html.select(".has-error")
        assert refused in " ".join(field.get_text().split())
        assert answer.forms["admin"]["text"].value.strip() == text
        assert not answer.html.select(".a-preview")


def test_a_page_that_answers_a_form_can_be_gone_back_to(browser_of: BrowserOf) -> None:
    browser = browser_of("supervisor")
    shown = browser.get(f"{HOME}/hazir-cevaplar/done")
    answers = [shown.forms["admin"].submit("preview"), browser.send(f"{HOME}/deneme", {"tried_words": "çukur"})]
    assert ["no-store" in answer.headers["Cache-Control"] for answer in (shown, *answers)] == [True, False, False]


def test_a_directorate_is_closed_and_its_work_goes_on(
    browser_of: BrowserOf, services: As, assembly: Assembly, now: FakeNow
) -> None:
    first = services("").intake.file(draft())
    browser = browser_of("administrator")
    page = browser.get(f"{HOME}/mudurlukler/parks/kapat")
    form = page.forms["close"]
    form["valid_until"] = "2026-01-05"
    assert "lütfen yerine geçeni seçin" in form.submit("close", status=200).text
    form["successor"] = "cleaning"
    answer = form.submit("close").follow()
    assert "Temizlik İşleri Müdürlüğü" in words(answer)
    now.advance(timedelta(days=1))
    browser = browser_of("administrator")
    assert "Park ve Bahçeler Müdürlüğü kapandı; orada hâlâ 1 açık başvuru duruyor" in words(browser.get(HOME))
    answer = browser.send(f"{HOME}/mudurlukler/parks/devret", {}).follow()
    assert "1 açık başvuru devredildi: Temizlik İşleri Müdürlüğü" in answer.text
    with assembly.database.reading() as site:
        ticket = site.tickets[first.ticket_id]
        assert (ticket.department, ticket.status) == ("cleaning", "ASSIGNED")
        assert [entry.action for _, entry in ticket.history][-1] == "handed_over"
    seen = browser_of("clerk-cleaning").get(f"/panel/basvurular/{first.address}")
    assert "kapanan müdürlüğün işini devralan müdürlüğe verdi: Temizlik İşleri Müdürlüğü" in seen.text
    follow = browser_of("").get(f"/takip/{first.address}/{first.code}")
    assert "Temizlik İşleri Müdürlüğü" in follow.text
    again = browser.send(f"{HOME}/mudurlukler/parks/son", {"yeniden": "1"}).follow()
    assert "yeniden kullanımda" in again.text
    assert stands(assembly, "departments", "parks").valid_until is None


def test_nothing_is_assigned_to_a_closed_directorate(services: As, browser_of: BrowserOf, now: FakeNow) -> None:
    desk = services("administrator")
    with desk.assembly.database.reading() as site:
        parks = site.city.tree.get("parks")
    assert isinstance(parks, Department)
    desk.catalogue.put("departments", replace(parks, valid_until=desk.today, successor="cleaning"))
    filed = services("").intake.file(draft(category="rubbish"))
    now.advance(timedelta(days=1))
    supervisor = browser_of("supervisor")
    page = supervisor.get(f"/panel/basvurular/{filed.address}/islem/assign")
    options = {option["value"] for option in page.html.select("select[name=department] option")}
    assert "parks" not in options
    assert "cleaning" in options


def test_the_first_run_list_is_worked_off(browser_of: BrowserOf, assembly: Assembly) -> None:
    def mark(unit: Any) -> None:
        city = unit.site.city
        city.replace(categories=tuple(replace(one, unchecked=("solve_within",)) for one in city.categories))

    assembly.write(mark, "marks as a plugin gives them")
    browser = browser_of("supervisor")
    page = browser.get(f"{HOME}/denetlenecekler")
    assert "Kırık bank" in words(page)
    assert "Deneme Su İdaresi" in words(page)
    browser.send(f"{HOME}/denetlenecekler", {"mark": "categories:bench:solve_within"}, status=303)
    assert "Kırık bank" not in words(browser.get(f"{HOME}/denetlenecekler"))
    assert stands(assembly, "categories", "bench").unchecked == ()
    assert "doğruladı" in browser.get(f"{HOME}/konular/bench").text
    group = [("mark", "categories:rubbish:solve_within"), ("mark", "categories:inspection:solve_within")]
    answer = browser.send(
        f"{HOME}/denetlenecekler", [*group, ("next", "https://example.org/panel/yonetim")], status=303
    )
    assert answer.location.endswith("/panel/yonetim/denetlenecekler")
    browser.send(f"{HOME}/denetlenecekler", {"mark": "bodies:water:phone"}, status=303)
    assert stands(assembly, "bodies", "water").known_phone == "0599 000 00 01"


def test_roles_are_explained(browser_of: BrowserOf) -> None:
    page = words(browser_of("supervisor").get(f"{HOME}/roller"))
    for said in ("Birim sorumlusu", "Kendi müdürlüğünde, hassaslar dâhil", "hesapları yönetir", "Kişi: "):
        assert said in page


def test_the_log_shows_who_what_before_and_after(browser_of: BrowserOf, services: As, assembly: Assembly) -> None:
    desk = services("supervisor")
    for place in range(45):
        desk.catalogue.put("categories", Category("", f"Deneme konusu {place}", "roads", timedelta(days=1)))
    browser = browser_of("supervisor")
    page = browser.get(f"{HOME}/degisiklikler")
    assert "Deneme konusu 44" in words(page)
    assert "Deneme konusu 0" not in words(page)
    older = browser.get(page.html.find("a", rel="next")["href"])
    assert "Deneme konusu 0" in words(older)
    assert "Müdürlük" not in [option.get_text() for option in page.html.select("#a-area option")]
    browser.get(f"{HOME}/degisiklikler", {"alan": "accounts", "once": "x" * 40}, status=200)


@pytest.mark.parametrize("address", ["konular/nothing", "mudurlukler/nothing", "mudurlukler/nothing/kapat"])
def test_what_is_not_there_is_not_there(browser_of: BrowserOf, address: str) -> None:
    browser_of("administrator").get(f"{HOME}/{address}", status=404)


def test_whatever_was_drawn_before_says_the_new_words(browser_of: BrowserOf, services: As, testapp: Browser) -> None:
    """Rows, choices and the fields a form is read with are kept by the process; none of them may be old."""
    filed = services("").intake.file(draft(category="bench", location=Location(neighbourhood="isikli")))
    supervisor = browser_of("supervisor")
    pages = ("/panel?liste=open", "/panel/suzgec?liste=open", f"/panel/basvurular/{filed.address}")
    for address in pages:
        assert "Park ve Bahçeler" in supervisor.get(address).text, address
    application = [("__formid__", "apply"), ("words", "Bank kırık"), ("kind", "COMPLAINT"), ("form_key", "k" * 20)]
    testapp.send("/basvuru", application, status=303)
    administrator = browser_of("administrator")
    for path, field, said in (
        ("mudurlukler/parks", "name", "Yeşil Alanlar Müdürlüğü"),
        ("konular/bench", "label", "Kırık oturak"),
        ("mahalleler/isikli", "name", "Işıkkent"),
    ):
        form = administrator.get(f"{HOME}/{path}").forms["admin"]
        form[field] = said
        form.submit("save", status=303)
    new = administrator.get(f"{HOME}/mahalleler/yeni").forms["admin"]
    new["name"] = "Yenimahalle"
    new.submit("save", status=303)
    for address in pages:
        assert "Park ve Bahçeler" not in supervisor.get(address).text, address
    row = supervisor.get("/panel?liste=open").text
    for said in ("Yeşil Alanlar", "Kırık oturak", "Işıkkent"):
        assert said in row
    assert "Yenimahalle" in testapp.get("/basvuru").text
    there = [("form_key", "m" * 20), ("neighbourhood", "yenimahalle"), ("category", "bench"), ("asked", "bench")]
    testapp.send("/basvuru", [*application[:3], *there], status=303)
    found = supervisor.send("/panel/ara", {"q": "oturak"}).follow()
    assert found.html.select(".q-row") != []


def test_what_a_closed_directorate_only_sees_goes_to_its_heir_too(
    browser_of: BrowserOf, services: As, now: FakeNow
) -> None:
    filed = services("").intake.file(draft())
    services("supervisor").sharing.share(filed.ticket_id, "roads")
    services("administrator").directorates.close("roads", date(2026, 1, 5), "cleaning")
    now.advance(timedelta(days=1))
    browser = browser_of("administrator")
    assert "Fen İşleri Müdürlüğü kapandı; 1 açık başvuru hâlâ onunla paylaşılıyor" in words(browser.get(HOME))
    page = browser.get(f"{HOME}/mudurlukler/roads")
    assert "Başka müdürlüklerdeki 1 açık başvuru hâlâ onunla paylaşılıyor" in words(page)
    assert "Burada hâlâ" not in words(page)
    assert left_in_english(page) == []
    browser.send(f"{HOME}/mudurlukler/roads/devret", {}).follow()
    assert "onunla paylaşılıyor" not in words(browser.get(f"{HOME}/mudurlukler/roads"))
    seen = browser_of("clerk-cleaning").get(f"/panel/basvurular/{filed.address}")
    assert "kapanan müdürlüğün işini devralan müdürlüğün görmesine izin verdi: Temizlik İşleri Müdürlüğü" in seen.text


def test_every_page_is_turkish(browser_of: BrowserOf, services: As) -> None:
    desk = services("supervisor")
    desk.catalogue.put("categories", Category("", "Deneme", "roads", timedelta(days=1)))
    desk.catalogue.end("categories", "deneme")
    browser = browser_of("administrator")
    addresses = ["", "/roller", "/denetlenecekler", "/deneme", "/degisiklikler", "/mudurlukler/parks/kapat"]
    for page, code in zip(KIND_PAGES, ("parks", "deneme", "heavy", "hole", "done", "water", "isikli"), strict=True):
        addresses += [f"/{page.path}", f"/{page.path}?q=zzyzx", f"/{page.path}/yeni", f"/{page.path}/{code}"]
    for address in addresses:
        assert left_in_english(browser.get(HOME + address)) == [], address
