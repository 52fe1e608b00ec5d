"""Keeping the index in step with the database: catching up, building anew, proving equality."""

import logging
from collections.abc import Callable, Iterator
from itertools import islice

from ..index import IndexUnusable, Row, TicketIndex, row_of
from ..storage import Database, Site

__all__ = ["bring_up_to_date", "catch_up", "differences", "is_in_step", "journal_lag", "rebuild", "trim_journals"]

log = logging.getLogger(__name__)
_BATCH = 2000
_JOURNAL_KEPT = 20_000
Progress = Callable[[int, int], None]


def bring_up_to_date(
    database: Database, index: TicketIndex, *, may_write: bool = True, progress: Progress | None = None
) -> None:
    """Make *index* equal to the database: catch up where its journal position allows, otherwise build it anew.

    Raises:
        IndexUnusable: it would have to be built anew but this process may not write.
    """
    try:
        # Who only reads looks at a server's database as it was a moment ago: its index may be ahead, never foreign.
        if _belongs(database, index) and (not may_write or _can_follow(database, index)):
            if may_write:
                catch_up(database, index)
            return
    except IndexUnusable as damage:
        log.warning("%s", damage)
    if not may_write:
        raise IndexUnusable("The index does not belong to this database; run 'halkla reindex'.")
    rebuild(database, index, progress)


def is_in_step(database: Database, index: TicketIndex) -> bool:
    """Tell whether there is nothing to bring up to date; a file that is gone or unreadable is not in step."""
    return not index.is_stale and _belongs(database, index) and journal_lag(database, index) == 0


def _belongs(database: Database, index: TicketIndex) -> bool:
    with database.reading() as site:
        return index.belongs_to(site.database_id, site.journal_epoch)


def _can_follow(database: Database, index: TicketIndex) -> bool:
    """Tell whether the journals still hold everything behind the index's position, and nothing before it is missing."""
    positions = index.positions()
    with database.reading() as site:
        if set(positions) - set(site.writers):
            return False
        for name, block in site.writers.items():
            position = positions.get(name, 0)
            oldest = block.journal.minKey() if block.journal else block.journal_head + 1
            if position > block.journal_head or position + 1 < oldest:
                return False
    return True


def catch_up(database: Database, index: TicketIndex) -> int:
    """Take over what the journals hold behind the index's position. Return how many changes that were."""
    positions = index.positions()
    taken = 0
    with database.reading() as site:
        for name, block in site.writers.items():
            position = positions.get(name, 0)
            if position >= block.journal_head:
                continue
            changed = iter(dict.fromkeys(block.journal.values(position + 1)))
            while batch := list(islice(changed, _BATCH)):
                index.follow([_row(site, identity) for identity in batch], {})
                taken += len(batch)
            index.follow([], {name: block.journal_head})
    index.is_stale = False
    return taken


def rebuild(database: Database, index: TicketIndex, progress: Progress | None = None) -> int:
    """Build the index anew from the tickets. Return how many there are."""
    with database.reading() as site:
        total = len(site.tickets)
        heads = {name: block.journal_head for name, block in site.writers.items()}
        index.create(site.database_id, site.journal_epoch)
        done = 0
        identities = iter(site.tickets.keys())
        while batch := list(islice(identities, _BATCH)):
            index.follow([_row(site, identity) for identity in batch], {})
            done += len(batch)
            site._p_jar.cacheGC()
            if progress:
                progress(done, total)
        index.follow([], heads)
    index.is_stale = False
    return total


def _row(site: Site, identity: int) -> Row:
    ticket = site.tickets[identity]
    name = site.city.territory.name_of(ticket.location.neighbourhood)
    return row_of(ticket, site.city.category(ticket.category), name)


def journal_lag(database: Database, index: TicketIndex) -> int:
    """Return how many changes the index is behind."""
    positions = index.positions()
    with database.reading() as site:
        return sum(block.journal_head - positions.get(name, 0) for name, block in site.writers.items())


def differences(database: Database, index: TicketIndex, progress: Progress | None = None) -> Iterator[str]:
    """Compare every ticket with its index row; yield a sentence for each that differs.

    Beside a running server the index may already know what was written after the database was opened here; that is
    no difference.
    """
    with database.reading() as site:
        total = len(site.tickets)
        expected = (index.as_kept(_row(site, identity)) for identity in site.tickets)
        for done, (wanted, found) in enumerate(_side_by_side(expected, index.all_rows()), 1):
            if wanted != found and not (database.is_read_only and _is_news(wanted, found)):
                yield f"the index shows {_name(found)} where the database has {_name(wanted)}"
            if done % _BATCH == 0:
                site._p_jar.cacheGC()
                if progress:
                    progress(done, total)
    if not index.tallies_are_right():
        yield "the counters of the index do not equal its rows"


def _side_by_side(expected: Iterator[Row], found: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Pair the rows of two sequences in the order of their identity; what only one has stands beside nothing."""
    left, right = next(expected, None), next(found, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.id < right.id):
            yield left, None
            left = next(expected, None)
        elif left is None or right.id < left.id:
            yield None, right
            right = next(found, None)
        else:
            yield left, right
            left, right = next(expected, None), next(found, None)


def _is_news(wanted: Row | None, found: Row | None) -> bool:
    return found is not None and (wanted is None or found.version > wanted.version)


def _name(row: Row | None) -> str:
    return f"{row.number} (version {row.version})" if row else "nothing"


def trim_journals(site: Site) -> int:
    """Forget journal entries so old that an index behind them is better built anew. Return how many."""
    forgotten = 0
    for block in site.writers.values():
        for place in list(block.journal.keys(max=block.journal_head - _JOURNAL_KEPT)):
            del block.journal[place]
            forgotten += 1
    return forgotten
