"""Reading pages as a person would: what a form says is wrong, what stands in it, what a page says."""

from collections.abc import Mapping

from bs4 import BeautifulSoup
from webtest import TestResponse, Upload

from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.i18n import translate
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.testing import png

__all__ = [
    "JPEG",
    "address_of_route",
    "alerts",
    "errors_of",
    "field_error",
    "only_ticket",
    "photo",
    "said",
    "soup",
    "tickets",
    "tr",
    "words",
]

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043") + b"\x01" * 65 + b"\xff\xd9"
"""Enough of a JPEG to be one."""


def photo(shade: int = 0, name: str = "") -> Upload:
    """Return a photo as a browser sends it."""
    return Upload(name or f"foto {shade}.png", png(shade), "image/png")


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def words(answer: TestResponse) -> str:
    """Return the words of the page's main part, with single blanks."""
    main = soup(answer).find(id="main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def said(answer: TestResponse, selector: str) -> list[str]:
    """Return the words of every element that *selector* finds."""
    return [" ".join(found.get_text(" ").split()) for found in soup(answer).select(selector)]


def errors_of(answer: TestResponse) -> list[str]:
    """Return what the summary at the top of the form lists; empty when nothing is wrong."""
    return said(answer, ".error-summary-list li")


def field_error(answer: TestResponse, name: str) -> str:
    """Return what is said at the field called *name*, and check that a screen reader is told too."""
    page = soup(answer)
    field = page.find(attrs={"name": name, "aria-invalid": "true"})
    assert field is not None, f"{name} is not marked as wrong"
    told = [found for part in field["aria-describedby"].split() if (found := page.find(id=part)) is not None]
    return " ".join(" ".join(part.get_text(" ").split()) for part in told if "field-error" in part["class"])


def alerts(answer: TestResponse) -> list[str]:
    """Return the messages of the page."""
    return said(answer, ".message")


def tickets(assembly: Assembly) -> list[Ticket]:
    """Return every ticket, oldest first, readable after its connection is gone."""
    with assembly.database.reading() as site:
        found = list(site.tickets.values())
        for ticket in found:
            ticket._p_activate()
            for attachment in ticket.attachments:
                attachment._p_activate()
            list(ticket.history)
        return found


def only_ticket(assembly: Assembly) -> Ticket:
    """Return the one ticket there is."""
    (ticket,) = tickets(assembly)
    return ticket


def tr(message: str, **values: object) -> str:
    """Return a message as a Turkish page says it; one without a translation is a mistake."""
    said_in_turkish = translate(message, "tr", **values)
    assert said_in_turkish != message, f"{message!r} has no translation"
    return said_in_turkish


def address_of_route(pattern: str, values: Mapping[str, object]) -> str:
    """Return an address of a route's pattern with its parts filled in (an unknown part becomes ``x``)."""
    found, rest = "", "/" + pattern.lstrip("/")
    while "{" in rest:
        head, _, rest = rest.partition("{")
        depth, end = 1, 0
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        found += head + str(values.get(rest[: end - 1].partition(":")[0], "x"))
        rest = rest[end:]
    return (found + rest).replace("*subpath", str(values.get("subpath", "base.css")))
