"""Open applications about what may be the same thing: offered to whoever is about to file another one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.city import Category
from ..domain.ticket import Location, Ticket
from ..domain.workflow import Permission, Regime
from ..index import Row, kin
from ..storage import Site

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["WITHIN_METRES", "Nearby", "SameThing"]

WITHIN_METRES = 150.0
_AT_MOST = 3
_NOT_OLDER_THAN = timedelta(days=60)


@dataclass(frozen=True)
class SameThing:
    """What a stranger may read of an open application: the subject, the neighbourhood, the day, the status.

    ``token`` names it in the form without saying its number, and only where it is offered.
    """

    token: str
    category: Category
    neighbourhood: str
    day: date
    status: str


class Nearby:
    """Finds what may be the same thing."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def offered(
        self, site: Site, category_code: str | None, location: Location, besides: int | None = None
    ) -> list[SameThing]:
        """Return the open applications to offer for a subject and a place; none where the subject is discreet.

        *besides* is the application that asks: it is no older one of itself.
        """
        category = site.city.category(category_code)
        if category is None or not _may_be_offered(category):
            return []
        zone = self._services.zone
        return [
            SameThing(
                token=self._token(row.id),
                category=category,
                neighbourhood=site.city.territory.name_of(row.neighbourhood),
                day=datetime.fromtimestamp(row.created, zone).date(),
                status=row.status,
            )
            for row in self._rows(category.code, location)
            if row.id != besides
        ]

    def for_staff(self, site: Site, category_code: str | None, location: Location) -> list[Ticket]:
        """Return the open applications of a subject near a place that the actor may see."""
        category = site.city.category(category_code)
        if category is None or category.sensitive:
            return []
        found = (site.tickets.get(row.id) for row in self._rows(category.code, location))
        return [ticket for ticket in found if ticket and allows(self._services.actor, Permission.VIEW, ticket)]

    def chosen(self, site: Site, token: str, category_code: str | None, location: Location) -> int | None:
        """Return the application a token stands for, if it is (still) offered for that subject and place."""
        category = site.city.category(category_code)
        if not token or category is None or not _may_be_offered(category):
            return None
        given = token.encode("utf-8", "replace")
        found = (
            row.id
            for row in self._rows(category.code, location)
            if hmac.compare_digest(self._token(row.id).encode(), given)
        )
        return next(found, None)

    def _rows(self, category: str, location: Location) -> list[Row]:
        index = self._services.assembly.index
        since = int((self._services.now() - _NOT_OLDER_THAN).timestamp())
        rows: dict[int, Row] = {}
        if location.point is not None:
            near = kin.around(index, category, location.point, WITHIN_METRES, since, _AT_MOST)
            rows |= {row.id: row for row in near}
        if location.neighbourhood:
            same = kin.in_neighbourhood(index, category, location.neighbourhood, since, _AT_MOST)
            rows |= {row.id: row for row in same}
        return list(rows.values())[:_AT_MOST]

    def _token(self, identity: int) -> str:
        digest = hmac.new(self._services.assembly.secret, f"same:{identity}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:15]).decode()


def _may_be_offered(category: Category) -> bool:
    """Tell whether strangers may learn that somebody applied about this: never a home visit, a petition, a hardship."""
    is_ordinary = not (category.sensitive or category.needs_contact)
    return category.is_public and is_ordinary and category.regime == Regime.SERVICE
