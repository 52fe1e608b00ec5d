"""An agent writes down what is said: on the telephone, at the desk, on paper. All of it works without a script, too."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.city import Question
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.i18n import translate
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.national_ids import decrypted
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import FakeNow, png
from halkla_iliskiler.web.labels import PROBLEMS
from halkla_iliskiler.work.photos import prepare_photos
from tests.conftest import Browser
from tests.functional.pages import tickets, tr

PHONE = ContactDetails("Ayşe Denek", phone="+905321234567")


@pytest.fixture
def agent(browser_of: Callable[[str], Browser]) -> Browser:
    return browser_of("agent")


def said(**values: str) -> dict[str, str]:
    return {"channel": "telephone", "words": "Parktaki bank kırık.", "form_key": "k" * 24, **values}


def record(agent: Browser, **values: str) -> Any:
    return agent.send("/panel/kayit", said(file="1", **values))


def newest(assembly: Assembly) -> Any:
    with assembly.database.reading() as site:
        ticket = site.tickets[max(site.tickets)]
        # Loaded while there is a connection, for whoever looks at it later.
        list(ticket.history), [attachment.filename for attachment in ticket.attachments]
        return ticket


def text(answer: Any) -> str:
    return " ".join(answer.html.get_text(" ").split())


# -- a call -------------------------------------------------------------------------------------------------------


def test_a_call_becomes_an_application_and_the_agent_knows_what_to_say(
    agent: Browser, assembly: Assembly, now: FakeNow
) -> None:
    page = agent.get("/panel/kayit")
    assert page.html.find("input", {"name": "phone"}).has_attr("autofocus")
    answer = record(
        agent, phone="0 (532) 123-45-67", name="Ayşe  Denek", category="bench", neighbourhood_typed="işıklı mah.",
        street="12. Sokak", place="havuzun yanı", kind="COMPLAINT", language="ar", preferred_method="telephone",
        on_behalf_of="Fatma Denek", address="Deneme Sk. 1",
    ).follow()  # fmt: skip
    ticket = newest(assembly)
    assert ticket.number in answer.html.find("h1").get_text()
    assert "Park ve Bahçeler Müdürlüğü size 7 Ocak Çarşamba 09.00'a kadar dönecek." in text(answer)
    first = ticket.contacts[0]
    assert (first.channel, first.staff, first.words) == ("telephone", "agent", "Parktaki bank kırık.")
    assert first.details == ContactDetails("Ayşe Denek", "+905321234567", "", "Deneme Sk. 1")
    assert (ticket.category, ticket.kind, ticket.language) == ("bench", "COMPLAINT", "ar")
    assert (ticket.location.neighbourhood, ticket.location.street) == ("isikli", "12. Sokak")
    assert ticket.representation.on_behalf_of == "Fatma Denek"
    assert ticket.preferred_method == "telephone"
    assert answer.html.find("a", {"data-record-next": True})["href"].endswith("/panel/kayit")


def test_a_neighbourhood_that_there_is_not_is_asked_about_once_and_nothing_is_lost(
    agent: Browser, assembly: Assembly
) -> None:
    there_were = len(tickets(assembly))
    answer = record(
        agent, name="Ayşe Denek", street="12. Sokak", place="fırının yanı", neighbourhood_typed="Olmayan mahalle",
    )  # fmt: skip
    assert answer.status_int == 200
    assert len(tickets(assembly)) == there_were
    form = answer.forms["record"]
    assert tr("Keep it as directions and record") in text(answer)
    warning = (
        "There is no such neighbourhood. Correct the name, or keep it as directions: sent again, it is taken as it is."
    )
    assert tr(warning) in text(answer)
    kept = {name: form[name].value for name in ("words", "name", "street", "place", "neighbourhood_typed")}
    assert kept == {
        "words": "Parktaki bank kırık.", "name": "Ayşe Denek", "street": "12. Sokak", "place": "fırının yanı",
        "neighbourhood_typed": "Olmayan mahalle",
    }  # fmt: skip
    # Another one that there is not is asked about, too; the same one a second time is how to get there.
    form["neighbourhood_typed"] = "Yine olmayan"
    form = form.submit("file", status=200).forms["record"]
    form.submit("file", status=303)
    where = newest(assembly).location
    assert (where.neighbourhood, where.text) == (None, "Yine olmayan, fırının yanı")


def test_a_name_that_is_nearly_right_is_put_right_with_one_button(agent: Browser, assembly: Assembly) -> None:
    answer = record(agent, neighbourhood_typed="Işıkı mah.")
    assert [button["value"] for button in answer.html.select("button[name=neighbourhood_near]")] == ["Işıklı"]
    answer.forms["record"].submit("neighbourhood_near", status=303)
    assert (newest(assembly).location.neighbourhood, newest(assembly).location.text) == ("isikli", "")


def test_an_unknown_neighbourhood_is_said_together_with_what_else_is_wrong(agent: Browser) -> None:
    answer = record(agent, neighbourhood_typed="Olmayan", phone="12")
    assert {"#r-neighbourhood_typed", "#r-phone"} <= {link["href"] for link in answer.html.select("#r-errors a")}
    form = answer.forms["record"]
    form["phone"] = "0532 123 45 67"
    form.submit("file", status=303)


def test_only_the_words_are_needed(agent: Browser, assembly: Assembly) -> None:
    record(agent)
    ticket = newest(assembly)
    assert (ticket.category, ticket.applicant_id, ticket.details.is_empty) == (None, None, True)


def test_who_does_not_want_to_be_known_is_not_kept(agent: Browser, assembly: Assembly) -> None:
    record(agent, phone="0532 123 45 67", name="Ayşe Denek", address="Deneme Sk. 1", anonymous="1")
    ticket = newest(assembly)
    assert ticket.contacts[0].details == ContactDetails()
    with assembly.database.reading() as site:
        assert list(site.by_phone) == []


def test_a_refused_entry_keeps_every_word(agent: Browser, assembly: Assembly) -> None:
    answer = record(
        agent, phone="12", email="yok", words="Uzun bir anlatım.", name="Ayşe", category="wreck", street="12. Sokak",
        **{"q-plate": "34 ABC 123", "channel": "cimer", "f-cimer-foreign_number": "2600-1", "f-cimer-received": "x"},
    )  # fmt: skip
    assert answer.status_int == 200
    form = answer.forms["record"]
    for name, value in (
        ("phone", "12"), ("email", "yok"), ("words", "Uzun bir anlatım."), ("name", "Ayşe"), ("street", "12. Sokak"),
        ("f-cimer-foreign_number", "2600-1"), ("f-cimer-received", "x"), ("category", "wreck"), ("channel", "cimer"),
    ):  # fmt: skip
        assert form[name].value == value, name
    summary = answer.html.find(class_="error-summary")
    assert {link["href"] for link in summary.find_all("a")} >= {"#r-phone", "#r-email"}
    with assembly.database.reading() as site:
        assert len(site.tickets) == 0


def test_a_scan_stays_with_a_refused_entry(agent: Browser, assembly: Assembly) -> None:
    answer = agent.send("/panel/kayit", said(file="1", words=""), upload_files=[("photos", "dilekce.png", png())])
    assert "dilekce.png" in answer.text
    form = answer.forms["record"]
    form["words"] = "Dilekçe ekte."
    form.submit("file", status=303)
    assert [scan.filename for scan in newest(assembly).attachments] == ["dilekce.png"]


def test_the_same_form_sent_twice_is_one_application(agent: Browser, assembly: Assembly) -> None:
    first, second = record(agent), record(agent)
    assert first.headers["Location"] == second.headers["Location"]


# -- who is calling -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["05321234567", "532 123 45 67", "+90 (532) 123 45 67", "00905321234567", "O532 123 45 67"]
)
def test_any_spelling_finds_who_is_known_on_a_number(agent: Browser, file: Callable[..., Filed], typed: str) -> None:
    filed = file(details=PHONE, words="Salıncak kopmuş.")
    answer = agent.send("/panel/kayit/arayan", {"phone": typed})
    assert "Ayşe Denek" in answer.text
    assert "Salıncak kopmuş." in answer.text
    assert filed.number in answer.text


def test_the_button_does_the_same_without_a_script(agent: Browser, file: Callable[..., Filed]) -> None:
    file(details=PHONE)
    form = agent.get("/panel/kayit").forms["record"]
    form["phone"] = "0532 123 45 67"
    form["words"] = "yarım cümle"
    shown = form.submit("look_up", index=0)
    assert "Ayşe Denek" in shown.text
    assert shown.forms["record"]["words"].value == "yarım cümle"
    chosen = shown.forms["record"].submit("person")
    assert chosen.forms["record"]["name"].value == "Ayşe Denek"


def test_a_matter_that_may_not_be_seen_is_only_counted(
    agent: Browser, browser_of: Callable[[str], Browser], file: Callable[..., Filed]
) -> None:
    hidden = file(details=ContactDetails("Gizli Kişi", phone="+905321234567"), category="hardship", words="Zor durum.")
    answer = agent.send("/panel/kayit/arayan", {"phone": "05321234567"}).text
    for secret in ("Gizli Kişi", "Zor durum", hidden.number, hidden.address):
        assert secret not in answer
    assert "1 başvuru" in answer
    assert "Gizli Kişi" in browser_of("supervisor").send("/panel/kayit/arayan", {"phone": "05321234567"}).text


def test_no_number_stands_in_an_address_or_a_log(
    agent: Browser, assembly: Assembly, file: Callable[..., Filed], caplog: pytest.LogCaptureFixture
) -> None:
    file(details=PHONE)
    agent.send("/panel/kayit/arayan", {"phone": "05321234567"})
    answer = record(agent, phone="05321234567")
    assert "532" not in answer.headers["Location"]
    assert "1234567" not in caplog.text
    logs = assembly.database.files.directory.glob("*.log")
    assert not any("5321234567" in log.read_text(encoding="utf-8") for log in logs)


def test_what_is_no_number_is_said_and_nothing_looked_up(agent: Browser) -> None:
    assert "telefon numarası" in agent.send("/panel/kayit/arayan", {"phone": "112"}).text.lower()


# -- while it is typed --------------------------------------------------------------------------------------------


def test_words_bring_subjects_danger_and_the_place(agent: Browser) -> None:
    answer = agent.send("/panel/kayit/yardim", {"words": "Işıklı mahallesinde parktaki bank kırılmış"})
    assert answer.html.find("input", {"name": "category", "value": "bench"})
    assert answer.html.find(attrs={"data-place": True})["data-place"] == "Işıklı"


def test_a_subject_brings_its_questions_and_what_to_say(agent: Browser) -> None:
    answer = agent.send("/panel/kayit/yardim", {"words": "", "category": "wreck"})
    assert answer.html.find(attrs={"name": re.compile("^q-")})
    assert answer.html.find(attrs={"data-part": "guide"}).find("dl")


def test_staff_choose_what_the_citizens_form_does_not_offer(agent: Browser, assembly: Assembly) -> None:
    assert agent.get("/panel/kayit").html.find("option", {"value": "inspection"})
    record(agent, category_listed="inspection")
    assert newest(assembly).category == "inspection"


def test_what_is_open_nearby_can_be_joined_or_linked(
    agent: Browser, assembly: Assembly, file: Callable[..., Filed]
) -> None:
    old = file(category="bench", location=Location("isikli"), words="Bank kırık, geçen hafta da söyledim.")
    answer = agent.send("/panel/kayit/yardim", {"category": "bench", "neighbourhood_typed": "Işıklı"})
    assert old.number in answer.text
    record(agent, category="bench", neighbourhood_typed="Işıklı", related_to=old.address)
    assert newest(assembly).related_to == old.ticket_id


def test_nobody_is_linked_to_what_may_not_be_seen(
    agent: Browser, assembly: Assembly, file: Callable[..., Filed]
) -> None:
    hidden = file(category="hardship")
    record(agent, related_to=hidden.address)
    assert newest(assembly).related_to is None


# -- an addition, and no ticket at all ----------------------------------------------------------------------------


def test_what_is_said_is_added_to_an_old_one(
    agent: Browser, services: Callable[[str], Services], assembly: Assembly, file: Callable[..., Filed]
) -> None:
    old = file(details=PHONE)
    services("clerk").handling.act(old.ticket_id, Order(Action.ASK, text="Hangi bank?"), None)
    values = said(words="Havuzun yanındaki bank.", phone="05321234567", ticket=old.address)
    answer = agent.send("/panel/kayit/ek", values, status=303).follow()
    assert old.address in text(answer)
    page = agent.get(f"/panel/basvurular/{old.address}")
    assert "Havuzun yanındaki bank." in page.text
    assert newest(assembly).status == "IN_PROGRESS"


def test_an_addition_without_words_comes_back(agent: Browser, file: Callable[..., Filed]) -> None:
    old = file(details=PHONE)
    answer = agent.send("/panel/kayit/ek", said(words="", phone="05321234567", ticket=old.address))
    assert answer.status_int == 200
    assert answer.forms["record"]["phone"].value == "05321234567"


@pytest.fixture
def finished(services: Callable[[str], Services], file: Callable[..., Filed]) -> Filed:
    old = file(details=PHONE, words="Salıncak kopmuş.")
    services("clerk").handling.act(old.ticket_id, Order(Action.FINISH, text="Onarıldı.", outcome="SOLVED"), None)
    return old


def look_up(agent: Browser, words: str) -> Any:
    """Return the entry with who is calling, as it is without a script."""
    form = agent.get("/panel/kayit").forms["record"]
    form["phone"], form["words"] = "0532 123 45 67", words
    return form.submit("look_up", index=0)


def press(agent: Browser, page: Any, label: str, status: int = 303) -> Any:
    """Press the button of that label with everything that stands in the form, as a browser does."""
    (button,) = [one for one in page.html.find_all("button") if label in one.get_text()]
    values = [
        pair for pair in page.forms["record"].submit_fields() if pair[0] not in ("look_up", "photos", "csrf_token")
    ]
    return agent.send(button["formaction"], [*values, (button["name"], button["value"])], status=status)


@pytest.mark.parametrize("closed", [False, True])
def test_a_finished_one_that_is_not_solved_is_up_for_reopening(
    agent: Browser,
    browser_of: Callable[[str], Browser],
    services: Callable[[str], Services],
    assembly: Assembly,
    finished: Filed,
    closed: bool,
) -> None:
    if closed:
        services("supervisor").handling.act(finished.ticket_id, Order(Action.CLOSE), None)
    shown = look_up(agent, "Salıncak hâlâ kopuk, çocuk düştü.")
    assert "Buna ekle" not in shown.text
    done = press(agent, shown, "Çözülmedi diyor").follow()
    assert "“Yeniden açma isteği” listesinde" in text(done)
    ticket = newest(assembly)
    assert (ticket.status, ticket.contacts[1].words) == ("REOPEN_REQUESTED", "Salıncak hâlâ kopuk, çocuk düştü.")
    assert ticket.contacts[1].staff == "agent"
    assert ticket.next_due is not None, "an answer is promised"
    assert finished.number in browser_of("supervisor").get("/panel?liste=reopen").text
    assert "hâlâ kopuk" in agent.get(f"/panel/basvurular/{finished.address}").text


def test_what_is_said_for_information_leaves_a_finished_one_finished_and_says_so(
    agent: Browser, assembly: Assembly, finished: Filed
) -> None:
    done = press(agent, look_up(agent, "Teşekkür ediyor."), "Yalnızca bilgi için").follow()
    assert "artık üzerinde çalışan kimse yok" in text(done)
    ticket = newest(assembly)
    assert (ticket.status, ticket.contacts[1].words) == ("DONE", "Teşekkür ediyor.")


def test_one_that_was_finished_meanwhile_is_asked_about(
    agent: Browser, services: Callable[[str], Services], assembly: Assembly, file: Callable[..., Filed]
) -> None:
    old = file(details=PHONE)
    shown = look_up(agent, "Hâlâ kırık.")
    services("clerk").handling.act(old.ticket_id, Order(Action.FINISH, text="Onarıldı.", outcome="SOLVED"), None)
    asked = press(agent, shown, "Buna ekle", status=200)
    summary = asked.html.find(class_="error-summary")
    assert "sonuçlanmış" in summary.get_text()
    assert [one["formaction"].partition("?")[2] for one in summary.find_all("button")] == [
        "olarak=cozulmedi", "olarak=bilgi",
    ]  # fmt: skip
    assert asked.forms["record"]["words"].value == "Hâlâ kırık."
    assert len(newest(assembly).contacts) == 1


def test_what_came_on_paper_to_a_finished_one_is_asked_about_too(
    agent: Browser, services: Callable[[str], Services], assembly: Assembly
) -> None:
    record(agent, channel="cimer", category="bench", **{"f-cimer-foreign_number": "2600-9"})
    first = newest(assembly)
    number, identity = first.address, first.id
    services("clerk").handling.act(identity, Order(Action.FINISH, text="Onarıldı.", outcome="SOLVED"), None)
    again = record(agent, channel="cimer", words="Yapılmadı.", **{"f-cimer-foreign_number": "2600-9"})
    values = said(words="Yapılmadı.", channel="cimer", ticket=number)
    address = again.html.find(class_="error-summary").find("button")["formaction"]
    agent.send(address, values, status=303)
    assert newest(assembly).status == "REOPEN_REQUESTED"


def test_one_that_waits_for_the_centres_check_says_so(
    agent: Browser, services: Callable[[str], Services], assembly: Assembly, file: Callable[..., Filed]
) -> None:
    old = file(details=PHONE, category="pothole")
    order = Order(Action.FINISH, text="Kapatıldı.", outcome="SOLVED")
    services("clerk-roads").handling.act(old.ticket_id, order, None)
    done = press(agent, look_up(agent, "Hâlâ orada."), "Buna ekle").follow()
    assert "denetleyen kişi bunu görecek" in text(done)


@pytest.mark.parametrize("outcome", ["ANSWERED", "OTHER_BODY", "INFORMED_US", "WRONG_NUMBER", "SILENT"])
def test_one_click_notes_a_call_without_an_application(agent: Browser, outcome: str) -> None:
    values = said(words="Nikâh salonunu sordu.", phone="05321234567", name="Ayşe Denek", outcome=outcome)
    agent.send("/panel/kayit/temas", values, status=303).follow()
    day = agent.get("/panel/temaslar")
    assert "Nikâh salonunu sordu." in day.text
    assert "Denek" not in day.text
    assert "5321234567" not in day.text


def test_a_day_of_contacts_has_totals_and_filters(agent: Browser, now: FakeNow) -> None:
    for number, (channel, outcome) in enumerate([("telephone", "SILENT"), ("desk", "ANSWERED"), ("desk", "ANSWERED")]):
        values = said(words=f"söz {number}", outcome=outcome, channel=channel, form_key=f"key-{number}-" + "x" * 16)
        agent.send("/panel/kayit/temas", values, status=303)
    day = agent.get("/panel/temaslar")
    assert day.html.find(class_="c-totals").find("b").get_text() == "3"
    assert len(day.html.find("tbody").find_all("tr")) == 3
    desk = agent.get("/panel/temaslar?kanal=desk&sonuc=ANSWERED")
    assert len(desk.html.find("tbody").find_all("tr")) == 2
    now.advance(timedelta(days=1))
    agent.log_in("agent")
    assert agent.get("/panel/temaslar").html.find("tbody") is None
    assert len(agent.get("/panel/temaslar?gun=2026-01-05").html.find("tbody").find_all("tr")) == 3
    for strange in ("?gun=yar%C4%B1n", "?gun=2999-01-01", "?gun=0001-01-01"):
        assert agent.get(f"/panel/temaslar{strange}").status_int == 200


# -- every other way in -------------------------------------------------------------------------------------------


def test_every_way_in_offers_its_own_fields(agent: Browser) -> None:
    page = agent.get("/panel/kayit?kanal=court").html
    assert page.find("input", {"name": "channel", "value": "court"}).has_attr("checked")
    assert {one["value"] for one in page.find_all("input", {"name": "channel"})} == {
        "telephone", "desk", "field", "social", "email", "petition", "cimer", "muhtar", "kep", "court",
    }  # fmt: skip
    assert not page.find(attrs={"data-channel": "court"}).has_attr("hidden")
    assert page.find(attrs={"data-channel": "cimer"}).has_attr("hidden")


def test_a_petition_without_name_and_signature_is_recorded_and_what_is_missing_is_asked_for(
    agent: Browser, assembly: Assembly
) -> None:
    done = record(
        agent, channel="petition", phone="05321234567", email="ayse@example.org",
        **{"f-petition-registry_number": "1453", "f-petition-received": "2026-01-02", "f-petition-signature": "none"},
    ).follow()  # fmt: skip
    assert "Eksik: ad ve soyad, ev veya iş adresi, imza (3071 sayılı Kanun, md. 4)." in text(done)
    # It has lain with the registry for longer than the city's promise.
    assert "Cevap süresi dolmuş" in text(done)
    ticket = newest(assembly)
    page = agent.get(f"/panel/basvurular/{ticket.address}")
    assert "Eksik: " in text(page)
    assert "1453" in text(page)
    assert "2 Ocak Cuma" in text(page)
    # The day is known, and no hour is invented for it.
    assert "2 Ocak 2026 Cuma 00.00" not in text(page)
    ask = page.html.find("a", href=re.compile("islem/ask"))
    form = agent.get(ask["href"].partition("#")[0])
    assert "ad ve soyad, ev veya iş adresi, imza" in form.html.find("textarea", {"name": "text"}).get_text()


def test_the_identity_number_is_kept_only_where_the_law_asks_for_it(agent: Browser, assembly: Assembly) -> None:
    wrong = record(agent, regime="INFORMATION_4982", national_id="10000000145")
    assert tr(PROBLEMS["national_id"]) in text(wrong)
    assert wrong.html.find("input", {"name": "national_id"})["value"] == "10000000145"
    assert wrong.html.find("input", {"name": "national_id"}).has_attr("data-private")
    record(agent, regime="INFORMATION_4982", national_id="100 000 001 46")
    assert decrypted(assembly.secret, newest(assembly).national_id) == "10000000146"
    record(agent, words="Park bankı kırık.", national_id="10000000146")
    assert not newest(assembly).national_id


def test_what_citizens_are_not_offered_asks_its_questions_of_staff(
    agent: Browser, assembly: Assembly, services: Callable[[str], Services]
) -> None:
    def change(unit: Unit) -> None:
        city = unit.site.city
        city.replace(
            questions=(*city.questions, Question("depth", "Kaç santim?", kind="number")),
            categories=tuple(
                replace(one, is_public=False, questions=("depth",)) if one.code == "bench" else one
                for one in city.categories
            ),
        )

    services("system").write(change, "a subject for staff alone")
    page = agent.send("/panel/kayit", said(look_up="subject", category="bench"))
    assert "Kaç santim?" in text(page)
    record(agent, category="bench", **{"q-depth": "12"})
    assert "Kaç santim? 12" in text(agent.get(f"/panel/basvurular/{newest(assembly).address}"))


def test_whoever_cannot_be_reached_is_not_offered_to_be_asked(agent: Browser, assembly: Assembly) -> None:
    record(agent, channel="petition")
    page = agent.get(f"/panel/basvurular/{newest(assembly).address}")
    assert "Eksik: " in text(page)
    assert page.html.find(class_="is-soon").find("a") is None


def test_the_same_cimer_number_offers_the_first_application(agent: Browser, assembly: Assembly) -> None:
    record(agent, channel="cimer", **{"f-cimer-foreign_number": "2600-123456"})
    first = newest(assembly)
    again = record(agent, channel="cimer", words="Aynı yazı yine.", **{"f-cimer-foreign_number": "2600 123456"})
    assert again.status_int == 200
    summary = again.html.find(class_="error-summary")
    assert summary.find("a", href=re.compile(first.address))
    agent.send("/panel/kayit/ek", said(words="Aynı yazı yine.", channel="cimer", ticket=first.address), status=303)
    assert [contact.words for contact in newest(assembly).contacts] == ["Parktaki bank kırık.", "Aynı yazı yine."]
    found = agent.get("/panel?q=2600+123456")
    assert found.headers["Location"].endswith(first.address)


def test_a_hidden_first_application_is_said_to_be_there_and_not_shown(
    agent: Browser, browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    record(browser_of("supervisor"), channel="cimer", category="hardship", **{"f-cimer-foreign_number": "2600-77"})
    first = newest(assembly)
    again = record(agent, channel="cimer", words="Yine.", **{"f-cimer-foreign_number": "2600-77"})
    assert translate("It is there, but not for you to see. Ask your supervisor.", "tr") in again.text
    assert first.number not in again.text
    assert first.address not in [a.get("href", "") for a in again.html.find(class_="error-summary").find_all("a")]
    assert again.html.find(class_="error-summary").find("button") is None


def test_who_writes_on_social_media_is_shown_to_who_may_know(
    agent: Browser, browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    record(
        agent,
        channel="social",
        category="bench",
        **{"f-social-link": "https://example.org/p/1", "f-social-account": "@ayse"},
    )
    address = f"/panel/basvurular/{newest(assembly).address}"
    assert agent.get(address).html.find("a", href="https://example.org/p/1")
    crew = browser_of("field-crew").get(address).text
    assert "@ayse" not in crew
    assert "example.org/p/1" not in crew


# -- the way there ------------------------------------------------------------------------------------------------


def test_only_who_records_is_offered_it(browser_of: Callable[[str], Browser]) -> None:
    for role, offered in (("agent", True), ("supervisor", True), ("clerk", False), ("auditor", False)):
        page = browser_of(role).get("/panel").html
        assert bool(page.find("a", {"data-record-link": True})) is offered, role
        assert bool(page.find("a", href="/panel/temaslar")) is offered, role


def test_a_scanned_petition_is_kept_as_it_is_and_saved_by_who_may_know(
    agent: Browser, browser_of: Callable[[str], Browser], assembly: Assembly, services: Callable[[str], Services]
) -> None:
    paper = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    values = said(file="1", channel="petition", category="bench", name="Ayşe Denek")
    agent.send("/panel/kayit", values, upload_files=[("photos", "dilekce.pdf", paper)], status=303)
    assert prepare_photos(services("system")) == 0
    ticket = newest(assembly)
    address = f"/panel/basvurular/{ticket.address}"
    page = agent.get(address)
    assert "dilekce.pdf" in page.text
    saved = agent.get(f"{address}/ekler/{ticket.attachments[0].id}")
    assert (saved.body, saved.content_type) == (paper, "application/octet-stream")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    crew = browser_of("field-crew")
    assert "dilekce.pdf" not in crew.get(address).text
    crew.get(f"{address}/ekler/{ticket.attachments[0].id}", status=404)


def file_with_scan(agent: Browser, said_to_be: str = "", **values: str) -> Any:
    """File an application with a picture, from the form as it stands for that way in."""
    form = agent.get(f"/panel/kayit?kanal={values['channel']}").forms["record"]
    papers = form[f"papers-{values['channel']}"]
    if said_to_be:
        papers.value = said_to_be
    sent = said(file="1", **values) | {papers.name: papers.value}
    agent.send("/panel/kayit", sent, upload_files=[("photos", "kanarya-dilekce.png", png())], status=303)


@pytest.mark.parametrize("kind", ["COMPLAINT", "TIP_OFF"])
def test_a_photographed_petition_is_a_paper_and_nobody_is_shown_it(
    agent: Browser,
    browser_of: Callable[[str], Browser],
    assembly: Assembly,
    services: Callable[[str], Services],
    kind: str,
) -> None:
    file_with_scan(agent, channel="petition", category="bench", name="Ayşe Denek", kind=kind)
    assert prepare_photos(services("system")) == 0, "nothing is made of it to look at"
    ticket = newest(assembly)
    address = f"/panel/basvurular/{ticket.address}"
    paper = f"{address}/ekler/{ticket.attachments[0].id}"
    page = agent.get(address)
    assert "kanarya-dilekce.png" in page.text
    assert "taranmış evrak" in page.text
    assert not [image for image in page.html.find_all("img") if "/ekler/" in image["src"]]
    saved = agent.get(paper)
    assert (saved.body, saved.content_type) == (png(), "application/octet-stream")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    for role in ["field-crew", *(["clerk"] if kind == "TIP_OFF" else [])]:
        other = browser_of(role)
        assert "kanarya" not in other.get(address).text, role
        other.get(paper, status=404)


def test_a_directorate_asked_for_its_opinion_is_not_shown_the_paper(
    agent: Browser, browser_of: Callable[[str], Browser], assembly: Assembly, services: Callable[[str], Services]
) -> None:
    file_with_scan(agent, channel="petition", category="bench", name="Ayşe Denek")
    ticket = newest(assembly)
    address, paper = f"/panel/basvurular/{ticket.address}", ticket.attachments[0].id
    order = Order(Action.CONSULT, text="Zemin size mi ait?", department="roads")
    services("clerk").handling.act(ticket.id, order, None)
    asked = browser_of("clerk-roads")
    assert "kanarya" not in asked.get(address).text
    asked.get(f"{address}/ekler/{paper}", status=404)


@pytest.mark.parametrize(
    ("channel", "is_paper"),
    [
        ("petition", True), ("cimer", True), ("kep", True), ("court", True), ("muhtar", True), ("desk", True),
        ("telephone", False), ("field", False), ("social", False), ("email", False),
    ],
)  # fmt: skip
def test_the_way_in_says_whether_it_is_a_paper_and_whoever_records_it_may_say_otherwise(
    agent: Browser, assembly: Assembly, channel: str, is_paper: bool
) -> None:
    file_with_scan(agent, channel=channel)
    assert newest(assembly).attachments[0].state == ("DOCUMENT" if is_paper else "RAW")
    file_with_scan(agent, "photo" if is_paper else "document", channel=channel, words="Başka bir konu.")
    assert newest(assembly).attachments[0].state == ("RAW" if is_paper else "DOCUMENT")


def test_another_way_in_has_its_own_default_without_a_script_too(agent: Browser, assembly: Assembly) -> None:
    form = agent.get("/panel/kayit").forms["record"]
    form["channel"], form["words"] = "petition", "Dilekçe ekte."
    values = [pair for pair in form.submit_fields("file") if pair[0] not in ("photos", "csrf_token")]
    agent.send("/panel/kayit", values, upload_files=[("photos", "dilekce.png", png())], status=303)
    assert newest(assembly).attachments[0].state == "DOCUMENT"


def test_a_paper_kept_from_a_refusal_is_still_a_paper(agent: Browser, assembly: Assembly) -> None:
    values = said(file="1", words="", **{"papers-telephone": "document"})
    form = agent.send("/panel/kayit", values, upload_files=[("photos", "mektup.png", png())]).forms["record"]
    assert form["papers-telephone"].value == "document"
    form["words"] = "Mektup ekte."
    form.submit("file", status=303)
    assert newest(assembly).attachments[0].state == "DOCUMENT"


def test_a_paper_that_comes_later_is_a_paper(agent: Browser, assembly: Assembly, file: Callable[..., Filed]) -> None:
    old = file(details=PHONE)
    values = said(words="Ek dilekçe.", channel="petition", ticket=old.address)
    agent.send("/panel/kayit/ek", values, upload_files=[("photos", "ek.png", png())], status=303)
    assert newest(assembly).attachments[0].state == "DOCUMENT"


def test_the_applicants_page_says_that_the_paper_is_kept(
    agent: Browser, browser_of: Callable[[str], Browser], file: Callable[..., Filed]
) -> None:
    old = file(details=PHONE)
    values = said(words="Ek dilekçe.", channel="petition", ticket=old.address)
    agent.send("/panel/kayit/ek", values, upload_files=[("photos", "ek.pdf", b"%PDF-1.4\n%%EOF\n")], status=303)
    page = browser_of("").get(f"/takip/{old.address}/{old.code}")
    assert "Evrakınız kayıtlarımızda" in page.text


def test_what_is_neither_paper_nor_photo_is_refused(agent: Browser, assembly: Assembly) -> None:
    answer = agent.send("/panel/kayit", said(file="1"), upload_files=[("photos", "a.exe", b"MZ\x00\x01")])
    assert "PDF" in answer.html.find(class_="error-summary").get_text()
    with assembly.database.reading() as site:
        assert len(site.tickets) == 0


def test_a_citizen_sends_photos_and_no_papers(browser_of: Callable[[str], Browser], assembly: Assembly) -> None:
    values = [("__formid__", "apply"), ("words", "Bank kırık"), ("kind", "COMPLAINT"), ("form_key", "x" * 24)]
    answer = browser_of("").send("/basvuru", values, upload_files=[("photos", "a.pdf", b"%PDF-1.4\n")])
    assert answer.status_int == 200
    with assembly.database.reading() as site:
        assert len(site.tickets) == 0
