"""Datums: known points, exact round trips, arrays, distances and boxes."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.kernel import geo

LON = st.floats(73.5, 135.1)
LAT = st.floats(3.4, 53.6)
DATUM = st.sampled_from(["wgs84", "gcj02", "bd09"])


def test_published_points():  # the examples of github.com/wandergis/coordtransform
    assert geo.from_wgs84(116.404, 39.915, "gcj02") == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )
    lon, lat = geo._gcj_to_bd(np.asarray(116.404), np.asarray(39.915))
    assert (float(lon), float(lat)) == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-9)


@given(LON, LAT, DATUM)
def test_round_trip_from_wgs84(lon, lat, datum):
    assert geo.to_wgs84(*geo.from_wgs84(lon, lat, datum), datum) == pytest.approx((lon, lat), abs=1e-7)


@given(LON, LAT, DATUM)
def test_round_trip_to_wgs84(lon, lat, datum):
    assert geo.from_wgs84(*geo.to_wgs84(lon, lat, datum), datum) == pytest.approx((lon, lat), abs=1e-7)


@given(LON, LAT)
def test_the_offset_is_what_china_applies(lon, lat):
    assert 20 < geo.haversine_m(lon, lat, *geo.from_wgs84(lon, lat, "gcj02")) < 1500


def test_abroad_gcj02_changes_nothing():
    for lon, lat in ((2.35, 48.85), (-74.0, 40.7), (151.2, -33.9), (140.0, 35.7)):
        assert geo.from_wgs84(lon, lat, "gcj02") == (lon, lat)
        assert geo.to_wgs84(lon, lat, "gcj02") == (lon, lat)


def test_arrays_agree_with_single_points_and_are_quick():
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(110, 117, 20_000), rng.uniform(31, 37, 20_000)
    started = time.perf_counter()
    x, y = geo.to_wgs84(lon, lat, "bd09")
    assert time.perf_counter() - started < 2
    for i in (0, 999, 19_999):
        assert (x[i], y[i]) == pytest.approx(geo.to_wgs84(float(lon[i]), float(lat[i]), "bd09"), abs=1e-9)
    back = geo.from_wgs84(x, y, "bd09")
    assert np.abs(back[0] - lon).max() < 1e-7
    assert np.abs(back[1] - lat).max() < 1e-7


def test_empty_arrays():
    x, y = geo.to_wgs84(np.array([]), np.array([]), "bd09")
    assert x.size == y.size == 0


def test_an_unknown_datum_is_a_programmers_mistake():
    with pytest.raises(ValueError):
        geo.to_wgs84(114.0, 33.0, "cgcs")  # type: ignore[call-overload]


def test_distance():
    assert geo.haversine_m(114.0, 33.0, 114.0, 33.0) == 0
    assert geo.haversine_m(0.0, 0.0, 0.0, 1.0) == pytest.approx(111_195, abs=2)
    assert geo.haversine_m(0.0, 0.0, 180.0, 0.0) == pytest.approx(np.pi * geo.EARTH_RADIUS_M)
    assert geo.haversine_m(114.0, 33.0, np.array([114.0, 115.0]), 33.0).shape == (2,)


def test_boxes():
    square = {"type": "Polygon", "coordinates": [[[114, 33], [115, 33], [115, 34], [114, 34], [114, 33]]]}
    both = {
        "type": "GeometryCollection",
        "geometries": [square, {"type": "Point", "coordinates": [116.5, 32]}],
    }
    assert geo.bbox_of(square) == (114, 33, 115, 34)
    assert geo.bbox_of(both) == (114, 32, 116.5, 34)
    assert geo.inside((114, 33, 115, 34), 114, 34)
    assert not geo.inside((114, 33, 115, 34), 113.99, 34)
    assert geo.overlap((0, 0, 1, 1), (1, 1, 2, 2))
    assert not geo.overlap((0, 0, 1, 1), (1.1, 0, 2, 1))
    with pytest.raises(ValueError):
        geo.bbox_of({"type": "GeometryCollection", "geometries": []})


@given(LON, LAT, st.floats(1, 50_000), st.floats(0, 6.283))
def test_a_grown_box_holds_everything_near(lon, lat, metres, angle):
    box = geo.grow((lon, lat, lon, lat), metres)
    up = metres / 111_400
    there = lon + up * np.cos(angle) / np.cos(np.radians(lat)) * 0.99, lat + up * np.sin(angle) * 0.99
    assert geo.inside(box, *there)
