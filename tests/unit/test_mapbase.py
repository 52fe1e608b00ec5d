"""The city's map: GeoJSON in, shapes of one picture out."""

import json

import pytest

from halkla_iliskiler.web.mapbase import MapRefused, read_map_base

SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Işıklı <b>"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[27, 38], [27.1, 38], [27.1, 38.1], [27, 38.1], [27, 38]]],
            },
        },
        {
            "type": "Feature",
            "properties": None,
            "geometry": {"type": "MultiLineString", "coordinates": [[[27, 38.05], [27.1, 38.05]]]},
        },
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [27.05, 38.05]}},
    ],
}


def test_without_a_text_there_is_no_map() -> None:
    assert read_map_base("") is None


def test_outlines_become_shapes_and_points_of_the_picture_are_places() -> None:
    drawn = read_map_base(json.dumps(SQUARE))
    assert drawn is not None
    assert [(shape.kind, shape.name) for shape in drawn.shapes] == [("area", "Işıklı <b>"), ("line", "")]
    assert drawn.shapes[0].path.startswith("M0 ")
    assert drawn.shapes[0].path.endswith("Z")
    assert (drawn.width, drawn.west, drawn.north) == (1000, 27, 38.1)
    assert drawn.height == pytest.approx(1270, abs=3), "a degree of longitude is shorter than one of latitude"
    assert drawn.place(38.05, 27.05) == (500.0, pytest.approx(635, abs=2))
    assert drawn.place(39, 27.05) is None


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "{}",
        '{"features": []}',
        '{"features": [{}]}',
        '{"features": [{"geometry": {"type": "Polygon"}}]}',
        "[1]",
        "7",
    ],
)
def test_what_cannot_be_drawn_is_refused(text: str) -> None:
    with pytest.raises(MapRefused):
        read_map_base(text)
