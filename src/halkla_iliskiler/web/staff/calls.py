"""*Aranacaklar*: the list of those who have to be called, and the page of a call one has."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.calls import MAX_TRIES, CallResult
from ...domain.errors import InvalidInput
from ...domain.text import clean
from ...domain.workflow import Permission
from ...i18n import LANGUAGES, _
from ...services.calls import COUNTED_UP_TO, Call, OpenCall, Recorded
from ...services.numbers import show_phone
from ..contexts import StaffContext
from ..labels import PROBLEMS, PURPOSES
from ..page import Page
from ..posted import posted
from ..values import Values

__all__ = ["call", "calls", "record", "take"]

_SHOWN = 50
_LONGEST_NOTE = 500
_GIVE_BACK = "give_back"
_JUST_BEFORE = "siradaki"
"""In the address of the list behind a call: the next one is one key away."""


@view_config(route_name="staff.calls", request_method="GET", renderer="staff/calls.pt", permission=Permission.RESEND)
def calls(context: StaffContext, request: Request) -> dict[str, Any]:
    """List who has to be called, longest waiting first."""
    page: Page = request.page
    page.title = page.say(_("To be called"))
    waiting = request.services.calls.waiting(_SHOWN)
    count = request.services.calls.count()
    return {
        "calls": [_row(page, found) for found in waiting.calls],
        "more": max(0, count - len(waiting.calls)) if len(waiting.calls) == _SHOWN else 0,
        "is_more_than_counted": count >= COUNTED_UP_TO,
        "comes_back": page.times.exact(waiting.comes_back) if waiting.comes_back else "",
        "goes_on": _JUST_BEFORE in request.GET,
    }


def _row(page: Page, found: Call) -> Values:
    return Values(
        since=page.moment(found.since),
        number=found.number,
        subject=found.subject or page.say(_("Not sorted yet")),
        href=page.url("staff.ticket", number=found.address),
        what=page.say(PURPOSES[found.purpose]),
        name=found.name or page.say(_("Name not given")),
        phone=found.masked_phone,
        tries=page.say(_("${n} of ${most} tries"), n=found.tries, most=MAX_TRIES) if found.tries else "",
        caller=found.caller,
        take_href=page.url("staff.call_take", entry=found.entry_id) if not (found.caller or found.is_mine) else None,
        mine_href=page.url("staff.call", entry=found.entry_id) if found.is_mine else None,
    )


@view_config(route_name="staff.call_take", request_method="POST", permission=Permission.RESEND)
def take(context: StaffContext, request: Request) -> Response:
    """Take a call, or hold it longer."""
    entry, page = _entry(request), request.page
    reason = page.say(_("To tell the answer by telephone"))
    try:
        request.services.calls.take(entry, request.client_addr or "", reason)
    except InvalidInput as problem:
        return _back_to_list(page, problem)
    return HTTPSeeOther(page.url("staff.call", entry=entry))


@view_config(route_name="staff.call", request_method="GET", renderer="staff/call.pt", permission=Permission.RESEND)
def call(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show a call one has: the number, and what to say."""
    page: Page = request.page
    try:
        found = request.services.calls.opened(_entry(request))
    except InvalidInput as problem:
        return _back_to_list(page, problem)
    if found is None:
        page.flash("info", _("You do not have this call at the moment. Take it from the list."))
        return HTTPSeeOther(page.url("staff.calls"))
    page.title = page.say(_("Call"))
    return {"call": _shown(page, found)}


def _shown(page: Page, found: OpenCall) -> Values:
    row, entry = _row(page, found.call), found.call.entry_id
    row.phone, row.phone_href = show_phone(found.phone), f"tel:{found.phone}"
    row.greeting, row.words, row.language = found.script[0], found.script[1:], found.language
    row.language_name = LANGUAGES.get(found.language, "") if found.language != page.language else ""
    row.is_sensitive = found.is_sensitive
    row.until = page.times.clock(found.until)
    row.earlier = [Values(when=page.moment(at), who=who, note=note) for at, who, note in found.earlier]
    row.record_href, row.take_href = page.url("staff.call", entry=entry), page.url("staff.call_take", entry=entry)
    return row


@view_config(route_name="staff.call", request_method="POST", permission=Permission.RESEND)
def record(context: StaffContext, request: Request) -> Response:
    """Write down what became of a call, or give it back."""
    page, entry, result = request.page, _entry(request), posted(request, "result")
    try:
        if result == _GIVE_BACK:
            request.services.calls.give_back(entry)
            page.flash("info", _("The call is back on the list."))
            return HTTPSeeOther(page.url("staff.calls"))
        if result not in set(CallResult):
            page.flash("error", _("Please say what became of the call."))
            return HTTPSeeOther(page.url("staff.call", entry=entry))
        note = clean(posted(request, "note"))[:_LONGEST_NOTE]
        recorded = request.services.calls.record(entry, CallResult(result), note)
    except InvalidInput as problem:
        return _back_to_list(page, problem)
    page.flash("ok", " ".join(_consequences(request, CallResult(result), recorded)))
    return HTTPSeeOther(page.url("staff.calls") + f"?{_JUST_BEFORE}")


def _consequences(request: Request, result: CallResult, recorded: Recorded) -> list[str]:
    """Say what was noted and what happens now."""
    page: Page = request.page
    if result is CallResult.TOLD:
        return [page.say(_("Noted: the applicant has been told."))]
    if recorded.again_at is not None:
        return [
            page.say(_("Nobody was reached. The call comes back: ${when}"), when=page.times.exact(recorded.again_at))
        ]
    said = {
        CallResult.NOT_REACHED: _("Nobody was reached at the last try."),
        CallResult.WRONG_NUMBER: _("The number is marked as wrong; nobody calls it any more about this application."),
    }[result]
    method = request.assembly.extensions.feedback_methods.get(recorded.other_way)
    if method is not None:
        then = page.say(_("The message goes out by ${method} instead."), method=page.say(method.label))
    else:
        then = page.say(
            _("It stands on the follow page. If you know a postal address, write a letter; if they come by, tell them.")
        )
    return [page.say(said), then]


def _entry(request: Request) -> int:
    return int(request.matchdict["entry"])


def _back_to_list(page: Page, problem: InvalidInput) -> Response:
    page.flash("error", PROBLEMS[problem.problem])
    return HTTPSeeOther(page.url("staff.calls"))
