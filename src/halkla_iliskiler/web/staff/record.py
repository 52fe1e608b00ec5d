"""Writing down what somebody says on the telephone, at the desk, on paper: one screen for every way in."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.applicant import NOBODY
from ...domain.city import Category
from ...domain.codes import group
from ...domain.errors import InvalidInput, NotFound
from ...domain.feedback import ChannelField
from ...domain.ticket import Ticket, address_of, id_from_address
from ...domain.workflow import Permission
from ...i18n import _
from ...services.contacts import Added, Addition, AlreadyFinished
from ...services.entry import KnownForeignNumber
from ...services.uploads import MAX_PHOTOS, PDF, Upload, accepted_types
from ...storage import Site
from ..contexts import StaffContext
from ..labels import CONTACT_LOGGED
from ..page import Page
from ..photos import as_rows, keep, kept_tokens, received
from ..posted import posted
from ..values import Values
from .missing import missing_words
from .record_form import (
    FIRST_CHANNEL,
    Typed,
    are_papers,
    category_of,
    details_of,
    draft_of,
    form_values,
    intake_key,
    typed,
    warn_of_place,
)
from .record_parts import EMPTY_CALLER, caller_values, dangers_of, help_values

__all__ = ["record", "record_addition", "record_contact", "recorded"]


@view_config(route_name="staff.record", request_method="GET", renderer="staff/record.pt", permission=Permission.RECORD)
def record_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show an empty entry; ``?kanal=cimer`` begins with another way in."""
    wanted = request.GET.get("kanal", "")
    channel = request.assembly.extensions.channels.get(wanted)
    entry = Typed({"channel": wanted if channel and channel.by_staff else FIRST_CHANNEL, "language": "tr"})
    return _page(request, entry, is_fresh="tamam" in request.GET)


@view_config(route_name="staff.record", request_method="POST", renderer="staff/record.pt", permission=Permission.RECORD)
def record(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """File the application; or show the entry again, with who is calling or with what is to be put right."""
    entry = typed(request)
    with received(request, MAX_PHOTOS, documents=True) as (uploads, photo_problem):
        kept = kept_tokens(request, MAX_PHOTOS)
        if "look_up" in request.POST or "person" in request.POST:
            return _page(request, entry, photos=(uploads, kept), looks_up=True, person=posted(request, "person"))
        try:
            if photo_problem is not None:
                raise photo_problem
            with request.assembly.database.reading() as site:
                is_warned = warn_of_place(entry, site.city)
                draft = draft_of(request, site, entry, uploads, kept)
            if is_warned:
                return _page(request, entry, photos=(uploads, kept), looks_up=True)
            filed = request.services.intake.file(draft)
        except InvalidInput as problem:
            return _refused(request, entry, problem, (uploads, kept))
    return HTTPSeeOther(request.page.url("staff.recorded", number=filed.address))


@view_config(
    route_name="staff.record_addition", request_method="POST", renderer="staff/record.pt", permission=Permission.RECORD
)
def record_addition(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Add what was said to an application that is there already; of a finished one ``?olarak`` says what it means."""
    entry = typed(request)
    address = posted(request, "ticket")
    meaning = request.GET.get("olarak", "")
    with received(request, MAX_PHOTOS, documents=True) as (uploads, photo_problem):
        kept = kept_tokens(request, MAX_PHOTOS)
        try:
            if photo_problem is not None:
                raise photo_problem
            # The number somebody calls from is theirs; what else the ticket knows of them stays as it is.
            details = NOBODY if entry["anonymous"] else details_of(request, entry)
            added = request.services.contacts.add(
                Addition(
                    ticket_id=id_from_address(address) or 0,
                    words=entry["words"],
                    channel=entry["channel"],
                    intake_key=f"{intake_key(request, entry)}:{address}{':unsolved' * (meaning == _UNSOLVED)}",
                    fields=tuple(entry.fields.items()),
                    uploads=uploads,
                    kept=kept,
                    documents=are_papers(request, entry),
                    unsolved={_UNSOLVED: True, _INFORMATION: False}.get(meaning),
                    details=details if _is_new_to(request, address, details.phone, details.email) else NOBODY,
                )
            )
        except InvalidInput as problem:
            return _refused(request, entry, problem, (uploads, kept))
    request.page.flash("ok", _COMES_OF[added], number=address)
    return _next(request)


_UNSOLVED, _INFORMATION = "cozulmedi", "bilgi"
_COMES_OF = {
    Added.WORKED_ON: _("Added to ${number}. Whoever works on it sees it."),
    Added.CHECKED: _("Added to ${number}. The directorate is done with it; whoever checks it at the centre sees this."),
    Added.REOPENING: _("Added to ${number}. It stands in the list “Reopening requested” until somebody decides on it."),
    Added.FINISHED: _("Added to ${number} for information. It is finished: nobody is working on it any more."),
}


def _is_new_to(request: Request, address: str, phone: str, email: str) -> bool:
    """Tell whether the ticket has no way to reach anybody: only then does an addition bring one."""
    with request.assembly.database.reading() as site:
        ticket = site.tickets.get(id_from_address(address) or 0)
        return ticket is not None and ticket.details.is_empty and bool(phone or email)


@view_config(
    route_name="staff.record_contact", request_method="POST", renderer="staff/record.pt", permission=Permission.RECORD
)
def record_contact(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Write down a contact that leads to no application. Neither name nor number are kept."""
    entry = typed(request)
    outcome = posted(request, "outcome")
    with request.assembly.database.reading() as site:
        chosen = category_of(site.city, entry["category"])
    category = chosen.code if isinstance(chosen, Category) else ""
    body = chosen.code if chosen is not None and not isinstance(chosen, Category) else ""
    try:
        request.services.contacts.log(
            outcome, entry["channel"], entry["words"], category, body, form_key=intake_key(request, entry)
        )
    except InvalidInput as problem:
        return _refused(request, entry, problem, ((), ()))
    request.page.flash("ok", CONTACT_LOGGED[outcome])
    return _next(request)


def _next(request: Request) -> Response:
    return HTTPSeeOther(f"{request.page.url('staff.record')}?tamam=1")


@view_config(
    route_name="staff.record_caller", request_method="POST", renderer="staff/record_caller.pt",
    permission=Permission.RECORD,
)  # fmt: skip
def record_caller(context: StaffContext, request: Request) -> dict[str, Any]:
    """Say who is known on the number that is being typed. Nothing is kept but a line in the read log."""
    with request.assembly.database.reading() as site:
        return caller_values(request, site, typed(request))


@view_config(
    route_name="staff.record_help", request_method="POST", renderer="staff/record_help.pt",
    permission=Permission.RECORD,
)  # fmt: skip
def record_help(context: StaffContext, request: Request) -> dict[str, Any]:
    """Answer to the words, the subject and the place while they are being typed. Nothing is kept."""
    with request.assembly.database.reading() as site:
        return help_values(request, site, typed(request))


@view_config(
    route_name="staff.recorded", request_method="GET", renderer="staff/recorded.pt", permission=Permission.RECORD
)
def recorded(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show the number and what to tell the caller, to whoever has just recorded it."""
    page: Page = request.page
    with request.assembly.database.reading() as site:
        try:
            ticket, code = request.services.contacts.receipt(site, context.ticket_id)
        except NotFound:
            if request.services.lists.visible(context.ticket_id):
                return HTTPSeeOther(page.url("staff.ticket", number=request.matchdict["number"]))
            raise HTTPNotFound from None
        page.title = page.say(_("${number} is recorded"), number=ticket.number)
        is_visible = request.services.lists.visible(ticket.id)
        return {
            "number": ticket.number,
            "is_live": not any(field.received for field in _fields_of(request, ticket)),
            "tell": list(_tell(page, site, ticket)),
            "code": group(code),
            "receipt_href": page.url("receipt", number=ticket.address, code=code),
            "ticket_href": page.url("staff.ticket", number=ticket.address) if is_visible else None,
            "missing": missing_words(request, site, ticket),
            "next_href": page.url("staff.record"),
        }


def _fields_of(request: Request, ticket: Ticket) -> tuple[ChannelField, ...]:
    """Return the fields of the way it came: what has a day of receipt came on paper, and nobody is listening."""
    channel = request.assembly.extensions.channels.get(ticket.channel)
    return channel.fields if channel else ()


def _tell(page: Page, site: Site, ticket: Ticket) -> Iterable[str]:
    """Yield what the caller is told, sentence by sentence."""
    yield page.say(_("Your application has been registered under the number ${number}."), number=ticket.number)
    due = ticket.next_due
    if due is not None and page.due(due).tone == "late":
        yield page.say(_("The time to answer is over already: it stands at the top of the list."))
    elif ticket.is_praise or due is None:
        yield page.say(_("Thank you; we pass it on."))
    else:
        department = site.city.tree.name_of(ticket.department)
        when = page.due(due).words
        said = (
            page.say(_("${department} will get back to you ${when}."), department=department, when=when)
            if department
            else page.say(_("We will get back to you ${when}."), when=when)
        )
        yield said
    if ticket.details.is_empty:
        yield page.say(_("The answer stands on your follow page: you need this number and this code."))


# -- the page -----------------------------------------------------------------------------------------------------


def _refused(
    request: Request, entry: Typed, problem: InvalidInput, photos: tuple[tuple[Upload, ...], tuple[str, ...]]
) -> dict[str, Any]:
    """Show the entry with everything that was typed, and what is to be put right."""
    entry.refuse(problem)
    known = _known_link(request, problem) if isinstance(problem, (KnownForeignNumber, AlreadyFinished)) else None
    return _page(request, entry, photos=photos, looks_up=True, known=known)


def _known_link(request: Request, problem: KnownForeignNumber | AlreadyFinished) -> Values:
    """Say which application has the number or is finished already; if it may not be seen, only that it is there."""
    with request.assembly.database.reading() as site:
        ticket = site.tickets[problem.ticket_id]
        number, is_open = ticket.number, ticket.is_open
    is_visible = request.services.lists.visible(problem.ticket_id)
    address = address_of(problem.ticket_id)
    return Values(
        number=number if is_visible else "",
        address=address if is_visible else "",
        is_open=is_open,
        href=request.page.url("staff.ticket", number=address) if is_visible else None,
    )


def _page(
    request: Request,
    entry: Typed,
    *,
    photos: tuple[tuple[Upload, ...], tuple[str, ...]] = ((), ()),
    looks_up: bool = False,
    person: object = "",
    known: Values | None = None,
    is_fresh: bool = False,
) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("New record"))
    rows = as_rows(keep(request, *photos, MAX_PHOTOS)) if any(photos) else []
    with request.assembly.database.reading() as site:
        caller = caller_values(request, site, entry) if looks_up else EMPTY_CALLER
        with suppress(StopIteration):
            chosen = next(one for one in caller["people"] if str(one.id) == person)
            entry.texts |= {"name": chosen.fill_name, "email": chosen.fill_email or entry["email"]}
        return {
            **form_values(request, site.city, entry),
            **caller,
            **help_values(request, site, entry),
            "dangers": dangers_of(page, site.city),
            "known": known,
            "is_fresh": is_fresh,
            "is_refused": bool(entry.errors) or looks_up,
            "draft_key": request.identity.id,
            "photos": Values(kept=rows, accepted=",".join((*accepted_types(), PDF))),
            "log_href": page.url("staff.contacts"),
        }
