"""A plugin's template, drawn behind the same guard as its hooks, and what a plugin is told of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyramid.request import Request

from ...domain.access import Visibility, visibility
from ...domain.workflow import Permission
from ...hookspecs.values import Asked, Form

__all__ = ["LARGEST_BODY", "asked_of", "draw"]

LARGEST_BODY = 256 * 1024
"""Bytes another program may send to a plugin's page."""

_LARGEST_PART = 2_000_000
"""Characters of HTML."""


@dataclass(frozen=True)
class PageOfTemplate:
    """What a plugin's template is told of the page around it; the page itself would lead to everything there is.

    ``language`` is the reader's, ``speech`` the catalogue that is read (``tr_easy`` in plain words), ``direction``
    ``ltr`` or ``rtl``.
    """

    language: str
    speech: str
    direction: str
    is_staff: bool


def draw(request: Request, plugin: str, template: str, values: Mapping[str, object], seconds: float) -> str | None:
    """Return what a plugin's template makes of *values* in time; ``None`` when it failed, which is reported."""
    page = request.page
    # Made here: a session belongs to the thread of its request.
    around = PageOfTemplate(page.language, page.speech, page.direction, page.is_staff)
    given = {**values, "page": around, "csrf_token": page.csrf_token}
    loaded = request.registry.templates

    def render() -> str:
        return str(loaded[template].render(**given, target_language=around.speech))

    plugins = request.assembly.extensions.plugins
    outcome = plugins.run(plugin, f"the template {template}", render, seconds, str, largest=_LARGEST_PART)
    return None if outcome.fault else str(outcome.answer)


def asked_of(request: Request, permission: Permission = Permission.VIEW, *, is_machine: bool = False) -> Asked:
    """Return a request as a plugin may see it. A machine's has the body as it came, the others what a form has sent.

    *permission* is the one that the page or panel asks for: how far it reaches is what the plugin is told, not how far
    any other right of the same person does.
    """
    query = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    if is_machine:
        return Asked(
            method=request.method,
            language=request.assembly.options.default_language,
            query=query,
            body=request.body_file.read(LARGEST_BODY + 1),
            headers={name.lower(): value for name, value in request.headers.items() if name.lower() != "cookie"},
            client=request.client_addr or "",
        )
    actor = request.identity if request.page.is_staff else None
    reach = visibility(actor, permission) if actor is not None else Visibility()
    return Asked(
        method=request.method,
        language=request.page.language,
        query=query,
        form=Form(tuple(_texts(request))),
        actor_id=actor.id if actor else "",
        actor_name=actor.name if actor else "",
        departments=None if reach.all_ordinary else tuple(sorted(reach.own | reach.own_ordinary)),
        sensitive_departments=None if reach.all_sensitive else tuple(sorted(reach.own)),
        client=request.client_addr or "",
    )


def _texts(request: Request) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    fields: Any = request.POST.items()
    return [(name, value) for name, value in fields if isinstance(value, str) and name != "csrf_token"]
