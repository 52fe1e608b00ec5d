"""What an applicant says on the follow page. The code in the address is what lets them."""

from collections.abc import Callable
from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.errors import IllegalMove, InvalidInput
from ...i18n import _
from ...services.numbers import tidy_email, tidy_phone
from ...services.proofs import TooManyTries
from ...services.uploads import MAX_PHOTOS, Upload
from ...storage import GateBusy
from ..contexts import CitizenContext
from ..photos import keep, kept_tokens, received
from ..posted import posted
from .follow_forms import FIELDS, Refused, follow_schema
from .follow_page import follow_page

__all__ = ["FOLLOW_FORMS", "follow_again", "message", "reopen", "verify", "withdraw"]

Values = dict[str, str]
FOLLOW_FORMS = frozenset(f"follow.{name}" for name in FIELDS)
"""The routes whose forms come back with every word."""


def _view(name: str) -> Callable[[Any], Any]:
    return view_config(
        route_name=f"follow.{name}", request_method="POST", renderer="follow.pt", permission=NO_PERMISSION_REQUIRED
    )


@_view("message")
def message(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Add a message and photos; an open question is answered with it."""
    cstruct = _cstruct(request, "message")
    with received(request, MAX_PHOTOS) as (uploads, photo_problem):
        kept = kept_tokens(request, MAX_PHOTOS)

        def say(values: Values) -> str:
            if photo_problem is not None:
                raise photo_problem
            request.services.following.add_message(
                context.address, context.code, values["text"], form_key=values["form_key"], uploads=uploads, kept=kept
            )
            return _("Thank you, we have it.")

        return _said(context, request, "message", cstruct, say, (uploads, kept))


@_view("reopen")
def reopen(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Say that it is not solved."""

    def say(values: Values) -> str:
        request.services.following.ask_to_reopen(context.address, context.code, values["text"])
        return _("Thank you. A person reads your reason and decides.")

    return _said(context, request, "reopen", _cstruct(request, "reopen"), say)


@_view("withdraw")
def withdraw(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Withdraw the application."""

    def say(values: Values) -> str:
        request.services.following.withdraw(context.address, context.code, values["text"])
        return _("Your application is withdrawn.")

    return _said(context, request, "withdraw", _cstruct(request, "withdraw"), say)


@_view("contact")
def contact(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Change how one is reached; a new e-mail has to be proved first."""

    def say(values: Values) -> str:
        phone = tidy_phone(values["phone"], demo=request.assembly.options.demo)
        waiting = request.services.following.change_contact(
            context.address, context.code, phone, tidy_email(values["email"])
        )
        if waiting:
            return _("We sent you a code. As soon as you type it here, we use the new address.")
        return _("Changed. We cannot check a telephone number from here, so please make sure that it is right.")

    return _said(context, request, "contact", _cstruct(request, "contact"), say)


@_view("verify")
def verify(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Prove a new address with the code that was sent there."""

    def say(values: Values) -> str:
        request.services.following.confirm_contact(context.address, context.code, values["what"], values["code"])
        return _("Thank you. From now on we use the new address.")

    return _said(context, request, "verify", _cstruct(request, "verify"), say)


def _cstruct(request: Request, name: str) -> Values:
    return {field: posted(request, field) for field in FIELDS[name]}


Photos = tuple[tuple[Upload, ...], tuple[str, ...]]


def _said(
    context: CitizenContext,
    request: Request,
    name: str,
    cstruct: Values,
    say: Callable[[Values], str],
    photos: Photos = ((), ()),
) -> dict[str, Any] | Response:
    """Do what a form asks for and lead back to the page; or show the page with the form as it was typed."""
    page_url = request.page.url("follow", number=context.address, code=context.code)
    # Nobody without the code learns whether a form was filled in rightly.
    with request.services.following.opened(context.address, context.code, request.client_addr or ""):
        pass
    if request.page.is_asked_to_speak:
        request.page.keep_choices()
        return _again(context, request, name, cstruct, None, photos)
    try:
        done = say(follow_schema(request, name).deserialize(cstruct))
    except IllegalMove:
        text = _("That is not possible any more: your application has moved on. Here is how it stands.")
        request.page.flash("error", text)
        return HTTPSeeOther(page_url)
    except TooManyTries as refused:
        request.response.status_int = 429
        request.response.headers["Retry-After"] = str(max(1, int(refused.wait.total_seconds())))
        return _again(context, request, name, cstruct, _("That was too many tries. Please wait a little."), photos)
    except (colander.Invalid, InvalidInput) as problem:
        return _again(context, request, name, cstruct, problem, photos)
    request.page.flash("ok", done)
    return HTTPSeeOther(page_url)


def _again(
    context: CitizenContext,
    request: Request,
    name: str,
    cstruct: Values,
    problem: colander.Invalid | InvalidInput | str | None,
    photos: Photos,
) -> dict[str, Any]:
    try:
        stored = tuple(keep(request, *photos, MAX_PHOTOS)) if any(photos) else ()
    except GateBusy:
        # The words come back; a photo that could not be kept is missing from the list and can be added once more.
        stored = ()
    with request.services.following.opened(context.address, context.code, request.client_addr or "") as (site, ticket):
        return follow_page(request, site, ticket, context.code, Refused(name, cstruct, problem, stored))


def follow_again(request: Request, text: str) -> dict[str, Any]:
    """Show the page with a form that could not be taken for a reason outside it, with everything that was typed."""
    context: CitizenContext = request.context
    name = request.matched_route.name.partition(".")[2]
    with received(request, MAX_PHOTOS) as (uploads, _problem):
        kept = kept_tokens(request, MAX_PHOTOS)
        return _again(context, request, name, _cstruct(request, name), text, (uploads, kept))
