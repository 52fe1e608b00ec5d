"""What is new in a list since the page was made: asked by the page itself every few seconds, answered from memory."""

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import NotFound
from ...domain.workflow import Permission
from ...i18n import _
from ...services.lists import News
from ..contexts import StaffContext
from ..page import Page
from .asked import Asked

__all__ = ["news"]


@view_config(route_name="staff.news", request_method="GET", permission=Permission.VIEW)
def news(context: StaffContext, request: Request) -> Response:
    """Say what to show above the list, and the counts of the side navigation."""
    page: Page = request.page
    said: dict[str, Any] = {
        "news": _sentence(page, _news(request)),
        "counts": page.navigation.counts(),
    }
    answer = Response(json_body=said, charset="utf-8", content_type="application/json")
    answer.cache_control = "private, no-store"
    return answer


def _news(request: Request) -> News:
    life, _dot, generation = request.GET.get("nesil", "").partition(".")
    index = request.assembly.index
    is_number = generation.isascii() and generation.isdigit() and len(generation) < 18
    if life != index.life or not is_number:
        return News(is_known=False)
    if int(generation) == index.generation:
        return News()
    since = request.GET.get("son_no", "")
    newest = int(since) if since.isascii() and since.isdigit() and len(since) < 18 else 0
    asked = Asked(request)
    try:
        with request.assembly.database.reading() as site:
            listed = asked.listed(site.city)
        found: News = request.services.lists.news(listed, int(generation), newest)
    except NotFound:
        return News()
    return found


def _sentence(page: Page, found: News) -> str:
    if not found.is_known:
        return page.say(_("The list may have changed – show"))
    if found.new and found.changed:
        return page.say(_("${new} new, ${changed} changed – show"), new=found.new, changed=found.changed)
    if found.new:
        return page.say(_("${new} new – show"), new=found.new)
    return page.say(_("${changed} changed – show"), changed=found.changed) if found.changed else ""
