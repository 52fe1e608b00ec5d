"""Where it is: the part of the form about the place, and what may already be open there."""

from collections.abc import Mapping
from typing import Any

import colander
from deform.widget import SelectWidget, TextInputWidget, Widget
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.city import Territory
from ...domain.geo import read_point
from ...domain.ticket import Location
from ...i18n import _
from ...services.intake import MAX_PLACE, MAX_STREET
from ...services.nearby import SameThing
from ...storage import City
from ..contexts import CitizenContext
from ..forms import CleanString, hidden
from ..labels import PROBLEMS, STATUSES
from ..mapbase import MapBase
from ..page import Page
from ..posted import posted
from ..values import Values

__all__ = ["PLACE_FIELDS", "add_place", "add_same_thing", "location_of", "same_thing_rows"]

PLACE_FIELDS = ("neighbourhood", "neighbourhood_typed", "street", "place", "latitude", "longitude")


class _DrawnWidget(Widget):
    layout = "bare"

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        """Draw it."""
        return str(field.renderer(self.template, field=field, cstruct=cstruct))


class LocationWidget(_DrawnWidget):
    """The device's own position, on request; and the city's map, where it has one."""

    template = "location"
    item_css_class = "is-location"

    def __init__(self, map_base: MapBase | None) -> None:
        super().__init__()
        self.map = map_base


class SameThingWidget(_DrawnWidget):
    """Open applications that may be about the same thing, put in by a script once subject and place are known."""

    template = "same_thing"
    item_css_class = "is-same-thing"

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url


def add_place(schema: colander.SchemaNode, page: Page, city: City, map_base: MapBase | None, *, draws: bool) -> None:
    """Add the fields of a place."""
    places = [(place.code, place.name) for place in city.territory.in_order()] if draws else []
    where = SelectWidget(values=[("", page.say(_("Choose a neighbourhood"))), *places])
    where.section = (_("Where is it?"), "")
    typed = TextInputWidget(attributes={"autocomplete": "off", "list": "apply-places"})
    typed.fold = _("Not in the list?")
    typed.suggestions = ("apply-places", _other_names(city.territory) if draws else [])

    def text(name: str, title: str, widget: Widget, most: int, description: str) -> colander.SchemaNode:
        return colander.SchemaNode(
            CleanString(), name=name, title=title, widget=widget, missing="", description=description,
            validator=colander.Length(max=most, max_err=PROBLEMS["too_long"]),
        )  # fmt: skip

    schema.add(
        colander.SchemaNode(CleanString(), name="neighbourhood", title=_("Neighbourhood"), widget=where, missing="")
    )
    schema.add(
        text(
            "neighbourhood_typed", _("Not in the list? Write its name"), typed, 80,
            _("What people call it is enough: an old name, a housing estate, a district."),
        )
    )  # fmt: skip
    street = TextInputWidget(attributes={"autocomplete": "off"})
    schema.add(text("street", _("Street and number"), street, MAX_STREET, _("For example 372/15 Street, no. 8")))
    described = TextInputWidget(attributes={"autocomplete": "off"})
    schema.add(
        text(
            "place", _("The place in your own words"), described, MAX_PLACE,
            _("What is next to it: a shop, a school, a bus stop"),
        )
    )  # fmt: skip
    schema.add(
        colander.SchemaNode(
            CleanString(), name="latitude", title=_("Your location"), missing="", widget=LocationWidget(map_base)
        )
    )
    schema.add(hidden("longitude"))


def _other_names(territory: Territory) -> list[str]:
    return [name for place in territory.in_order() for name in (place.name, *place.aliases)]


def location_of(values: Mapping[str, str], territory: Territory) -> Location:
    """Return the place that was told. A name nobody knows is not refused: it stays among the words."""
    chosen, typed = values.get("neighbourhood", ""), values.get("neighbourhood_typed", "")
    found = territory.find(typed) if typed and not chosen else None
    text = values.get("place", "")
    if typed and found is None and not chosen:
        text = ", ".join(part for part in (typed, text) if part)[:MAX_PLACE]
    point = read_point(values.get("latitude", ""), values.get("longitude", ""))
    return Location(
        neighbourhood=chosen or (found.code if found else None),
        text=text,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        street=values.get("street", ""),
    )


# -- the same thing ------------------------------------------------------------------------------------------------


def add_same_thing(schema: colander.SchemaNode, page: Page) -> None:
    """Add the place of the question whether it is one of those open nearby (without a script the receipt asks)."""
    schema.add(
        colander.SchemaNode(
            CleanString(), name="same_as", title=_("Same thing?"), missing="",
            widget=SameThingWidget(page.url("same_thing")),
        )
    )  # fmt: skip


def same_thing_rows(page: Page, offers: list[SameThing]) -> list[Values]:
    """Return what a stranger reads of applications that are open nearby."""
    return [
        Values(
            token=offer.token,
            label=offer.category.label_for(page.language),
            neighbourhood=offer.neighbourhood,
            day=page.day(offer.day.isoformat()),
            status=page.say(STATUSES[offer.status]),
        )
        for offer in offers
    ]


@view_config(
    route_name="same_thing", request_method="POST", renderer="same_thing.pt", permission=NO_PERMISSION_REQUIRED
)
def same_thing(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Offer what is open there while somebody fills the form in. Nothing is kept."""
    values = {name: posted(request, name, MAX_PLACE) for name in (*PLACE_FIELDS, "category")}
    with request.assembly.database.reading() as site:
        location = location_of(values, site.city.territory)
        category = site.city.category(values["category"])
        offers = request.services.nearby.offered(site, category.code if category else None, location)
        rows = same_thing_rows(request.page, offers)
    return {"offers": rows, "selected": "", "name": "same_as", "oid": "same-thing"}
