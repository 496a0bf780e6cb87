"""The drawn grids of the demo street: a tessellation of a plausible area, the same for the same seed; no Django.

No boundary of any community is public, so these shapes are invented inside the real outline of the district and every
name and note says so. Cells are Voronoi cells; each shared edge gets one bend that depends on the edge alone, so
that neighbours still fit without gap or overlap.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, Final

import shapely
from shapely.geometry import MultiPoint, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

CENTRE: Final = (114.6500, 33.6240)  # WGS84, in the built-up part of the district
HALF_WIDTH, HALF_HEIGHT = 0.0135, 0.0095  # degrees: about 2.5 by 2.1 km
WOBBLE: Final = 0.09  # how far the outer edge leaves the ellipse
BEND: Final = 0.07  # how far an inner edge leaves the straight line, as a share of its length
PLACES: Final = 6  # decimals kept: a decimetre
RELAXED: Final = 4

Pair = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """One drawn grid: which community (index), its area and whether it is an exclusive grid."""

    community: int
    area: Polygon
    exclusive: bool = False


def street_area(outline: BaseGeometry, rng: Random) -> Polygon:
    """Return an uneven area of a few square kilometres inside the outline of the district."""
    waves = [(k, rng.uniform(0, 2 * math.pi), rng.uniform(0.4, 1.0)) for k in (2, 3, 5)]
    ring = []
    for at in range(72):
        angle = at * math.pi / 36
        swell = 1 + WOBBLE * sum(weight * math.sin(k * angle + phase) for k, phase, weight in waves) / 2
        x, y = HALF_WIDTH * swell * math.cos(angle), HALF_HEIGHT * swell * math.sin(angle)
        ring.append((CENTRE[0] + x, CENTRE[1] + y))
    inside = Polygon(ring).intersection(outline)
    return max(shapely.get_parts(inside), key=lambda part: part.area)  # type: ignore[no-any-return]


def tessellate(outline: BaseGeometry, communities: int, rng: Random) -> list[Cell]:
    """Return three or four cells per community, communities numbered west to east, plus one exclusive cell in the first."""
    area = street_area(outline, rng)
    homes = _spread(area, communities, rng)
    homes.sort(key=lambda point: (round(point[0], 3), -point[1]))
    seeds: list[tuple[int, Pair]] = []
    for at, part in enumerate(_cells(homes, area)):
        seeds += [(at, point) for point in _spread(part, rng.choice((3, 4, 4)), rng)]
    areas = [_rounded(cell) for cell in _cells([point for _at, point in seeds], area)]
    outer = _edges_once(areas)
    cells = [Cell(at, _bent(cell, outer)) for (at, _point), cell in zip(seeds, areas, strict=True)]
    return [*cells, Cell(0, _market(max(cells, key=lambda c: (c.community == 0, c.area.area)).area), True)]


def _random_inside(area: BaseGeometry, rng: Random) -> Pair:
    west, south, east, north = area.bounds
    while True:
        point = (rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(Point(point)):
            return point


def _spread(area: BaseGeometry, count: int, rng: Random) -> list[Pair]:
    """Return points spread over an area (Lloyd's relaxation, stopped early so that it stays uneven)."""
    points = [_random_inside(area, rng) for _i in range(count)]
    for _round in range(RELAXED):
        points = [(cell.centroid.x, cell.centroid.y) for cell in _cells(points, area)]
    return points


def _cells(points: Sequence[Pair], area: BaseGeometry) -> list[Polygon]:
    """Return the Voronoi cell of each point, cut to the area, in the order of the points."""
    frame = area.buffer(0.05)
    found = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), extend_to=frame))
    cells = []
    for point in points:
        cell = next(one for one in found if one.intersects(Point(point)))
        cut = shapely.get_parts(cell.intersection(area))
        cells.append(max(cut, key=lambda part: part.area))
    return cells


def _rounded(area: Polygon) -> Polygon:
    ring = [(round(x, PLACES), round(y, PLACES)) for x, y in area.exterior.coords]
    return Polygon([here for before, here in pairwise(ring) if before != here])


def _edges(area: Polygon) -> Iterable[tuple[Pair, Pair]]:
    return pairwise((x, y) for x, y in area.exterior.coords)


def _edges_once(areas: Iterable[Polygon]) -> set[frozenset[Pair]]:
    """Return the edges only one area has: the outer border and what doesn't match exactly; they stay straight."""
    count: dict[frozenset[Pair], int] = {}
    for area in areas:
        for edge in _edges(area):
            count[frozenset(edge)] = count.get(frozenset(edge), 0) + 1
    return {edge for edge, times in count.items() if times == 1}


def _bent(area: Polygon, straight: set[frozenset[Pair]]) -> Polygon:
    """Give each shared edge one bend; which way and how far is drawn from the edge's own digits."""
    ring: list[Pair] = []
    for start, end in _edges(area):
        ring.append(start)
        if frozenset((start, end)) in straight:
            continue
        (ax, ay), (bx, by) = sorted((start, end))
        toss = hashlib.sha256(f"{ax:.6f},{ay:.6f},{bx:.6f},{by:.6f}".encode()).digest()
        along, aside = 0.35 + 0.3 * toss[0] / 255, BEND * (toss[1] / 127.5 - 1)
        x = ax + (bx - ax) * along - (by - ay) * aside
        y = ay + (by - ay) * along + (bx - ax) * aside
        ring.append((round(x, PLACES), round(y, PLACES)))
    bent = Polygon(ring)
    return bent if bent.is_valid else area


def _market(host: Polygon) -> Polygon:
    """Return a small uneven hexagon inside a cell: the market that answers for itself."""
    spot = host.representative_point()
    ring = []
    for at, reach in enumerate((1.0, 0.9, 1.05, 0.95, 1.1, 0.9)):
        angle = at * math.pi / 3
        ring.append((spot.x + 0.0009 * reach * math.cos(angle), spot.y + 0.0007 * reach * math.sin(angle)))
    cut = shapely.get_parts(Polygon(ring).intersection(host.buffer(-0.0001)))
    return _rounded(max(cut, key=lambda part: part.area))


def geojson(area: Polygon) -> dict[str, Any]:
    """Return an area as GeoJSON."""
    found: dict[str, Any] = mapping(area)
    return found


def point_in(area: BaseGeometry, rng: Random, apart: BaseGeometry | None = None) -> Pair:
    """Return a point inside an area and outside another, to six decimals."""
    while True:
        x, y = _random_inside(area, rng)
        found = (round(x, PLACES), round(y, PLACES))
        point = Point(found)
        if area.contains(point) and not (apart is not None and apart.intersects(point)):
            return found
