"""Shapes of areas for a map of counts: imported outlines, those that come with the product, drawn grids together."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import mapping, shape

from jinlin.places import rules
from jinlin.places.models import Boundary, Grid
from jinlin.places.queries import memory

DATA: Final = Path(__file__).resolve().parent.parent / "data"
SMALLEST: Final = 0.00005  # degrees, about 5 m: finer than a wall or a phone can show
STEPS: Final = 2_500  # a map that fills a wall has fewer points across: finer lines only cost the phone time
ENOUGH: Final = 4_000  # points in all that are sent as they are
Geometry = Mapping[str, Any]


@dataclass(frozen=True)
class Outline:
    """A shape (GeoJSON, WGS84 degrees) and the point inside it, farthest from its edge, where its name stands."""

    geometry: Geometry
    at: tuple[float, float]


def outlines(codes: Sequence[str]) -> dict[str, Outline]:
    """Return outlines by code for grids or regions of one parent; those without any are left out.

    A grid has its own drawn shape; a region the outline that was imported, else the one in `data/outlines*.geojson`,
    else the union of its parts' imported outlines or of its drawn grids. Neighbours are made coarser together, so that
    no gap opens between them. Three queries for all, none when asked again before places change.
    """
    if not codes:
        return {}
    return memory.remembered(f"outlines {min(codes)} {max(codes)} {len(codes)}", lambda: _all(codes))


def known_outlines(codes: Sequence[str]) -> dict[str, Geometry]:
    """Return the outlines of regions in full: imported, else shipped, else made of their parts' (two queries)."""
    found = _imported(codes)
    found |= {code: shipped for code in codes if code not in found and (shipped := published().get(code))}
    missing = [code for code in codes if code not in found]
    return found | _of_parts(missing) if missing else found


def _imported(codes: Sequence[str]) -> dict[str, Geometry]:
    rows = Boundary.objects.filter(region__code__in=codes).order_by("region__valid_from")
    return dict(rows.values_list("region__code", "geometry"))


def _of_parts(codes: Sequence[str]) -> dict[str, Geometry]:
    rows = Boundary.objects.filter(region__parent__code__in=codes, region__valid_to__isnull=True)
    parts: defaultdict[str, dict[str, Geometry]] = defaultdict(dict)
    for above, code, geometry in rows.values_list("region__parent__code", "region__code", "geometry"):
        parts[above][code] = geometry
    for code, geometry in published().items():
        if rules.parent_code(code) in codes:
            parts[rules.parent_code(code)].setdefault(code, geometry)
    return {code: _together(list(several.values())) for code, several in parts.items()}


def _all(codes: Sequence[str]) -> dict[str, Outline]:
    found = _build(codes)
    areas = [shape(dict(geometry)) for geometry in found.values()]
    return {
        code: Outline(found[code], _middle(area)) for code, area in zip(found, _apart(areas), strict=True)
    }


def _apart(areas: Sequence[Any]) -> list[Any]:
    """Return areas without what lies inside them (a market in its grid), so that two names never share a point."""
    tree = shapely.STRtree(areas)
    free = []
    for at, area in enumerate(areas):
        inner = [areas[n] for n in tree.query(area, predicate="contains").tolist() if n != at]
        left = area.difference(shapely.unary_union(inner)) if inner else area
        free.append(area if left.is_empty else left)
    return free


def _middle(whole: Any) -> tuple[float, float]:
    radius: Any = shapely.maximum_inscribed_circle(whole)  # a line from the middle to the edge
    lon, lat = radius.coords[0]
    return round(lon, 5), round(lat, 5)


def _build(codes: Sequence[str]) -> dict[str, Geometry]:
    found = known_outlines([code for code in codes if len(code) == 12])
    missing = [code for code in codes if code not in found]
    return _coarser(found) | (_drawn(missing) if missing else {})


def _coarser(found: Mapping[str, Geometry]) -> dict[str, Geometry]:
    """Return shapes with no more points than a screen can show; shared borders stay shared."""
    areas = [shape(dict(geometry)) for geometry in found.values()]
    if sum(shapely.get_num_coordinates(area) for area in areas) <= ENOUGH:
        return dict(found)
    west, south, east, north = shapely.total_bounds(areas)
    coarse = shapely.coverage_simplify(areas, max(east - west, north - south) / STEPS)
    return {
        code: mapping(shapely.set_precision(area, 1e-5, mode="pointwise"))
        for code, area in zip(found, coarse, strict=True)
    }


def _drawn(missing: Sequence[str]) -> dict[str, Geometry]:
    bounds = [rules.code_range(code) for code in missing]
    low, high = min(low for low, _high in bounds), max(high for _low, high in bounds)
    rows = (
        Grid.objects.current()
        .filter(code__gte=low, code__lt=high, is_drawn=True, geometry__isnull=False)
        .values_list("code", "geometry")
    )
    drawn = sorted(rows)
    found: dict[str, Geometry] = {}
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
