"""Opening a gate without recomputing, in plain Python: the answer everywhere, and the oracle of the compiled one.

One search serves all categories at once. Behind a gate of length l from a to b the new distance of category c at a
node x is near[a, c] + l + d(b, x), and d does not depend on c; so the search from b goes on while any category still
improves, and every node on the way to an improved node is improved itself, which makes the pruning exact
(design/living-circle.md 4.4).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import Ints

Arcs = tuple[Ints, Ints, Ints]
Found = list[tuple[int, int]]  # (distance from the gate's far end, node), in the order they were settled


class PythonOpenings:
    """See openings.Engine."""

    name = "python"

    def score(
        self,
        arcs: Arcs,
        near: Ints,
        people: NDArray[np.float64],
        gates: tuple[Ints, Ints, Ints],
        beyond: int,
        extra: tuple[int, int, int],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return newly (k, c), saved_dm (k, c) and settled (k,) of each gate alone; near is left as it was."""
        count = len(gates[0])
        newly = np.zeros((count, near.shape[1]))
        saved = np.zeros((count, near.shape[1]))
        settled = np.zeros(count, np.int64)
        for gate, (a, b, length) in enumerate(zip(*(column.tolist() for column in gates), strict=True)):
            for start, end in ((a, b), (b, a)):
                base, found = _search(arcs, near, (start, end, length), beyond, extra)
                settled[gate] += len(found)
                if found:
                    _add_up(near, people, (base, found), beyond, (newly[gate], saved[gate]))
        return newly, saved, settled

    def commit(
        self, arcs: Arcs, near: Ints, gate: tuple[int, int, int], beyond: int, extra: tuple[int, int, int]
    ) -> tuple[Ints, Ints]:
        """Open a gate for good: write the improved rows of near; return their nodes and what stood there."""
        nodes: list[int] = []
        rows: list[Any] = []
        a, b, length = gate
        for start, end in ((a, b), (b, a)):
            base, found = _search(arcs, near, (start, end, length), beyond, extra)
            for distance, node in found:
                nodes.append(node)
                rows.append(near[node].copy())
                np.minimum(near[node], base + distance, out=near[node])
        old = np.array(rows, np.int32).reshape(len(nodes), near.shape[1])
        return np.array(nodes, np.int32), old

    def apart(self, arcs: Arcs, ends: tuple[Ints, Ints], limit_dm: Ints) -> NDArray[np.bool_]:
        """Say for each pair of nodes whether the way from u to v is longer than its limit."""
        rows = zip(ends[0].tolist(), ends[1].tolist(), limit_dm.tolist(), strict=True)
        return np.array([_apart(arcs, u, v, limit) for u, v, limit in rows], bool)


def _apart(arcs: Arcs, start: int, end: int, limit: int) -> bool:
    indptr, indices, lengths = arcs
    best = {start: 0}
    heap = [(0, start)]
    while heap:
        distance, node = heappop(heap)
        if node == end:
            return False
        if best[node] < distance:
            continue
        for at in range(indptr[node], indptr[node + 1]):
            other, reach = int(indices[at]), distance + int(lengths[at])
            if reach <= limit and reach < best.get(other, limit + 1):
                best[other] = reach
                heappush(heap, (reach, other))
    return True


def _search(
    arcs: Arcs, near: Ints, gate: tuple[int, int, int], beyond: int, extra: tuple[int, int, int]
) -> tuple[NDArray[np.int64], Found]:
    """Walk through the gate from start to end and on, as long as some category improves."""
    indptr, indices, lengths = arcs
    start, end, length = gate
    base = near[start].astype(np.int64) + length
    base[base >= near[end]] = beyond
    found: Found = []
    if base.min() >= beyond:
        return base, found
    best = {end: 0}
    heap = [(0, end)]
    while heap:
        item = heappop(heap)
        distance, node = item
        if best[node] < distance:
            continue
        found.append(item)
        arc = range(indptr[node], indptr[node + 1])
        ways = [(int(indices[at]), int(lengths[at])) for at in arc]
        if node == extra[0]:
            ways.append((extra[1], extra[2]))
        elif node == extra[1]:
            ways.append((extra[0], extra[2]))
        for other, step in ways:
            reach = distance + step
            if reach < best.get(other, beyond) and (base + reach < near[other]).any():
                best[other] = reach
                heappush(heap, (reach, other))
    return base, found


def _add_up(
    near: Ints,
    people: NDArray[np.float64],
    found: tuple[NDArray[np.int64], Found],
    beyond: int,
    into: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """Add the people newly inside and the person-decimetres saved; beyond the limit nothing is known, so old <= limit."""
    base, settled = found
    newly, saved = into
    distance, node = np.array(settled, np.int64).T
    lives = people[node] > 0
    distance, node = distance[lives], node[lives]
    old, new = near[node].astype(np.int64), base + distance[:, None]
    better = new < old
    weight = people[node][:, None]
    newly += (weight * (better & (old >= beyond))).sum(axis=0)
    saved += (weight * np.where(better, np.minimum(old, beyond - 1) - new, 0)).sum(axis=0)
