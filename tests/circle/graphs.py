"""Small networks and the slowest possible answers to compare with."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from jinlin.circle import engines
from jinlin.circle.network import FAR, Network, from_edges
from jinlin.circle.reach import Seeds, seeds

Edge = tuple[int, int, float]


def network_of(edges: Sequence[Edge], size: int = 0, **more: Any) -> Network:
    """Build a network of nodes 0..size-1 on a line of longitude; lengths in metres."""
    size = size or 1 + max((max(edge[:2]) for edge in edges), default=-1)
    columns = list(zip(*edges, strict=True)) or [(), (), ()]
    spots = np.arange(size) / 1000
    return from_edges(
        np.arange(size),
        114 + spots,
        33 + spots,
        np.array(columns[0], np.int64),
        np.array(columns[1], np.int64),
        np.array(columns[2], np.float64),
        **more,
    )


def line(*lengths: float) -> Network:
    """Build the nodes 0, 1, 2 ... in a row."""
    return network_of([(at, at + 1, length) for at, length in enumerate(lengths)])


def entrances(pairs: Iterable[tuple[int, int]], offset: Sequence[int] | None = None) -> Seeds:
    """Make seeds of (node, facility)."""
    rows = list(pairs)
    return seeds(
        np.array([node for node, _facility in rows]),
        np.array([facility for _node, facility in rows]),
        None if offset is None else np.array(offset),
    )


def distances(edges: Sequence[tuple[int, int, int]], size: int, starts: dict[int, int]) -> list[int]:
    """Dijkstra of the textbook over undirected edges in decimetres, without a limit."""
    near = [FAR] * size
    around: dict[int, list[tuple[int, int]]] = {}
    for tail, head, length in edges:
        around.setdefault(tail, []).append((head, length))
        around.setdefault(head, []).append((tail, length))
    heap = [(offset, node) for node, offset in starts.items()]
    for offset, node in heap:
        near[node] = min(near[node], offset)
    heapq.heapify(heap)
    while heap:
        distance, node = heapq.heappop(heap)
        if distance > near[node]:
            continue
        for other, length in around.get(node, ()):
            if distance + length < near[other]:
                near[other] = distance + length
                heapq.heappush(heap, (distance + length, other))
    return near


def each_facility(edges: Sequence[tuple[int, int, int]], size: int, given: Seeds) -> dict[int, list[int]]:
    """Return the distances from every facility, by its number; one search each."""
    found = {}
    for facility in sorted(set(given.facility.tolist())):
        rows = np.flatnonzero(given.facility == facility)
        starts: dict[int, int] = {}
        for row in rows:
            node, offset = int(given.node[row]), int(given.offset_dm[row])
            starts[node] = min(starts.get(node, FAR), offset)
        found[facility] = distances(edges, size, starts)
    return found


def random_edges(rng: random.Random, size: int, kind: str) -> list[tuple[int, int, int]]:
    """Make undirected edges in decimetres: trees with chains, ties, parallel edges, loops, 1 dm edges, several parts."""
    lengths = {"ties": [10, 20], "tiny": [1], "mixed": [1, 7, 100, 2500]}[kind]
    edges = [(node, rng.randrange(max(0, node - 3), node), rng.choice(lengths)) for node in range(1, size)]
    edges = [edge for edge in edges if rng.random() > 0.08]  # several parts
    for _extra in range(size // 3):
        edges.append((rng.randrange(size), rng.randrange(size), rng.choice(lengths)))
    for tail, head, length in rng.sample(edges, min(5, len(edges))):
        edges.append((head, tail, length + rng.choice([-1, 0, 5]) or 1))
    return edges


def built(edges: Sequence[tuple[int, int, int]], size: int) -> Network:
    """Build the network of edges in decimetres."""
    return network_of([(tail, head, length / 10) for tail, head, length in edges], size)


def loaded() -> list[str]:
    """Name the engines of this machine, for parametrised tests."""
    return list(engines.available())
