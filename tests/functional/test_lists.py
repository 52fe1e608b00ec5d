"""Lists: finding, narrowing, keeping, going to a ticket and back, what is new."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webtest import TestResponse

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.lists import COUNTED_BY_HAND, Filters, Listed, Queue
from halkla_iliskiler.testing import STAFF, FakeNow, draft, make_site
from tests.conftest import Browser
from tests.functional.pages import said, soup, tr, words
from tests.functional.test_map import mapped as mapped_fixture

mapped = mapped_fixture

AYSE = ContactDetails("Ayşe Karahan", phone="+905321234567", email="ayse@example.org")


def rows(page: TestResponse) -> list[str]:
    return [one.get_text() for one in soup(page).select(".q-row .q-no")]


def links(page: TestResponse) -> list[str]:
    return [str(one["href"]) for one in soup(page).select(".q-link")]


def search(browser: Browser, typed: str, **more: str) -> TestResponse:
    return browser.send("/panel/ara", {"q": typed, **more}, status=303)


def reads(assembly: Assembly) -> list[dict[str, str]]:
    return [line.values for line in assembly.reads.newest_first()]


# -- finding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["0532 123 45 67", "+90 (532) 123-45-67", "5321234567", "AYSE@example.org", "Ayse KARAHAN", "ayşe karahan"]
)
def test_a_person_is_found_and_nothing_of_them_is_in_an_address(
    services, browser_of, assembly: Assembly, typed: str
) -> None:
    filed = services("").intake.file(draft(details=AYSE))
    services("").intake.file(draft(details=ContactDetails("Ayşe Kara", phone="+905321234568")))
    browser = browser_of("agent")
    answer = search(browser, "ayse@example.org" if "@" in typed else typed)
    assert "ara=" in answer.location
    for secret in ("532", "ayse", "karahan", "Ay%C5%9Fe"):
        assert secret not in answer.location.lower()
    page = answer.follow()
    assert rows(page) == [filed.number]
    assert all("532" not in href and "karahan" not in href.lower() for href in links(page))
    line = reads(assembly)[0]
    assert line["what"] == "search"
    assert line["who"] == "agent"
    assert line["found"] == "1"
    assert "532" not in json.dumps(line)
    assert "karahan" not in json.dumps(line).lower()


def test_a_mistyped_identity_number_is_in_no_address_either(browser_of) -> None:
    answer = search(browser_of("agent"), "100 000 001 47")
    assert "ara=" in answer.location
    assert "147" not in answer.location
    assert rows(answer.follow()) == []


@pytest.mark.parametrize("typed", ["Fatma Nurgün", "Öztürkmen ALİ", "432 17 65"])
def test_what_may_be_somebodys_is_in_no_address_though_nobody_is_known_by_it(services, browser_of, typed: str) -> None:
    filed = services("").intake.file(draft(words=f"Arayan: {typed}, bank kırık"))
    answer = search(browser_of("clerk"), typed)
    assert re.fullmatch(r"http://localhost/panel\?ara=[\w-]+", answer.location)
    assert rows(answer.follow()) == [filed.number]


def test_a_number_of_ours_leads_straight_to_the_ticket(services, browser_of) -> None:
    filed = services("").intake.file(draft())
    assert search(browser_of("clerk"), filed.number).location.endswith(f"/panel/basvurular/{filed.address}")
    elsewhere = search(browser_of("clerk-cleaning"), filed.number)
    assert "/panel/basvurular/" not in elsewhere.location


def test_words_stay_in_the_address(services, browser_of) -> None:
    filed = services("").intake.file(draft(words="Kapağı kırık rögar"))
    answer = search(browser_of("clerk"), "kapak")
    assert answer.location == "http://localhost/panel?q=kapak"
    assert rows(answer.follow()) == [filed.number]


def test_whose_name_is_hidden_is_found_by_the_centre_alone(services, browser_of) -> None:
    filed = services("").intake.file(draft(kind="TIP_OFF", details=AYSE))
    assert rows(search(browser_of("agent"), "Ayşe Karahan").follow()) == [filed.number]
    assert rows(search(browser_of("agent"), "0532 123 45 67").follow()) == [filed.number]
    for typed in ("0532 123 45 67", "ayse@example.org"):
        assert rows(search(browser_of("clerk"), typed).follow()) == []
    assert rows(search(browser_of("clerk"), "Ayşe Karahan", adlarda="1").follow()) == []


@pytest.mark.parametrize("role", ["field-crew", "auditor", "deputy-mayor", "clerk-cleaning"])
def test_who_may_not_know_people_finds_none(services, browser_of, role: str) -> None:
    services("").intake.file(draft(details=AYSE))
    page = search(browser_of(role), "0532 123 45 67").follow()
    assert rows(page) == []
    assert tr("Nobody found") in words(page)


def test_a_search_by_person_is_the_searchers_and_ends(services, browser_of, now: FakeNow) -> None:
    services("").intake.file(draft(details=AYSE))
    agent = browser_of("agent")
    where = search(agent, "0532 123 45 67").location
    assert browser_of("supervisor").get(where, status=303).location == "http://localhost/panel"
    agent.get(where, status=200)
    now.advance(timedelta(minutes=31))
    assert agent.get(where, status=303).location == "http://localhost/panel"


def test_two_words_that_are_a_name_can_be_looked_for_in_the_texts(services, browser_of) -> None:
    services("").intake.file(draft(details=ContactDetails("Bahar Çiçek", email="b@example.org")))
    text = services("").intake.file(draft(words="Bahar gelince çiçek ekilsin"))
    page = search(browser_of("agent"), "bahar çiçek").follow()
    form = next(one for one in page.forms.values() if one.action.endswith("/ara") and "ara" in one.fields)
    found = form.submit(status=303)
    assert "bahar" not in found.location
    assert rows(found.follow()) == [text.number]


# -- narrowing and keeping ----------------------------------------------------------------------------------------


def test_several_values_of_a_filter_are_chosen_on_their_page_and_taken_away_one_by_one(services, browser_of) -> None:
    tree = services("").intake.file(draft(category="tree"))
    bench = services("").intake.file(draft())
    services("").intake.file(draft(category="rubbish"))
    browser = browser_of("supervisor")
    page = browser.get("/panel/suzgec?liste=open")
    form = next(form for form in page.forms.values() if form.action.endswith("/panel") and "ilk" in form.fields)
    for box in form.fields["kategori"]:
        if box._value in ("tree", "bench"):
            box.checked = True
    found = form.submit()
    assert set(rows(found)) == {tree.number, bench.number}
    chips = soup(found).select(".q-chips a")
    assert [chip.get_text(" ", strip=True).split(":")[0] for chip in chips] == [tr("Category")] * 2
    assert len(rows(browser.get(str(chips[0]["href"])))) == 1


def test_the_page_of_filters_counts_what_there_is(services, browser_of) -> None:
    for category in ("tree", "bench", "bench"):
        services("").intake.file(draft(category=category))
    page = soup(browser_of("clerk").get("/panel/suzgec?liste=directorate"))
    counts = {
        box["value"]: box.find_parent("label").select_one(".s-count").get_text()
        for box in page.select("input[name=kategori]")
    }
    assert counts == {"bench": "2", "tree": "1"}


def counts_of(page: TestResponse, name: str) -> dict[str, str]:
    return {
        str(box["value"]): box.find_parent("label").select_one(".s-count").get_text()
        for box in soup(page).select(f"input[name={name}]")
    }


def test_the_page_of_filters_counts_what_a_search_finds(services, browser_of) -> None:
    tagged = services("").intake.file(draft(words="Kaldırım çökmüş", category="bench"))
    services("").intake.file(draft(words="Kaldırım taşı oynuyor", category="pothole"))
    services("").intake.file(draft(words="Lamba yanmıyor", category="tree"))
    services("clerk").tagging.add(tagged.ticket_id, "Okul yolu")
    browser = browser_of("supervisor")
    page = browser.get("/panel/suzgec?q=kaldirim")
    assert counts_of(page, "kategori") == {"bench": "1", "pothole": "1"}
    assert set(counts_of(page, "birim").values()) == {"1"}
    assert sum(map(int, counts_of(page, "konu").values())) == 2
    assert counts_of(page, "etiket") == {"okul yolu": "1"}
    assert counts_of(browser.get("/panel/suzgec?q=kaldirim&kategori=tree"), "kategori")["tree"] == "", "it is chosen"
    assert counts_of(browser.get("/panel/suzgec?q=zurafa"), "kategori") == {}


def test_what_a_search_finds_by_person_is_counted_as_far_as_one_may_see_it(services, browser_of) -> None:
    services("").intake.file(draft(details=AYSE, category="bench"))
    services("").intake.file(draft(details=AYSE, category="hardship"))
    services("").intake.file(draft(category="tree"))
    agent = browser_of("agent")
    token = search(agent, "0532 123 45 67").location.split("ara=")[1]
    assert counts_of(agent.get(f"/panel/suzgec?ara={token}"), "kategori") == {"bench": "1"}


def test_a_search_that_finds_too_much_to_count_says_so(services, browser_of, monkeypatch) -> None:
    for _number in range(3):
        services("").intake.file(draft(words="Kaldırım çökmüş"))
    monkeypatch.setattr("halkla_iliskiler.services.lists.SHARES_UP_TO", 3)
    browser = browser_of("supervisor")
    assert list(counts_of(browser.get("/panel/suzgec?q=kaldirim"), "kategori").values()) == ["3"]
    services("").intake.file(draft(words="Kaldırım çökmüş"))
    page = browser.get("/panel/suzgec?q=kaldirim")
    assert "5.000" in words(page)
    assert set(counts_of(page, "kategori").values()) == {""}
    assert len(counts_of(page, "kategori")) > 3, "every value can be chosen"
    assert "5.000" not in words(browser.get("/panel/suzgec?liste=open"))


def test_a_folded_filter_says_how_many_choices_it_has_and_no_number_of_tickets(browser_of, monkeypatch) -> None:
    monkeypatch.setattr("halkla_iliskiler.web.staff.filters._LONG", 3)
    page = soup(browser_of("supervisor").get("/panel/suzgec?liste=finished"))
    folded = [one.get_text(" ", strip=True) for one in page.select("details.f-group summary .s-count")]
    assert folded
    assert all(re.fullmatch(r"\d+ seçenek", one) for one in folded)


def test_a_search_says_how_many_it_has_found(services, browser_of, now: FakeNow) -> None:
    for _number in range(51):
        now.advance(timedelta(minutes=10))
        services("").intake.file(draft(words="Kaldırım çökmüş"))
    services("").intake.file(draft(words="Lamba yanmıyor"))
    for role in ("supervisor", "auditor"):
        browser = browser_of(role)
        page = browser.get("/panel?q=kaldirim")
        assert said(page, ".q-range") == ["51 başvuru"]
        following = browser.get(str(soup(page).select_one("a[rel=next]")["href"]))
        assert said(following, ".q-range") == ["51 başvuru"]
        assert said(browser.get("/panel?q=lamba"), ".q-range") == ["1 başvuru"]
        assert said(browser.get("/panel?q=zurafa"), ".q-range") == []
        assert said(browser.get("/panel?liste=open"), ".q-range") == []


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("konu=x", "Bu süzgeç artık yok: Konu: x"),
        ("durum=XXX", "Bu süzgeç artık yok: Durum: XXX"),
        ("kategori=x", "Bu süzgeç artık yok: Alt konu: x"),
        ("birim=x", "Bu süzgeç artık yok: Müdürlük: x"),
        ("mahalle=x", "Bu süzgeç artık yok: Mahalle: x"),
        ("kanal=x", "Bu süzgeç artık yok: Kanal: x"),
        ("foto=belki", "Bu süzgeç artık yok: Fotoğraf"),
        ("ilk=nonsense", "Bu süzgeç artık yok: "),
        ("soz=belki", "Bu süzgeç artık yok: "),
    ],
)
def test_a_filter_that_means_nothing_any_more_is_named_and_can_be_left_out(
    services, browser_of, query: str, notice: str
) -> None:
    services("").intake.file(draft())
    browser = browser_of("supervisor")
    page = browser.get(f"/panel?liste=open&kategori=bench&{query}")
    (told,) = said(page, ".q-unknown p")
    assert told.startswith(notice)
    without = browser.get(str(soup(page).select_one(".q-unknown a")["href"]))
    assert said(without, ".q-unknown p") == []
    assert "kategori=bench" in str(soup(page).select_one(".q-unknown a")["href"]), "the rest stays"
    assert len(rows(without)) == 1


def test_a_person_nobody_knows_is_not_named_in_the_notice(browser_of) -> None:
    page = browser_of("supervisor").get("/panel?liste=open&kisi=ayse.karahan")
    (told,) = said(page, ".q-unknown p")
    assert tr("Assigned to") in told
    assert "ayse" not in words(page)


def test_a_list_or_a_page_that_does_not_exist_is_said(services, browser_of) -> None:
    services("").intake.file(draft())
    browser = browser_of("clerk")
    for query in ("liste=yok", "liste=directorate&sayfa=abc", "liste=directorate&sonra=abc"):
        page = browser.get(f"/panel?{query}")
        assert len(said(page, ".q-unknown p")) == 1, query
        assert len(rows(page)) == 1, query
        assert said(browser.get(str(soup(page).select_one(".q-unknown a")["href"])), ".q-unknown p") == []


@pytest.mark.parametrize("role", ["supervisor", "clerk", "agent", "auditor"])
def test_every_filter_that_is_offered_means_something(services, browser_of, role: str) -> None:
    services("").intake.file(draft())
    browser = browser_of(role)
    offered = soup(browser.get("/panel/suzgec?liste=all"))
    boxes = [(box["name"], box["value"]) for box in offered.select(".f-option input")]
    boxes += [(one["name"], option["value"]) for one in offered.select("select.select") for option in one("option")]
    for name, value in boxes:
        assert said(browser.get(f"/panel?{urlencode({'liste': 'all', name: value})}"), ".q-unknown p") == [], name


def test_days_photos_and_people_narrow(services, browser_of, now: FakeNow) -> None:
    old = services("").intake.file(draft())
    now.advance(timedelta(days=2))
    new = services("").intake.file(draft())
    services("clerk").handling.act(new.ticket_id, Order(Action.TAKE), None)
    browser = browser_of("clerk")

    def found(query: str) -> list[str]:
        return rows(browser.get(f"/panel?liste=directorate&{query}"))

    assert found("ilk=2026-01-06") == [new.number]
    assert found("son=2026-01-06") == [old.number]
    assert found("kisi=clerk") == [new.number]
    assert found("kisi=-") == [old.number]
    assert found("foto=var") == []
    assert len(found("ilk=nonsense&foto=hm")) == 2
    assert len(found("ilk=0001-01-01&son=9999-12-31")) == 2


def keep(browser: Browser, name: str, query: str, department: str = "", pinned: str = "1") -> TestResponse:
    return browser.send(
        "/panel/listelerim", {"name": name, "sorgu": query, "department": department, "pinned": pinned}, status="*"
    )


def test_a_list_is_kept_pinned_with_its_count_renamed_and_forgotten(services, browser_of) -> None:
    services("").intake.file(draft())
    browser = browser_of("clerk")
    page = keep(browser, "Banklar", "liste=directorate&konu=Parklar").follow()
    (item,) = soup(page).select(".s-side .s-kept a")
    assert item.get_text(" ", strip=True) == "Banklar 1"
    assert item["aria-current"] == "page"
    again = keep(browser, "Banklar", "liste=directorate")
    assert again.status_int == 200
    assert tr("You have a list of that name already.") in words(again)
    form = soup(again).select_one(".k-new")
    assert form.select_one("input[name=sorgu]")["value"] == "liste=directorate"
    assert form.select_one("input[name=name]")["value"] == "Banklar"
    back = next(link for link in form("a") if link.get_text() == tr("Back to the list"))
    assert len(rows(browser.get(str(back["href"])))) == 1

    page = browser.get("/panel/listelerim")
    form = next(form for form in page.forms.values() if form.action.rsplit("/", 1)[-1].isdigit())
    form["name"] = "Kırık banklar"
    assert "Kırık banklar" in words(form.submit(status=303).follow())
    page = browser.get("/panel/listelerim")
    forget = next(form for form in page.forms.values() if form.action.endswith("/sil"))
    assert tr("No list is kept yet") in words(forget.submit(status=303).follow())


def test_a_shared_list_is_seen_by_that_directorate_alone_and_shows_each_what_they_may_see(services, browser_of) -> None:
    filed = services("").intake.file(draft())
    services("").intake.file(draft(category="rubbish"))
    supervisor = browser_of("supervisor")
    keep(supervisor, "Herkesin açığı", "liste=open", "parks")
    assert len(rows(supervisor.get("/panel?liste=open"))) == 2
    (item,) = soup(browser_of("clerk").get("/panel")).select(".s-side .s-kept a")
    assert item.get_text(" ", strip=True) == "Herkesin açığı 1"
    assert rows(browser_of("clerk").get(str(item["href"]))) == [filed.number]
    assert soup(browser_of("clerk-cleaning").get("/panel")).select(".s-kept") == []
    refused = keep(browser_of("clerk-cleaning"), "Onların", "liste=open", "parks")
    assert refused.status_int == 200, "a directorate that is not theirs"


def test_a_list_found_by_person_is_not_kept(services, browser_of) -> None:
    services("").intake.file(draft(details=AYSE))
    agent = browser_of("agent")
    token = search(agent, "0532 123 45 67").location.split("ara=")[1]
    keep(agent, "Ayşe", f"liste=open&ara={token}")
    assert services("agent").saved_lists.all() == []


# -- there and back -----------------------------------------------------------------------------------------------


def test_a_ticket_knows_its_list_its_neighbours_and_the_way_back(services, browser_of, now: FakeNow) -> None:
    filed = []
    for _ in range(3):
        filed.append(services("").intake.file(draft()))
        now.advance(timedelta(minutes=5))
    services("").intake.file(draft(category="tree", words="ağaç"))
    browser = browser_of("clerk")
    page = browser.get("/panel?liste=directorate&kategori=bench")
    middle = browser.get(links(page)[1])
    assert soup(middle).select_one(".t-position, .number") is not None
    assert "2 / 3" in words(middle)
    assert soup(middle).select_one("a.t-back")["href"] == "/panel?liste=directorate&kategori=bench"
    onward = soup(middle).select_one("a.t-step[rel=next]")["href"]
    assert filed[2].address in onward
    back = soup(browser.get(str(onward))).select_one("a.t-step[rel=prev]")["href"]
    assert filed[1].address in back
    assert soup(browser.get(str(onward))).select_one("a.t-step[rel=next]") is None


def test_when_an_action_is_done_the_next_in_the_list_is_offered(services, browser_of) -> None:
    first, second = (services("").intake.file(draft()) for _ in range(2))
    browser = browser_of("clerk")
    page = browser.get(links(browser.get("/panel?liste=directorate"))[0])
    assert first.number in words(page)
    press = next(form for form in page.forms.values() if "/islem/take" in form.action)
    done = press.submit(status=303).follow()
    assert second.address in soup(done).select_one(".s-onward a")["href"]
    assert soup(done).select_one("a.t-back")["href"] == "/panel?liste=directorate"


@pytest.mark.parametrize("query", ["liste=%00", "liste=open&sonra=x", "liste=//evil", "liste=open&q=%3Cscript%3E"])
def test_a_list_that_makes_no_sense_leads_nowhere_else(services, browser_of, query: str) -> None:
    filed = services("").intake.file(draft())
    page = browser_of("clerk").get(f"/panel/basvurular/{filed.address}?{query}")
    assert soup(page).select_one("a.t-back")["href"].startswith("/panel?liste=")
    assert "<script>" not in page.text.replace('nonce="', "")


# -- what is new --------------------------------------------------------------------------------------------------


def news_of(browser: Browser, page: TestResponse) -> dict:
    return browser.get(str(soup(page).select_one("[data-news]")["data-news"])).json


def test_a_page_learns_what_is_new_and_every_count(services, browser_of, now: FakeNow) -> None:
    old = services("").intake.file(draft())
    browser = browser_of("clerk")
    page = browser.get("/panel?liste=directorate")
    assert news_of(browser, page)["news"] == ""
    now.advance(timedelta(seconds=5))
    services("").intake.file(draft())
    services("").intake.file(draft(category="rubbish"))
    services("clerk").handling.act(old.ticket_id, Order(Action.NOTE, text="Bakıldı"), None)
    said = news_of(browser, page)
    assert said["news"] == "1 yeni, 1 değişen başvuru – göster"
    assert said["counts"]["directorate"] == "2"
    elsewhere = browser_of("clerk-family")
    assert news_of(elsewhere, elsewhere.get("/panel"))["news"] == ""


def test_a_page_of_another_life_of_the_program_is_told_to_look_again(browser_of) -> None:
    said = browser_of("clerk").get("/panel/yeni?liste=directorate&nesil=dead.5&son_no=0").json
    assert said["news"] == tr("The list may have changed – show")


def test_asking_for_news_keeps_nobody_signed_in(browser_of, now: FakeNow) -> None:
    browser = browser_of("clerk")
    browser.get("/panel")
    for _ in range(7):
        now.advance(timedelta(minutes=10))
        answer = browser.get("/panel/yeni?liste=directorate", status="*")
    assert answer.status_int == 303


# -- what is kept of a row ----------------------------------------------------------------------------------------


def test_a_kept_row_is_never_old(services, browser_of, assembly: Assembly, now: FakeNow) -> None:
    filed = services("").intake.file(draft())
    browser = browser_of("clerk")
    assert "Park ve Bahçeler" in browser.get("/panel?liste=directorate").text
    services("clerk").handling.act(filed.ticket_id, Order(Action.TAKE), None)
    assert STAFF["clerk"].name in soup(browser.get("/panel?liste=directorate")).select_one(".q-who").get_text()

    def rename(unit) -> None:
        unit.site.users["clerk"].name = "Yeni Ad"
        city = unit.site.city
        city.replace(departments=tuple(replace(one, name=f"Yeni {one.name}") for one in city.departments))

    assembly.write(rename, "rename")
    page = browser.get("/panel?liste=directorate")
    assert "Yeni Park ve Bahçeler" in soup(page).select_one(".q-dept").get_text()
    assert soup(page).select_one(".q-who").get_text() == "Yeni Ad"
    before = soup(page).select_one(".q-row .due").get_text()
    now.advance(timedelta(minutes=30, hours=30))
    browser.log_in("clerk")
    assert soup(browser.get("/panel?liste=directorate")).select_one(".q-row .due").get_text() != before


def test_columns_are_hidden_and_remembered(services, browser_of) -> None:
    services("").intake.file(draft())
    browser = browser_of("clerk")
    browser.send("/panel/sutunlar", {"sutun": "place", "next": "/panel?liste=open"}, status=303)
    shown = soup(browser.get("/panel")).select_one(".q-list")["class"]
    assert "hides-dept" in shown
    assert "hides-place" not in shown
    answer = browser.send("/panel/sutunlar", {"next": "https://elsewhere.example"}, status=303)
    assert answer.location == "http://localhost/panel"


def test_a_city_with_a_map_shows_where_the_tickets_of_a_list_are(mapped: Assembly) -> None:
    place = Location("isikli", "köşe", latitude=38.05, longitude=27.05)
    filed = mapped.services(ANONYMOUS).intake.file(draft(location=place))
    mapped.services(ANONYMOUS).intake.file(draft())
    browser = Browser(build(mapped), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    browser.log_in("clerk")
    page = browser.get("/panel?liste=directorate")
    shown = browser.get(str(soup(page).select_one(".q-pop-links a[href*=harita]")["href"]))
    (mark,) = soup(shown).select("svg.map a.q-mark")
    assert filed.number in mark["aria-label"]
    assert filed.address in mark["href"]
    assert tr("On this page without a place on the map: ${count}", count=1) in words(shown)
    assert "gorunum=harita" in soup(browser.get(str(mark["href"]))).select_one("a.t-back")["href"]


def test_a_city_without_a_map_offers_none(browser_of) -> None:
    page = soup(browser_of("clerk").get("/panel?liste=directorate&gorunum=harita"))
    assert page.select(".q-pop-links a[href*=harita], svg.map") == []


# -- counts -------------------------------------------------------------------------------------------------------


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bench", "tree", "rubbish", "pothole", "hardship", None]),
            st.sampled_from(
                ["NEW", "ASSIGNED", "WAITING_FOR_APPLICANT", "WAITING_FOR_BODY", "REOPEN_REQUESTED", "DONE"]
            ),
            st.sampled_from([None, "clerk", "director"]),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_every_count_is_the_length_of_its_list_for_every_role(tmp_path_factory: pytest.TempPathFactory, cases) -> None:
    now = FakeNow()
    site = make_site(tmp_path_factory.mktemp("counts") / "site", now)
    try:
        for category, status, assignee, shared in cases:
            filed = site.services(ANONYMOUS).intake.file(draft(category=category))

            def put(unit, number=filed.ticket_id, status=status, assignee=assignee, shared=shared) -> None:
                ticket = unit.site.tickets[number]
                ticket.status, ticket.assignee = status, assignee
                ticket.shared_with = ("parks",) if shared and ticket.department != "parks" else ()
                ticket.opinion_from = "parks" if ticket.shared_with else None
                ticket.mentioned = ("director",) if shared else ()
                unit.touch(ticket)

            site.write(put, "put a ticket where a test wants it")
        for actor in STAFF.values():
            lists = site.services(actor).lists
            for queue, count in lists.counts().items():
                found = lists.look(Listed(queue)).rows
                assert count == len(found), (actor.id, queue)
                assert all(lists.visible(row.id) for row in found), (actor.id, queue)
                listed = Listed(queue, Filters(categories=("bench", "rubbish")))
                assert lists.count(listed) == len(lists.look(listed).rows), (actor.id, queue)
        assert {*COUNTED_BY_HAND} <= set(Queue)
    finally:
        site.close()
