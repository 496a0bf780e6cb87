"""Walls in the way: every way drawn across a wall is cut there and told, and a gate has a side inside and one outside.

Positions are metres on a plane (ground.local_metres). A cut leaves a gap on both sides of the wall, so that nothing
walks through it; the parts keep their share of the measured length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from jinlin.circle.ground import Origin, degrees, local_metres, origin_of
from jinlin.circle.joining import Drawing
from jinlin.circle.network import Floats, Longs

GAP_M = 0.3  # a cut way ends this far from the wall
BESIDE_M = 0.5  # a gate's two sides stand this far from its wall
LEAST_M = 0.05  # a part shorter than this is dropped


@dataclass(frozen=True, eq=False)
class Cut:
    """The drawing without what crossed a wall; `source` (m',) is the edge each edge was part of.

    Crossings (k,): edge of the given drawing, position of the wall, lon, lat.
    """

    drawing: Drawing
    source: Longs
    edge: Longs
    wall: Longs
    lon: Floats
    lat: Floats


def cut(drawing: Drawing, walls: Sequence[Any]) -> Cut:
    """Cut every edge where it meets a wall (shapely rings in degrees)."""
    count = len(drawing.tail)
    if not len(walls) or not count:
        none = np.zeros(0, np.int64)
        return Cut(drawing, np.arange(count, dtype=np.int64), none, none, np.zeros(0), np.zeros(0))
    origin = origin_of(drawing.lon, drawing.lat)
    plane = local_metres(drawing.lon, drawing.lat, origin)
    rings = on_plane(walls, origin)
    lines: Any = shapely.linestrings(np.stack((plane[drawing.tail], plane[drawing.head]), axis=1))
    edge, wall = shapely.STRtree(rings).query(lines, predicate="intersects")
    lon, lat = degrees(_meeting(lines[edge], rings[wall]), origin)
    pieces = [_pieces(lines[row], rings[wall[edge == row]]) for row in np.unique(edge)]
    return Cut(*_rebuilt(drawing, np.unique(edge), pieces, origin), edge, wall, lon, lat)


def on_plane(shapes: Sequence[Any], origin: Origin) -> NDArray[Any]:
    """Return shapes given in degrees as shapes in metres around the origin."""
    moved: Any = shapely.transform(
        np.asarray(shapes, dtype=object), lambda spots: local_metres(spots[:, 0], spots[:, 1], origin)
    )
    return np.atleast_1d(moved)


def _meeting(lines: NDArray[Any], rings: NDArray[Any]) -> Floats:
    """Return (k, 2) where each line meets its wall, the middle one when it meets it more than once."""
    met: Any = shapely.point_on_surface(shapely.intersection(lines, rings))
    return np.asarray(shapely.get_coordinates(met)).reshape(-1, 2)


def _pieces(line: Any, rings: NDArray[Any]) -> list[tuple[float, float]]:
    """Return the shares (from, to) of a line that are left."""
    left: Any = shapely.difference(line, shapely.buffer(shapely.union_all(rings), GAP_M))
    spans = []
    for part in shapely.get_parts(left):
        if shapely.length(part) >= LEAST_M:
            ends = shapely.points(shapely.get_coordinates(part)[[0, -1]])
            start, stop = sorted(shapely.line_locate_point(line, ends, normalized=True).tolist())
            spans.append((start, stop))
    return sorted(spans)


def _rebuilt(
    drawing: Drawing, cut_edges: Longs, pieces: list[list[tuple[float, float]]], origin: Origin
) -> tuple[Drawing, Longs]:
    """Replace the cut edges by their pieces; new nodes stand behind the given ones."""
    kept = np.ones(len(drawing.tail), bool)
    kept[cut_edges] = False
    rows = np.flatnonzero(kept)
    new = _New(len(drawing.lon))
    for edge, spans in zip(cut_edges.tolist(), pieces, strict=True):
        for span in spans:
            new.add(drawing, edge, span)
    whole = Drawing(
        np.concatenate((drawing.lon, np.array(new.lon))),
        np.concatenate((drawing.lat, np.array(new.lat))),
        np.concatenate((drawing.tail[rows], np.array(new.tail, np.int64))),
        np.concatenate((drawing.head[rows], np.array(new.head, np.int64))),
        np.concatenate((drawing.length_dm[rows], np.array(new.length, np.int32))),
    )
    return whole, np.concatenate((rows, np.array(new.source, np.int64)))


class _New:
    """Nodes and edges that stand for the pieces of cut edges."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.lon: list[float] = []
        self.lat: list[float] = []
        self.tail: list[int] = []
        self.head: list[int] = []
        self.length: list[int] = []
        self.source: list[int] = []

    def add(self, drawing: Drawing, edge: int, span: tuple[float, float]) -> None:
        """Add one piece; an end that is an end of the edge keeps its node."""
        start, stop = span
        self.tail.append(self._node(drawing, edge, start))
        self.head.append(self._node(drawing, edge, stop))
        self.length.append(max(1, round((stop - start) * int(drawing.length_dm[edge]))))
        self.source.append(edge)

    def _node(self, drawing: Drawing, edge: int, at: float) -> int:
        tail, head = int(drawing.tail[edge]), int(drawing.head[edge])
        if at <= 0:
            return tail
        if at >= 1:
            return head
        self.lon.append(float(drawing.lon[tail] * (1 - at) + drawing.lon[head] * at))
        self.lat.append(float(drawing.lat[tail] * (1 - at) + drawing.lat[head] * at))
        return self.count + len(self.lon) - 1


def sides(
    area: Any, lon: float, lat: float, beyond: Any = None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return (inside, outside) of a gate in the wall of `area`, as lon, lat; areas are shapely polygons in degrees.

    With `beyond`, the compound on the other side, the outside stands inside that compound: two walls may run side by
    side with a strip between them that nobody walks on.
    """
    origin = (lon, lat)
    inside, outside = _beside(on_plane([area], origin)[0])
    if beyond is not None:
        outside, _unused = _beside(on_plane([beyond], origin)[0])
    found = degrees(np.array([inside, outside]), origin)
    return (float(found[0][0]), float(found[1][0])), (float(found[0][1]), float(found[1][1]))


def _beside(area: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the spots inside and outside of the wall nearest to the origin of the plane."""
    wall, here = shapely.boundary(area), shapely.points(0.0, 0.0)
    along = float(shapely.line_locate_point(wall, here))
    ends: Any = shapely.line_interpolate_point(wall, [max(along - 0.1, 0.0), along + 0.1, along])
    first, last, foot = shapely.get_coordinates(ends)
    step = (last - first) / max(float(np.hypot(*(last - first))), 1e-9)
    left = foot + BESIDE_M * np.array([-step[1], step[0]])
    right = foot - BESIDE_M * np.array([-step[1], step[0]])
    if not shapely.contains_xy(area, *left):
        left, right = right, left
    return (float(left[0]), float(left[1])), (float(right[0]), float(right[1]))
