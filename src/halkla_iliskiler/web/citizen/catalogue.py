"""The public catalogue: every service with its standard, generated from the city's data (regulation 2009/15169)."""

import io
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import segno
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.city import Category
from ...domain.clocks import PROMISE_WITHIN
from ...domain.text import tokens
from ...i18n import _
from ..contexts import CitizenContext
from ..page import Page
from ..values import Values
from .again import tidy_sticker

__all__ = ["service", "services", "sticker"]

_MOST_TYPED = 100


@view_config(route_name="services", request_method="GET", renderer="services.pt", permission=NO_PERMISSION_REQUIRED)
def services(context: CitizenContext, request: Request) -> dict[str, Any]:
    """List every service a citizen may ask for, by group; with words, those they fit."""
    page = request.page
    page.title = page.say(_("Our services"))
    typed = _asked(request).get("q", "").strip()[:_MOST_TYPED]
    with request.assembly.database.reading() as site:
        public = [category for category in site.city.offered if category.is_public]
        found = public if not typed else _fitting(public, typed, request.services.city.propose(site, typed, 8))
        groups: dict[str, list[Values]] = {}
        for category in found:
            row = Values(words=category.label_for(page.language), href=page.url("service", code=category.code))
            groups.setdefault(category.group_for(page.language), []).append(row)
    return {"typed": typed, "groups": list(groups.items()), "count": len(found)}


def _fitting(public: list[Category], typed: str, proposed: Iterable[object]) -> list[Category]:
    """Return the services whose name has every word typed, and those the words may mean."""
    said = tokens(typed)
    named = [category for category in public if _names(category, said)]
    meant = [category for category in proposed if isinstance(category, Category)]
    return list(dict.fromkeys([*named, *meant]))


def _names(category: Category, said: list[str]) -> bool:
    words = tokens(f"{category.label} {category.label_en} {category.group} {category.group_en} {category.code}")
    return bool(said) and all(any(word.startswith(part) for word in words) for part in said)


@view_config(route_name="service", request_method="GET", renderer="service.pt", permission=NO_PERMISSION_REQUIRED)
def service(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Show one service's standard: what it is, what to bring, how long it takes, who does it, whom to complain to."""
    page: Page = request.page
    with request.assembly.database.reading() as site:
        category = _public(request, site.city.category(request.matchdict["code"]))
        body = site.city.body(category.often_body)
        page.title = category.label_for(page.language)
        return {
            "service_name": page.title,
            "group": category.group_for(page.language),
            "about": category.about_for(page.language),
            "documents": list(category.documents_for(page.language)),
            "first_answer": page.times.span(PROMISE_WITHIN),
            "solution": page.times.span(category.solve_within),
            "department": site.city.tree.name_for(
                site.city.tree.taking_over(category.department, request.services.today), page.language
            ),
            "second_authority": page.brand.name,
            "municipality": page.brand.municipality,
            "needs_contact": category.needs_contact,
            "discreet": category.sensitive,
            "questions": [question.label_for(page.language) for question in site.city.questions_of(category)],
            "body": Values(name=body.name_for(page.language), phone=body.known_phone) if body else None,
            "apply_href": f"{page.url('apply')}?{urlencode({'konu': category.code})}",
            "sticker_href": page.url("service_sticker", code=category.code),
            "services_href": page.url("services"),
        }


@view_config(route_name="service_sticker", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def sticker(context: CitizenContext, request: Request) -> Response:
    """Draw the QR code of the link that begins an application about this (``?mahalle=EVKA3&etiket=K-0412``)."""
    asked = _asked(request)
    with request.assembly.database.reading() as site:
        category = _public(request, site.city.category(request.matchdict["code"]))
        place = site.city.territory.get(asked.get("mahalle", ""))
    mark = tidy_sticker(asked.get("etiket", ""))
    known = {"konu": category.code, "mahalle": place.code if place else "", "etiket": mark}
    query = urlencode({name: value for name, value in known.items() if value})
    address = f"{request.assembly.options.base_url}/basvuru?{query}"
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=6, border=4, light="#fff")
    response = Response(drawn.getvalue(), content_type="image/svg+xml", charset="utf-8")
    response.cache_control = "public, max-age=3600"
    return response


def _public(request: Request, category: Category | None) -> Category:
    if category is None or not category.is_public or category.ended_on is not None:
        raise HTTPNotFound
    return category


def _asked(request: Request) -> dict[str, str]:
    try:
        return dict(request.GET)
    except UnicodeDecodeError:
        return {}
