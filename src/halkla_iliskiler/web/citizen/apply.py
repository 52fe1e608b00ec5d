"""Applying: words first, then one short form. Nothing typed is ever lost."""

import hashlib
import math
from typing import Any

import colander
from deform import Button
from pyramid.csrf import get_csrf_token
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.applicant import ApplicantKind, ContactDetails
from ...domain.city import Question
from ...domain.errors import InvalidInput
from ...i18n import _
from ...services.intake import Draft, KeptPhoto
from ...services.numbers import tidy_email, tidy_phone
from ...services.throttle import TooManyFilings
from ...services.uploads import MAX_PHOTOS, Upload
from ...storage import GateBusy
from ..contexts import CitizenContext
from ..forms import Form, add_problem
from ..labels import PROBLEMS
from ..photos import kept_tokens, received
from .again import details_note, first_application, prefilled, tidy_sticker
from .guard import stamp, suspicions
from .person import consents_of, representation_of
from .place import location_of
from .schema import APPLY_FIELDS, apply_schema, as_cstruct
from .subjects import (
    alarm_values,
    body_code,
    given_answers,
    has_required,
    is_known_choice,
    questions_cstruct,
    questions_of,
    subject_rows,
)

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
    """Show the form, empty but for what a link has filled in."""
    return _shown(request, prefilled(request))


@view_config(route_name="apply", request_method="POST", renderer="apply.pt", permission=NO_PERMISSION_REQUIRED)
def apply(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """File the application; or show the form with the words of the first page; or with what is to be corrected."""
    cstruct = as_cstruct(request.POST)
    if request.POST.get("__formid__") != _FORM:
        begun = ("words", "again_number", "again_code")
        return _shown(request, {name: cstruct[name] for name in begun if name in cstruct})
    with received(request, MAX_PHOTOS) as (uploads, photo_problem):
        kept = kept_tokens(request, MAX_PHOTOS)
        try:
            draft = _draft(request, cstruct, uploads, kept)
            if photo_problem is not None:
                raise photo_problem
            filed = request.services.intake.file(draft)
        except _QuestionsFirst:
            return _asked_first(request, cstruct, uploads, kept)
        except (colander.Invalid, InvalidInput) as problem:
            return _shown_again(request, cstruct, uploads, kept, problem)
        except TooManyFilings as refused:
            return _has_to_wait(request, cstruct, uploads, kept, refused)
    return HTTPSeeOther(request.route_path("receipt", number=filed.address, code=filed.code))


@view_config(route_name="proposals", request_method="POST", renderer="proposals.pt", permission=NO_PERMISSION_REQUIRED)
def proposals(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Propose subjects while somebody types. Nothing is kept."""
    words = request.POST.get("words", "")
    text = words[:_MAX_PROPOSED_FROM] if isinstance(words, str) else ""
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
        return _shown_again(request, cstruct, uploads, kept_tokens(request, MAX_PHOTOS), error)


def _draft(request: Request, cstruct: dict[str, str], uploads: tuple[Upload, ...], kept: tuple[str, ...]) -> Draft:
    is_demo = request.assembly.options.demo
    choice = cstruct.get("category", "")
    body = body_code(choice)
    with request.assembly.database.reading() as site:
        schema = apply_schema(
            request.page,
            site.city,
            proposals=[],
            kept=[],
            proposals_url="",
            is_demo=is_demo,
            methods=_methods(request),
            choice=choice,
            draws=False,
        )
        questions = questions_of(site.city, choice)
        given = given_answers(request.POST)
        values = _deserialized(schema, cstruct, questions, given)
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
        details=ContactDetails(values["name"], tidy_phone(values["phone"], demo=is_demo), tidy_email(values["email"])),
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
        answers=tuple(given.items()),
        sticker=tidy_sticker(cstruct.get("sticker", "")),
        details_from=first_application(cstruct),
    )


class _QuestionsFirst(Exception):
    """The subject cannot do without an answer to something nobody has been asked yet."""


def _deserialized(
    schema: colander.SchemaNode, cstruct: dict[str, str], questions: list[Question], given: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Read the form. Questions that were not in it are no error of who sent it."""
    try:
        values: dict[str, Any] = schema.deserialize({**cstruct, "questions": questions_cstruct(questions, given)})
    except colander.Invalid as problem:
        if cstruct.get("asked", "") == cstruct.get("category", "") or not has_required(questions):
            raise
        problem.children = [child for child in problem.children if child.node.name != "questions"]
        if problem.children:
            raise
        raise _QuestionsFirst from None
    return values


def _methods(request: Request) -> dict[str, str]:
    """Return the ways of being told that the city has, with their labels."""
    return {code: method.label for code, method in request.assembly.extensions.feedback_methods.items()}


def _asked_first(
    request: Request, cstruct: dict[str, str], uploads: tuple[Upload, ...], kept: tuple[str, ...]
) -> dict[str, Any]:
    """Show the form once more, because the subject has questions that must be asked."""
    photos, is_lost = _kept_photos(request, uploads, kept)
    shown = _page(request, cstruct, photos, None, photos_lost=is_lost)
    # What was typed is in the form: an older draft of the browser must not come back over it.
    return {**shown, "asks_questions": True, "refused": True}


def _has_to_wait(
    request: Request,
    cstruct: dict[str, str],
    uploads: tuple[Upload, ...],
    kept: tuple[str, ...],
    refused: TooManyFilings,
) -> dict[str, Any]:
    """Show the form with every word, and say when it can be sent and how else we can be reached."""
    page = request.page
    seconds = max(1, math.ceil(refused.wait.total_seconds()))
    request.response.status_int = 429
    request.response.headers["Retry-After"] = str(seconds)
    message = page.say(
        _(
            "Many applications came from your connection or telephone just now. Nothing you wrote is lost: please "
            "send it once more in ${minutes} min, and it will go through."
        ),
        minutes=math.ceil(seconds / 60),
    )
    if page.brand.phone:
        other_way = _("If it cannot wait, call us: ${phone}. You can also come to us and tell it at the desk.")
        message += " " + page.say(other_way, phone=page.brand.phone)
    else:
        message += " " + page.say(_("If it cannot wait, come to us and tell it at the desk."))
    error = colander.Invalid(colander.SchemaNode(colander.Mapping()), message)
    return _shown_again(request, cstruct, uploads, kept, error)


def _intake_key(values: dict[str, Any]) -> str:
    """Return what this sending is known by: the same form with the same content is the same application.

    Somebody who goes back, changes the words and sends again has written something new.
    """
    answers = sorted(values["questions"].items())
    content = "\0".join([*(f"{name}={values[name]}" for name in APPLY_FIELDS), *(f"{n}={said}" for n, said in answers)])
    return f"web:{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}"


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
    photos, is_lost = _kept_photos(request, uploads, kept)
    return _page(request, cstruct, photos, problem, photos_lost=is_lost)


def _kept_photos(request: Request, uploads: tuple[Upload, ...], kept: tuple[str, ...]) -> tuple[list[KeptPhoto], bool]:
    """Keep the photos until the form comes back; tell whether that was not possible."""
    photos = request.services.intake.kept(kept)
    room = MAX_PHOTOS - len(photos)
    try:
        return photos + (request.services.intake.keep(uploads[:room]) if room > 0 else []), False
    except GateBusy:
        return photos, True


def _page(
    request: Request,
    cstruct: dict[str, str],
    photos: list[KeptPhoto],
    problem: colander.Invalid | InvalidInput | None,
    *,
    photos_lost: bool = False,
) -> dict[str, Any]:
    page = request.page
    page.title = page.say(_("Your application"))
    with request.assembly.database.reading() as site:
        words = cstruct.get("words", "")
        choice = cstruct.get("category", "")
        choice = choice if is_known_choice(site.city, choice) else ""
        proposed = request.services.city.propose(site, words[:_MAX_PROPOSED_FROM])
        alarms = alarm_values(page, site.city, request.services.city.dangers(site, words, choice))
        if "neighbourhood" not in cstruct and (named := request.services.city.place_in(site, words)):
            cstruct["neighbourhood"] = named.code
        questions = questions_cstruct(questions_of(site.city, choice), given_answers(request.POST))
        schema = apply_schema(
            page,
            site.city,
            proposals=proposed,
            kept=[(photo.token, photo.filename, f"{max(1, photo.size // 1024)} kB") for photo in photos],
            proposals_url=page.url("proposals"),
            is_demo=request.assembly.options.demo,
            methods=_methods(request),
            map_base=request.registry.map_base,
            choice=choice,
            details_note=details_note(request, site, cstruct),
        )
    schema["category"].widget.touched = problem is not None
    cstruct["form_key"] = cstruct.get("form_key") or schema["form_key"].missing
    cstruct["written_at"] = cstruct.get("written_at") or stamp(request.assembly.secret, request.services.now())
    cstruct["kind"] = cstruct.get("kind") or "SERVICE_REQUEST"
    cstruct["applicant_kind"] = cstruct.get("applicant_kind") or ApplicantKind.PERSON.value
    error: colander.Invalid | None = None
    if isinstance(problem, InvalidInput):
        error = add_problem(schema, problem, {"contact": "phone"})
    elif problem is not None:
        error = _error_on(schema, problem)
    if photos_lost and error is not None:
        place = [child.name for child in schema].index("photos")
        error.add(colander.Invalid(schema["photos"], PROBLEMS["photo_not_kept"]), place)
    form = Form(
        request,
        schema,
        formid=_FORM,
        action=page.url("apply"),
        buttons=[Button("send", _("Send my application"))],
        submit_note=page.privacy_summary,
        note_language=page.brand_language("privacy_summary"),
        note_link=(page.url("privacy"), page.say(_("Privacy notice"))),
    )
    return {
        "form": form.html({**cstruct, "questions": questions}, error),
        "refused": problem is not None,
        "asks_questions": False,
        "alarms": alarms,
    }


def _error_on(schema: colander.SchemaNode, problem: colander.Invalid) -> colander.Invalid:
    """Carry an error over to a schema of the same fields that was built for drawing."""
    error = colander.Invalid(schema, problem.msg)
    places = {child.name: place for place, child in enumerate(schema.children)}
    for child in problem.children:
        error.add(_error_on(schema[child.node.name], child), places[child.node.name])
    return error
