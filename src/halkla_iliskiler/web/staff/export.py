"""A list as a file for a spreadsheet: what the list shows, and what was answered to the questions of the subjects."""

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import InvalidInput, NotFound
from ...domain.workflow import Permission
from ...i18n import _
from ...services.exports import ListOrder, Words
from ..contexts import StaffContext
from ..labels import KINDS, PROBLEMS, QUEUES, STATUSES
from ..page import Page
from ..posted import posted
from .asked import Asked, no_such_list
from .saving import format_of, sent

__all__ = ["export"]

_HEADINGS = (
    _("Number"), _("Filed"), _("Subject"), _("Kind"), _("Status"), _("Directorate"), _("Neighbourhood"), _("Channel"),
    _("Due"), _("First words"), _("Link"),
)  # fmt: skip
_PEOPLE = (_("Name"), _("Telephone"), _("E-mail address"))


@view_config(route_name="staff.export", request_method="POST", permission=Permission.VIEW)
def export(context: StaffContext, request: Request) -> Response:
    """Give the list as a file, to whoever says why; that stands in the log of readings.

    A long one is left to the worker. Nobody's name is in it, unless somebody asks for them who may have them.
    """
    page: Page = request.page
    asked = Asked.posted(request)
    if asked is None:
        return no_such_list(request)
    kind = format_of(request)
    try:
        with request.assembly.database.reading() as site:
            listed = asked.listed(site.city)
        path, name = request.services.exports.begin(
            ListOrder(
                listed=listed,
                format=kind,
                has_people=posted(request, "people") == "1",
                reason=posted(request, "reason"),
                client=request.client_addr or "",
                address=request.route_url("staff.ticket", number="0000-0").removesuffix("0000-0"),
                label=_label(page, asked),
                words=_words(request),
            )
        )
    except NotFound:
        page.flash("info", _("That search is over. Please search once more."))
        return HTTPSeeOther(page.url("staff.queue"))
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
        return HTTPSeeOther(asked.back)
    if path is None:
        page.flash("ok", _("The file is being made. This page says when it is ready; you may go on working meanwhile."))
        return HTTPSeeOther(page.url("staff.exported", export=name))
    return sent(path, kind, f"basvurular-{request.services.today.isoformat()}")


def _label(page: Page, asked: Asked) -> str:
    """Say which list it is; what somebody searched for is nobody's business afterwards."""
    if asked.is_search:
        return str(page.say(_("Search")))
    label = page.say(QUEUES[asked.queue])
    return str(page.say(_("${list}, narrowed"), list=label) if asked.is_narrowed else label)


def _words(request: Request) -> Words:
    page: Page = request.page
    channels = request.assembly.extensions.channels
    return Words(
        headings=tuple(page.say(heading) for heading in _HEADINGS),
        people=tuple(page.say(heading) for heading in _PEOPLE),
        other_answers=page.say(_("Other answers")),
        unsorted=page.say(_("Not sorted yet")),
        title=page.say(_("Applications")),
        kinds={code: page.say(label) for code, label in KINDS.items()},
        statuses={code: page.say(label) for code, label in STATUSES.items()},
        channels={code: page.say(channel.label) for code, channel in channels.items()},
    )
