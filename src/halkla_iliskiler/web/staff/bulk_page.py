"""What the pages of a job show, turned into words before the template sees it."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from pyramid.request import Request

from ...domain.access import allows
from ...domain.bulk import DONE, BulkJob, BulkKind, BulkState
from ...domain.ticket import Ticket, address_of
from ...domain.workflow import Permission
from ...i18n import _
from ...services.bulk_doing import previews
from ...services.bulk_fitting import fittings
from ...services.sheets import harmless
from ...storage import Site
from ..labels import QUEUES, STATUSES
from ..page import Page
from ..values import Values
from .asked import Asked
from .bulk_words import DO_WORDS, DONE_WORDS, KIND_WORDS, STATE_WORDS, fitting_words, order_words, reason_words
from .filter_words import chips

__all__ = ["checked_values", "chosen_values", "job_row", "progress", "results_csv", "run_values"]

_NAMED = 40
"""So many tickets of one sort are named on the page; the file names all."""


def chosen_values(request: Request, site: Site, job: BulkJob, kind: BulkKind | None) -> dict[str, Any]:
    """Return what the page shows on which one says what is to be done."""
    page: Page = request.page
    page.title = page.say(_("Work on ${count} applications"), count=job.asked_for)
    here = page.url("staff.bulk_job", job=job.id)
    kinds = [
        Values(
            label=page.say(KIND_WORDS[one.kind]),
            href=f"{here}?islem={one.kind}" if one.fit else None,
            fits=fitting_words(page, one),
            active=one.kind is kind,
        )
        for one in fittings(request.services, job)
    ]
    return {**_frame(request, site, job), "kinds": kinds}


def checked_values(request: Request, site: Site, job: BulkJob) -> dict[str, Any]:
    """Return what the page shows that says what would happen."""
    page: Page = request.page
    order = job.asked
    assert order is not None  # noqa: S101  (it is READY)
    page.title = page.say(_("This would happen"))
    methods = request.assembly.extensions.feedback_methods
    here = page.url("staff.bulk_job", job=job.id)
    told = [
        Values(
            count=count,
            label=page.say(methods[code].label) if code in methods else code,
            is_call=code in methods and methods[code].initial_state == "TO_BE_TOLD",
        )
        for code, count in job.told
    ]
    return {
        **_frame(request, site, job),
        "going": job.total,
        "kind": page.say(KIND_WORDS[order.kind]),
        "asked": order_words(request, site, order),
        "answer": order.text,
        "do": page.say(DO_WORDS[order.kind], count=job.total),
        "version": job.version,
        "start_href": page.url("staff.bulk_start", job=job.id),
        "change_href": f"{here}?islem={order.kind}",
        "going_list": _going(request, site, job),
        "refused": _by_reason(request, site, job.foreseen.values),
        "refused_count": len(job.foreseen.values),
        "again": _again(ticket_id for ticket_id, _reason in job.foreseen.values),
        "query_kept": job.query,
        "told": told,
        "told_count": sum(count for _code, count in job.told),
        "standing": job.standing,
        "waits": job.waits,
        # The last of all: they are found out by doing it, so that the tickets look done afterwards.
        "previews": [_preview(request, one) for one in previews(request.services, site, job)],
    }


def _preview(request: Request, one: Any) -> Values:
    page: Page = request.page
    method = request.assembly.extensions.feedback_methods.get(one.method)
    several = page.say(_("To somebody with ${count} of these applications"), count=one.tickets)
    return Values(
        title=several if one.tickets > 1 else page.say(_("To somebody with one of these applications")),
        method=page.say(method.label) if method is not None else one.method,
        subject=one.note.subject,
        body=one.note.body,
    )


def run_values(request: Request, site: Site, job: BulkJob) -> dict[str, Any]:
    """Return what the page shows of a job that runs or is over."""
    page: Page = request.page
    order = job.asked
    assert order is not None  # noqa: S101  (it has begun)
    page.title = page.say(KIND_WORDS[order.kind])
    state = BulkState(job.state)
    results = [(ticket_id, result) for ticket_id, (result, _place) in job.results.items()]
    done = [ticket_id for ticket_id, result in results if result == DONE]
    refused = [(ticket_id, result) for ticket_id, result in results if result != DONE]
    known = {ticket_id for ticket_id, _result in results}
    if state.is_over:
        refused += [(ticket_id, "") for ticket_id in job.chosen.values if ticket_id not in known]
    return {
        **_frame(request, site, job),
        "progress": progress(page, job),
        "progress_href": page.url("staff.bulk_progress", job=job.id),
        "here": page.url("staff.bulk_job", job=job.id),
        "is_running": state is BulkState.RUNNING,
        "is_stopped": state is BulkState.CANCELLED,
        "is_stuck": state is BulkState.STUCK,
        "next_try": page.moment(job.next_try) if state is BulkState.RUNNING and job.next_try is not None else None,
        "left": job.total + len(job.foreseen.values) - len(job.results),
        "go_on_href": page.url("staff.bulk_start", job=job.id),
        "version": job.version,
        "asked": order_words(request, site, order),
        "answer": order.text,
        "done_words": page.say(DONE_WORDS[order.kind]),
        "done": _tickets(request, site, done[:_NAMED]),
        "done_count": job.done,
        "done_more": max(0, len(done) - _NAMED),
        "refused": _by_reason(request, site, refused),
        "refused_count": len(refused),
        "again": _again(ticket_id for ticket_id, _reason in refused) if state.is_over else [],
        "query_kept": job.query,
        "began": page.moment(job.started_at or job.created_at),
        "undo_href": page.url("staff.bulk_undo", job=job.id)
        if request.services.bulk.may_be_taken_back(site, job)
        else None,
        "results_href": page.url("staff.bulk_results", job=job.id) if state.is_over else None,
    }


def progress(page: Page, job: BulkJob) -> Values:
    """Say how far a job is."""
    total = job.total + len(job.foreseen.values)
    handled = len(job.results)
    words = page.say(_("${done} of ${total}"), done=handled, total=total)
    return Values(done=handled, total=total, words=words, is_over=job.state != BulkState.RUNNING)


def job_row(request: Request, site: Site, job: BulkJob) -> Values:
    """Return a job as the list of one's jobs shows it."""
    page: Page = request.page
    words, tone = STATE_WORDS[BulkState(job.state)]
    order = job.asked
    return Values(
        href=page.url("staff.bulk_job", job=job.id),
        label=page.say(KIND_WORDS[order.kind]) if order is not None else page.say(_("Nothing chosen yet")),
        about=" · ".join(words for _label, words in order_words(request, site, order)) if order is not None else "",
        count=job.asked_for,
        done=job.done,
        refused=job.refused,
        state=page.say(words),
        tone=tone,
        when=page.moment(job.started_at or job.created_at),
    )


def _frame(request: Request, site: Site, job: BulkJob) -> dict[str, Any]:
    """Return what every page of a job shows: which list it came from, how many, and the ways out."""
    page: Page = request.page
    asked = Asked.kept(request, job.query)
    narrowing = [f"{chip.label}: {chip.words}" for chip in chips(request, site, asked, every=True)]
    name = page.say(_("Search")) if asked.is_search else page.say(QUEUES[asked.queue])
    return {
        "list_words": " · ".join([name, *narrowing]),
        "list_href": asked.back,
        "count": job.asked_for,
        "cancel_href": page.url("staff.bulk_cancel", job=job.id),
        "jobs_href": page.url("staff.bulk"),
        "query": "",
    }


def _again(tickets: Iterable[int]) -> list[str]:
    """Return the tickets that did not go, to be chosen once more for something else."""
    return [address_of(ticket_id) for ticket_id in tickets]


def _going(request: Request, site: Site, job: BulkJob) -> list[Values]:
    """Return the tickets it would be done with, in the order they were chosen, like those of a reason."""
    going = {ticket_id for group in job.groups.values for ticket_id, _revision in group}
    tickets = [ticket_id for ticket_id in job.chosen.values if ticket_id in going]
    return [_reason(request, site, request.page.say(_("would go")), tickets)] if tickets else []


def _reason(request: Request, site: Site, words: str, tickets: list[int]) -> Values:
    return Values(
        words=words,
        count=len(tickets),
        tickets=_tickets(request, site, tickets[:_NAMED]),
        more=max(0, len(tickets) - _NAMED),
        is_open=len(tickets) <= 5,
    )


def _by_reason(request: Request, site: Site, refused: Iterable[tuple[int, str]]) -> list[Values]:
    """Return the tickets that do not go, by the reason, the commonest first."""
    groups: dict[str, list[int]] = {}
    for ticket_id, reason in refused:
        groups.setdefault(reason, []).append(ticket_id)
    return [
        _reason(request, site, reason_words(request.page, reason), tickets)
        for reason, tickets in sorted(groups.items(), key=lambda one: -len(one[1]))
    ]


def _tickets(request: Request, site: Site, identities: Iterable[int]) -> list[Values]:
    return [_ticket(request, site, identity) for identity in identities]


def _ticket(request: Request, site: Site, identity: int) -> Values:
    """Return a ticket as a line; of one that may not be seen any more only its number, and no link."""
    page: Page = request.page
    ticket: Ticket | None = site.tickets.get(identity)
    if ticket is None or not allows(request.identity, Permission.VIEW, ticket):
        return Values(number=ticket.number if ticket is not None else address_of(identity), href=None, label="",
                      place="", status="", status_key="")  # fmt: skip
    category = site.city.category(ticket.category)
    return Values(
        number=ticket.number,
        href=page.url("staff.ticket", number=ticket.address),
        label=category.label if category is not None else page.say(_("Not sorted yet")),
        place=site.city.territory.name_of(ticket.location.neighbourhood),
        status=page.say(STATUSES[ticket.status]),
        status_key=ticket.status.lower().replace("_", "-"),  # an ASCII code, not Turkish
    )


def results_csv(request: Request, site: Site, job: BulkJob) -> str:
    """Return what came of each ticket as a Turkish spreadsheet opens it: semicolons, and the mark that says UTF-8."""
    page: Page = request.page
    order = job.asked
    done_words = page.say(DONE_WORDS[order.kind]) if order is not None else ""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    headings = (_("Number"), _("Subject"), _("Neighbourhood"), _("Status"), _("What came of it"), _("Why"))
    writer.writerow([page.say(heading) for heading in headings])
    for ticket_id in job.chosen.values:
        result, _place = job.results.get(ticket_id, ("", -1))
        shown = _ticket(request, site, ticket_id)
        said = (done_words, "") if result == DONE else (page.say(_("not done")), reason_words(page, result))
        cells = (shown.number, shown.label, shown.place, shown.status, *said)
        writer.writerow([harmless(cell) for cell in cells])
    return "\ufeff" + file.getvalue()
