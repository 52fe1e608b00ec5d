"""What people see when something does not work: a sentence, and what to do next. Never a traceback."""

import errno
import logging
import secrets
from typing import Any

from pyramid.csrf import BadCSRFOrigin, BadCSRFToken
from pyramid.httpexceptions import HTTPException, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import exception_view_config, forbidden_view_config, notfound_view_config

from ..domain.errors import Forbidden, InvalidInput, NotFound
from ..i18n import _
from ..services.proofs import TooManyTries
from ..storage import GateBusy
from .citizen.apply import show_again
from .citizen.follow_say import FOLLOW_FORMS, follow_again
from .posted import posted
from .templates import TemplateRenderer

__all__ = ["busy", "failed", "not_found"]

log = logging.getLogger(__name__)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def _answer(request: Request, template: str, values: dict[str, Any], status: int) -> Response:
    """Render an error page. What the failed view had set on its answer does not count any more."""
    renderer = TemplateRenderer(request.registry.templates[template])
    return Response(renderer(values, {"request": request}), status=status, content_type="text/html", charset="utf-8")


def _is_staff(request: Request) -> bool:
    return bool(request.path_info.startswith("/panel"))


def _say_what_happened(
    request: Request, status: int, reference: str | None = None, wait: int | None = None
) -> Response:
    page = request.page
    title, text, next_text = _WORDS.get(status, _WORDS[500])
    page.title = page.say(title)
    reference = reference or _noted(request, status)
    said: dict[str, Any] = {"reference": reference, "typed": _typed(request)}
    if not _is_staff(request):
        return _answer(request, "error.pt", {**said, "status": status, "wait": wait}, status)
    values = {
        **said,
        "title": page.say(title),
        "text": page.say(text),
        "next_text": page.say(next_text),
        "next_href": page.url("staff.queue" if page.may("view") else "staff.admin"),
        "next_label": page.say(_("To the list")) if page.may("view") else page.say(_("Outgoing messages")),
    }
    return _answer(request, "staff/error.pt", values, status)


def _noted(request: Request, status: int) -> str | None:
    """Write the refusal of a member of staff into the log, and return the number they can quote."""
    if not _is_staff(request) or request.page.user is None:
        return None
    reference = secrets.token_hex(4)
    route = request.matched_route.name if request.matched_route else "-"
    log.info("%s: %s %s answered %s", reference, request.method, route, status)
    return reference


def _typed(request: Request) -> list[str]:
    """Return the sentences of a form that could not be taken, so that nobody has to write them twice."""
    if request.method != "POST" or not _can_be_read(request):
        return []
    return [text for name in _SENTENCES if (text := posted(request, name)).strip()]


_SENTENCES = ("words", "text", "note", "remarks", "message", "reason")
"""The fields in which somebody writes; what else a form holds is chosen again in a moment."""


_WORDS = {
    400: (
        _("We could not read what was sent"),
        _("The page was probably open for a long time."),
        _("Go back, reload the page and send it again."),
    ),
    403: (
        _("This is not yours to do"),
        _("Your role does not allow it."),
        _("If you need it for your work, ask the centre's supervisor."),
    ),
    404: (
        _("There is nothing here"),
        _("The application does not exist, or it is not one you may see."),
        _("Check the number, or look for it in your lists."),
    ),
    422: (
        _("That could not be done"),
        _("Something about it has changed or does not fit."),
        _("Open the application again and look how it stands."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("Nothing was saved that you did not see confirmed."),
        _("Try again in a few minutes."),
    ),
    503: (
        _("Very busy at the moment"),
        _("Nothing is lost."),
        _("Wait a few seconds, go back and send it again; sending twice does no harm."),
    ),
}


@notfound_view_config(append_slash=False)
@exception_view_config(NotFound)
def not_found(context: object, request: Request) -> Response:
    """Nothing here: unknown, gone and hidden look alike."""
    return _say_what_happened(request, 404)


@forbidden_view_config()
def forbidden(context: object, request: Request) -> Response:
    """Lead to the log-in who is not signed in; tell the others that it is not theirs."""
    if request.identity is None and request.method == "GET":
        return HTTPSeeOther(request.route_path("staff.login", _query={"next": request.path_qs}))
    return _say_what_happened(request, 403)


@exception_view_config(Forbidden)
def refused(context: Forbidden, request: Request) -> Response:
    """A service refused it."""
    return _say_what_happened(request, 403)


@exception_view_config(InvalidInput)
def invalid(context: InvalidInput, request: Request) -> Response:
    """A service refused a value that no form of ours sends."""
    return _say_what_happened(request, 422)


@exception_view_config(BadCSRFToken)
@exception_view_config(BadCSRFOrigin)
def stale_form(context: object, request: Request) -> Response:
    """A form that was open too long, or came from elsewhere. The citizen's form comes back with every word."""
    if _keeps_words(request):
        message = _("The page was open for a long time. Nothing is lost: please send it once more.")
        return _form_again(request, message, 400)
    return _say_what_happened(request, 400)


@exception_view_config(GateBusy)
def busy(context: GateBusy, request: Request) -> Response:
    """Too many want to write at this moment. The citizen's form comes back with every word."""
    if _keeps_words(request):
        message = _("We are very busy at the moment. What you wrote is kept: please send it again in a few seconds.")
        response = _form_again(request, message, 503)
    else:
        response = _say_what_happened(request, 503, wait=5)
    response.headers["Retry-After"] = "5"
    return response


def _keeps_words(request: Request) -> bool:
    """Tell whether what was sent is a citizen's form, which comes back with every word."""
    name = request.matched_route.name if request.matched_route else ""
    return request.method == "POST" and (name == "apply" or name in FOLLOW_FORMS)


def _form_again(request: Request, message: str, status: int) -> Response:
    if request.matched_route.name == "apply":
        return _answer(request, "apply.pt", show_again(request, message), status)
    try:
        return _answer(request, "follow.pt", follow_again(request, message), status)
    except NotFound:
        # The code was wrong, too: then there is nothing to come back to.
        return _say_what_happened(request, 404)


@exception_view_config(TooManyTries)
def too_many_tries(context: TooManyTries, request: Request) -> Response:
    """Codes were guessed too often."""
    seconds = max(1, int(context.wait.total_seconds()))
    response = _say_what_happened(request, 429, wait=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


@exception_view_config(OSError)
def no_room(context: OSError, request: Request) -> Response:
    """No room left on the disk: nothing was saved, and the page says so with every word still in it."""
    if context.errno not in _NO_ROOM:
        return failed(context, request)
    log.critical("there is no room left on the disk: nothing can be saved until there is")
    try:
        if _keeps_words(request):
            return _form_again(request, _("Nothing could be saved just now. Please try again in a little while."), 503)
    except OSError:
        log.exception("not even the photos of a refused form could be kept")
    return _say_what_happened(request, 503, wait=300)


@exception_view_config(HTTPException)
def http_error(context: HTTPException, request: Request) -> Response:
    """Pyramid's own refusals (a wrong method, a bad request) in our words; redirections pass."""
    if context.status_int < 400:
        return context
    return _say_what_happened(request, 404 if context.status_int in (404, 405) else 400)


@exception_view_config(Exception)
def failed(context: Exception, request: Request) -> Response:
    """Anything else: logged under a reference, without what was sent; the page says so and how to go on."""
    if isinstance(context, UnicodeDecodeError) or not _can_be_read(request):
        return _say_what_happened(request, 400)
    reference = secrets.token_hex(4)
    route = request.matched_route.name if request.matched_route else "-"
    log.error("%s: %s %s failed", reference, request.method, route, exc_info=context)
    try:
        return _say_what_happened(request, 500, reference=reference)
    except Exception:
        # What broke the page can break the frame of this one too: its lists and counts are read from the same place.
        log.exception("%s: the page that says so failed too", reference)
        title, text, next_text = (request.page.say(words) for words in _WORDS[500])
        return Response(f"{title}\n{text}\n{next_text}\n{reference}\n", 500, content_type="text/plain", charset="utf-8")


def _can_be_read(request: Request) -> bool:
    """Tell whether what was sent is a form at all: encoded as it says, in UTF-8, complete."""
    try:
        return request.POST is not None
    except Exception:  # noqa: BLE001  (the libraries below raise whatever they meet)
        return False
