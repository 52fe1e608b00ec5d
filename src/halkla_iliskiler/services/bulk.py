"""Many tickets at once: chosen, looked at, done in short transactions, with a reason for each that did not go.

A ticket is given the same order, by the same service, that somebody would give it by hand: there is no second set of
rules. What would happen is found out by doing it where nothing is kept. Then the work goes on group by group, a group
being the tickets of one person, and what became of a ticket is written in the same transaction as what was done with
it. So a job that is killed goes on where it was: nothing is done twice, nobody is written to twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.access import Actor, allows, visibility
from ..domain.bulk import (
    AT_ONCE,
    DONE,
    KEPT_FOR,
    MOST_TICKETS,
    NEEDS,
    TELLING,
    BulkJob,
    BulkKind,
    BulkList,
    BulkOrder,
    BulkShelf,
    BulkState,
)
from ..domain.errors import Forbidden, InvalidInput, NotFound
from ..domain.tagging import tidy_tag
from ..domain.text import sort_key
from ..domain.workflow import Permission
from ..index import TicketQuery
from ..storage import GateBusy, Site
from .bulk_doing import Foreseen, Refused, act_on, foresee
from .lists import Listed
from .named_fields import FIELDS_OF_A_TICKET, loose_in
from .together import let_go_together
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["UNDONE", "BulkDesk"]

log = logging.getLogger(__name__)

UNDONE = "undone"
"""The result of a ticket with which it was done, and taken back."""
_BATCH = 10
"""Tickets of one transaction: others wait a hundredth of a second for it."""
_DRAFT_LIFE = timedelta(days=1)
_MOST_TAKEN_BACK = 50
"""What is taken back is taken back in one transaction, all of it or nothing."""


class BulkDesk:
    """Chooses, prepares, runs and remembers jobs. Everybody sees their own only."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # -- choosing ---------------------------------------------------------------------------------------------------

    @property
    def kinds(self) -> list[BulkKind]:
        """What the actor may do with some tickets at least."""
        return [kind for kind in BulkKind if allows(self._services.actor, NEEDS[kind])]

    def choose(self, query: str, listed: Listed | None, tickets: Sequence[int] = ()) -> int:
        """Begin a job about *tickets*, or about every one of a list, asked anew. Return its identity.

        What the actor may not see is passed over, wherever its identity came from.

        Raises:
            Forbidden: the actor may do nothing with any ticket.
            InvalidInput: nothing is chosen, or more than one job can be about.
            NotFound: the list is a search that is forgotten.
        """
        services = self._services
        if not self.kinds:
            raise Forbidden(Permission.NOTE)
        chosen = self._of_list(listed) if listed is not None else self._seen(tickets)
        if not chosen:
            raise InvalidInput("selection", "nothing_selected")
        if len(chosen) > MOST_TICKETS:
            raise InvalidInput("selection", "too_many_selected")

        def change(unit: Unit) -> int:
            shelf = _shelf(unit.site)
            job = BulkJob(unit.block.next_identity(), services.actor.id, query, chosen, services.now())
            shelf.jobs[job.id] = job
            return job.id

        return services.write(change, "choose tickets")

    def _of_list(self, listed: Listed) -> tuple[int, ...]:
        query = replace(self._services.lists.asks(listed), limit=MOST_TICKETS + 1)
        return tuple(row.id for row in self._services.assembly.index.find(query).rows)

    def _seen(self, tickets: Sequence[int]) -> tuple[int, ...]:
        with self._services.assembly.database.reading() as site:
            found = ((identity, site.tickets.get(identity)) for identity in dict.fromkeys(tickets[: MOST_TICKETS + 1]))
            return tuple(
                identity
                for identity, ticket in found
                if ticket is not None and allows(self._services.actor, Permission.VIEW, ticket)
            )

    @contextmanager
    def opened(self, job_id: int) -> Iterator[tuple[Site, BulkJob]]:
        """Give a consistent view of one of the actor's jobs for the body of the ``with`` statement.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        with self._services.assembly.database.reading() as site:
            yield site, self._own(site, job_id)

    def mine(self, site: Site) -> list[BulkJob]:
        """Return the actor's jobs, the newest first."""
        jobs = site.bulk.jobs.values() if site.bulk is not None else ()
        return sorted((job for job in jobs if job.owner == self._services.actor.id), key=lambda job: -job.id)

    def categories(self, job: BulkJob) -> set[str]:
        """Return the subjects of the chosen tickets."""
        counted = self._services.assembly.index.count_values(self._about(job), "category")
        return {str(code) for code in counted if code}

    def tags(self, job: BulkJob) -> list[tuple[str, int]]:
        """Return the tags of the chosen tickets, and how many have each, the commonest first."""
        found = self._services.assembly.index.count_tags(self._about(job)).values()
        return sorted(found, key=lambda one: (-one[1], sort_key(one[0])))

    def _about(self, job: BulkJob) -> TicketQuery:
        return TicketQuery(visibility(self._services.actor), is_open=None).only(job.chosen.values)

    def _own(self, site: Site, job_id: int) -> BulkJob:
        job = site.bulk.jobs.get(job_id) if site.bulk is not None else None
        if job is None or job.owner != self._services.actor.id:
            raise NotFound(str(job_id))
        return job

    # -- looking at what would happen ---------------------------------------------------------------------------------

    def prepare(self, job_id: int, order: BulkOrder) -> None:
        """Find out what *order* would do, and keep it with the job; nothing is done yet.

        Raises:
            NotFound: there is no such job of the actor's.
            InvalidInput: it has begun already, or something is missing or impossible for every ticket.
        """
        order = self._checked(order)
        with self.opened(job_id) as (site, job):
            _not_begun(job)
            foreseen = foresee(self._services, site, job.chosen.values, order)

        def change(unit: Unit) -> None:
            kept = self._own(unit.site, job_id)
            _not_begun(kept)
            kept.ask(order)
            kept.state = BulkState.READY.value
            kept.version += 1
            self._keep(kept, foreseen)

        self._services.write(change, "prepare a job")

    @staticmethod
    def _keep(job: BulkJob, foreseen: Foreseen) -> None:
        job.groups, job.foreseen = BulkList(foreseen.groups), BulkList(foreseen.refused)
        job.total = sum(len(group) for group in foreseen.groups)
        job.told, job.standing, job.waits = foreseen.told, foreseen.standing, foreseen.waits
        job.samples = foreseen.samples

    def _checked(self, order: BulkOrder) -> BulkOrder:
        if order.kind not in self.kinds:
            raise Forbidden(NEEDS[order.kind])
        if order.kind.is_tagging:
            return replace(order, tag=self._services.tagging.words_of(tidy_tag(order.tag)))
        if order.kind is BulkKind.PLAN and (order.planned_for is None or order.planned_for <= self._services.today):
            raise InvalidInput("date", "not_in_future" if order.planned_for else "required")
        if order.kind in TELLING:
            self._check_text(order.text)
        for field, is_there in (
            ("department", order.department or order.kind is not BulkKind.ASSIGN),
            ("category", order.category or order.kind is not BulkKind.CATEGORY),
            ("outcome", order.outcome or order.kind is not BulkKind.FINISH),
        ):
            if not is_there:
                raise InvalidInput(field, "required")
        with self._services.assembly.database.reading() as site:
            if order.category and site.city.category(order.category) is None:
                raise InvalidInput("category", "unknown")
            if order.department and order.department not in site.city.tree:
                raise InvalidInput("department", "unknown")
        return order

    @staticmethod
    def _check_text(text: str) -> None:
        if not any(sign.isalnum() for sign in text):
            raise InvalidInput("text", "required")
        if loose := loose_in(text, FIELDS_OF_A_TICKET):
            raise InvalidInput("text", loose.problem, loose.sentence)

    # -- doing it -----------------------------------------------------------------------------------------------------

    def start(self, job_id: int, version: int) -> None:
        """Let a prepared job run, or one that is stuck go on where it was.

        One that runs or is over stays as it is, so that pressing twice does nothing.

        Raises:
            NotFound: there is no such job of the actor's.
            InvalidInput: what was looked at is not what is asked now, or there is nothing to be done.
        """
        now = self._services.now()

        def change(unit: Unit) -> None:
            job = self._own(unit.site, job_id)
            if job.state == BulkState.RUNNING or BulkState(job.state).is_over:
                return
            if job.state == BulkState.STUCK:
                self._go_on(unit.site, job)
                return
            if job.state != BulkState.READY or job.version != version:
                raise InvalidInput("version", "bulk_changed")
            if not job.groups.values:
                raise InvalidInput("selection", "nothing_to_do")
            job.state, job.started_at = BulkState.RUNNING.value, now
            for ticket_id, reason in job.foreseen.values:
                job.note(ticket_id, reason)
            _shelf(unit.site).running += (job_id,)

        self._services.write(change, "start a job")

    @staticmethod
    def _go_on(site: Site, job: BulkJob) -> None:
        job.has_gone_on()
        job.state, job.ended_at = BulkState.RUNNING.value, None
        _shelf(site).running += (job.id,)

    def is_small(self, job_id: int) -> bool:
        """Tell whether a job is done while whoever asked waits."""
        with self.opened(job_id) as (_, job):
            return job.total <= AT_ONCE

    def cancel(self, job_id: int) -> None:
        """Stop a job before its next ticket, or forget one that has not begun (raises :class:`NotFound`)."""

        def change(unit: Unit) -> None:
            job = self._own(unit.site, job_id)
            if job.state in (BulkState.RUNNING, BulkState.STUCK):
                self._end(unit.site, job, BulkState.CANCELLED)
            elif not BulkState(job.state).is_over:
                del _shelf(unit.site).jobs[job_id]

        self._services.write(change, "cancel a job")

    def _end(self, site: Site, job: BulkJob, state: BulkState) -> None:
        job.state, job.ended_at = state.value, self._services.now()
        shelf = _shelf(site)
        shelf.running = tuple(identity for identity in shelf.running if identity != job.id)

    def run_due(self, limit: int = 200) -> int:
        """Go on with every job that runs, about *limit* tickets in all. Return how many that were."""
        now = self._services.now()
        with self._services.assembly.database.reading() as site:
            shelf = site.bulk
            running = [shelf.jobs[job_id] for job_id in shelf.running] if shelf is not None else []
            due = [job.id for job in running if job.next_try is None or job.next_try <= now]
        return sum(self.attempt(job_id, limit // len(due) + 1) for job_id in due)

    def attempt(self, job_id: int, limit: int) -> int:
        """Go on with a job like :meth:`advance`; one that fails is tried again later, and holds up no other.

        After some failures in a row, with growing pauses, it is stuck until whoever asked for it lets it go on.
        """
        try:
            return self.advance(job_id, limit)
        except GateBusy:
            raise
        except Exception:
            log.exception("the job %s about many tickets failed", job_id)
        try:
            self._services.write(lambda unit: self._failed(unit, job_id), "a job failed")
        except Exception:
            log.exception("that the job %s failed could not be written down", job_id)
        return 0

    def _failed(self, unit: Unit, job_id: int) -> None:
        job = unit.site.bulk.jobs.get(job_id) if unit.site.bulk is not None else None
        if job is not None and job.state == BulkState.RUNNING and job.fail(self._services.now()):
            self._end(unit.site, job, BulkState.STUCK)

    def advance(self, job_id: int, limit: int) -> int:
        """Go on with a job for about *limit* tickets, in short transactions. Return how many that were."""
        taken = 0
        while taken < limit:
            step = self._step(job_id)
            if not step:
                break
            taken += step
        return taken

    def _step(self, job_id: int) -> int:
        """Do the next few groups in one transaction; a ticket that leaves something half done is left out of it."""
        left_out: dict[int, str] = {}
        while True:
            try:
                return self._services.write(lambda unit: self._batch(unit, job_id, left_out), "a part of a job")
            except Refused as refusal:
                left_out[refusal.ticket_id] = refusal.reason

    def _batch(self, unit: Unit, job_id: int, left_out: dict[int, str]) -> int:
        job = unit.site.bulk.jobs.get(job_id) if unit.site.bulk is not None else None
        if job is None or job.state != BulkState.RUNNING:
            return 0
        groups, taken = job.groups.values, 0
        actor = _actor(unit.site, job.owner)
        while job.cursor < len(groups) and taken < _BATCH:
            group = groups[job.cursor]
            self._group(unit, job, group, actor, left_out)
            job.cursor += 1
            taken += len(group)
        job.has_gone_on()
        if job.cursor >= len(groups):
            self._end(unit.site, job, BulkState.FINISHED)
        return taken

    def _group(
        self,
        unit: Unit,
        job: BulkJob,
        group: tuple[tuple[int, int], ...],
        actor: Actor | None,
        left_out: dict[int, str],
    ) -> None:
        order, told = job.asked, []
        for ticket_id, revision in group:
            if order is None or actor is None:
                job.note(ticket_id, "actor_gone")
            elif ticket_id in left_out:
                job.note(ticket_id, left_out[ticket_id])
            else:
                services = replace(self._services.acting_as(actor), unit=unit)
                done = act_on(services, unit, order, ticket_id, None if order.kind.is_tagging else revision)
                job.note(ticket_id, done.reason or DONE, done.place)
                told += [(done.ticket, entry) for entry in done.messages if done.ticket is not None]
        let_go_together(unit, told)

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def may_be_taken_back(self, site: Site, job: BulkJob) -> bool:
        """Tell whether everything a job has done can still be taken back by whoever did it."""
        if not BulkState(job.state).is_over or not 0 < job.done <= _MOST_TAKEN_BACK:
            return False
        undoing = self._services.undoing
        return all(undoing.offered(site, ticket_id) == place for ticket_id, place in _done(job))

    def take_back(self, job_id: int) -> int:
        """Take back everything a job has done, or nothing. Return on how many tickets that was.

        Raises:
            NotFound: there is no such job of the actor's.
            InvalidInput: for one of them it is too late.
        """

        def change(unit: Unit) -> int:
            services = replace(self._services, unit=unit)
            job = self._own(unit.site, job_id)
            if not BulkState(job.state).is_over or not 0 < job.done <= _MOST_TAKEN_BACK:
                raise InvalidInput("undo", "too_late")
            done = list(_done(job))
            for ticket_id, place in done:
                services.undoing.undo(ticket_id, place)
                job.results[ticket_id] = (UNDONE, place)
            job.done = 0
            job.refused += len(done)
            return len(done)

        return self._services.write(change, "take a job back")

    def sweep(self) -> int:
        """Forget jobs that were over a week ago, and those that nobody has begun within a day. Return how many."""
        now = self._services.now()

        def old(site: Site) -> list[int]:
            jobs = site.bulk.jobs.values() if site.bulk is not None else ()
            return [job.id for job in jobs if _is_old(job, now - KEPT_FOR, now - _DRAFT_LIFE)]

        with self._services.assembly.database.reading() as site:
            if not old(site):
                return 0

        def change(unit: Unit) -> int:
            over = old(unit.site)
            for job_id in over:
                del _shelf(unit.site).jobs[job_id]
            return len(over)

        return self._services.write(change, "forget jobs that are over")


def _done(job: BulkJob) -> Iterator[tuple[int, int]]:
    return ((ticket_id, place) for ticket_id, (result, place) in job.results.items() if result == DONE)


def _is_old(job: BulkJob, ended_before: datetime, begun_before: datetime) -> bool:
    if job.state == BulkState.RUNNING:
        return False
    return job.ended_at < ended_before if job.ended_at is not None else job.created_at < begun_before


def _shelf(site: Site) -> BulkShelf:
    """Return where jobs are kept, made with the first of them."""
    if site.bulk is None:
        site.bulk = BulkShelf()
    return site.bulk


def _not_begun(job: BulkJob) -> None:
    if job.state not in (BulkState.CHOSEN, BulkState.READY):
        raise InvalidInput("state", "bulk_begun")


def _actor(site: Site, username: str) -> Actor | None:
    """Return who asked for a job, with the rights they have now; ``None`` where the account is gone or disabled."""
    user = site.users.get(username)
    return user.as_actor() if user is not None and not user.is_disabled else None
