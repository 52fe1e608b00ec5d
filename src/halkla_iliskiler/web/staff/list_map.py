"""A list with the city's map beside it: where each ticket of the page is, drawn by us, without tiles."""

from pyramid.request import Request

from ...index import Row
from ...storage import City
from ..mapbase import MapBase
from ..values import Values
from .asked import Asked, ticket_href
from .queue_rows import tone_of

__all__ = ["list_map"]


def list_map(request: Request, city: City, rows: list[Row], asked: Asked) -> Values | None:
    """Return the map with the places of *rows*; ``None`` when it is not asked for or the city has none."""
    base: MapBase | None = request.registry.map_base
    if base is None or not asked.is_map:
        return None
    marks = []
    for row in rows:
        if row.latitude is None or row.longitude is None:
            continue
        place = base.place(row.latitude, row.longitude)
        if place is not None:
            marks.append(_mark(request, city, row, place, asked))
    return Values(base=base, marks=marks, without=len(rows) - len(marks))


def _mark(request: Request, city: City, row: Row, place: tuple[float, float], asked: Asked) -> Values:
    category = city.category(row.category)
    label = " ".join(part for part in (row.number, category.label if category else "") if part)
    return Values(
        x=place[0], y=place[1], label=label, tone=tone_of(request.page, row), href=ticket_href(request, row.id, asked)
    )
