"""Points on the ground."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.geo import Point, distance, read_point

HERE = Point(38.0, 27.0)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("", ""),
        ("38", ""),
        ("x", "27"),
        ("nan", "27"),
        ("inf", "1"),
        ("91", "0"),
        ("0", "181"),
        ("38,4", "27,2"),
        ("٣8", ""),
    ],
)
def test_what_is_no_place_on_earth_is_none(latitude: str, longitude: str) -> None:
    assert read_point(latitude, longitude) is None


def test_a_point_is_kept_to_about_a_metre() -> None:
    assert read_point(" 38.46123456", "27.2209876") == Point(38.46123, 27.22099)


@pytest.mark.parametrize(
    ("other", "metres"),
    [(HERE, 0), (Point(38.001, 27.0), 111.2), (Point(38.0, 27.001), 87.6), (Point(37.999, 26.999), 141.6)],
)
def test_distances_in_a_city(other: Point, metres: float) -> None:
    assert distance(HERE, other) == pytest.approx(metres, abs=0.5)


@given(st.text(), st.text())
def test_anything_may_be_sent(latitude: str, longitude: str) -> None:
    point = read_point(latitude, longitude)
    assert point is None or (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180)
