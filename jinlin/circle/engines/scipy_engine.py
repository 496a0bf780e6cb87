"""The engine that is always there: Dijkstra from scipy.sparse.csgraph, bounded, in chunks.

scipy fills a dense row of all n nodes per search, hence chunks; its multi-source search takes no offsets, hence one
virtual node per facility with one-way arcs into the network (two-way arcs would lead through the building).
Distances are whole numbers in float64, so no sum is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jinlin.circle.contraction import inside_chains, on_core, same_chain
from jinlin.circle.network import FAR, Ints, Network

ROOM = 8_000_000  # cells of one dense chunk: 64 MB of float64
MOST = 20  # searches in a chunk; more fill memory without being faster

Seeds = tuple[Ints, Ints, Ints]
Arcs = tuple[Ints, Ints, Ints]


class ScipyEngine:
    """See engines.Engine."""

    name = "scipy"

    def nearest(self, network: Network, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints]:
        """One multi-source search; cost does not grow with the number of facilities."""
        if network.directed:
            return _nearest(_arcs(network), seeds, limit_dm)
        chains = network.chains
        core = _nearest(chains.arcs, on_core(chains, seeds, limit_dm), limit_dm)
        near, label = np.empty(network.size, np.int32), np.empty(network.size, np.int32)
        near[chains.core], label[chains.core] = core
        near[chains.inner], label[chains.inner] = inside_chains(chains, *core, limit_dm)
        same_chain(chains, seeds, limit_dm, near, label)
        return near, label

    def counts(self, network: Network, seeds: Seeds, limits_dm: Ints) -> Ints:
        """One search per facility; the entrances of a facility share it, so they count once (fixture F2)."""
        total = np.zeros((len(limits_dm), network.size), np.int32)
        for _first, distance in _balls(network, seeds, int(limits_dm[-1])):
            for band, limit in enumerate(limits_dm):
                total[band] += (distance <= limit).sum(axis=0, dtype=np.int32)
        return total

    def within(self, network: Network, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints, Ints]:
        """Collect the finite cells of each chunk."""
        parts: list[tuple[NDArray[Any], ...]] = []
        for first, distance in _balls(network, seeds, limit_dm):
            row, column = np.nonzero(distance <= limit_dm)
            parts.append((row + first, column, distance[row, column]))
        if not parts:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32)
        facility, node, metres = (
            np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)
        )
        return facility, node, metres


def _nearest(arcs: Arcs, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints]:
    """One multi-source search over all of the arcs."""
    count = len(arcs[0]) - 1
    starts: NDArray[Any]
    near, label = np.full(count, FAR, np.int32), np.full(count, -1, np.int32)
    node, offset, facility = _one_per_node(*seeds)
    if not len(node):
        return near, label
    if offset.any():
        graph, extra = _with_doors(arcs, node, offset, np.arange(len(node))), 1
        starts = np.arange(count, count + len(node))
    else:
        graph, extra, starts = _graph(arcs), 0, node
    distance, _previous, source = dijkstra(
        graph, indices=starts, limit=limit_dm + extra, min_only=True, return_predecessors=True
    )
    reached = np.flatnonzero(np.isfinite(distance[:count]))
    near[reached] = distance[reached] - extra
    owner = np.full(graph.shape[0], -1, np.int32)
    owner[starts] = facility
    label[reached] = owner[source[reached]]
    return near, label


def _balls(network: Network, seeds: Seeds, limit_dm: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield (first facility, distances (facilities of the chunk, n)); infinite beyond the limit."""
    node, offset, facility = seeds
    count = int(facility[-1]) + 1 if len(facility) else 0
    chunk = int(np.clip(ROOM // max(network.size, 1), 1, MOST))
    bounds = np.searchsorted(facility, np.arange(0, count + chunk, chunk))
    for number, first in enumerate(range(0, count, chunk)):
        part = slice(bounds[number], bounds[number + 1])
        owners = facility[part] - first
        graph = _with_doors(_arcs(network), node[part], offset[part], owners)
        doors = np.arange(network.size, graph.shape[0])
        yield first, dijkstra(graph, indices=doors, limit=limit_dm + 1)[:, : network.size] - 1


def _arcs(network: Network) -> Arcs:
    return network.indptr, network.indices, network.length_dm


def _graph(arcs: Arcs) -> Any:
    """Return the arcs as scipy wants them."""
    count = len(arcs[0]) - 1
    return csr_array((arcs[2].astype(np.float64), arcs[1], arcs[0]), shape=(count, count))


def _with_doors(arcs: Arcs, node: Ints, offset: Ints, door: NDArray[Any]) -> Any:
    """Append one virtual node per door (ascending from 0) with one-way arcs of offset + 1 dm into the network.

    One decimetre more, because an arc of 0 would be no arc; callers take it off again.
    """
    doors = int(door[-1]) + 1 if len(door) else 0
    size = len(arcs[0]) - 1 + doors
    leaving = arcs[0][-1] + np.cumsum(np.bincount(door, minlength=doors))
    indptr = np.concatenate((arcs[0], leaving)).astype(np.int32)
    indices = np.concatenate((arcs[1], node)).astype(np.int32)
    lengths = np.concatenate((arcs[2], offset + 1)).astype(np.float64)
    return csr_array((lengths, indices, indptr), shape=(size, size))


def _one_per_node(node: Ints, offset: Ints, facility: Ints) -> Seeds:
    """Keep the best seed of each node: shortest offset, then smallest facility."""
    order = np.lexsort((facility, offset, node))
    ranked = node[order]
    first = np.ones(len(order), bool)
    first[1:] = ranked[1:] != ranked[:-1]
    kept = order[first]
    return node[kept], offset[kept], facility[kept]
