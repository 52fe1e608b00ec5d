"""One ticket on one page, and everything that can be done with it."""

from collections.abc import Iterator
from typing import Any

import colander
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import IllegalMove, InvalidInput, RevisionConflict
from ...domain.ticket import Ticket
from ...domain.workflow import Action, Permission
from ...i18n import _
from ...services.handling import MAX_ANSWER_PHOTOS
from ...services.telling import masked
from ...services.uploads import Upload
from ...storage import Site
from ..contexts import StaffContext
from ..forms import Form, add_problem
from ..labels import ACTION_DONE, ACTIONS, STATUSES, TOLD, UNDO_REFUSED, WAITS_FOR_CHECK
from ..page import Page
from ..photos import keep, kept_tokens, received
from ..posted import posted
from ..values import Values
from .actions import DIRECT, FIELDS, ActionForm, seal
from .asked import asked_of_ticket
from .history import history_sentence
from .ticket_page import ticket_page

__all__ = ["act", "ticket"]

_NO_LONGER_POSSIBLE = _("That is not possible any more: the application has moved on. Here is how it stands.")


@view_config(route_name="staff.ticket", request_method="GET", renderer="staff/ticket.pt", permission=Permission.VIEW)
def ticket(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show a ticket."""
    with request.services.handling.opened(context.ticket_id) as (site, found):
        return ticket_page(request, site, found)


@view_config(route_name="staff.action", request_method="GET", renderer="staff/ticket.pt", permission=Permission.VIEW)
def action_form(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show a ticket with the form of one action open."""
    action = _action(request)
    with request.services.handling.opened(context.ticket_id) as (site, found):
        if action in DIRECT or action not in request.services.handling.possible_actions(found):
            return HTTPSeeOther(request.page.url("staff.ticket", number=found.address))
        form = ActionForm(request, site, found, action)
        shown = _Shown(request, form, form.initial())
        return {**ticket_page(request, site, found, active=action), **shown.values()}


@view_config(route_name="staff.action", request_method="POST", renderer="staff/ticket.pt", permission=Permission.VIEW)
def act(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Do it; or show the page again with what was typed, and what is wrong, changed meanwhile, or about to be sent."""
    action = _action(request)
    with request.services.handling.opened(context.ticket_id) as (site, found):
        request.services.handling.require_action(action, found)
        form = ActionForm(request, site, found, action)
        limit = MAX_ANSWER_PHOTOS if form.takes_photos else 0
        with received(request, limit) as (uploads, photo_problem):
            photos = (uploads, kept_tokens(request, limit) if limit else ())
            done = _act(context, request, (site, found), form, photos, photo_problem)
            if not isinstance(done, _Shown):
                return done
            # Shown again, to be corrected or because this is what will be sent: the photos stay with it.
            form.kept_photos = keep(request, *photos, limit) if any(photos) else []
            return {**ticket_page(request, site, found, active=action), **done.values()}


Photos = tuple[tuple[Upload, ...], tuple[str, ...]]


def _act(
    context: StaffContext,
    request: Request,
    opened: tuple[Site, Ticket],
    form: ActionForm,
    photos: Photos,
    photo_problem: InvalidInput | None,
) -> "Response | _Shown":
    action, (site, found) = form.action, opened
    cstruct = {name: posted(request, name) for name in (*FIELDS.get(action, ()), "revision", "previewed")}
    shown = _Shown(request, form, cstruct)
    form.outcome = cstruct.get("outcome", "")
    if "use_template" in request.POST:
        form.use_template(cstruct)
        cstruct["previewed"] = ""
        return shown
    try:
        if _revision(cstruct["revision"]) != found.revision:
            # Said before anything is previewed: what would be sent may be out of date.
            raise RevisionConflict(_revision(cstruct["revision"]), found.revision)
        order = form.order(form.schema().deserialize(cstruct))
        if photo_problem is not None:
            raise photo_problem
        if form.deputy_offered(order, cstruct):
            raise InvalidInput("assignee", "away")
        if form.tells(order) and cstruct["previewed"] != seal(order):
            cstruct |= {"previewed": seal(order), "text": order.text}
            shown.preview(order)
            return shown
        place = request.services.handling.act(found.id, order, _revision(cstruct["revision"]), *photos) - 1
    except (colander.Invalid, InvalidInput) as problem:
        shown.refused(problem)
    except RevisionConflict as conflict:
        shown.conflict(site, found, conflict)
    except IllegalMove:
        if not cstruct.get("text", "").strip():
            request.page.flash("error", _NO_LONGER_POSSIBLE)
            return HTTPSeeOther(request.page.url("staff.ticket", number=found.address))
        # What was written can still be copied, into a note or into what is possible now.
        shown.no_longer_possible(site, found)
    else:
        department = site.city.tree.name_of(order.department) or request.page.say(_("the centre"))
        done = request.page.say(ACTION_DONE[action], department=department)
        request.page.flash("ok", " ".join(part for part in (done, *_what_was_told(request, found)) if part))
        _offer_undo(request, found, place)
        return _after(request, context.ticket_id, found.address)
    return shown


def _offer_undo(request: Request, ticket: Ticket, place: int) -> None:
    """Let the next page offer to take it back, beside the message that it was done."""
    with request.assembly.database.reading() as site:
        if request.services.undoing.offered(site, ticket.id) == place:
            request.page.offer_undo(ticket.address, place)


def _what_was_told(request: Request, before: Ticket) -> Iterator[str]:
    """Say how the applicant learns of what was just done, and what else came of it; nothing when they do not."""
    page = request.page
    known, parts = len(before.notifications), len(before.splits)
    with request.assembly.database.reading() as site:
        after = site.tickets[before.id]
        if len(after.splits) > parts:
            yield str(page.say(_("Its number is ${number}."), number=site.tickets[after.splits[-1]].number))
        if after.check_pending and not before.check_pending:
            yield str(page.say(WAITS_FOR_CHECK))
        elif len(after.notifications) > known:
            entry = site.outbox.entries[after.notifications[-1]]
            method = request.assembly.extensions.feedback_methods[entry.method]
            words = TOLD.get(entry.state, TOLD["PENDING"])
            yield str(page.say(words, method=page.say(method.label)))
        if after.undoable is not None and after.undoable.others:
            yield str(page.say(_("The same for its duplicates: ${count}."), count=len(after.undoable.others)))


def _after(request: Request, ticket_id: int, address: str) -> Response:
    """Lead back to the ticket, or to the list when it went out of sight."""
    if request.services.lists.visible(ticket_id):
        return HTTPSeeOther(request.page.url("staff.ticket", number=address))
    asked = asked_of_ticket(request)
    return HTTPSeeOther(asked.back if asked else request.page.url("staff.queue"))


def _action(request: Request) -> Action:
    name = request.matchdict["action"]
    if name not in ACTIONS:
        raise HTTPNotFound
    return Action(name)


def _revision(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


class _Shown:
    """The open form of an action, with what there is to say about it."""

    def __init__(self, request: Request, form: ActionForm, cstruct: dict[str, str]) -> None:
        self._request = request
        self._form = form
        self._cstruct = cstruct
        self._problem: colander.Invalid | InvalidInput | None = None
        self._conflict: Values | None = None
        self._preview: Values | None = None

    def refused(self, problem: colander.Invalid | InvalidInput) -> None:
        self._problem = problem

    def preview(self, order: Any) -> None:
        found = self._request.services.handling.preview(self._request.context.ticket_id, order)
        if found is None:
            return
        note, entry = found
        page = self._request.page
        method = self._request.assembly.extensions.feedback_methods[entry.method]
        others = [other.number for other in self._form.others] if order.together else []
        also = page.say(_("The same answer goes to ${numbers}, each with their own number."), numbers=", ".join(others))
        self._preview = Values(
            length=_length(page, note.body, method.part_length),
            also=also if others else "",
            method_label=page.say(method.label),
            to_masked=masked(method, entry.address) if entry.address else "•••",
            subject=note.subject,
            body=note.body,
        )

    def conflict(self, site: Any, ticket: Any, conflict: RevisionConflict) -> None:
        """Say what happened meanwhile, in full, and let the form count as seen: sending it again is a decision."""
        self._meanwhile(site, ticket, conflict.seen, _("Somebody changed this application while you were writing."))
        self._cstruct |= {"revision": str(conflict.current), "previewed": ""}

    def no_longer_possible(self, site: Any, ticket: Any) -> None:
        """Say that the ticket has moved on, with what was written kept."""
        self._meanwhile(site, ticket, -1, _NO_LONGER_POSSIBLE)
        self._cstruct |= {"previewed": ""}

    def _meanwhile(self, site: Any, ticket: Any, seen: int, sentence: str) -> None:
        page = self._request.page
        entries = list(ticket.history)
        unseen = entries[seen:] if 0 < seen < len(entries) else entries[-3:]
        changes = []
        for _place, entry in unseen[-10:]:
            what = history_sentence(self._request, site, entry)
            head = f"{page.moment(entry.at).words} – {entry.actor_name} {what}"
            changes.append(Values(head=head, text=entry.text))
        self._conflict = Values(text=page.say(sentence), changes=changes, status=page.say(STATUSES[ticket.status]))

    def values(self) -> dict[str, Any]:
        page = self._request.page
        schema = self._form.schema()
        form = Form(
            self._request,
            schema,
            formid=f"act-{self._form.action}",
            action=page.url("staff.action", number=self._request.matchdict["number"], action=self._form.action),
            buttons=self._form.buttons(is_previewed=self._preview is not None),
        )
        error = self._problem
        if isinstance(error, InvalidInput):
            error = add_problem(schema, error)
        elif error is not None:
            error = _error_on(schema, error)
        return {
            "action_form": form.html(self._cstruct, error),
            "action_title": page.say(ACTIONS[self._form.action]),
            "conflict": self._conflict,
            "preview": self._preview,
        }


def _length(page: Page, body: str, part_length: int) -> str:
    """Say how long a message is, and how many parts that makes where it is sent in parts."""
    count = len(body.strip())
    if not part_length:
        return str(page.say(_("${count} characters"), count=count))
    return str(page.say(_("${count} characters, ${parts} parts"), count=count, parts=-(-count // part_length)))


def _error_on(schema: colander.SchemaNode, problem: colander.Invalid) -> colander.Invalid:
    error = colander.Invalid(schema, problem.msg)
    places = {child.name: place for place, child in enumerate(schema.children)}
    for child in problem.children:
        error.add(colander.Invalid(schema[child.node.name], child.msg), places[child.node.name])
    return error


@view_config(
    route_name="staff.contact", request_method="POST", renderer="staff/ticket.pt", permission=Permission.SEE_CONTACT
)
def contact(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show telephone and e-mail unmasked, for a reason that goes into the read log."""
    reason = posted(request, "reason")
    disclosure, client, number = request.services.disclosure, request.client_addr or "", ""
    try:
        details = disclosure.contact_details(context.ticket_id, reason, client)
        number = disclosure.national_id(context.ticket_id, reason, client)
    except InvalidInput:
        details = None
    with request.services.handling.opened(context.ticket_id) as (site, found):
        values = ticket_page(request, site, found, details=details, reason_missing=details is None)
        return {**values, "national_id": number}


@view_config(route_name="staff.attachment", request_method="GET", permission=Permission.VIEW)
def attachment(context: StaffContext, request: Request) -> Response:
    """Serve a photo of a ticket as we made it anew; one that could not be is only ever saved, never shown."""
    file = request.services.handling.attachment(context.ticket_id, int(request.matchdict["attachment"]))
    response = Response(file.content, content_type="image/jpeg" if file.is_ready else "application/octet-stream")
    how, ending = ("inline", "jpg") if file.is_ready else ("attachment", file.filename.rpartition(".")[2])
    response.content_disposition = f"{how}; filename=foto-{request.matchdict['attachment']}.{ending}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.cache_control = "private, no-store"
    return response


@view_config(route_name="staff.undo", request_method="POST", permission=Permission.VIEW)
def undo(context: StaffContext, request: Request) -> Response:
    """Take back what one has just done."""
    page, typed = request.page, posted(request, "place")
    try:
        request.services.undoing.undo(context.ticket_id, _revision(typed))
    except InvalidInput as problem:
        page.flash("error", UNDO_REFUSED[problem.problem])
    else:
        page.flash("ok", _("Taken back. It stands as before."))
    return _after(request, context.ticket_id, request.matchdict["number"])


@view_config(route_name="staff.seen", request_method="POST", permission=Permission.VIEW)
def seen(context: StaffContext, request: Request) -> Response:
    """Say that one has read what mentions one."""
    request.services.handling.read_mention(context.ticket_id)
    return HTTPSeeOther(request.page.url("staff.ticket", number=request.matchdict["number"]))


@view_config(route_name="staff.trust", request_method="POST", permission=Permission.NOTE)
def trust(context: StaffContext, request: Request) -> Response:
    """Say that a person wrote it: it joins the ordinary lists, and its receipt goes out."""
    request.services.handling.trust(context.ticket_id)
    request.page.flash("ok", _("It is among the ordinary applications now."))
    return HTTPSeeOther(request.page.url("staff.ticket", number=request.matchdict["number"]))


@view_config(route_name="staff.resend", request_method="POST", permission=Permission.RESEND)
def resend(context: StaffContext, request: Request) -> Response:
    """Send a message once more."""
    request.services.handling.send_again(context.ticket_id, int(request.matchdict["entry"]))
    request.page.flash("ok", _("The message is on its way again."))
    return HTTPSeeOther(request.page.url("staff.ticket", number=request.matchdict["number"]))


@view_config(route_name="staff.told", request_method="POST", permission=Permission.RESEND)
def told(context: StaffContext, request: Request) -> Response:
    """Record that the applicant was told by telephone or at the desk."""
    request.services.handling.told(context.ticket_id, int(request.matchdict["entry"]))
    request.page.flash("ok", _("Noted: the applicant has been told."))
    return HTTPSeeOther(request.page.url("staff.ticket", number=request.matchdict["number"]))
