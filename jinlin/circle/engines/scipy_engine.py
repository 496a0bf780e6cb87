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

from jinlin.circle.contraction import chains_of, on_core, same_chain, unfold
from jinlin.circle.network import FAR, Ints, Network
from jinlin.kernel.geo import grow

ROOM = 1_000_000  # cells of one dense batch: 8 MB of float64
MOST = 32  # facilities searched on one cutting of the map

Seeds = tuple[Ints, Ints, Ints]
Arcs = tuple[Ints, Ints, Ints]


class ScipyEngine:
    """See engines.Engine."""

    name = "scipy"

    def nearest(self, network: Network, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints]:
        """One multi-source search; cost does not grow with the number of facilities."""
        if network.directed:
            return _nearest(_arcs(network), seeds, limit_dm)
        chains = chains_of(network)
        core = _nearest(chains.arcs, on_core(chains, seeds, limit_dm), limit_dm)
        near, label = unfold(chains, *core, limit_dm)
        same_chain(chains, seeds, limit_dm, near, label)
        return near, label

    def counts(self, network: Network, seeds: Seeds, limits_dm: Ints) -> Ints:
        """One search per facility; the entrances of a facility share it, so they count once (fixture F2)."""
        total = np.zeros((len(limits_dm), network.size), np.int32)
        for _owners, nodes, distance in _balls(network, seeds, int(limits_dm[-1])):
            for band, limit in enumerate(limits_dm):
                total[band, nodes] += (distance <= limit).sum(axis=0, dtype=np.int32)
        return total

    def within(self, network: Network, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints, Ints]:
        """Collect the cells within the limit of each batch."""
        parts = [np.zeros((3, 0), np.int32)]
        for owners, nodes, distance in _balls(network, seeds, limit_dm):
            row, column = np.nonzero(distance <= limit_dm)
            found = (owners[row], nodes[column], distance[row, column].astype(np.int32))
            parts.append(np.array(found, np.int32))
        facility, node, metres = np.concatenate(parts, axis=1)
        order = np.lexsort((node, facility))
        return facility[order], node[order], metres[order]


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


def _balls(network: Network, seeds: Seeds, limit_dm: int) -> Iterator[tuple[Ints, Ints, NDArray[np.float64]]]:
    """Yield batches of (facilities (f,), nodes (k,), distances (f, k)); infinite beyond the limit.

    Neighbouring facilities are searched together on the part of the network that a walk within the limit can touch.
    """
    for part in _neighbours(network, seeds):
        node, offset, facility = (column[part] for column in seeds)
        nodes = _surroundings(network, node, limit_dm)
        arcs, place = _cut(network, nodes)
        owners, door = np.unique(facility, return_inverse=True)
        graph = _with_doors(arcs, place[node], offset, door)
        doors = np.arange(len(nodes), graph.shape[0])
        batch = max(1, ROOM // max(graph.shape[0], 1))
        for first in range(0, len(doors), batch):
            some = slice(first, first + batch)
            distance = dijkstra(graph, indices=doors[some], limit=limit_dm + 1)
            yield owners[some].astype(np.int32), nodes, distance[:, : len(nodes)] - 1


def _neighbours(network: Network, seeds: Seeds) -> Iterator[NDArray[np.intp]]:
    """Yield the seeds of some facilities that lie near each other (along a curve through the map), by facility."""
    node, _offset, facility = seeds
    owners, first = np.unique(facility, return_index=True)
    order = np.argsort(_along_a_curve(network, node[first]), kind="stable")
    bounds = np.append(first, len(facility))
    for start in range(0, len(owners), MOST):
        chosen = np.sort(order[start : start + MOST])
        yield np.concatenate([np.arange(bounds[each], bounds[each + 1]) for each in chosen])


def _along_a_curve(network: Network, node: Ints) -> NDArray[np.int64]:
    """Return the place of nodes on a Z-shaped curve through the map, which keeps neighbours together."""
    code = np.zeros(len(node), np.int64)
    for shift, degrees in enumerate((network.lon, network.lat)):
        west, width = degrees.min(), max(float(np.ptp(degrees)), 1e-12)
        cell = ((degrees[node] - west) / width * (2**16 - 1)).astype(np.int64)
        for bit in range(16):
            code |= ((cell >> bit) & 1) << (2 * bit + shift)
    return code


def _surroundings(network: Network, node: Ints, limit_dm: int) -> Ints:
    """Return every node that a walk of the limit from these nodes can touch: those in the box around them."""
    lon, lat = network.lon[node], network.lat[node]
    box = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    west, south, east, north = grow(box, limit_dm / 10 * network.stretch + 1)
    inside = (network.lon >= west) & (network.lon <= east) & (network.lat >= south) & (network.lat <= north)
    return np.flatnonzero(inside).astype(np.int32)


def _cut(network: Network, nodes: Ints) -> tuple[Arcs, Ints]:
    """Return the arcs among some nodes (ascending), and the place (n,) of every node among them, -1 elsewhere."""
    place = np.full(network.size, -1, np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    degree = network.indptr[nodes + 1] - network.indptr[nodes]
    first = np.repeat(network.indptr[nodes] - np.append(0, np.cumsum(degree)[:-1]), degree)
    arc = first + np.arange(len(first))
    head = place[network.indices[arc]]
    inside = head >= 0
    tail = np.repeat(np.arange(len(nodes)), degree)[inside]
    indptr = np.append(0, np.cumsum(np.bincount(tail, minlength=len(nodes)))).astype(np.int32)
    return (indptr, head[inside], network.length_dm[arc][inside]), place


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
