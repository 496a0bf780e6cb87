"""Doors joined to the network: the nearest way on the same side of every wall is split at the foot of the perpendicular.

Used when a product imports entrances, gates and block doors (design/living-circle.md 3.2); the command line snaps to
nodes instead. Ways are straight between their nodes; a part of a split way keeps its share of the measured length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from jinlin.circle.ground import degrees, local_metres, origin_of
from jinlin.circle.network import Flags, Floats, Ints, Longs, whole_decimetres

ON_THE_SPOT_M = 0.05  # closer than half a decimetre is the same place
MOST = 2_000  # doors looked at together; each has some hundred ways around
OFF_THE_WALL_M = 0.1  # a door stands in its wall; its connector starts this far outside


@dataclass(frozen=True, eq=False)
class Drawing:
    """A network before its rows are compressed: lon, lat (n,); tail, head (m,) positions; length_dm (m,)."""

    lon: Floats
    lat: Floats
    tail: Longs
    head: Longs
    length_dm: Ints


@dataclass(frozen=True, eq=False)
class Joined:
    """The drawing with split ways, feet and doors appended; the first n nodes keep their positions.

    node (k,) where each door stands, -1 when no way on its side is near enough; connector_m (k,) metres to its way;
    source (m',) the edge each edge was part of, -1 for connectors.
    """

    drawing: Drawing
    node: Ints
    connector_m: Floats
    source: Longs


def join(
    drawing: Drawing,
    lon: NDArray[Any],
    lat: NDArray[Any],
    *,
    walls: NDArray[Any] | None = None,
    limit_m: float = 300.0,
    permitted: Flags | None = None,
) -> Joined:
    """Join doors (k,) to the nearest permitted way within limit_m that no wall hides; connectors are walked.

    walls: shapely lines in degrees that nobody crosses. A door whose nearest way lies behind a wall takes the next one
    on its own side, however much farther (fixture F9).
    """
    origin = origin_of(drawing.lon, drawing.lat)
    plane = local_metres(drawing.lon, drawing.lat, origin)
    doors = local_metres(lon, lat, origin)
    usable = np.flatnonzero(drawing.tail != drawing.head if permitted is None else permitted)
    barrier = None
    if walls is not None and len(walls):
        barrier = shapely.STRtree(
            shapely.transform(walls, lambda spots: local_metres(spots[:, 0], spots[:, 1], origin))
        )
    lines: Any = shapely.linestrings(
        np.stack((plane[drawing.tail[usable]], plane[drawing.head[usable]]), axis=1)
    )
    tree = shapely.STRtree(lines)
    parts = [
        _feet(tree, doors[at : at + MOST], barrier, limit_m) for at in range(0, max(len(doors), 1), MOST)
    ]
    edge, along, away = (np.concatenate(column) for column in zip(*parts, strict=True))
    edge = np.where(edge >= 0, usable[edge] if len(usable) else edge, -1)
    return _split(drawing, plane, (edge, along, away), doors, origin)


def _feet(
    tree: shapely.STRtree, doors: Floats, walls: shapely.STRtree | None, limit_m: float
) -> tuple[Longs, Floats, Floats]:
    """Return for each door the line, the share of it before the foot (0..1), and the distance; line -1 for none."""
    spots: Any = shapely.points(doors)
    which, line = tree.query(spots, predicate="dwithin", distance=limit_m)
    lines = tree.geometries[line]
    away: Any = shapely.distance(spots[which], lines)
    order = np.lexsort((line, away, which))
    which, line, away = which[order], line[order], away[order]
    along: Any = shapely.line_locate_point(tree.geometries[line], spots[which], normalized=True)
    feet = shapely.get_coordinates(
        shapely.line_interpolate_point(tree.geometries[line], along, normalized=True)
    )
    found = (np.full(len(doors), -1, np.int64), np.zeros(len(doors)), np.full(len(doors), np.inf))
    waiting = np.ones(len(doors), bool)
    rank = np.arange(len(which)) - np.searchsorted(which, which)
    for attempt in range(int(rank.max(initial=-1)) + 1):
        rows = np.flatnonzero((rank == attempt) & waiting[which])
        if not len(rows):
            break
        rows = rows[~_hidden(doors[which[rows]], feet[rows], walls)]
        for column, values in zip(found, (line, along, away), strict=True):
            column[which[rows]] = values[rows]
        waiting[which[rows]] = False
    return found


def _hidden(doors: Floats, feet: Floats, walls: shapely.STRtree | None) -> Flags:
    """Say which connectors meet a wall; the first decimetre, where the door itself may stand in one, does not count."""
    hidden = np.zeros(len(doors), bool)
    if walls is None or not len(doors):
        return hidden
    step = feet - doors
    length = np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)
    start = doors + step * np.minimum(OFF_THE_WALL_M / length, 0.5)
    lines = shapely.linestrings(np.stack((start, feet), axis=1))
    met, _wall = walls.query(lines, predicate="intersects")
    hidden[met] = True
    return hidden


def _split(
    drawing: Drawing,
    plane: Floats,
    feet: tuple[Longs, Floats, Floats],
    doors: Floats,
    origin: tuple[float, float],
) -> Joined:
    edge, along, away = feet
    found = edge >= 0
    at = np.zeros(len(edge), np.int64)  # decimetres from the tail to the foot
    at[found] = np.rint(along[found] * drawing.length_dm[edge[found]])
    node = np.full(len(edge), -1, np.int64)
    first, last = found & (at <= 0), found & (at > 0)
    last[last] = at[last] >= drawing.length_dm[edge[last]]
    node[first], node[last] = drawing.tail[edge[first]], drawing.head[edge[last]]
    cut = np.flatnonzero(found & ~first & ~last)
    keys, inverse = np.unique(np.column_stack((edge[cut], at[cut])), axis=0, return_inverse=True)
    count = len(drawing.lon)
    node[cut] = count + inverse.reshape(-1)
    tail, head, length, source = _parts(drawing, keys, count)
    share = (keys[:, 1] / drawing.length_dm[keys[:, 0]])[:, None]
    cuts = plane[drawing.tail[keys[:, 0]]] * (1 - share) + plane[drawing.head[keys[:, 0]]] * share
    off = np.flatnonzero(found & (away > ON_THE_SPOT_M))
    place = np.arange(len(off)) + count + len(keys)
    lon, lat = degrees(np.concatenate((cuts, doors[off])), origin)
    whole = Drawing(
        np.concatenate((drawing.lon, lon)),
        np.concatenate((drawing.lat, lat)),
        np.concatenate((tail, node[off])),
        np.concatenate((head, place)),
        np.concatenate((length, whole_decimetres(away[off]))),
    )
    node[off] = place
    return Joined(whole, node.astype(np.int32), away, np.concatenate((source, np.full(len(off), -1))))


def _parts(drawing: Drawing, keys: Longs, count: int) -> tuple[Longs, Longs, Ints, Longs]:
    """Replace every split edge by its parts; keys are (edge, decimetres from its tail), ascending and distinct."""
    split = np.unique(keys[:, 0])
    kept = np.ones(len(drawing.tail), bool)
    kept[split] = False
    rows = np.flatnonzero(kept)
    marks = np.concatenate((keys, np.column_stack((split, np.zeros_like(split)))))
    nodes = np.concatenate((np.arange(len(keys)) + count, drawing.tail[split]))
    order = np.lexsort((marks[:, 1], marks[:, 0]))
    marks, nodes = marks[order], nodes[order]
    ends = np.append(marks[1:, 0] != marks[:-1, 0], True) if len(marks) else np.zeros(0, bool)
    after, following = np.roll(marks[:, 1], -1), np.roll(nodes, -1)
    after[ends], following[ends] = drawing.length_dm[marks[ends, 0]], drawing.head[marks[ends, 0]]
    return (
        np.concatenate((drawing.tail[rows], nodes)),
        np.concatenate((drawing.head[rows], following)),
        np.concatenate((drawing.length_dm[rows], (after - marks[:, 1]).astype(np.int32))),
        np.concatenate((rows, marks[:, 0])),
    )
