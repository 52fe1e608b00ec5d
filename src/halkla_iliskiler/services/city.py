"""The city's data: taken over from the providers, and what a citizen's words are matched with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.city import Category
from ..domain.matching import Matcher
from ..storage import Site
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["CityDesk"]


class CityDesk:
    """Reads providers into the database, and answers what a text may be about."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def take_over(self) -> dict[str, int]:
        """Read the providers' data into the database (``halkla init``). Return how many of each kind."""
        data = self._services.assembly.extensions.city_data()
        values: dict[str, tuple[object, ...]] = {
            "departments": data.departments,
            "categories": data.categories,
            "neighbourhoods": data.neighbourhoods,
            "bodies": data.bodies,
            "reply_templates": data.reply_templates,
        }

        def change(unit: Unit) -> None:
            unit.site.city.replace(**values)

        self._services.write(change, "take over the city's data")
        return {name: len(found) for name, found in values.items()}

    def propose(self, site: Site, words: str, limit: int = 5) -> list[Category]:
        """Return the categories the words may be about, the likeliest first; empty when nothing fits."""
        city = site.city
        matcher: Matcher | None = getattr(city, "_v_matcher", None)
        if matcher is None:
            matcher = city._v_matcher = Matcher(category for category in city.categories if category.is_public)
        return matcher.best(words, limit)
