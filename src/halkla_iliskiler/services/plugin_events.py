"""What happens to tickets is told to the plugins that want to know it: after the commit, by the worker, at least once.

The transaction that changes a ticket writes one entry for each event and plugin, and nothing when no plugin answers.
The entries have an outbox of their own, so that a plugin that hangs holds up no mail.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.errors import Forbidden, NotFound
from ..domain.outbox import GIVE_UP_AFTER, Delivery, DeliveryState, OutboxEntry, Purpose, retry_after
from ..domain.ticket import HistoryEntry, Ticket
from ..domain.undo import UNDO_WITHIN, UNDOABLE
from ..domain.views import NAME_OF_ACTION, TicketEvent
from ..domain.workflow import Action, Permission
from ..extension import PerPlugin
from ..storage import Outbox, Site
from .house import house_of
from .unit import Unit
from .views import ticket_view

if TYPE_CHECKING:
    from .assembly import Assembly
    from .facade import Services

__all__ = ["GivenUp", "PluginEvents", "events_of", "forget_events", "given_up", "publish"]

log = logging.getLogger(__name__)
HOOK = "halkla_on_ticket_event"
_LEASE = timedelta(minutes=5)
_BATCH = 4
"""Told one after the other, each with a budget of a minute: all of them end before the lease does."""
_BATCHES = 50
_QUARANTINE_PAUSE = timedelta(minutes=15)
_NEWS = timedelta(days=1)
"""What is written down later than that (an import, a demonstration's past) is history and told to nobody."""


def publish(assembly: Assembly, unit: Unit) -> None:
    """Note what plugins have to be told of the tickets that *unit* changes. The end of every unit of work."""
    plugins = assembly.extensions.plugins.answering(HOOK)
    for ticket in unit.touched:
        places = ticket.take_recorded()
        if not plugins:
            continue
        for place in places:
            entry = ticket.entry(place)
            is_news = assembly.now() - entry.at <= _NEWS
            if is_news and (name := _name_of(ticket, entry)) is not None:
                wanting = tuple(plugin for plugin in plugins if _wants(assembly, unit, plugin, name))
                if wanting:
                    _enter(unit, ticket, place, entry, name, wanting)


def _wants(assembly: Assembly, unit: Unit, plugin: str, name: str) -> bool:
    """Tell whether a plugin wants to learn of an event, by what it says of itself."""
    plugins = assembly.extensions.plugins
    about = plugins.about(plugin)
    if about.events and name not in about.events:
        return False
    if not about.idle_without:
        return True
    settings = assembly.plugin_settings
    if settings.schema(plugin) is None:
        return bool(plugins.settings_of(plugin).get(about.idle_without))
    return not settings.is_idle(unit.site, plugin, about.idle_without)


def _name_of(ticket: Ticket, entry: HistoryEntry) -> str | None:
    if entry.action == Action.FINISH and ticket.check_pending:
        # The answer is not out yet; it is done when the centre accepts it.
        return None
    return NAME_OF_ACTION.get(entry.action)


def _enter(unit: Unit, ticket: Ticket, place: int, entry: HistoryEntry, name: str, plugins: tuple[str, ...]) -> None:
    if unit.site.plugin_events is None:
        unit.site.plugin_events = Outbox()
    # What staff can still take back waits until they cannot.
    waits = UNDO_WITHIN if entry.action in UNDOABLE else timedelta()
    for plugin in reversed(plugins):
        waiting = OutboxEntry(
            identity=unit.block.next_identity(),
            ticket_id=ticket.id,
            place=place,
            purpose=Purpose.PLUGIN_EVENT.value,
            method=plugin,
            address="",
            state=DeliveryState.PENDING.value,
            created_at=entry.at,
        )
        waiting.reference = name
        unit.site.plugin_events.enter(waiting)
        if waits:
            unit.site.plugin_events.put(waiting, DeliveryState.PENDING, entry.at + waits)


def given_up(site: Site) -> int:
    """Return how many events plugins could not be told."""
    return len(site.plugin_events.undeliverable) if site.plugin_events is not None else 0


def events_of(site: Site, plugin: str) -> list[OutboxEntry]:
    """Return the events that wait for a plugin, or could not be told it."""
    entries = site.plugin_events.entries.values() if site.plugin_events is not None else ()
    return [entry for entry in entries if entry.method == plugin]


def forget_events(site: Site, plugin: str, limit: int) -> bool:
    """Forget the next *limit* events of a plugin that is gone for good; tell whether there are more."""
    found = events_of(site, plugin)
    for entry in found[:limit]:
        assert site.plugin_events is not None  # noqa: S101  (that is where they were found)
        site.plugin_events.forget(entry)
    return len(found) > limit


@dataclass(frozen=True)
class _Claimed:
    entry_id: int
    plugin: str
    event: TicketEvent


@dataclass(frozen=True)
class GivenUp:
    """An event that a plugin could not be told of; ``ticket`` is ``None`` for one whoever looks may not see."""

    entry_id: int
    plugin: str
    name: str
    ticket: str | None
    attempts: int
    last_error: str
    created_at: datetime


class PluginEvents:
    """Tells plugins what has happened, and shows what they could not be told."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def tell_due(self) -> int:
        """Tell what is due. Return how many events were tried.

        Claimed in a short transaction, told in none, recorded in a short one: a crash in between tells again after the
        lease, with the same key.
        """
        tried = 0
        for _ in range(_BATCHES):
            claimed = self._services.write(self._claim, "claim events") if self._has_due() else []
            for item in claimed:
                outcome = self._tell(item)
                self._services.write(
                    lambda unit, item=item, outcome=outcome: self._record(unit, item.entry_id, outcome),  # type: ignore[misc]
                    "record an event",
                )
            tried += len(claimed)
            if len(claimed) < _BATCH:
                break
        return tried

    def _has_due(self) -> bool:
        with self._services.assembly.database.reading() as site:
            return site.plugin_events is not None and bool(site.plugin_events.due_before(self._services.now(), 1))

    def _claim(self, unit: Unit) -> list[_Claimed]:
        now, outbox = self._services.now(), unit.site.plugin_events
        if outbox is None:
            return []
        claimed: list[_Claimed] = []
        plugins = self._services.assembly.extensions.plugins
        # Those that only have to wait make room for others.
        for entry in outbox.due_before(now, 16 * _BATCH):
            if len(claimed) == _BATCH:
                break
            if plugins.faults.is_quarantined(entry.method):
                outbox.put(entry, DeliveryState.PENDING, now + _QUARANTINE_PAUSE)
            elif entry.method not in plugins.answering(HOOK):
                self._postpone(outbox, entry, Delivery(False, f"the plugin {entry.method!r} is not there"))
            elif (event := self._event(unit.site, entry)) is None:
                outbox.forget(entry)
            else:
                entry.lease_until = now + _LEASE
                outbox.put(entry, DeliveryState.PENDING, entry.lease_until)
                claimed.append(_Claimed(entry.id, entry.method, event))
        return claimed

    def _event(self, site: Site, entry: OutboxEntry) -> TicketEvent | None:
        """Return what is to be told; ``None`` when it was taken back."""
        ticket = site.tickets[entry.ticket_id]
        if entry.place in ticket.withdrawn_entries:
            return None
        return TicketEvent(
            key=f"{entry.method}.{entry.ticket_id}.{entry.place}",
            name=entry.reference,
            at=ticket.entry(entry.place).at,
            ticket=ticket_view(site, ticket),
            attempt=entry.attempts + 1,
        )

    def _tell(self, item: _Claimed) -> Delivery:
        plugins = self._services.assembly.extensions.plugins
        house = PerPlugin(lambda plugin: house_of(self._services, plugin))
        outcome = plugins.one(HOOK, item.plugin, plugins.budgets.event, event=item.event, house=house)
        if outcome.fault:
            return Delivery(False, outcome.fault)
        return outcome.answer or Delivery(True)

    def _record(self, unit: Unit, entry_id: int, outcome: Delivery) -> None:
        outbox = unit.site.plugin_events
        entry = outbox.entries.get(entry_id) if outbox is not None else None
        if outbox is None or entry is None:
            return
        entry.lease_until = None
        if outcome.is_accepted:
            # It has done its work; the history has what happened.
            outbox.forget(entry)
        else:
            self._postpone(outbox, entry, outcome)

    def _postpone(self, outbox: Outbox, entry: OutboxEntry, outcome: Delivery) -> None:
        entry.attempts += 1
        entry.last_error = outcome.error[:500]
        if outcome.is_permanent or entry.attempts >= GIVE_UP_AFTER:
            outbox.put(entry, DeliveryState.UNDELIVERABLE)
            log.warning("the plugin %s could not be told event %s; it is before staff now", entry.method, entry.key)
        else:
            outbox.put(entry, DeliveryState.PENDING, self._services.now() + retry_after(entry.attempts))

    # -- for people --------------------------------------------------------------------------------------------------

    def given_up(self, limit: int = 200) -> list[GivenUp]:
        """Return what plugins could not be told, the newest first (raises :class:`Forbidden`)."""
        self._require()
        with self._services.assembly.database.reading() as site:
            outbox = site.plugin_events
            if outbox is None:
                return []
            newest = sorted(outbox.undeliverable, reverse=True)[:limit]
            return [self._shown(site, outbox.entries[identity]) for identity in newest]

    def _shown(self, site: Site, entry: OutboxEntry) -> GivenUp:
        ticket = site.tickets.get(entry.ticket_id)
        is_seen = ticket is not None and allows(self._services.actor, Permission.VIEW, ticket)
        return GivenUp(
            entry_id=entry.id,
            plugin=entry.method,
            name=entry.reference,
            ticket=ticket.address if ticket is not None and is_seen else None,
            attempts=entry.attempts,
            last_error=entry.last_error,
            created_at=entry.created_at,
        )

    def try_again(self, entry_id: int) -> None:
        """Tell a given-up event again, at once (raises :class:`Forbidden`, :class:`NotFound`)."""
        self._require()

        def change(unit: Unit) -> None:
            outbox = unit.site.plugin_events
            if outbox is None or entry_id not in outbox.undeliverable:
                raise NotFound(str(entry_id))
            entry = outbox.entries[entry_id]
            entry.attempts = 0
            outbox.put(entry, DeliveryState.PENDING, self._services.now())

        self._services.write(change, "tell a plugin again")

    def waiting(self, plugin: str) -> int:
        """Return how many events a plugin has not been told yet, given up or not."""
        with self._services.assembly.database.reading() as site:
            return len(events_of(site, plugin))

    def _require(self) -> None:
        if not allows(self._services.actor, Permission.SEE_OUTBOX):
            raise Forbidden(Permission.SEE_OUTBOX)
