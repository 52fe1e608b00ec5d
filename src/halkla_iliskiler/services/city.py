"""The city's data: taken over from the providers, and what a citizen's words are matched with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.city import Danger, Neighbourhood
from ..domain.matching import Subject
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
            "questions": data.questions,
            "synonyms": data.synonyms,
            "dangers": data.dangers,
        }

        def change(unit: Unit) -> None:
            unit.site.city.replace(**values)
            for kind, found in values.items():
                for value in found:
                    unit.site.city.remember_provided(kind, value)

        self._services.write(change, "take over the city's data")
        return {name: len(found) for name, found in values.items()}

    def propose(self, site: Site, words: str, limit: int = 5) -> list[Subject]:
        """Return the subjects, ours or another body's, the words may be about; empty when nothing fits."""
        return site.city.matcher.best(words, limit)

    def dangers(self, site: Site, words: str, category: str | None = None) -> list[Danger]:
        """Return the immediate dangers that the words or the subject chosen tell of."""
        alarms = site.city.alarms
        return list(dict.fromkeys([*alarms.in_text(words), *alarms.of_category(category)]))

    def place_in(self, site: Site, words: str) -> Neighbourhood | None:
        """Return the neighbourhood the words name, when they name exactly one."""
        return site.city.matcher.places.find(words)
