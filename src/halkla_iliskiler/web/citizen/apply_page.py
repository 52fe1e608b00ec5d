"""The form's page: empty, or coming back with every word, every photo, and what is to be put right."""

import math
import secrets
from typing import Any

import colander
from deform import Button
from pyramid.request import Request

from ...domain.applicant import ApplicantKind
from ...domain.errors import InvalidInput
from ...i18n import _
from ...services.intake import KeptPhoto
from ...services.throttle import TooManyFilings
from ...services.uploads import MAX_PHOTOS, MAX_QUESTION_PHOTOS, Upload
from ...storage import GateBusy
from ..forms import Form, add_problem
from ..labels import PROBLEMS
from ..photos import PHOTO_FIELD
from .again import details_note, first_application
from .guard import stamp
from .identity import identity_cstruct
from .schema import apply_schema
from .subjects import (
    alarm_values,
    given_answers,
    is_known_choice,
    questions_cstruct,
    questions_of,
)

__all__ = ["FORM", "MAX_PROPOSED_FROM", "asked_first", "has_to_wait", "methods_of", "shown", "shown_again"]

FORM = "apply"
MAX_PROPOSED_FROM = 1000


def methods_of(request: Request) -> dict[str, str]:
    """Return the ways of being told that the city has, with their labels."""
    return {code: method.label for code, method in request.assembly.extensions.feedback_methods.items()}


def asked_first(
    request: Request, cstruct: dict[str, str], uploads: tuple[Upload, ...], kept: tuple[str, ...]
) -> dict[str, Any]:
    """Show the form once more, because the subject has questions that must be asked."""
    photos, is_lost = _kept_photos(request, uploads, kept)
    page = _page(request, cstruct, photos, None, photos_lost=is_lost)
    # What was typed is in the form: an older draft of the browser must not come back over it.
    return {**page, "asks_questions": True, "refused": True}


def has_to_wait(
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
    return shown_again(request, cstruct, uploads, kept, error)


def shown(request: Request, cstruct: dict[str, str]) -> dict[str, Any]:
    """Show the form with what has been filled in."""
    return _page(request, cstruct, [], None)


def shown_again(
    request: Request,
    cstruct: dict[str, str],
    uploads: tuple[Upload, ...],
    kept: tuple[str, ...],
    problem: colander.Invalid | InvalidInput | None,
) -> dict[str, Any]:
    """Show the form with every word, and every photo kept under a token."""
    photos, is_lost = _kept_photos(request, uploads, kept)
    # What was typed is in the form: an older draft of the browser must not come back over it.
    return {**_page(request, cstruct, photos, problem, photos_lost=is_lost), "refused": True}


def _kept_photos(request: Request, uploads: tuple[Upload, ...], kept: tuple[str, ...]) -> tuple[list[KeptPhoto], bool]:
    """Keep the photos until the form comes back; tell whether that was not possible."""
    photos = request.services.intake.kept(kept)
    loose = [upload for upload in uploads if not upload.question]
    room = max(0, MAX_PHOTOS - sum(not photo.question for photo in photos))
    answering = [upload for upload in uploads if upload.question]
    try:
        return photos + request.services.intake.keep((*loose[:room], *answering[:MAX_QUESTION_PHOTOS])), False
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
    page.form_here = "" if page.is_embedded else FORM
    with request.assembly.database.reading() as site:
        words = cstruct.get("words", "")
        choice = cstruct.get("category", "")
        choice = choice if is_known_choice(site.city, choice) else ""
        proposed = request.services.city.propose(site, words[:MAX_PROPOSED_FROM])
        alarms = alarm_values(page, site.city, request.services.city.dangers(site, words, choice))
        if "neighbourhood" not in cstruct and (named := request.services.city.place_in(site, words)):
            cstruct["neighbourhood"] = named.code
        given = given_answers(request.POST)
        questions = questions_cstruct(questions_of(site.city, choice), given)
        schema = apply_schema(
            page,
            site.city,
            proposals=proposed,
            photos=photos,
            proposals_url=page.url("proposals"),
            is_demo=request.assembly.options.demo,
            methods=methods_of(request),
            map_base=request.registry.map_base,
            choice=choice,
            given=given,
            applicant_kind=cstruct.get("applicant_kind") or ApplicantKind.PERSON.value,
            knows_name=first_application(cstruct) is not None,
            details_note=details_note(request, site, cstruct),
        )
    schema["category"].widget.touched = problem is not None or page.is_asked_to_speak
    cstruct["form_key"] = cstruct.get("form_key") or secrets.token_urlsafe(18)
    cstruct["written_at"] = cstruct.get("written_at") or stamp(request.assembly.secret, request.services.now())
    cstruct["kind"] = cstruct.get("kind") or "SERVICE_REQUEST"
    cstruct["applicant_kind"] = cstruct.get("applicant_kind") or ApplicantKind.PERSON.value
    error: colander.Invalid | None = None
    if isinstance(problem, InvalidInput):
        error = _at_question(schema, problem) or add_problem(schema, problem, {"contact": "phone"})
    elif problem is not None:
        error = _error_on(schema, problem)
    if photos_lost and error is not None:
        place = [child.name for child in schema].index("photos")
        error.add(colander.Invalid(schema["photos"], PROBLEMS["photo_not_kept"]), place)
    form = Form(
        request,
        schema,
        formid=FORM,
        action=page.url("apply"),
        buttons=[Button("send", _("Send my application"))],
        submit_note=page.privacy_summary,
        note_language=page.brand_language("privacy_summary"),
        note_link=(page.url("privacy"), page.say(_("Privacy notice"))),
    )
    return {
        "form": form.html({**cstruct, "questions": {**questions, **identity_cstruct(cstruct)}}, error),
        "refused": problem is not None,
        "asks_questions": False,
        "alarms": alarms,
    }


def _at_question(schema: colander.SchemaNode, problem: InvalidInput) -> colander.Invalid | None:
    """Return what a service refused as an error at the question it is about, or ``None`` when it is about none."""
    places = {child.name: place for place, child in enumerate(schema.children)}
    for place, node in enumerate(schema["questions"].children):
        if node.name in (problem.field, f"q-{problem.field}", f"{PHOTO_FIELD}{problem.field}"):
            error, inner = colander.Invalid(schema), colander.Invalid(schema["questions"])
            inner.add(colander.Invalid(node, problem.sentence or PROBLEMS[problem.problem]), place)
            error.add(inner, places["questions"])
            return error
    return None


def _error_on(schema: colander.SchemaNode, problem: colander.Invalid) -> colander.Invalid:
    """Carry an error over to a schema of the same fields that was built for drawing."""
    error = colander.Invalid(schema, problem.msg)
    places = {child.name: place for place, child in enumerate(schema.children)}
    for child in problem.children:
        error.add(_error_on(schema[child.node.name], child), places[child.node.name])
    return error
