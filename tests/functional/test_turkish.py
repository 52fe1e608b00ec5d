"""A page in Turkish is in Turkish: no sentence, label or hint of it is left in English."""

import gettext
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from webtest import TestResponse

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.i18n import DOMAIN, LOCALES
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import TestMethod
from halkla_iliskiler.web.labels import ACTIONS
from tests.conftest import Browser
from tests.functional.pages import soup

# What is read out or seen of a tag, beside its text.
SPOKEN = ("title", "aria-label", "placeholder", "alt", "label", "aria-description", "aria-roledescription")
# Words that no Turkish sentence has; Turkish has "not", and words that are spelled like "is", "of" and "at".
ENGLISH = re.compile(
    r"\b(the|and|your|you|with|this|please|cannot|could|what|when|are|was|for|from|have|has|been|will|"
    r"required|invalid|minimum|maximum|must|value)\b",
    re.IGNORECASE,
)


def messages() -> set[str]:
    """Return every English sentence that has another one in Turkish."""
    catalogue = gettext.translation(DOMAIN, str(LOCALES), ["tr"])
    found: Any = catalogue._catalog  # type: ignore[attr-defined]
    return {key for key, said in found.items() if isinstance(key, str) and key and said != key and " " in key}


def spoken(answer: TestResponse) -> Iterator[str]:
    """Yield every text of a page that somebody sees or hears."""
    page = soup(answer)
    for foreign in page.select("[lang]:not(html):not([lang=tr])"):
        foreign.decompose()
    for text in page.find_all(string=True):
        if text.parent.name not in ("script", "style") and text.strip():
            yield " ".join(text.split())
    for tag in page.find_all(True):
        yield from (" ".join(str(tag[name]).split()) for name in SPOKEN if tag.get(name))
        yield from (" ".join(str(value).split()) for name, value in tag.attrs.items() if _is_said_later(name, value))


def _is_said_later(name: str, value: object) -> bool:
    """Tell whether an attribute holds a sentence that a script will show."""
    return name.startswith("data-") and " " in str(value).strip()


def left_in_english(answer: TestResponse) -> list[str]:
    known = messages()
    return sorted({text for text in spoken(answer) if text in known or ENGLISH.search(text)})


@pytest.fixture
def filed(file: Callable[..., Filed], services: Callable[[str], Services]) -> Filed:
    found = file(category="pothole", details=ContactDetails("Ayşe Denek", "+905321234567", "ayse@example.org"))
    clerk = services("clerk-roads").handling
    for order in (
        Order(Action.TAKE),
        Order(Action.NOTE, text="Ekip yolda."),
        Order(Action.ASK, text="Hangi çukur?"),
        Order(Action.RESUME),
        Order(Action.FINISH, text="Kapatıldı.", outcome="SOLVED"),
    ):
        clerk.act(found.ticket_id, order, None)
    services("supervisor").handling.act(found.ticket_id, Order(Action.ACCEPT), None)
    services("supervisor").handling.act(found.ticket_id, Order(Action.CLOSE), None)
    return found


def test_there_is_a_catalogue_to_compare_with() -> None:
    assert len(messages()) > 200


def test_the_citizens_pages(testapp: Browser, filed: Filed) -> None:
    follow = f"/takip/{filed.address}/{filed.code}"
    for address in ("/", "/basvuru", "/takip", "/aydinlatma", follow, f"{follow}/alindi", "/panel/giris"):
        assert left_in_english(testapp.get(address, status=200)) == [], address


def test_what_is_refused(testapp: Browser, assembly: Assembly) -> None:
    form = testapp.get("/basvuru").forms["apply"]
    form["phone"], form["email"], form["words"], form["form_key"] = "12", "x", "", "kısa"
    form["kind"].force_value("NONE")
    answers = [
        form.submit(),
        testapp.get("/nowhere", status=404),
        testapp.get("/panel/nowhere", status=404),
        testapp.post("/takip", {}, status=400),
        testapp.post("/basvuru", {"__formid__": "apply"}, status=400),
        testapp.send("/takip", {"number": "1", "code": "2"}),
        testapp.send("/panel/giris", {"username": "a", "password": "b"}, status=401),
        testapp.send("/panel/giris", {"username": "", "password": ""}),
    ]
    for answer in answers:
        assert left_in_english(answer) == [], answer.status


def test_the_back_office(
    browser_of: Callable[[str], Browser],
    filed: Filed,
    file: Callable[..., Filed],
    method: TestMethod,
    services: Callable[[str], Services],
) -> None:
    method.break_down("550")
    waiting = file(details=ContactDetails("Ayşe", email="ayse@example.org"))
    unrouted = file(category=None)
    services("system").delivery.deliver_due()
    supervisor, clerk = browser_of("supervisor"), browser_of("clerk")
    addresses = [
        "/panel",
        "/panel?liste=finished",
        "/panel?liste=mine",
        "/panel?q=bank",
        "/panel?q=yokboyle",
        "/panel/gidenler",
    ]
    addresses += [f"/panel/basvurular/{found.address}" for found in (filed, waiting, unrouted)]
    for address in addresses:
        assert left_in_english(supervisor.get(address, status=200)) == [], address
    for action in ACTIONS:
        page = clerk.get(f"/panel/basvurular/{waiting.address}/islem/{action}")
        assert page.status_int == 303 or left_in_english(page) == [], action
    page = clerk.send(f"/panel/basvurular/{waiting.address}/islem/plan", {"date": "x", "text": "[x]"})
    assert left_in_english(page) == []
    assert left_in_english(clerk.get("/panel/gidenler", status=403)) == []


def test_a_message_to_the_applicant(filed: Filed, services: Callable[[str], Services], method: TestMethod) -> None:
    services("system").delivery.deliver_due()
    assert method.delivered
    for message in method.delivered:
        for line in (message.subject, *message.body.splitlines()):
            assert not ENGLISH.search(line.partition("http")[0]), line
