"""The walkable ways of an OpenStreetMap extract (.osm.pbf), every vertex a node.

Walkable: any highway that is not for motor traffic only, not planned or being built, unless walking is forbidden or
the way is private; an explicit foot=yes or designated outweighs a closed access. Data (c) OpenStreetMap contributors,
ODbL: attribution on every map made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.files.tables import is_there
from jinlin.circle.network import Flags, Floats, Ints, Longs, Network, between, whole_decimetres
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.geo import haversine_m
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

NOT_WALKED = frozenset(
    "motorway motorway_link trunk trunk_link proposed planned construction abandoned razed raceway"
    " services rest_area bus_guideway busway bus_stop escape no".split()
)
CLOSED = frozenset({"no", "private"})
OPENED = frozenset({"yes", "designated", "permissive"})
DEGREE = 10_000_000  # OpenStreetMap keeps coordinates as whole ten-millionths of a degree
EVERY = 5_000  # ways between two signs of life


@dataclass(frozen=True, eq=False)
class Ways:
    """Segments between vertices: node_id, lon, lat (n,); tail, head (m,) positions; length_dm, steps, wheelchair (m,).

    steps: stairs; wheelchair: not stairs and not tagged wheelchair=no. `clipped` counts segments whose vertices lie
    outside the extract.
    """

    node_id: Longs
    lon: Floats
    lat: Floats
    tail: Longs
    head: Longs
    length_dm: Ints
    steps: Flags
    wheelchair: Flags
    clipped: int

    def network(self, passable: Flags | None = None) -> Network:
        """Build the network of all segments, or of the passable ones."""
        return between(
            self.node_id, self.lon, self.lat, (self.tail, self.head), self.length_dm, passable=passable
        )


def walkable(tags: Any) -> bool:
    """Say whether people may walk a way, from its tags."""
    if tags.get("highway") in NOT_WALKED or tags.get("area") == "no":
        return False
    foot = tags.get("foot")
    if foot in CLOSED or foot == "use_sidepath":
        return False
    return foot in OPENED or tags.get("access") not in CLOSED


def read_pbf(path: Path, told: Callable[[int], None] = lambda ways: None) -> Ways:
    """Read the walkable ways of an extract; `told` hears how many were read. DirtyInput when it is none."""
    if not is_there(path):
        raise DirtyInput("no_file", _("找不到文件 {file}，请核对路径。"), file=str(path))
    rows = _Rows()
    try:
        _collect(path, rows, told)
    except (RuntimeError, ValueError, OSError) as error:
        sentence = _("{file} 不是有效的 OpenStreetMap 数据（.osm.pbf），请重新下载。")
        raise DirtyInput("not_pbf", sentence, file=path.name) from error
    ways = _segments(rows) if rows.sizes else None
    if ways is None or not len(ways.tail):
        sentence = _("{file} 里没有可步行的道路，请换用包含道路（highway）及其节点坐标的数据。")
        raise DirtyInput("no_ways", sentence, file=path.name)
    return ways


class _Rows:
    """Vertices of all ways end to end, and per way how many and of which kind."""

    def __init__(self) -> None:
        self.refs: list[int] = []
        self.x: list[int] = []
        self.y: list[int] = []
        self.sizes: list[int] = []
        self.steps: list[bool] = []
        self.wheelchair: list[bool] = []


def _collect(path: Path, rows: _Rows, told: Callable[[int], None]) -> None:
    import osmium  # noqa: PLC0415  only readers of extracts need it

    kinds = osmium.osm.NODE | osmium.osm.WAY
    ways = osmium.FileProcessor(str(path), kinds).with_locations()
    ways = ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
        tags = way.tags
        if not walkable(tags):
            continue
        nodes: Any = way  # the filter lets ways through only
        vertices = [(node.ref, node.x, node.y) for node in nodes.nodes]
        refs, x, y = zip(*vertices, strict=True) if vertices else ((), (), ())
        rows.refs += refs
        rows.x += x
        rows.y += y
        stairs = tags.get("highway") == "steps"
        rows.sizes.append(len(refs))
        rows.steps.append(stairs)
        rows.wheelchair.append(not stairs and tags.get("wheelchair") != "no")
        if len(rows.sizes) % EVERY == 0:
            told(len(rows.sizes))


def _segments(rows: _Rows) -> Ways:
    refs, size = np.array(rows.refs, np.int64), np.array(rows.sizes)
    lon, lat = np.array(rows.x) / DEGREE, np.array(rows.y) / DEGREE
    node_id, first, vertex = np.unique(refs, return_index=True, return_inverse=True)
    way = np.repeat(np.arange(len(size)), size)
    along = np.flatnonzero(way[1:] == way[:-1])  # a segment from each vertex but the last of its way
    known = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    inside = known[along] & known[along + 1]
    clipped = int(len(along) - inside.sum())
    along = along[inside]
    tail, head = vertex[along], vertex[along + 1]
    node_lon, node_lat = lon[first], lat[first]
    node_id, node_lon, node_lat, (tail, head) = _without_unknown(
        known[first], node_id, node_lon, node_lat, (tail, head)
    )
    metres = haversine_m(node_lon[tail], node_lat[tail], node_lon[head], node_lat[head])
    steps, wheelchair = np.array(rows.steps)[way[along]], np.array(rows.wheelchair)[way[along]]
    length = whole_decimetres(np.asarray(metres))
    return Ways(node_id, node_lon, node_lat, tail, head, length, steps, wheelchair, clipped)


def _without_unknown(
    known: Flags, node_id: NDArray[Any], lon: Floats, lat: Floats, ends: tuple[Longs, Longs]
) -> tuple[Longs, Floats, Floats, tuple[Longs, Longs]]:
    """Drop vertices whose position the extract does not hold, and count the ends anew."""
    place = np.cumsum(known) - 1
    return node_id[known], lon[known], lat[known], (place[ends[0]], place[ends[1]])
