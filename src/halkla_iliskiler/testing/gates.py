"""The gates every page passes: nobody enters or writes by accident, and no script comes from elsewhere."""

import re
from typing import TYPE_CHECKING

from ..api import Page
from ..domain.access import allows
from ..domain.workflow import Permission
from .people import STAFF
from .running import RunningCity

if TYPE_CHECKING:
    from webtest import TestResponse

__all__ = ["address_of_page", "markup_problems", "page_problems", "who_may"]


def address_of_page(plugin: str, page: Page) -> str:
    """Return where a page of a plugin stands."""
    return f"{'' if page.is_public or page.is_machine else '/panel'}/eklenti/{plugin}/{page.code}"


def page_problems(city: RunningCity, plugin: str, page: Page) -> list[str]:
    """Return which gates a page does not pass."""
    address = address_of_page(plugin, page)
    if page.is_machine:
        return _machine_problems(city, address)
    found = []
    for role in ("", *STAFF):
        browser = city.browser(role)
        # Who was once let in keeps the token of the form.
        token = browser.csrf()
        if page.show is not None:
            answer = browser.get(address, expect_errors=True)
            found += _entry_problems(f"GET {address} by {role or 'a citizen'}", answer, _may(page, role))
            if answer.status_int == 200 and answer.content_type == "text/html":
                found += [f"{address}: {problem}" for problem in markup_problems(answer)]
        if page.said is not None:
            naked = browser.post(address, {}, expect_errors=True)
            if naked.status_int < 400 and not _leads_to_the_door(naked):
                found.append(f"POST {address} by {role or 'a citizen'} without a token: {naked.status}")
            if not _may(page, role):
                answer = browser.post(address, {"csrf_token": token}, expect_errors=True)
                found += _entry_problems(f"POST {address} by {role or 'a citizen'}", answer, False)
    return found


def who_may(page: Page) -> str:
    """Return the first role that may open a page; ``""`` is a citizen. Raises ``StopIteration`` when nobody may."""
    return next(role for role in ("", *STAFF) if _may(page, role))


def _may(page: Page, role: str) -> bool:
    if page.is_public:
        return True
    return bool(role and page.permission) and allows(STAFF[role], Permission(page.permission))


def _leads_to_the_door(answer: "TestResponse") -> bool:
    return answer.status_int in (302, 303) and "/panel/giris" in answer.location


def _entry_problems(what: str, answer: "TestResponse", may: bool) -> list[str]:
    is_shut = answer.status_int in (403, 404) or _leads_to_the_door(answer)
    if may and (is_shut or answer.status_int >= 500):
        return [f"{what}: {answer.status}, and they may"]
    return [] if may or is_shut else [f"{what}: {answer.status}, and they may not"]


def _machine_problems(city: RunningCity, address: str) -> list[str]:
    found = []
    for body in (b"", b"{}", b"\xff" * 64):
        answer = city.browser().post(address, body, content_type="application/json", expect_errors=True)
        if not 400 <= answer.status_int < 500:
            found.append(f"POST {address} by nobody with {body[:4]!r}: {answer.status}; it has to ask who it is")
    return found


def markup_problems(answer: "TestResponse") -> list[str]:
    """Return what a page holds that the strict Content-Security-Policy forbids, and what its forms lack."""
    policy = answer.headers.get("Content-Security-Policy", "")
    found = [f"policy: {policy!r}"] if "default-src 'none'" not in policy or "unsafe" in policy else []
    for tag in answer.html.find_all(True):
        found += [f"<{tag.name} {name}>" for name in tag.attrs if name == "style" or re.match(r"on[a-z]+$", name)]
        if tag.name == "style" or (tag.name == "script" and not tag.get("src") and not tag.get("nonce")):
            found.append(f"<{tag.name}> in the page")
        if tag.name == "form" and (tag.get("method") or "").lower() == "post" and not tag.select("[name=csrf_token]"):
            found.append(f"<form action={tag.get('action')!r}> without csrf_token")
    if len(answer.html.find_all("h1")) != 1:
        found.append("not exactly one <h1>")
    return found
