"""What a list is: a queue everybody works from, and what somebody narrows it by. Values only."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from ..domain.access import Actor, visibility
from ..domain.workflow import Permission, TicketStatus
from ..index import Personal, Standing, TicketQuery

__all__ = ["COUNTED_BY_HAND", "Filters", "Queue", "Urgency", "midnight", "narrowed", "query_of", "queues_of", "urgent"]


class Queue(StrEnum):
    """The lists everybody works from."""

    MINE = "mine"
    DIRECTORATE = "directorate"
    UNROUTED = "unrouted"
    OVERDUE = "overdue"
    PLANNED = "planned"
    WAITING = "waiting"
    BODY = "body"
    CHECK = "check"
    REOPEN = "reopen"
    OPEN = "open"
    SUSPECTED = "suspected"
    FINISHED = "finished"
    ALL = "all"


COUNTED_BY_HAND = frozenset({Queue.MINE, Queue.OVERDUE, Queue.PLANNED})
"""Queues whose counts depend on the person, the hour or the day: exact up to :data:`..lists.COUNTED_UP_TO`."""
_WITHOUT_SUSPECTED = frozenset({Queue.DIRECTORATE, Queue.UNROUTED, Queue.OVERDUE, Queue.OPEN, Queue.ALL})
"""Lists of work not begun: what no person may have written must not bury the rest. It has a list of its own."""
_BY_STATUS = {
    Queue.WAITING: (TicketStatus.WAITING_FOR_APPLICANT.value,),
    Queue.BODY: (TicketStatus.WAITING_FOR_BODY.value,),
    Queue.REOPEN: (TicketStatus.REOPEN_REQUESTED.value,),
}


class Urgency(StrEnum):
    """When the clock that breaks first breaks: it has, it does today, it does later this week."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True)
class Filters:
    """What narrows a list. Several values of one kind mean any of them; empty means all.

    ``assignees`` are user names, an empty one stands for nobody; an empty category, directorate or neighbourhood
    stands for none. ``filed_until`` is the last day that belongs to it. ``causes`` are why a promised answer came too
    late, and leave nothing else. ``is_open`` narrows the list of all.
    """

    words: str = ""
    statuses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    sensitive: bool | None = None
    has_photos: bool | None = None
    is_duplicate: bool | None = None
    tags: tuple[str, ...] = ()
    promise: tuple[Standing, ...] = ()
    solve: tuple[Standing, ...] = ()
    causes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    is_reopened: bool | None = None
    is_open: bool | None = None
    filed_from: date | None = None
    filed_until: date | None = None
    urgency: Urgency | None = None


def queues_of(actor: Actor) -> list[Queue]:
    """Return the queues that mean something to *actor*."""
    seen = visibility(actor)
    if seen.is_empty:
        return []
    without = {Queue.ALL} if actor.departments else {Queue.ALL, Queue.DIRECTORATE}
    if not (seen.all_ordinary or seen.centre):
        without.add(Queue.UNROUTED)
    return [queue for queue in Queue if queue not in without]


def query_of(queue: Queue, actor: Actor, now: datetime, zone: tzinfo) -> TicketQuery:
    """Return what a queue asks of the index in *actor*'s name."""
    query = TicketQuery(visibility(actor))
    if queue in _WITHOUT_SUSPECTED:
        query = replace(query, suspected=False)
    if queue is Queue.MINE:
        advising = visibility(actor, Permission.ADVISE)
        asked = tuple(sorted(advising.shared | advising.shared_ordinary))
        return replace(query, is_open=None, personal=Personal(actor.id, asked))
    if queue is Queue.DIRECTORATE:
        return replace(query, departments=actor.departments)
    if queue in _BY_STATUS:
        return replace(query, statuses=_BY_STATUS[queue])
    if queue is Queue.OVERDUE:
        return replace(query, due_before=int(now.timestamp()))
    if queue is Queue.ALL:
        return replace(query, is_open=None, by_age=True)
    if queue is Queue.PLANNED:
        return replace(query, planned_until=now.astimezone(zone).date().toordinal())
    return replace(
        query,
        unrouted=queue is Queue.UNROUTED,
        check_pending=queue is Queue.CHECK,
        suspected=True if queue is Queue.SUSPECTED else query.suspected,
        is_open=queue is not Queue.FINISHED,
    )


def narrowed(query: TicketQuery, filters: Filters, now: datetime, zone: tzinfo) -> TicketQuery:
    """Return *query* narrowed by *filters*, never widened: two sets of one kind leave what is in both."""
    query = replace(
        query,
        words=filters.words,
        statuses=_both(query.statuses, filters.statuses),
        departments=_both(query.departments, filters.departments),
        categories=filters.categories,
        neighbourhoods=filters.neighbourhoods,
        channels=filters.channels,
        kinds=filters.kinds,
        regimes=filters.regimes,
        assignees=filters.assignees,
        sensitive=filters.sensitive,
        has_photos=filters.has_photos,
        is_duplicate=filters.is_duplicate,
        tags=filters.tags,
        promise=(Standing.BROKEN,) if filters.causes else filters.promise,
        solve=filters.solve,
        causes=filters.causes,
        outcomes=filters.outcomes,
        is_reopened=filters.is_reopened,
        is_open=query.is_open if filters.is_open is None or not query.by_age else filters.is_open,
        as_of=int(now.timestamp()),
        created_from=midnight(filters.filed_from, zone) if filters.filed_from else None,
        created_before=midnight(filters.filed_until + timedelta(days=1), zone) if filters.filed_until else None,
    )
    return urgent(query, filters.urgency, now, zone) if filters.urgency else query


_NOTHING = ("-",)
"""A code nothing has."""


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    if not one or not other:
        return one or other
    return tuple(code for code in one if code in other) or _NOTHING


def midnight(day: date, zone: tzinfo) -> int:
    """Return when a day of the city begins, in seconds since 1970."""
    return int(datetime.combine(day, time(), zone).timestamp())


def urgent(query: TicketQuery, urgency: Urgency, now: datetime, zone: tzinfo) -> TicketQuery:
    """Return *query* narrowed to what is late, due today, or due later this week."""
    today, seconds = now.astimezone(zone).date(), int(now.timestamp())
    first = midnight(today + timedelta(days=1), zone)
    second = midnight(today + timedelta(days=7 - today.weekday()), zone)
    bounds: dict[Urgency, tuple[int | None, int]] = {
        Urgency.LATE: (None, seconds),
        Urgency.TODAY: (seconds, first),
        Urgency.WEEK: (first, second),
    }
    due_from, due_before = bounds[urgency]
    # The overdue ones are narrowed further, never widened to what is due later.
    due_before = min(due_before, query.due_before or due_before)
    # Nothing that is finished is due; said so, there is an index that knows.
    return replace(query, due_from=due_from, due_before=due_before, is_open=query.is_open is not False)
