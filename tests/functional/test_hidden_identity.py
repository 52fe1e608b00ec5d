"""Who complains about a neighbour or about staff is known to the centre alone; the directorate reads the words."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails, Representation
from halkla_iliskiler.domain.errors import Forbidden, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import PhotoState
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.contacts import Addition
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import TestMethod, draft, png
from halkla_iliskiler.work.photos import prepare_photos
from halkla_iliskiler.work.reencode import make_anew
from tests.conftest import Browser
from tests.functional.pages import said, words

As = Callable[[str], Services]
PERSON = ContactDetails("Kanaryaad Kanaryasoyad", "+905321119988", "kanarya@canary.example", "Kanaryasokak 5/3")
WHO = Representation("LEGAL_PERSON", "Kanaryaşirket A.Ş.", "Kanaryayakın Kişi", "Kanaryaca")
CANARIES = (
    "kanaryaad", "kanaryasoyad", "k••• k•••", "532 111", "0532 •••", "11 99 88", "k•••@", "canary.example",
    "kanaryaşirket",
    "kanaryayakın", "kanaryaca", "kanaryasokak", "kanaryafoto",
)  # fmt: skip
DIRECTORATE = ["clerk", "director", "deputy-mayor", "field-crew", "auditor"]


def canaries_in(text: str) -> list[str]:
    folded = text.casefold()
    return [canary for canary in CANARIES if canary.casefold() in folded]


def _in_process(source: Path, target: Path, content_type: str) -> str:
    make_anew(str(source), str(target), content_type)
    return ""


@pytest.fixture
def tip_off(services: As, assembly: Assembly) -> Filed:
    upload = receive(BytesIO(png()), "kanaryafoto.png", assembly.database.files.uploads)
    filed = services("").intake.file(
        draft(kind="TIP_OFF", words="Komşu bankı kırdı.", details=PERSON, representation=WHO, uploads=(upload,))
    )
    prepare_photos(services("system"), _in_process)
    return filed


def page_of(filed: Filed, end: str = "") -> str:
    return f"/panel/basvurular/{filed.address}{end}"


@pytest.mark.parametrize("role", DIRECTORATE)
def test_the_directorate_reads_the_words_and_learns_nothing_of_who_wrote_them(
    browser_of: Callable[[str], Browser], services: As, tip_off: Filed, role: str
) -> None:
    services("clerk").handling.act(tip_off.ticket_id, Order(Action.REPLY, text="Bakacağız."), None)
    browser = browser_of(role)
    for end in ("", "/yazdir", "/islem/note", "/islem/reply", "/islem/refer"):
        answer = browser.get(page_of(tip_off, end), status="*")
        answer = answer.follow() if answer.status_int == 303 else answer
        assert "Komşu bankı kırdı." in answer.text
        assert "Kimliği gizli" in answer.text
        assert canaries_in(answer.text) == [], end
    for address in ("/panel?liste=open", "/panel/gidenler"):
        assert canaries_in(browser.get(address, status="*").text) == [], address
    for asked in ("kanaryaad", "05321119988", "kanarya@canary.example"):
        assert said(browser.get("/panel", {"q": asked}), ".q-no") == [], asked


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_the_centre_sees_the_name_and_opens_the_rest(
    browser_of: Callable[[str], Browser], tip_off: Filed, role: str
) -> None:
    browser = browser_of(role)
    page = browser.get(page_of(tip_off))
    assert PERSON.name in page.text
    assert "Müdürlük kim olduğunu görmez" in page.text
    assert PERSON.email not in page.text
    opened = browser.send(page_of(tip_off, "/iletisim"), {"reason": "geri arama"}, status=200)
    assert PERSON.email in opened.text
    assert PERSON.address in opened.text


@pytest.mark.parametrize("role", ["clerk", "director"])
def test_the_directorate_cannot_open_it_whatever_the_reason(
    browser_of: Callable[[str], Browser], services: As, tip_off: Filed, role: str
) -> None:
    browser_of(role).send(page_of(tip_off, "/iletisim"), {"reason": "arayacağım"}, status=403)
    with pytest.raises(Forbidden):
        services(role).disclosure.contact_details(tip_off.ticket_id, "arayacağım", "")


def test_the_preview_shows_what_is_sent_without_the_name_and_the_name_is_sent(
    browser_of: Callable[[str], Browser], services: As, tip_off: Filed, method: TestMethod
) -> None:
    clerk = browser_of("clerk")
    shown = clerk.send(page_of(tip_off, "/islem/reply"), {"text": "Bakacağız.", "revision": "1"}, status=200)
    assert "Bakacağız." in said(shown, ".t-preview-text")[0]
    assert "•••" in said(shown, ".t-preview-to")[0]
    assert canaries_in(shown.text) == []
    services("clerk").handling.act(tip_off.ticket_id, Order(Action.REPLY, text="Bakacağız."), None)
    services("system").delivery.deliver_due()
    assert PERSON.name in method.delivered[-1].body


def test_a_relay_that_repeats_the_address_tells_the_directorate_nothing(
    browser_of: Callable[[str], Browser], services: As, tip_off: Filed, method: TestMethod
) -> None:
    method.break_down(f"550 {PERSON.name} <kanarya AT canary.example> unknown", permanent=True)
    services("system").delivery.deliver_due()
    assert canaries_in(browser_of("clerk").get(page_of(tip_off)).text) == []
    assert canaries_in(browser_of("auditor").get("/panel/gidenler").text) == []


def test_another_application_of_the_same_person_does_not_lead_to_it(
    browser_of: Callable[[str], Browser], services: As, tip_off: Filed
) -> None:
    """Whoever sees both could otherwise read the name on the one and conclude whose the other is."""
    plain = services("").intake.file(draft(words="Bank kırık", details=PERSON))
    clerk = browser_of("clerk").get(page_of(plain))
    assert PERSON.name in clerk.text
    assert tip_off.number not in words(clerk)
    assert plain.number not in words(browser_of("clerk").get(page_of(tip_off)))
    assert tip_off.number in words(browser_of("agent").get(page_of(plain)))


def test_a_photo_that_could_not_be_made_anew_is_not_handed_out_as_it_was_sent(
    browser_of: Callable[[str], Browser], services: As, assembly: Assembly, tip_off: Filed
) -> None:
    with assembly.database.reading() as site:
        photo = site.tickets[tip_off.ticket_id].attachments[0].id

    def fail(unit: object) -> None:
        unit.site.tickets[tip_off.ticket_id].attachments[0].state = PhotoState.FAILED.value  # type: ignore[attr-defined]

    assembly.write(fail, "a photo that could not be made anew")
    browser_of("clerk").get(page_of(tip_off, f"/ekler/{photo}"), status=404)
    browser_of("agent").get(page_of(tip_off, f"/ekler/{photo}"), status=200)
    with pytest.raises(NotFound):
        services("clerk").handling.attachment(tip_off.ticket_id, photo)


def test_sorting_it_elsewhere_uncovers_nobody(services: As, assembly: Assembly) -> None:
    with assembly.database.reading() as site:
        bench = site.city.category("bench")
    filed = services("").intake.file(draft(details=PERSON))

    def hide(unit: object) -> None:
        unit.site.tickets[filed.ticket_id].names_hidden = True  # type: ignore[attr-defined]

    assembly.write(hide, "a category that hides who complains")
    order = Order(Action.ASSIGN, department="parks", category=bench)
    services("director").handling.act(filed.ticket_id, order, None)
    with pytest.raises(Forbidden):
        services("director").disclosure.contact_details(filed.ticket_id, "merak", "")


def test_a_city_says_which_subjects_hide_who_complains(services: As, assembly: Assembly) -> None:
    from dataclasses import replace

    with assembly.database.reading() as site:
        city = site.city
        hiding = [replace(c, hides_identity=c.code == "rubbish") for c in city.categories]

    def put(unit: object) -> None:
        unit.site.city.categories = tuple(hiding)  # type: ignore[attr-defined]

    assembly.write(put, "a city's data")
    filed = services("").intake.file(draft(category="rubbish", details=PERSON))
    with pytest.raises(Forbidden):
        services("clerk-cleaning").disclosure.contact_details(filed.ticket_id, "merak", "")
    assert assembly.services(SYSTEM).disclosure.contact_details(filed.ticket_id, "görev", "") == PERSON


def test_who_asked_cimer_to_stay_hidden_is_hidden_in_whatever_subject(services: As, browser_of) -> None:
    def asked_for(identity: str) -> Filed:
        fields = (("foreign_number", f"2600-{identity}-1234"), ("identity", identity))
        return services("agent").intake.file(
            draft(channel="cimer", details=PERSON, fields=fields, recorded_by_staff=True, words=f"Bank {identity}")
        )

    known, hidden = asked_for("open"), asked_for("hidden")
    clerk = browser_of("clerk")
    assert "Kanaryasoyad" in clerk.get(page_of(known)).text
    assert canaries_in(clerk.get(page_of(hidden)).text) == []
    assert "Kanaryasoyad" in browser_of("agent").get(page_of(hidden)).text, "the centre has to know"


def test_who_asks_later_to_stay_hidden_is_hidden_from_then_on(services: As, browser_of) -> None:
    filed = services("").intake.file(draft(details=PERSON))
    services("agent").contacts.add(
        Addition(filed.ticket_id, "Adım geçmesin.", "cimer", "add:1", fields=(("identity", "hidden"),))
    )
    assert canaries_in(browser_of("clerk").get(page_of(filed)).text) == []
