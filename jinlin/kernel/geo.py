"""Places on the earth: the three datums of Chinese maps, distances and boxes.

Stored points are WGS84. GCJ-02 (Amap, Tencent, Tianditu's rivals) and BD-09 (Baidu) are converted at the edge.
Forward formulas: the published community reconstruction of GCJ-02 (Krasovsky 1940 ellipsoid) and Baidu's
offset, as in github.com/wandergis/coordtransform. The usual inverse is off by up to a metre or two; here the
inverse is iterated until the forward formula gives the input back (round trip < 1e-7 degree).
Degrees everywhere; shapes: floats, or numpy arrays of one shape. No Django.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

Datum: TypeAlias = Literal["wgs84", "gcj02", "bd09"]
Floats: TypeAlias = NDArray[np.float64]
Box: TypeAlias = tuple[float, float, float, float]  # west, south, east, north
Pair: TypeAlias = tuple[Floats, Floats]

CHINA: Box = (73.0, 3.0, 136.0, 54.0)
EARTH_RADIUS_M = 6_371_008.8

_SHIFTED: Box = (72.004, 0.8293, 137.8347, 55.8271)  # outside this box GCJ-02 equals WGS84
_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = math.pi * 3000.0 / 180.0
_ROUNDS = 30
_TOLERANCE = 1e-12


def _wave(x: Floats, scale: float, terms: tuple[tuple[float, float], ...]) -> Floats:
    total = np.zeros_like(x)
    for size, period in terms:
        total = total + size * np.sin(x * np.pi * period)
    return total * scale


def _shift(lon: Floats, lat: Floats) -> Pair:
    """Degrees that GCJ-02 adds to a WGS84 point, without asking whether the point is in China."""
    x, y = lon - 105.0, lat - 35.0
    common = _wave(x, 2.0 / 3.0, ((20.0, 6.0), (20.0, 2.0)))
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north = north + _wave(
        y, 2.0 / 3.0, ((20.0, 1.0), (40.0, 1.0 / 3.0), (160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0))
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east = east + _wave(
        x, 2.0 / 3.0, ((20.0, 1.0), (40.0, 1.0 / 3.0), (150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0))
    )
    angle = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY * np.sin(angle) ** 2
    root_magic = np.sqrt(magic)
    d_lat = north * 180.0 / ((_AXIS * (1.0 - _ECCENTRICITY)) / (magic * root_magic) * np.pi)
    d_lon = east * 180.0 / (_AXIS / root_magic * np.cos(angle) * np.pi)
    return d_lon, d_lat


def _in_shifted(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = _SHIFTED
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def _wgs_to_gcj_everywhere(lon: Floats, lat: Floats) -> Pair:
    d_lon, d_lat = _shift(lon, lat)
    return lon + d_lon, lat + d_lat


def _wgs_to_gcj(lon: Floats, lat: Floats) -> Pair:
    there = _in_shifted(lon, lat)
    x, y = _wgs_to_gcj_everywhere(np.where(there, lon, 105.0), np.where(there, lat, 35.0))
    return np.where(there, x, lon), np.where(there, y, lat)


def _gcj_to_bd(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _undo(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Solve forward(x, y) = (lon, lat) by fixed-point steps; the shift varies slowly, so it contracts."""
    x, y = lon.copy(), lat.copy()
    for _round in range(_ROUNDS):
        there_lon, there_lat = forward(x, y)
        miss_lon, miss_lat = lon - there_lon, lat - there_lat
        x, y = x + miss_lon, y + miss_lat
        if max(np.max(np.abs(miss_lon), initial=0.0), np.max(np.abs(miss_lat), initial=0.0)) < _TOLERANCE:
            break
    return x, y


def _gcj_to_wgs(lon: Floats, lat: Floats) -> Pair:
    near = (lon > 60.0) & (lon < 150.0) & (lat > -10.0) & (lat < 65.0)
    x, y = _undo(_wgs_to_gcj_everywhere, np.where(near, lon, 105.0), np.where(near, lat, 35.0))
    there = near & _in_shifted(x, y)
    return np.where(there, x, lon), np.where(there, y, lat)


def _bd_to_gcj(lon: Floats, lat: Floats) -> Pair:
    return _undo(_gcj_to_bd, lon, lat)


def _to(lon: Floats, lat: Floats, datum: Datum) -> Pair:
    if datum == "bd09":
        lon, lat = _bd_to_gcj(lon, lat)
    return _gcj_to_wgs(lon, lat)


def _from(lon: Floats, lat: Floats, datum: Datum) -> Pair:
    lon, lat = _wgs_to_gcj(lon, lat)
    return _gcj_to_bd(lon, lat) if datum == "bd09" else (lon, lat)


def _convert(how: Callable[[Floats, Floats, Datum], Pair], lon: Any, lat: Any, datum: Datum) -> Any:
    if datum not in ("wgs84", "gcj02", "bd09"):
        raise ValueError(f"unknown datum {datum!r}")
    flat = np.ndim(lon) == 0 and np.ndim(lat) == 0
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if datum != "wgs84":
        x, y = how(x, y, datum)
    return (float(x), float(y)) if flat else (x, y)


@overload
def to_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]: ...
@overload
def to_wgs84(lon: Floats, lat: Floats, datum: Datum) -> Pair: ...
def to_wgs84(lon: Any, lat: Any, datum: Datum) -> Any:
    """Turn a point (or arrays of points) of a map's datum into WGS84, for storing; ValueError for others."""
    return _convert(_to, lon, lat, datum)


@overload
def from_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]: ...
@overload
def from_wgs84(lon: Floats, lat: Floats, datum: Datum) -> Pair: ...
def from_wgs84(lon: Any, lat: Any, datum: Datum) -> Any:
    """Turn a stored WGS84 point (or arrays) into a map's datum, for showing; ValueError for others."""
    return _convert(_from, lon, lat, datum)


def haversine_m(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Metres along the sphere between points in degrees; floats or arrays (mean earth radius, IUGG)."""
    a, b = np.radians(lat1), np.radians(lat2)
    half_lat, half_lon = (b - a) / 2.0, np.radians(np.subtract(lon2, lon1)) / 2.0
    chord = np.sin(half_lat) ** 2 + np.cos(a) * np.cos(b) * np.sin(half_lon) ** 2
    metres = 2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return float(metres) if np.ndim(metres) == 0 else metres


def inside(box: Box, lon: float, lat: float) -> bool:
    """Say whether a point lies in a box, its edges included."""
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def overlap(a: Box, b: Box) -> bool:
    """Say whether two boxes share at least a point."""
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def grow(box: Box, metres: float) -> Box:
    """Widen a box by metres on each side, to search near it."""
    west, south, east, north = box
    up = math.degrees(metres / EARTH_RADIUS_M)
    widest = max(abs(south - up), abs(north + up))
    side = up / max(math.cos(math.radians(min(widest, 89.0))), 1e-6)
    return west - side, south - up, east + side, north + up


def bbox_of(geometry: dict[str, Any]) -> Box:
    """Return the box around a GeoJSON geometry; ValueError if it holds no position."""
    points = list(_positions(geometry))
    if not points:
        raise ValueError("a geometry without positions has no box")
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


def _positions(geometry: dict[str, Any]) -> Iterator[tuple[float, float]]:
    waiting: list[Any] = [geometry]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.get("geometries") or [node.get("coordinates")])
        elif isinstance(node, list | tuple) and node:
            if isinstance(node[0], int | float):
                yield float(node[0]), float(node[1])
            else:
                waiting.extend(node)
