"""Trying a sentence: what it would be matched to, now and with a change that has not been kept yet."""

from collections.abc import Sequence
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from ....domain.city import Body
from ....domain.matching import Alarms, Matcher, Subject
from ....domain.workflow import Permission
from ....i18n import _
from ....storage import City, Site
from ...contexts import StaffContext
from ...page import Page
from ...posted import posted
from ...values import Values
from .back import keep_for_going_back
from .landing import crumbs

__all__ = ["TRIED", "tried", "try_it"]

TRIED = frozenset({"categories", "synonyms", "bodies", "neighbourhoods"})
"""Kinds that what people write is matched with."""
_SHOWN = 5
_MOST_TYPED = 1000


def tried(request: Request, site: Site, words: object, changed: tuple[str, Any] | None = None) -> list[Values]:
    """Return what a text is matched to now and, where something is changed, what it would be matched to then."""
    text = words.strip()[:_MOST_TYPED] if isinstance(words, str) else ""
    page: Page = request.page
    if not text:
        return []
    city = site.city
    results = [_result(page, city, _("Now"), city.matcher, text)]
    if changed is not None:
        results.append(_result(page, city, _("With your change"), _matcher_with(city, *changed), text))
    return results


def _result(page: Page, city: City, title: str, matcher: Matcher, text: str) -> Values:
    place = matcher.places.find(text)
    dangers = Alarms(city.dangers).in_text(text)
    return Values(
        title=page.say(title),
        subjects=[_subject(page, city, subject) for subject in matcher.best(text, _SHOWN)],
        place=place.name if place is not None else "",
        dangers=[danger.title for danger in dangers],
    )


def _subject(page: Page, city: City, subject: Subject) -> Values:
    if isinstance(subject, Body):
        return Values(
            name=subject.name,
            of=page.say(_("Another body")),
            href=page.url("staff.admin_edit", kind="kurumlar", code=subject.code),
        )
    return Values(
        name=subject.label,
        of=city.tree.name_of(subject.department),
        href=page.url("staff.admin_edit", kind="konular", code=subject.code),
    )


def _matcher_with(city: City, kind: str, value: Any) -> Matcher:
    def with_it(name: str, values: Sequence[Any]) -> list[Any]:
        if name != kind:
            return [one for one in values if one.ended_on is None]
        is_known = any(one.code == value.code for one in values)
        changed = [value if one.code == value.code else one for one in values]
        return [one for one in (changed if is_known else [*changed, value]) if one.ended_on is None]

    names = ("categories", "bodies", "synonyms", "neighbourhoods")
    return Matcher(*(with_it(name, getattr(city, name)) for name in names))


@view_config(
    route_name="staff.admin_try",
    request_method="GET",
    renderer="staff/admin/try.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def ask(context: StaffContext, request: Request) -> dict[str, Any]:
    """Ask for a sentence."""
    return _shown(request, "")


@view_config(
    route_name="staff.admin_try",
    request_method="POST",
    renderer="staff/admin/try.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def try_it(context: StaffContext, request: Request) -> dict[str, Any]:
    """Say what a sentence is matched to. Nothing is kept of it, and it stands in no address."""
    keep_for_going_back(request)
    return _shown(request, posted(request, "tried_words", _MOST_TYPED))


def _shown(request: Request, words: str) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("Try a sentence"))
    with request.assembly.database.reading() as site:
        results = tried(request, site, words)
    return {"crumbs": crumbs(page), "tried_words": words, "results": results or None}
