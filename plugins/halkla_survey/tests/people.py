"""What people do in the tests: applicants answer, staff finish."""

from datetime import timedelta
from typing import Any

from webtest import TestResponse

from halkla_iliskiler.api import ContactDetails
from halkla_iliskiler.testing.running import RunningCity

AYSE = ContactDetails("Ayşe Çınar", "", "ayse@example.org")


def act(city: RunningCity, filed: Any, role: str, action: str, **fields: str) -> None:
    """Do something with an application on its page, as far as it can be done."""
    browser = city.browser(role)
    page = browser.get(f"/panel/basvurular/{filed.address}/islem/{action}", expect_errors=True)
    if page.status_int == 303:  # it asks for nothing: its button is on the ticket's page
        page = page.follow()
    form = next((one for one in page.forms.values() if one.action.endswith(f"/islem/{action}")), None)
    if form is None:
        return
    for name, value in fields.items():
        form[name] = value
    shown = form.submit("do")
    if shown.status_int == 200:  # what goes out is shown first
        shown = shown.forms[f"act-{action}"].submit("do")
    assert shown.status_int == 303


def finish(city: RunningCity, filed: Any, role: str = "director") -> None:
    """Answer it."""
    act(city, filed, role, "take")
    act(city, filed, role, "finish", outcome="SOLVED", text="Bank onarıldı.")


def end(city: RunningCity, filed: Any, role: str = "director") -> None:
    """Answer it and close it; the moment in which that could be taken back passes."""
    finish(city, filed, role)
    act(city, filed, "supervisor", "close")
    city.now.advance(timedelta(minutes=2))
    city.work()


_OF = {"rubbish": "clerk-cleaning", "hardship": "clerk-family"}


def close(city: RunningCity, **values: Any) -> Any:
    """File an application and end it."""
    filed = city.file(**{"details": AYSE, **values})
    end(city, filed, _OF.get(values.get("category", ""), "director"))
    return filed


def follow(city: RunningCity, filed: Any) -> TestResponse:
    """Open the follow page as the applicant."""
    return city.browser().get(f"/takip/{filed.address}/{filed.code}")


def form_of(page: TestResponse) -> Any:
    """Return the survey's form, or ``None``."""
    return next((form for form in page.forms.values() if "/eklenti/survey/" in form.action), None)


def answer_on_page(city: RunningCity, filed: Any, rating: int, text: str = "") -> TestResponse:
    """Answer on the follow page."""
    form = form_of(follow(city, filed))
    form["rating"], form["text"] = str(rating), text
    return form.submit(status=303).follow()


def ticket(city: RunningCity, filed: Any) -> Any:
    """Return the application as it is stored, read."""
    with city.assembly.database.reading() as site:
        found = site.tickets[filed.ticket_id]
        found._p_activate()
        return found
