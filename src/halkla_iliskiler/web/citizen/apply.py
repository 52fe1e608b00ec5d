"""Applying: words first, then one short form. Nothing typed is ever lost."""

import hashlib
import secrets
from typing import Any

import colander
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.applicant import ApplicantKind, ContactDetails
from ...domain.errors import InvalidInput
from ...i18n import _
from ...services.intake import Draft
from ...services.numbers import tidy_email, tidy_phone
from ...services.throttle import TooManyFilings
from ...services.uploads import MAX_PHOTOS, Upload
from ...storage import City
from ..contexts import CitizenContext
from ..photos import PHOTO_FIELD, kept_tokens, received
from ..posted import posted
from .again import first_application, prefilled, tidy_sticker
from .apply_page import FORM, MAX_PROPOSED_FROM, asked_first, has_to_wait, methods_of, shown, shown_again
from .embedding import as_door, framed
from .guard import suspicions
from .identity import asks_identity, identity_cstruct
from .person import consents_of, representation_of
from .place import location_of
from .schema import APPLY_FIELDS, apply_schema, as_cstruct
from .subjects import (
    alarm_values,
    body_code,
    category_of,
    given_answers,
    has_required,
    is_known_choice,
    photographed,
    question_node,
    questions_cstruct,
    questions_of,
    subject_rows,
)

__all__ = ["apply", "home", "show_again"]


@view_config(route_name="home", request_method="GET", renderer="home.pt", permission=NO_PERMISSION_REQUIRED)
def home(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Ask one question."""
    request.page.title = request.page.say(_("How can we help you?"))
    return {"words": ""}


@view_config(route_name="apply", request_method="GET", renderer="apply.pt", permission=NO_PERMISSION_REQUIRED)
def apply_form(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Show the form, empty but for what a link has filled in; or in a frame, or the door to it."""
    if framed(request):
        request.page.is_embedded = True
        if (door := as_door(request)) is not None:
            request.page.title = request.page.say(_("How can we help you?"))
            request.override_renderer = "embedded.pt"
            return {"door": door}
    return shown(request, prefilled(request))


@view_config(route_name="apply", request_method="POST", renderer="apply.pt", permission=NO_PERMISSION_REQUIRED)
def apply(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """File the application; or show the form with the words of the first page; or with what is to be corrected."""
    cstruct = as_cstruct(request.POST)
    if posted(request, "__formid__") != FORM:
        begun = ("words", "again_number", "again_code")
        return shown(request, {name: cstruct[name] for name in begun if name in cstruct})
    with received(request, MAX_PHOTOS) as (uploads, photo_problem):
        kept = kept_tokens(request, MAX_PHOTOS)
        if request.page.is_asked_to_speak:
            request.page.keep_choices()
            return shown_again(request, cstruct, uploads, kept, None)
        try:
            draft = _draft(request, cstruct, uploads, kept, photo_problem)
            if photo_problem is not None:
                raise photo_problem
            filed = request.services.intake.file(draft)
        except _QuestionsFirst:
            return asked_first(request, cstruct, uploads, kept)
        except (colander.Invalid, InvalidInput) as problem:
            return shown_again(request, cstruct, uploads, kept, problem)
        except TooManyFilings as refused:
            return has_to_wait(request, cstruct, uploads, kept, refused)
    return HTTPSeeOther(request.route_path("receipt", number=filed.address, code=filed.code))


@view_config(route_name="proposals", request_method="POST", renderer="proposals.pt", permission=NO_PERMISSION_REQUIRED)
def proposals(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Propose subjects while somebody types. Nothing is kept."""
    text = posted(request, "words", MAX_PROPOSED_FROM)
    with request.assembly.database.reading() as site:
        found = request.services.city.propose(site, text)
        place = request.services.city.place_in(site, text)
        alarms = alarm_values(request.page, site.city, request.services.city.dangers(site, text))
        rows = subject_rows(request.page, found)
    return {
        "proposals": rows,
        "selected": None,
        "name": "category",
        "oid": "category",
        "alarms": alarms,
        "neighbourhood": place.code if place else "",
    }


def show_again(request: Request, message: str) -> dict[str, Any]:
    """Show a form that could not be taken for a reason outside it, with everything that was typed."""
    cstruct = as_cstruct(request.POST)
    error = colander.Invalid(colander.SchemaNode(colander.Mapping()), message)
    with received(request, MAX_PHOTOS) as (uploads, _problem):
        return shown_again(request, cstruct, uploads, kept_tokens(request, MAX_PHOTOS), error)


def _draft(
    request: Request,
    cstruct: dict[str, str],
    uploads: tuple[Upload, ...],
    kept: tuple[str, ...],
    photo_problem: InvalidInput | None,
) -> Draft:
    is_demo = request.assembly.options.demo
    choice = cstruct.get("category", "")
    body = body_code(choice)
    said = given_answers(request.POST)
    given = {**said, **photographed(uploads, request.services.intake.kept(kept))}
    if photo_problem is not None:
        # Nobody is told that a photo is missing who has sent a wrong one.
        given[photo_problem.field.removeprefix(PHOTO_FIELD)] = ("photo",)
    with request.assembly.database.reading() as site:
        schema = _reading_schema(request, site.city, cstruct, given)
        questions = questions_of(site.city, choice)
        must_ask = has_required(questions) or asks_identity(category_of(site.city, choice))
        parts = {**questions_cstruct(questions, given), **identity_cstruct(cstruct)}
        values = _deserialized(schema, cstruct, parts, must_ask=must_ask)
        if choice and not is_known_choice(site.city, choice):
            raise InvalidInput("category", "unknown")
        location = location_of(values, site.city.territory)
        related_to = request.services.nearby.chosen(site, values["same_as"], values["category"], location)
    return Draft(
        words=values["words"],
        kind=values["kind"],
        channel="web",
        intake_key=_intake_key(values),
        category=None if body else values["category"] or None,
        location=location,
        details=ContactDetails(
            values["name"],
            tidy_phone(values["phone"], demo=is_demo),
            tidy_email(values["email"]),
            values["questions"].get("address", ""),
        ),
        national_id=values["questions"].get("national_id", ""),
        uploads=uploads,
        kept=kept,
        language=request.page.language,
        representation=representation_of(values),
        preferred_method=values["preferred_method"],
        consents=consents_of(values),
        related_to=related_to,
        suspicions=suspicions(
            request.assembly.secret, cstruct, request.services.now(), request.assembly.options.fastest_form
        ),
        client=request.client_addr or "",
        browser=get_csrf_token(request),
        suggested_body=body or None,
        answers=tuple(said.items()),
        sticker=tidy_sticker(cstruct.get("sticker", "")),
        details_from=first_application(cstruct),
    )


def _reading_schema(
    request: Request, city: City, cstruct: dict[str, str], given: dict[str, tuple[str, ...]]
) -> colander.SchemaNode:
    """Return what a sent form is read with: the questions are the subject's, the rest is nearly the same for everybody.

    What is the same is built once: building it takes longer than reading a form with it.
    """
    page, choice = request.page, cstruct.get("category", "")
    applicant_kind = cstruct.get("applicant_kind") or ApplicantKind.PERSON.value
    knows_name = first_application(cstruct) is not None
    # All that the other fields hang on.
    key = (
        city.edition,
        page.speech,
        applicant_kind == ApplicantKind.LEGAL_PERSON,
        knows_name,
        asks_identity(category_of(city, choice)),
    )
    kept: dict[tuple[object, ...], list[colander.SchemaNode]] = request.registry.reading_fields
    fields = kept.get(key)
    if fields is None:
        # Of another edition of the city's data nobody will ask again.
        for other in [known for known in list(kept) if known[0] != city.edition]:
            kept.pop(other, None)
        whole = apply_schema(
            page,
            city,
            proposals=[],
            proposals_url="",
            is_demo=request.assembly.options.demo,
            methods=methods_of(request),
            choice=choice,
            applicant_kind=applicant_kind,
            knows_name=knows_name,
            draws=False,
        )
        fields = kept[key] = whole.children
    questions = question_node(page, city, choice, given=given, applicant_kind=applicant_kind)
    schema = colander.SchemaNode(colander.Mapping(), name=FORM)
    schema.children = [questions if field.name == "questions" else field for field in fields]
    return schema


class _QuestionsFirst(Exception):
    """The subject cannot do without an answer to something nobody has been asked yet."""


def _deserialized(
    schema: colander.SchemaNode, cstruct: dict[str, str], parts: dict[str, Any], *, must_ask: bool
) -> dict[str, Any]:
    """Read the form. Questions that were not in it are no error of who sent it."""
    try:
        values: dict[str, Any] = schema.deserialize({**cstruct, "questions": parts})
    except colander.Invalid as problem:
        if cstruct.get("asked", "") == cstruct.get("category", "") or not must_ask:
            raise
        problem.children = [child for child in problem.children if child.node.name != "questions"]
        if problem.children:
            raise
        raise _QuestionsFirst from None
    return values


def _intake_key(values: dict[str, Any]) -> str:
    """Return what this sending is known by: the same form with the same content is the same application.

    Somebody who goes back, changes the words and sends again has written something new.
    """
    answers = sorted(values["questions"].items())
    # A form without a key of its own is like no other.
    values = {**values, "form_key": values["form_key"] or secrets.token_urlsafe(18)}
    content = "\0".join([*(f"{name}={values[name]}" for name in APPLY_FIELDS), *(f"{n}={said}" for n, said in answers)])
    return f"web:{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}"


def includeme(config: Configurator) -> None:
    """Make room for the fields every sent form is read with."""
    config.registry.reading_fields = {}
