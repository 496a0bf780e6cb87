"""The ground of one area as people can walk it: ways cut at walls, gates as passages, doors and homes joined to both.

A home or door in a compound whose inner ways nobody mapped is joined to the compound's own gates by the straight line
x 1.3 and marked as estimated (design/living-circle.md 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from jinlin.circle.joining import Drawing, join
from jinlin.circle.network import Flags, Floats, Ints, Longs, Network, between, whole_decimetres
from jinlin.circle.sharing import Passage, Use
from jinlin.circle.walls import cut, sides
from jinlin.kernel.geo import haversine_m

DETOUR = 1.3  # of a straight line that stands for ways nobody mapped
SNAP_M = 300.0


@dataclass(frozen=True, eq=False)
class Ways:
    """A network edition: the drawing, and which of its edges (m,) are stairs."""

    drawing: Drawing
    stairs: Flags


@dataclass(frozen=True)
class Court:
    """A compound: its key, outline (shapely polygon in degrees), and whether a wall stands on the outline."""

    key: str
    area: Any
    walled: bool = True


@dataclass(frozen=True)
class Door:
    """A gate: where it stands on the wall of its compound, what lies beyond, and on which terms it can be passed."""

    key: str
    court: str
    lon: float
    lat: float
    length_m: float
    use: Use
    is_open: bool
    other: str = ""
    barrier_free: bool = False


@dataclass(frozen=True, eq=False)
class Spots:
    """Points to be joined: lon, lat (k,) and the compound each lies in, "" for none."""

    lon: Floats
    lat: Floats
    court: Sequence[str]

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, eq=False)
class Terrain:
    """The network without any gate, the gates as passages, and where the spots stand.

    node (k,) is -1 for a spot that no way reaches; estimated (k,) where a straight line stood in for ways.
    """

    network: Network
    node: Ints
    estimated: Flags
    gates: tuple[tuple[Door, Passage], ...]

    def passages(self, *, barriers: bool = True) -> list[Passage]:
        """Return the gates that are open; without `barriers` only those free of them."""
        return [way for door, way in self.gates if door.is_open and (barriers or door.barrier_free)]

    def passage(self, key: str) -> Passage | None:
        """Return a gate's passage, open or not; None when one of its sides joins nothing."""
        return next((way for door, way in self.gates if door.key == key), None)


def build(
    ways: Ways, courts: Sequence[Court], doors: Sequence[Door], spots: Spots, *, stairs: bool = True
) -> Terrain:
    """Cut, join and connect; the order of spots and doors is kept. `stairs`: whether the walker takes them."""
    walls = [shapely.boundary(court.area) for court in courts if court.walled]
    clean = cut(ways.drawing, walls)
    areas = {court.key: court.area for court in courts}
    pairs = [sides(areas[door.court], door.lon, door.lat, areas.get(door.other)) for door in doors]
    lon, lat = _all_points(pairs, spots)
    joined = join(
        clean.drawing, lon, lat, walls=np.array(walls, dtype=object) if walls else None, limit_m=SNAP_M
    )
    source = np.where(joined.source >= 0, clean.source[joined.source], -1)
    graph = _Graph(joined.drawing, joined.node.astype(np.int64), lon, lat)
    kept = np.ones(len(source), bool) if stairs else ~((source >= 0) & ways.stairs[source])
    estimated = graph.bridge(doors, spots)
    network = graph.network(kept)
    gates = tuple(
        (door, Passage(int(a), int(b), int(whole_decimetres(np.array([door.length_m]))[0]), door.use))
        for door, a, b in zip(doors, graph.node, graph.node[len(doors) :], strict=False)
        if a >= 0 and b >= 0
    )
    return Terrain(network, graph.node[2 * len(doors) :].astype(np.int32), estimated, gates)


def _all_points(
    pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]], spots: Spots
) -> tuple[Floats, Floats]:
    """Return lon, lat of the inner sides of all gates, their outer sides, then the spots."""
    inner = np.array([pair[0] for pair in pairs]).reshape(-1, 2)
    outer = np.array([pair[1] for pair in pairs]).reshape(-1, 2)
    lon = np.concatenate((inner[:, 0], outer[:, 0], np.asarray(spots.lon, np.float64)))
    lat = np.concatenate((inner[:, 1], outer[:, 1], np.asarray(spots.lat, np.float64)))
    return lon, lat


class _Graph:
    """The joined drawing, growing by the nodes and connectors of what nobody mapped."""

    def __init__(self, drawing: Drawing, node: Longs, lon: Floats, lat: Floats) -> None:
        self.drawing = drawing
        self.node = node
        self.lon, self.lat = lon, lat
        self.extra: list[int] = []  # points that became nodes of their own
        self.lines: list[tuple[int, int, float]] = []

    def bridge(self, doors: Sequence[Door], spots: Spots) -> Flags:
        """Join what no way reaches to the gates of its own compound; return which spots were helped so.

        The outer side of a gate into a compound without mapped ways is such a point too.
        """
        count = len(doors)
        gates: dict[str, list[int]] = {}
        for position, door in enumerate(doors):
            gates.setdefault(door.court, []).append(position)
        helped = np.zeros(len(spots), bool)
        courts = [door.other for door in doors] + list(spots.court)
        for row in np.flatnonzero(self.node[count:] < 0).tolist():
            own = gates.get(courts[row], []) if courts[row] else []
            for gate in own:
                self._line(count + row, gate)
            if row >= count:
                helped[row - count] = bool(own)
        return helped

    def _own(self, point: int) -> int:
        if self.node[point] < 0:
            self.node[point] = len(self.drawing.lon) + len(self.extra)
            self.extra.append(point)
        return int(self.node[point])

    def _line(self, one: int, two: int) -> None:
        straight = haversine_m(self.lon[one], self.lat[one], self.lon[two], self.lat[two])
        self.lines.append((self._own(one), self._own(two), float(straight) * DETOUR))

    def network(self, kept: Flags) -> Network:
        """Return the network of the kept edges and all connectors."""
        drawing = self.drawing
        lon = np.concatenate((drawing.lon, self.lon[self.extra]))
        lat = np.concatenate((drawing.lat, self.lat[self.extra]))
        ends = np.array([line[:2] for line in self.lines], np.int64).reshape(-1, 2)
        length = whole_decimetres(np.array([line[2] for line in self.lines]))
        return between(
            np.arange(len(lon)),
            lon,
            lat,
            (
                np.concatenate((drawing.tail[kept], ends[:, 0])),
                np.concatenate((drawing.head[kept], ends[:, 1])),
            ),
            np.concatenate((drawing.length_dm[kept], length)),
        )


def cropped(ways: Ways, box: tuple[float, float, float, float]) -> Ways:
    """Return the ways with an end inside a box (west, south, east, north); positions of nodes change."""
    drawing = ways.drawing
    west, south, east, north = box
    inside: NDArray[Any] = (
        (drawing.lon >= west) & (drawing.lon <= east) & (drawing.lat >= south) & (drawing.lat <= north)
    )
    rows = np.flatnonzero(inside[drawing.tail] | inside[drawing.head])
    used, place = np.unique(np.concatenate((drawing.tail[rows], drawing.head[rows])), return_inverse=True)
    half = len(rows)
    part = Drawing(
        drawing.lon[used],
        drawing.lat[used],
        place[:half].astype(np.int64),
        place[half:].astype(np.int64),
        drawing.length_dm[rows],
    )
    return Ways(part, ways.stairs[rows])
