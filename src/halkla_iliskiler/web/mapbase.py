"""The city's own map, drawn by us: outlines from GeoJSON in the brand become the shapes of one SVG, without tiles."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator

__all__ = ["MapBase", "MapRefused", "Shape", "includeme", "read_map_base"]

_WIDTH = 1000.0


class MapRefused(Exception):
    """The brand's map cannot be drawn; ``str()`` says why."""


@dataclass(frozen=True)
class Shape:
    """One outline: ``kind`` is ``area`` or ``line``, ``path`` what an SVG path's ``d`` holds."""

    kind: str
    name: str
    path: str


@dataclass(frozen=True)
class MapBase:
    """A map ready to be drawn.

    A point of the picture stands for longitude ``west + x / x_scale`` and latitude ``north - y / y_scale``.
    """

    width: int
    height: int
    west: float
    north: float
    x_scale: float
    y_scale: float
    shapes: tuple[Shape, ...]

    def place(self, latitude: float, longitude: float) -> tuple[float, float] | None:
        """Return where a point lies in the picture, or ``None`` when it lies outside."""
        x, y = (longitude - self.west) * self.x_scale, (self.north - latitude) * self.y_scale
        return (round(x, 1), round(y, 1)) if 0 <= x <= self.width and 0 <= y <= self.height else None


def read_map_base(geojson: str) -> MapBase | None:
    """Return the map that a GeoJSON text draws (polygons and lines, WGS 84); ``None`` when there is no text.

    Raises:
        MapRefused: it is no GeoJSON, or nothing in it can be drawn.
    """
    if not geojson:
        return None
    try:
        outlines = [
            (kind, str((feature.get("properties") or {}).get("name") or ""), rings)
            for feature in json.loads(geojson)["features"]
            for kind, rings in _outlines(feature["geometry"])
        ]
        points = [point for _, _, rings in outlines for ring in rings for point in ring]
        west, south = min(point[0] for point in points), min(point[1] for point in points)
        east, north = max(point[0] for point in points), max(point[1] for point in points)
        x_scale = _WIDTH / (east - west)
        y_scale = x_scale / math.cos(math.radians((north + south) / 2))
    except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError) as problem:
        raise MapRefused(f"The brand's map is not GeoJSON with polygons or lines: {problem!r}") from problem
    shapes = tuple(
        Shape(kind, name, "".join(_path(ring, kind, west, north, x_scale, y_scale) for ring in rings))
        for kind, name, rings in outlines
    )
    return MapBase(int(_WIDTH), math.ceil((north - south) * y_scale), west, north, x_scale, y_scale, shapes)


_Ring = list[tuple[float, float]]


def _outlines(geometry: dict[str, Any]) -> Iterator[tuple[str, list[_Ring]]]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Polygon":
        yield "area", [_ring(ring) for ring in coordinates]
    elif kind == "MultiPolygon":
        yield "area", [_ring(ring) for polygon in coordinates for ring in polygon]
    elif kind == "LineString":
        yield "line", [_ring(coordinates)]
    elif kind == "MultiLineString":
        yield "line", [_ring(line) for line in coordinates]


def _ring(positions: list[Any]) -> _Ring:
    return [(float(position[0]), float(position[1])) for position in positions]


def _path(ring: _Ring, kind: str, west: float, north: float, x_scale: float, y_scale: float) -> str:
    steps = [f"{(east - west) * x_scale:.0f} {(north - up) * y_scale:.0f}" for east, up in ring]
    return f"M{'L'.join(steps)}{'Z' if kind == 'area' else ''}"


def includeme(config: Configurator) -> None:
    """Read the brand's map once; a broken one does not start."""
    config.registry.map_base = read_map_base(config.registry.assembly.extensions.brand.map_base)
