"""Applying: words first, then one short form. Nothing typed is ever lost."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import colander
from deform import Button
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.applicant import ContactDetails
from ...domain.errors import InvalidInput
from ...domain.ticket import Location
from ...i18n import _
from ...services.intake import Draft, KeptPhoto
from ...services.numbers import tidy_email, tidy_phone
from ...services.uploads import MAX_PHOTOS, Upload, discard, receive
from ..contexts import CitizenContext
from ..forms import Form, add_problem
from .schema import APPLY_FIELDS, apply_schema, as_cstruct, proposal_rows

__all__ = ["apply", "home", "show_again"]

_FORM = "apply"
_MAX_PROPOSED_FROM = 1000


@view_config(route_name="home", request_method="GET", renderer="home.pt", permission=NO_PERMISSION_REQUIRED)
def home(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Ask one question."""
    request.page.title = request.page.say(_("How can we help you?"))
    return {"words": ""}


@view_config(route_name="apply", request_method="GET", renderer="apply.pt", permission=NO_PERMISSION_REQUIRED)
def apply_form(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Show the form, empty."""
    return _shown(request, {})


@view_config(route_name="apply", request_method="POST", renderer="apply.pt", permission=NO_PERMISSION_REQUIRED)
def apply(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """File the application; or show the form with the words of the first page; or with what is to be corrected."""
    cstruct = as_cstruct(request.POST)
    if request.POST.get("__formid__") != _FORM:
        return _shown(request, {"words": cstruct.get("words", "")})
    with _received(request) as (uploads, photo_problem):
        kept = _kept_tokens(request)
        try:
            draft = _draft(request, cstruct, uploads, kept)
            if photo_problem is not None:
                raise photo_problem
            filed = request.services.intake.file(draft)
        except (colander.Invalid, InvalidInput) as problem:
            return _shown_again(request, cstruct, uploads, kept, problem)
    return HTTPSeeOther(request.route_path("receipt", number=filed.address, code=filed.code))


@view_config(route_name="proposals", request_method="POST", renderer="proposals.pt", permission=NO_PERMISSION_REQUIRED)
def proposals(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Propose subjects while somebody types. Nothing is kept."""
    words = request.POST.get("words", "")
    with request.assembly.database.reading() as site:
        found = request.services.city.propose(site, words[:_MAX_PROPOSED_FROM] if isinstance(words, str) else "")
        rows = proposal_rows(request.page, found)
    return {"proposals": rows, "selected": None, "name": "category", "oid": "category"}


def show_again(request: Request, message: str) -> dict[str, Any]:
    """Show a form that could not be taken for a reason outside it, with everything that was typed."""
    cstruct = as_cstruct(request.POST)
    error = colander.Invalid(colander.SchemaNode(colander.Mapping()), message)
    with _received(request) as (uploads, _problem):
        return _shown_again(request, cstruct, uploads, _kept_tokens(request), error)


@contextmanager
def _received(request: Request) -> Iterator[tuple[tuple[Upload, ...], InvalidInput | None]]:
    """Write the photos down for the time of the request; the first that is refused is named, the good ones count."""
    uploads: list[Upload] = []
    problem: InvalidInput | None = None
    directory = request.assembly.database.files.uploads
    try:
        for field in request.POST.getall("photos")[: MAX_PHOTOS + 1]:
            if not getattr(field, "filename", ""):
                continue
            try:
                uploads.append(receive(field.file, field.filename, directory))
            except InvalidInput as refused:
                problem = problem or refused
        yield tuple(uploads), problem
    finally:
        discard(uploads)


def _kept_tokens(request: Request) -> tuple[str, ...]:
    removed = set(request.POST.getall("removed"))
    tokens = [token for token in request.POST.getall("kept") if isinstance(token, str) and token not in removed]
    return tuple(photo.token for photo in request.services.intake.kept(tuple(tokens[: MAX_PHOTOS + 1])))


def _draft(request: Request, cstruct: dict[str, str], uploads: tuple[Upload, ...], kept: tuple[str, ...]) -> Draft:
    is_demo = request.assembly.options.demo
    with request.assembly.database.reading() as site:
        schema = apply_schema(
            request.page, site.city, proposals=[], kept=[], proposals_url="", is_demo=is_demo, draws=False
        )
        values = schema.deserialize(cstruct)
        category = site.city.category(values["category"])
        if values["category"] and (category is None or not category.is_public):
            raise InvalidInput("category", "unknown")
    return Draft(
        words=values["words"],
        kind=values["kind"],
        channel="web",
        intake_key=_intake_key(values),
        category=values["category"] or None,
        location=Location(values["neighbourhood"] or None, values["place"]),
        details=ContactDetails(values["name"], tidy_phone(values["phone"], demo=is_demo), tidy_email(values["email"])),
        uploads=uploads,
        kept=kept,
        language=request.page.language,
    )


def _intake_key(values: dict[str, str]) -> str:
    """Return what this sending is known by: the same form with the same content is the same application.

    Somebody who goes back, changes the words and sends again has written something new.
    """
    content = "\0".join(f"{name}={values[name]}" for name in APPLY_FIELDS)
    return f"web:{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()}"


def _shown(request: Request, cstruct: dict[str, str]) -> dict[str, Any]:
    return _page(request, cstruct, [], None)


def _shown_again(
    request: Request,
    cstruct: dict[str, str],
    uploads: tuple[Upload, ...],
    kept: tuple[str, ...],
    problem: colander.Invalid | InvalidInput,
) -> dict[str, Any]:
    """Show the form with every word, and every photo kept under a token."""
    photos = request.services.intake.kept(kept)
    room = MAX_PHOTOS - len(photos)
    photos += request.services.intake.keep(uploads[:room]) if room > 0 else []
    return _page(request, cstruct, photos, problem)


def _page(
    request: Request, cstruct: dict[str, str], photos: list[KeptPhoto], problem: colander.Invalid | InvalidInput | None
) -> dict[str, Any]:
    page = request.page
    page.title = page.say(_("Your application"))
    with request.assembly.database.reading() as site:
        words = cstruct.get("words", "")
        proposed = request.services.city.propose(site, words[:_MAX_PROPOSED_FROM])
        schema = apply_schema(
            page,
            site.city,
            proposals=proposed,
            kept=[(photo.token, photo.filename, f"{max(1, photo.size // 1024)} kB") for photo in photos],
            proposals_url=page.url("proposals"),
            is_demo=request.assembly.options.demo,
        )
    schema["category"].widget.touched = problem is not None
    cstruct.setdefault("form_key", schema["form_key"].missing)
    cstruct.setdefault("kind", "SERVICE_REQUEST")
    error = problem
    if isinstance(problem, InvalidInput):
        error = add_problem(schema, problem, {"contact": "phone"})
    elif problem is not None:
        error = _error_on(schema, problem)
    form = Form(
        request,
        schema,
        formid=_FORM,
        action=page.url("apply"),
        buttons=[Button("send", _("Send my application"))],
        submit_note=page.privacy_summary,
        note_link=(page.url("privacy"), page.say(_("Privacy notice"))),
    )
    return {"form": form.html(cstruct, error), "refused": problem is not None}


def _error_on(schema: colander.SchemaNode, problem: colander.Invalid) -> colander.Invalid:
    """Carry an error over to a schema of the same fields that was built for drawing."""
    error = colander.Invalid(schema, problem.msg)
    places = {child.name: place for place, child in enumerate(schema.children)}
    for child in problem.children:
        error.add(colander.Invalid(schema[child.node.name], child.msg), places[child.node.name])
    return error
