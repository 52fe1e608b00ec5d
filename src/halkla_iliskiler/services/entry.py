"""What staff write down beside the words: the channel's own fields, the day it reached us, the law it falls under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from ..domain.channel_fields import fields_of, foreign_keys, received_on
from ..domain.city import Category
from ..domain.errors import InvalidInput
from ..domain.feedback import Channel
from ..domain.regimes import regime_for
from ..domain.workflow import Regime
from ..storage import Site

if TYPE_CHECKING:
    from .facade import Services
    from .intake import Draft

__all__ = ["Entry", "KnownForeignNumber", "entry_of"]

_REGIMES = frozenset(Regime)


class KnownForeignNumber(InvalidInput):
    """Another institution's number that is on an application already; ``ticket_id`` is that one."""

    def __init__(self, field: str, ticket_id: int) -> None:
        super().__init__(field, "foreign_number_known")
        self.ticket_id = ticket_id


@dataclass(frozen=True)
class Entry:
    """What the channel says about a contact.

    ``at`` is when it reached the municipality; ``foreign_numbers`` are the keys under which it can be found again.
    """

    at: datetime
    regime: str
    fields: tuple[tuple[str, str], ...] = ()
    foreign_numbers: tuple[str, ...] = ()


def entry_of(services: Services, site: Site, draft: Draft, category: Category | None) -> Entry:
    """Check what was written down about the way a draft came by. What citizens send themselves has none of it.

    Raises:
        KnownForeignNumber: an application has that number already.
        InvalidInput: a field is wrong, or the day of receipt has not come yet.
    """
    channel = services.assembly.extensions.channels[draft.channel]
    category_regime = category.regime if category else Regime.SERVICE.value
    if not draft.recorded_by_staff:
        return Entry(services.now(), category_regime)
    if draft.regime and draft.regime not in _REGIMES:
        raise InvalidInput("regime", "unknown")
    kept = fields_of(channel, dict(draft.fields))
    at = _reached_us(services, channel, kept)
    keys = foreign_keys(channel, kept, at.astimezone(services.zone).year)
    for field, key in keys:
        if (known := site.ticket_of_foreign_number(key)) is not None:
            raise KnownForeignNumber(field, known)
    return Entry(
        at=at,
        regime=regime_for(category_regime, channel, draft.regime),
        fields=kept,
        foreign_numbers=tuple(key for _field, key in keys),
    )


def _reached_us(services: Services, channel: Channel, kept: tuple[tuple[str, str], ...]) -> datetime:
    """Return when it reached the municipality: a day of the past counts from its beginning, whatever the hour was."""
    now, today = services.now(), services.today
    day = received_on(channel, kept, today)
    if day is None or day == today:
        return now
    return datetime.combine(day, time(), services.zone).astimezone(now.tzinfo)
