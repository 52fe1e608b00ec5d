"""What people read of a job: what is asked, why a ticket did not go, what came of it."""

from pyramid.request import Request

from ...domain.bulk import BulkKind, BulkOrder, BulkState
from ...i18n import _
from ...services.bulk import UNDONE
from ...services.bulk_fitting import Fitting
from ...storage import Site
from ..labels import OUTCOMES, PROBLEMS, STATUSES
from ..page import Page

__all__ = ["DONE_WORDS", "DO_WORDS", "KIND_WORDS", "STATE_WORDS", "fitting_words", "order_words", "reason_words"]

KIND_WORDS = {
    BulkKind.ASSIGN: _("Assign"),
    BulkKind.CATEGORY: _("Change the subject"),
    BulkKind.REPLY: _("Reply"),
    BulkKind.PLAN: _("Plan"),
    BulkKind.FINISH: _("Finish"),
    BulkKind.CLOSE: _("Close"),
    BulkKind.TAG: _("Add a tag"),
    BulkKind.UNTAG: _("Take a tag away"),
}
DO_WORDS = {
    BulkKind.ASSIGN: _("Assign ${count} applications"),
    BulkKind.CATEGORY: _("Change the subject of ${count} applications"),
    BulkKind.REPLY: _("Reply to ${count} applications"),
    BulkKind.PLAN: _("Plan ${count} applications"),
    BulkKind.FINISH: _("Finish ${count} applications"),
    BulkKind.CLOSE: _("Close ${count} applications"),
    BulkKind.TAG: _("Tag ${count} applications"),
    BulkKind.UNTAG: _("Take the tag from ${count} applications"),
}
DONE_WORDS = {
    BulkKind.ASSIGN: _("were assigned"),
    BulkKind.CATEGORY: _("were sorted anew"),
    BulkKind.REPLY: _("were answered"),
    BulkKind.PLAN: _("were planned"),
    BulkKind.FINISH: _("were finished"),
    BulkKind.CLOSE: _("were closed"),
    BulkKind.TAG: _("were tagged"),
    BulkKind.UNTAG: _("lost the tag"),
}
STATE_WORDS = {
    BulkState.CHOSEN: (_("not begun"), "none"),
    BulkState.READY: (_("not begun"), "none"),
    BulkState.RUNNING: (_("under way"), "soon"),
    BulkState.STUCK: (_("stopped by a fault"), "late"),
    BulkState.FINISHED: (_("is over"), "ok"),
    BulkState.CANCELLED: (_("stopped"), "late"),
}
_REASONS = {
    "hidden": _("It is not there any more, or not yours to see."),
    "forbidden": _("Your role may not do this with it."),
    "changed": _("Somebody has done something with it since you looked."),
    "waits_for_check": _("It waits for the centre's check."),
    "as_it_is": _("It is so already."),
    "actor_gone": _("The account that asked for this is not active any more."),
    "failed": _("Something went wrong with it. The administrator finds the reason in the log."),
    UNDONE: _("Done, and taken back."),
    "": _("Not reached before it was stopped."),
}
_ALL_FIT = _("possible with all ${total}")
_SOME_FIT = _("possible with ${count} of ${total}")
_NONE_COVERED = _("Not possible: your role does not cover it with any of these.")
_NONE_TAGGED = _("Not possible: none of these has a tag.")
_NONE_FITS = _("Not possible: none of these is in a state in which it can be done.")
_NO_COVERED_FITS = _("Not possible: your role covers it with ${count} of ${total}, and their state does not allow it.")
_WRONG_STATE = _("That cannot be done with one whose state is “${status}”.")


def fitting_words(page: Page, one: Fitting) -> str:
    """Say with how many of the chosen something can be done, or why with none."""
    if one.fit:
        return page.say(_ALL_FIT if one.fit == one.total else _SOME_FIT, count=one.fit, total=one.total)
    if not one.covered:
        return page.say(_NONE_COVERED)
    if one.kind is BulkKind.UNTAG:
        return page.say(_NONE_TAGGED)
    return page.say(_NONE_FITS if one.covered == one.total else _NO_COVERED_FITS, count=one.covered, total=one.total)


def reason_words(page: Page, reason: str) -> str:
    """Say why a ticket did not go, as a sentence."""
    kind, _dot, code = reason.partition(".")
    if kind == "status":
        return page.say(_WRONG_STATE, status=page.say(STATUSES.get(code, code)))
    if kind == "input":
        return page.say(PROBLEMS.get(code, _REASONS["failed"]))
    return page.say(_REASONS.get(reason, _REASONS["failed"]))


def order_words(request: Request, site: Site, order: BulkOrder) -> list[tuple[str, str]]:
    """Return what is asked for every ticket, as pairs of a label and words; the answer itself is not among them."""
    page: Page = request.page
    city = site.city
    category, user = city.category(order.category), site.users.get(order.assignee)
    said = [
        (_("Directorate"), city.tree.name_of(order.department) if order.department else ""),
        (_("Person"), user.name if user is not None else ""),
        (_("Subject"), category.label if category is not None else ""),
        (_("Outcome"), page.say(OUTCOMES[order.outcome]) if order.outcome in OUTCOMES else ""),
        (_("Planned for"), page.day(order.planned_for.isoformat()) if order.planned_for else ""),
        (_("Tag"), order.tag),
    ]
    if order.kind is BulkKind.CATEGORY:
        follows = _("To the directorate of the subject")
        stays = _("Stays where it is")
        said.append((_("Directorate"), page.say(follows if order.follow else stays)))
    return [(page.say(label), words) for label, words in said if words]
