"""Points on the ground: read, rounded, and how far apart."""

import math
from dataclasses import dataclass

__all__ = ["METRES_PER_DEGREE", "Point", "distance", "read_point"]

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of the earth's mean radius; one of longitude shrinks with the cosine of the latitude."""

_DECIMALS = 5  # about a metre: a telephone knows no better, and nobody needs more


@dataclass(frozen=True)
class Point:
    """A place on the ground, in degrees (WGS 84)."""

    latitude: float
    longitude: float


def read_point(latitude: str, longitude: str) -> Point | None:
    """Return the point two texts name, or ``None`` when they name none on this earth."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (-90 <= north <= 90 and -180 <= east <= 180):  # also refuses what is not a number
        return None
    return Point(round(north, _DECIMALS), round(east, _DECIMALS))


def distance(one: Point, other: Point) -> float:
    """Return the metres between two points of the same city."""
    north = (other.latitude - one.latitude) * METRES_PER_DEGREE
    middle = math.radians((one.latitude + other.latitude) / 2)
    east = (other.longitude - one.longitude) * METRES_PER_DEGREE * math.cos(middle)
    return math.hypot(north, east)
