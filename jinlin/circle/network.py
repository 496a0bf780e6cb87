"""The walking network as arrays: compressed rows of half edges, lengths in whole decimetres.

Whole decimetres make sums exact, so that every engine, and a tile and the whole, agree bit for bit
(design/living-circle.md 4.7). Parallel edges keep the shortest (fixture F5: summing them, as a sparse conversion does,
turns 30 m into 130 m); loops help nobody and are dropped and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.kernel.geo import haversine_m

FAR = 2**30 - 1  # decimetres of "not reached"; FAR + FAR still fits int32
LONGEST_M = 1_000_000.0  # an edge of more than 1,000 km is a wrong unit

Ids = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Fault(ValueError):
    """A row that no network can be made of: `table` is nodes or edges, `index` counts its rows from 0."""

    def __init__(self, code: str, table: str, index: int, value: object = "") -> None:
        super().__init__(f"{code}: {table}[{index}] {value}")
        self.code, self.table, self.index, self.value = code, table, index, value


@dataclass(frozen=True, eq=False)
class Network:
    """An immutable graph of n nodes in the order they were given; a position in it is called `node`.

    node_id (n,) as in the source; lon, lat (n,) WGS 84 degrees; the half edges leaving node v are
    indices[indptr[v]:indptr[v + 1]] with length_dm beside them (int32 >= 1, shortest first is not promised; columns
    ascend within a row, each once). component (n,) numbers the connected parts by size: 0 is the largest, ties by the
    first node; a one-way arc connects like any other. sizes[k] is the node count of part k.
    """

    node_id: Ids
    lon: Floats
    lat: Floats
    indptr: Ints
    indices: Ints
    length_dm: Ints
    component: Ints
    sizes: Longs
    directed: bool = False
    loops: int = 0
    parallel: int = 0

    @property
    def size(self) -> int:
        """Count of nodes."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """Count of edges: half of the half edges, or every arc when some are one-way."""
        return len(self.indices) if self.directed else len(self.indices) // 2

    @cached_property
    def stretch(self) -> float:
        """Worst straight line per metre of edge, at least 1: how far a walk of one metre can lead on the map."""
        tail = np.repeat(np.arange(self.size), np.diff(self.indptr))
        head = self.indices
        straight = haversine_m(self.lon[tail], self.lat[tail], self.lon[head], self.lat[head])
        return float(np.max(straight / (self.length_dm / 10), initial=1.0))

    def turned(self) -> Network:
        """Return the network with every arc reversed: what a search from a facility towards the homes walks on."""
        if not self.directed:
            return self
        start = np.repeat(np.arange(self.size, dtype=np.int64), np.diff(self.indptr))
        rows = half_edges(self.size, self.indices.astype(np.int64), start, self.length_dm)
        return Network(
            self.node_id,
            self.lon,
            self.lat,
            *rows[:3],
            self.component,
            self.sizes,
            True,
            self.loops,
            self.parallel,
        )


def whole_decimetres(metres: NDArray[Any]) -> Ints:
    """Return lengths as whole decimetres, rounded half up and at least 1."""
    return np.maximum(np.floor(np.asarray(metres, np.float64) * 10 + 0.5), 1).astype(np.int32)


def limit_in_decimetres(metres: float) -> int:
    """Return the last decimetre inside a limit: limits are inclusive, and 1,199.96 m does not reach 1,200 m."""
    return int(np.floor(metres * 10 + 1e-6))


def from_edges(
    node_id: Ids,
    lon: NDArray[Any],
    lat: NDArray[Any],
    u: Ids,
    v: Ids,
    length_m: NDArray[Any],
    *,
    oneway: Flags | None = None,
    passable: Flags | None = None,
) -> Network:
    """Build the network of nodes (n) and edges (m): u, v are node ids, lengths in metres.

    Without `oneway` every edge is walked both ways; where it is true only from u to v. Edges that are not `passable`
    (steps for a wheelchair) are left out, their nodes stay, so that positions are the same for every profile.
    Raises Fault for a node id given twice or missing, and for a length that is negative, NaN or beyond 1,000 km.
    """
    length = np.asarray(length_m, np.float64)
    bad = ~((length >= 0) & (length <= LONGEST_M))  # NaN compares false
    if bad.any():
        first = int(np.argmax(bad))
        raise Fault("bad_length", "edges", first, float(length[first]))
    ends = positions(np.asarray(node_id), np.asarray(u), np.asarray(v))
    return between(node_id, lon, lat, ends, whole_decimetres(length), oneway=oneway, passable=passable)


def between(
    node_id: Ids,
    lon: NDArray[Any],
    lat: NDArray[Any],
    ends: tuple[Longs, Longs],
    length_dm: Ints,
    *,
    oneway: Flags | None = None,
    passable: Flags | None = None,
) -> Network:
    """Build the network when the ends are already positions (0..n-1) and the lengths whole decimetres."""
    count = len(node_id)
    tail, head = ends
    if passable is not None:
        tail, head, length_dm = tail[passable], head[passable], length_dm[passable]
        oneway = None if oneway is None else oneway[passable]
    loop = tail == head
    loops = int(loop.sum())
    if loops:
        tail, head, length_dm = tail[~loop], head[~loop], length_dm[~loop]
        oneway = None if oneway is None else oneway[~loop]
    directed = oneway is not None and bool(oneway.any())
    back = slice(None) if oneway is None else ~oneway
    start = np.concatenate((tail, head[back]))
    stop = np.concatenate((head, tail[back]))
    indptr, indices, lengths, dropped = half_edges(
        count, start, stop, np.concatenate((length_dm, length_dm[back]))
    )
    component, sizes = _parts(count, indptr, indices)
    return Network(
        np.asarray(node_id),
        np.ascontiguousarray(lon, np.float64),
        np.ascontiguousarray(lat, np.float64),
        indptr,
        indices,
        lengths,
        component,
        sizes,
        directed,
        loops,
        dropped if directed else dropped // 2,
    )


def positions(node_id: Ids, u: Ids, v: Ids) -> tuple[Longs, Longs]:
    """Return where the ends of the edges stand among the nodes; Fault for an id given twice or unknown."""
    order = np.argsort(node_id, kind="stable")
    ranked = node_id[order]
    twice = np.flatnonzero(ranked[1:] == ranked[:-1])
    if len(twice):
        again = int(order[twice + 1].min())
        raise Fault("duplicate_id", "nodes", again, node_id[again])
    return _located(order, ranked, u), _located(order, ranked, v)


def _located(order: NDArray[np.intp], ranked: Ids, wanted: Ids) -> Longs:
    """Look ids up in the ranked node ids."""
    if not len(ranked) and len(wanted):
        raise Fault("missing_node", "edges", 0, wanted[0])
    place = np.minimum(np.searchsorted(ranked, wanted), max(len(ranked) - 1, 0))
    unknown = ranked[place] != wanted
    if unknown.any():
        first = int(np.argmax(unknown))
        raise Fault("missing_node", "edges", first, wanted[first])
    return order[place].astype(np.int64)


def half_edges(count: int, start: Longs, stop: Longs, length_dm: Ints) -> tuple[Ints, Ints, Ints, int]:
    """Return indptr, indices, lengths with one half edge per pair, the shortest; and how many were dropped."""
    order = np.lexsort((length_dm, start * count + stop))
    start, stop, length_dm = start[order], stop[order], length_dm[order]
    first = np.ones(len(start), bool)
    first[1:] = (start[1:] != start[:-1]) | (stop[1:] != stop[:-1])
    indptr = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(start[first], minlength=count), out=indptr[1:])
    return indptr, stop[first].astype(np.int32), length_dm[first], int(len(first) - first.sum())


def _parts(count: int, indptr: Ints, indices: Ints) -> tuple[Ints, Longs]:
    """Return the part of every node, numbered by falling size, and the sizes."""
    from scipy.sparse import csr_array  # noqa: PLC0415  a third of a second that --help need not wait for
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    if not count:
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    ones = np.ones(len(indices), np.int8)
    _, label = connected_components(csr_array((ones, indices, indptr), shape=(count, count)), directed=True)
    _, first, sizes = np.unique(label, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[label], sizes[order].astype(np.int64)
