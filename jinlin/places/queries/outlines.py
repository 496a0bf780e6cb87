"""Shapes of areas for a map of counts: drawn grids, what they make together, county outlines where a table has them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import mapping, shape

from jinlin.places import rules
from jinlin.places.models import Grid
from jinlin.places.queries import memory

DATA: Final = Path(__file__).resolve().parent.parent / "data"
SMALLEST: Final = 0.00005  # degrees, about 5 m: finer than a wall or a phone can show
Geometry = Mapping[str, Any]


@dataclass(frozen=True)
class Outline:
    """A shape (GeoJSON, WGS84 degrees) and the point inside it, farthest from its edge, where its name stands."""

    geometry: Geometry
    at: tuple[float, float]


def outlines(codes: Sequence[str]) -> dict[str, Outline]:
    """Return outlines by code for grids or regions of one parent; those without any are left out.

    A grid has its own drawn shape, a region the outline in `data/outlines*.geojson` or the union of its drawn grids.
    One query for all, none when asked again before places change.
    """
    if not codes:
        return {}
    return memory.remembered(f"outlines {min(codes)} {max(codes)} {len(codes)}", lambda: _all(codes))


def _all(codes: Sequence[str]) -> dict[str, Outline]:
    return {code: Outline(geometry, _middle(geometry)) for code, geometry in _build(codes).items()}


def _middle(geometry: Geometry) -> tuple[float, float]:
    whole: Any = shape(dict(geometry))
    radius: Any = shapely.maximum_inscribed_circle(whole)  # a line from the middle to the edge
    lon, lat = radius.coords[0]
    return round(lon, 5), round(lat, 5)


def _build(codes: Sequence[str]) -> dict[str, Geometry]:
    known = published()
    found = {code: known[code] for code in codes if code in known}
    missing = [code for code in codes if code not in found]
    if not missing:
        return found
    bounds = [rules.code_range(code) for code in missing]
    low, high = min(low for low, _high in bounds), max(high for _low, high in bounds)
    rows = (
        Grid.objects.current()
        .filter(code__gte=low, code__lt=high, is_drawn=True, geometry__isnull=False)
        .values_list("code", "geometry")
    )
    drawn = sorted(rows)
    for code in missing:
        head = rules.prefix_of(code)
        shapes = [geometry for inner, geometry in drawn if inner.startswith(head)]
        if shapes:
            found[code] = shapes[0] if len(shapes) == 1 else _together(shapes)
    return found


def _together(shapes: Sequence[Geometry]) -> Geometry:
    whole = shapely.unary_union([shape(dict(one)).buffer(0) for one in shapes]).simplify(SMALLEST)
    made: Geometry = mapping(whole)
    return made


@lru_cache(maxsize=1)
def published() -> dict[str, Geometry]:
    """Return the outlines that come with the product, by 12-digit code; for display, no statement of any border."""
    found: dict[str, Geometry] = {}
    for path in sorted(DATA.glob("outlines*.geojson*")):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for feature in json.loads(raw)["features"]:
            found[str(feature["properties"]["code"]).ljust(12, "0")] = feature["geometry"]
    return found
