"""Ready answers: which are offered first, and what their named fields become."""

from datetime import date

from ...domain.city import ReplyTemplate
from ...domain.ticket import Ticket
from ...domain.workflow import Action
from ...services.named_fields import fields_of, filled_in
from ...storage import Site
from ..page import Page

__all__ = ["PURPOSES", "filled", "is_day", "ready_answers"]

PURPOSES = {
    Action.ASK: ("question",),
    Action.REPLY: ("answer",),
    Action.PLAN: ("plan",),
    Action.REFER: ("referral",),
    Action.FINISH: ("answer", "decline"),
    Action.REFUSE_REOPENING: ("answer", "decline"),
}


def ready_answers(site: Site, ticket: Ticket, action: Action, outcome: str = "") -> list[ReplyTemplate]:
    """Return the ready answers for an action, those for this very subject and the chosen outcome first."""
    category = site.city.category(ticket.category)
    group = category.group if category else ""
    purposes = PURPOSES.get(action, ())
    fitting = (
        template
        for template in site.city.reply_templates
        if template.ended_on is None
        and template.purpose in purposes
        and template.group in ("", group)
        and template.category in ("", ticket.category)
    )

    def strangeness(template: ReplyTemplate) -> tuple[bool, bool, bool]:
        is_for_another = bool(outcome and template.outcome) and template.outcome != outcome
        is_general = not (template.category or template.group)
        return is_for_another, not (outcome and template.outcome == outcome), is_general

    return sorted(fitting, key=strangeness)


def filled(page: Page, site: Site, ticket: Ticket, template: ReplyTemplate, values: dict[str, str]) -> str:
    """Return a ready answer with its named fields filled in; names it does not know stay as they are."""
    body = site.city.body(values.get("body"))
    known = fields_of(site, ticket, page.brand.name) | {
        "planned_for": page.day(values["date"]) if is_day(values.get("date", "")) else "{planned_for}",
        "body": body.name if body else "{body}",
    }
    return filled_in(template.text, known)


def is_day(text: str) -> bool:
    """Tell whether *text* is a day as forms send it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
