"""A ticket's history in words: what an entry records, who did it, what was taken back."""

from collections.abc import Iterator

from pyramid.request import Request

from ...domain.access import SYSTEM, allows
from ...domain.ticket import HistoryEntry, Ticket
from ...domain.workflow import Action, Permission
from ...i18n import _
from ...storage import Site
from ..labels import ACTIONS, HISTORY, OUTCOMES, RATINGS
from ..page import Page
from ..values import Values

__all__ = ["history", "history_sentence"]

_BY_APPLICANT = frozenset(
    {Action.REQUEST_REOPENING, Action.APPLICANT_MESSAGE, Action.WITHDRAW, Action.CHANGE_CONTACT, Action.RATE}
)


def history(request: Request, site: Site, ticket: Ticket) -> Iterator[Values]:
    """Yield every entry, oldest first. What was taken back stays where it was written, marked."""
    page: Page = request.page
    withdrawn = ticket.withdrawn_entries
    for place, entry in ticket.history:
        by_applicant = not entry.actor or entry.action in _BY_APPLICANT
        by_whom = page.say(_("The program")) if entry.actor == SYSTEM.id else entry.actor_name or entry.actor
        who = page.say(_("Applicant")) if by_applicant else by_whom
        names = (_name(site, username) for username in entry.details_of("mention"))
        yield Values(
            when=page.moment(entry.at),
            who=who,
            what=history_sentence(request, site, entry),
            text=entry.text,
            visibility="public" if entry.is_public else "internal",
            tone="applicant" if by_applicant else "staff",
            withdrawn=place in withdrawn,
            mentions=", ".join(names),
        )


def _name(site: Site, username: str) -> str:
    user = site.users.get(username)
    return user.name if user is not None else username


def history_sentence(request: Request, site: Site, entry: HistoryEntry) -> str:
    """Say what an entry records."""
    page: Page = request.page
    body = site.city.body(entry.detail("body"))
    outcome, action = entry.detail("outcome"), entry.detail("action")
    return page.say(
        HISTORY.get(entry.action, entry.action),
        department=site.city.tree.name_of(entry.detail("department")),
        planned_for=page.day(entry.detail("planned_for")),
        body=body.name if body else "",
        outcome=page.say(OUTCOMES[outcome]) if outcome else "",
        rating=page.say(RATINGS[entry.detail("rating")]) if entry.detail("rating") else "",
        tries=entry.detail("tries"),
        tag=entry.detail("tag"),
        ticket=_number(request, site, entry.detail("ticket")),
        action=page.say(ACTIONS[action]) if action in ACTIONS else action,
    )


def _number(request: Request, site: Site, identity: str) -> str:
    """Return the number of another ticket; of one that may not be seen not even that."""
    other = site.tickets.get(int(identity)) if identity else None
    may_see = other is not None and allows(request.identity, Permission.VIEW, other)
    return other.number if other is not None and may_see else request.page.say(_("another application"))
