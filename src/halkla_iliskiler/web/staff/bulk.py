"""Many tickets at once: choose, say what is to be done, look at what would happen, let it happen, read what came of it.

Each step has an address that can be opened again; nothing happens before the button on the page that says what will.
"""

from contextlib import suppress
from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.bulk import AT_ONCE, BulkJob, BulkKind, BulkState
from ...domain.errors import InvalidInput, NotFound
from ...domain.ticket import id_from_address
from ...domain.workflow import Permission
from ...i18n import _
from ...storage import GateBusy, Site
from ..contexts import StaffContext
from ..forms import Form, add_problem
from ..labels import PROBLEMS
from ..page import Page
from ..posted import posted
from .asked import Asked, no_such_list
from .bulk_form import BULK_FIELDS, BulkForm
from .bulk_page import checked_values, chosen_values, job_row, progress, results_csv, run_values
from .bulk_words import KIND_WORDS

__all__ = ["bulk", "choose", "job", "prepare"]

_MOST_SENT = 2500


@view_config(route_name="staff.bulk", request_method="GET", renderer="staff/bulk.pt", permission=Permission.NOTE)
def bulk(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show one's own jobs of the last days."""
    page: Page = request.page
    page.title = page.say(_("Work on many at once"))
    with request.assembly.database.reading() as site:
        jobs = [job_row(request, site, one) for one in request.services.bulk.mine(site)]
    return {"jobs": jobs, "query": ""}


@view_config(route_name="staff.bulk", request_method="POST", permission=Permission.NOTE)
def choose(context: StaffContext, request: Request) -> Response:
    """Take what was ticked in a list, or all of the list, and go on to what is to be done with it."""
    page: Page = request.page
    asked = Asked.posted(request)
    if asked is None:
        return no_such_list(request)
    is_all = bool(posted(request, "hepsi"))
    sent = [str(value)[:20] for value in request.POST.getall("sec")[:_MOST_SENT]]
    ticked = [identity for identity in map(id_from_address, sent) if identity is not None]
    try:
        with request.assembly.database.reading() as site:
            listed = asked.listed(site.city) if is_all else None
        job_id = request.services.bulk.choose(asked.query(), listed, ticked)
    except NotFound:
        page.flash("info", _("That search is over. Please search once more."))
        return HTTPSeeOther(page.url("staff.queue"))
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
        return HTTPSeeOther(asked.back)
    return HTTPSeeOther(page.url("staff.bulk_job", job=job_id))


@view_config(
    route_name="staff.bulk_job", request_method="GET", permission=Permission.NOTE, renderer="staff/bulk_run.pt"
)
def job(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show a job as it stands: what can be asked, what would happen, how far it is, or what came of it."""
    kind = _kind(request, str(request.GET.get("islem", "")))
    with request.services.bulk.opened(_job_id(request)) as (site, found):
        if found.state not in (BulkState.CHOSEN, BulkState.READY):
            return run_values(request, site, found)
        if found.state == BulkState.READY and kind is None and "sec" not in request.GET:
            request.override_renderer = "staff/bulk_check.pt"
            return checked_values(request, site, found)
        request.override_renderer = "staff/bulk_choose.pt"
        form = BulkForm(request, site, found, kind) if kind is not None else None
        return _choose_values(request, site, found, form, form.initial() if form is not None else {})


@view_config(
    route_name="staff.bulk_job", request_method="POST", renderer="staff/bulk_choose.pt", permission=Permission.NOTE
)
def prepare(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Find out what would happen; or show the form again with what was typed and what is wrong."""
    page, job_id = request.page, _job_id(request)
    kind = _kind(request, posted(request, "islem"))
    here = page.url("staff.bulk_job", job=job_id)
    with request.services.bulk.opened(job_id) as (site, found):
        if kind is None:
            return HTTPSeeOther(here)
        form = BulkForm(request, site, found, kind)
        typed = {name: posted(request, name) for name in (*BULK_FIELDS[kind], "islem")}
        if "use_template" in request.POST:
            form.use_template(typed)
            return _choose_values(request, site, found, form, typed)
        try:
            order = form.order(form.schema().deserialize(typed))
            request.services.bulk.prepare(job_id, order)
        except (colander.Invalid, InvalidInput) as problem:
            if isinstance(problem, InvalidInput) and problem.problem == "bulk_begun":
                return HTTPSeeOther(here)
            return _choose_values(request, site, found, form, typed, problem)
    return HTTPSeeOther(here)


def _choose_values(
    request: Request,
    site: Site,
    found: BulkJob,
    form: BulkForm | None,
    typed: dict[str, str],
    problem: colander.Invalid | InvalidInput | None = None,
) -> dict[str, Any]:
    page: Page = request.page
    kind = form.kind if form is not None else None
    values = chosen_values(request, site, found, kind)
    is_possible = any(one.active and one.href for one in values["kinds"])
    if form is None or not (is_possible or problem):
        return {**values, "form": None, "form_title": "", "suggested": []}
    schema = form.schema()
    drawn = Form(
        request,
        schema,
        formid="bulk",
        action=page.url("staff.bulk_job", job=found.id),
        buttons=form.buttons(),
        submit_note=page.say(_("Nothing happens yet: the next page says what would, and what would be sent.")),
    )
    error = add_problem(schema, problem) if isinstance(problem, InvalidInput) else _error_on(schema, problem)
    return {
        **values,
        "form": drawn.html(typed, error),
        "form_title": page.say(KIND_WORDS[form.kind]),
        "suggested": request.services.tagging.spellings() if form.kind is BulkKind.TAG else [],
    }


def _error_on(schema: colander.SchemaNode, problem: colander.Invalid | None) -> colander.Invalid | None:
    if problem is None:
        return None
    error = colander.Invalid(schema, problem.msg)
    places = {child.name: place for place, child in enumerate(schema.children)}
    for child in problem.children:
        error.add(colander.Invalid(schema[child.node.name], child.msg), places[child.node.name])
    return error


@view_config(route_name="staff.bulk_start", request_method="POST", permission=Permission.NOTE)
def start(context: StaffContext, request: Request) -> Response:
    """Let it happen: a few tickets at once, many in the background."""
    page, job_id, desk = request.page, _job_id(request), request.services.bulk
    version = posted(request, "version")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    try:
        desk.start(job_id, int(version) if is_number else -1)
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
    else:
        if desk.is_small(job_id):
            # Where the gate is busy, or it fails, the worker goes on with it.
            with suppress(GateBusy):
                desk.attempt(job_id, AT_ONCE)
    return HTTPSeeOther(page.url("staff.bulk_job", job=job_id))


@view_config(route_name="staff.bulk_cancel", request_method="POST", permission=Permission.NOTE)
def cancel(context: StaffContext, request: Request) -> Response:
    """Stop it before its next ticket; or forget what has not begun, and go back to the list."""
    page, job_id, desk = request.page, _job_id(request), request.services.bulk
    with desk.opened(job_id) as (_site, found):
        query, has_begun = found.query, found.started_at is not None
    desk.cancel(job_id)
    if has_begun:
        page.flash("info", _("Stopped. What was done until then stays done."))
        return HTTPSeeOther(page.url("staff.bulk_job", job=job_id))
    page.flash("info", _("Nothing was done."))
    return HTTPSeeOther(Asked.kept(request, query).back)


@view_config(route_name="staff.bulk_undo", request_method="POST", permission=Permission.NOTE)
def undo(context: StaffContext, request: Request) -> Response:
    """Take all of it back, or nothing."""
    page, job_id = request.page, _job_id(request)
    try:
        count = request.services.bulk.take_back(job_id)
    except (InvalidInput, NotFound):
        with request.services.bulk.opened(job_id):
            page.flash("error", _("That cannot be taken back any more as a whole. Single applications may still be."))
    else:
        page.flash("ok", _("Taken back: ${count} applications stand as before."), count=count)
    return HTTPSeeOther(page.url("staff.bulk_job", job=job_id))


@view_config(route_name="staff.bulk_progress", request_method="GET", permission=Permission.NOTE)
def how_far(context: StaffContext, request: Request) -> Response:
    """Say how far a job is: what its page asks every second."""
    with request.services.bulk.opened(_job_id(request)) as (_site, found):
        said = progress(request.page, found)
        body = {"done": said.done, "total": said.total, "words": said.words, "over": said.is_over}
    answer = Response(json_body=body, charset="utf-8", content_type="application/json")
    answer.cache_control = "private, no-store"
    return answer


@view_config(route_name="staff.bulk_results", request_method="GET", permission=Permission.NOTE)
def results(context: StaffContext, request: Request) -> Response:
    """Give what came of a job as a file for a spreadsheet: numbers and reasons, nobody's name."""
    with request.services.bulk.opened(_job_id(request)) as (site, found):
        text = results_csv(request, site, found)
    answer = Response(text, content_type="text/csv", charset="utf-8")
    answer.content_disposition = f'attachment; filename="toplu-islem-{request.services.today.isoformat()}.csv"'
    answer.cache_control = "private, no-store"
    return answer


def _kind(request: Request, code: str) -> BulkKind | None:
    kinds: list[BulkKind] = request.services.bulk.kinds
    return next((kind for kind in kinds if kind == code), None)


def _job_id(request: Request) -> int:
    return int(request.matchdict["job"])
