"""Shapes of grids: what a polygon must be, when two overlap, and in which order grids are numbered.

Shapes are Shapely polygons in WGS84 degrees. Sources: closed, topologically consistent polygons, DB11/T 2157-2023;
numbering west to east and north to south, DB6101/T 3185-2024 (both as read in domain.md 1.1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import shape

SLIVER: Final = 0.01  # share of the smaller of two basic grids that drawing by hand may make them overlap by
MOST_POINTS: Final = 50_000


class ShapeFault(ValueError):
    """A geometry that can't be a grid; `code` says why: no_polygon, not_closed, not_numbers, crossing, too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_polygon(geometry: Any) -> Any:
    """Return the Shapely polygon of a GeoJSON Polygon or MultiPolygon; ShapeFault if it is not one a grid can have."""
    for ring in _rings(geometry):
        _check_ring(ring)
    try:
        area = shapely.force_2d(shape(geometry))
    except (ValueError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise ShapeFault("no_polygon") from error
    if area.is_empty:
        raise ShapeFault("no_polygon")
    if not area.is_valid:
        raise ShapeFault("crossing")
    return area


def _rings(geometry: Any) -> Iterator[Any]:
    if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise ShapeFault("no_polygon")
    polygons = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    if not isinstance(polygons, list | tuple) or not polygons:
        raise ShapeFault("no_polygon")
    points = 0
    for polygon in polygons:
        if not isinstance(polygon, list | tuple) or not polygon:
            raise ShapeFault("no_polygon")
        for ring in polygon:
            points += len(ring) if isinstance(ring, list | tuple) else 0
            if points > MOST_POINTS:
                raise ShapeFault("too_many")
            yield ring


def _check_ring(ring: Any) -> None:
    if not isinstance(ring, list | tuple) or len(ring) < 3:
        raise ShapeFault("no_polygon")
    for point in ring:
        if not isinstance(point, list | tuple) or len(point) < 2 or not all(map(_is_number, point[:2])):
            raise ShapeFault("not_numbers")
    if tuple(ring[0][:2]) != tuple(ring[-1][:2]):
        raise ShapeFault("not_closed")
    if len(ring) < 4:
        raise ShapeFault("no_polygon")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def overlap_more_than_sliver(one: Any, other: Any) -> bool:
    """Say whether two polygons share more than a sliver of the smaller one's area."""
    shared = one.intersection(other).area
    return bool(shared > SLIVER * min(one.area, other.area))


def overlapping_pairs(areas: Sequence[Any]) -> list[tuple[int, int]]:
    """Return (i, j) with i < j for each pair that overlaps by more than a sliver; n log n by a box tree."""
    if len(areas) < 2:
        return []
    left, right = shapely.STRtree(areas).query(areas, predicate="intersects")
    pairs = sorted((int(i), int(j)) for i, j in zip(left, right, strict=True) if i < j)
    return [(i, j) for i, j in pairs if overlap_more_than_sliver(areas[i], areas[j])]


def numbering(areas: Sequence[Any]) -> list[int]:
    """Return the indexes of polygons in the order in which they are numbered.

    Rows from north to south, inside a row from west to east. A row takes what lies less than half a usual grid's
    height below its northernmost centre, so that grids drawn by hand along one street stay in one row.
    """
    if not areas:
        return []
    centres = [(float(a.centroid.x), float(a.centroid.y)) for a in areas]
    half = float(np.median([a.bounds[3] - a.bounds[1] for a in areas])) / 2
    southwards = sorted(range(len(areas)), key=lambda n: (-centres[n][1], centres[n][0]))
    rows: list[list[int]] = []
    for n in southwards:
        if rows and centres[rows[-1][0]][1] - centres[n][1] < half:
            rows[-1].append(n)
        else:
            rows.append([n])
    return [n for row in rows for n in sorted(row, key=lambda n: centres[n])]
