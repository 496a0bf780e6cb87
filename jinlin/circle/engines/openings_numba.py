"""Opening a gate without recomputing, compiled (extra `[fast]`): the search of openings_python, some 30 times faster.

A binary heap of whole numbers (distance * 2^32 + node) settles nodes in the same order as the plain one, so the sums
come out alike; memory is reset by the list of nodes touched, never by whole arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.engines.numba_engine import compiled
from jinlin.circle.network import FAR, Ints

Arcs = tuple[Ints, Ints, Ints]
LOW = (1 << 32) - 1


@compiled
def _rise(heap: Any, at: int, item: int) -> None:
    """Put an item on the heap whose free place `at` lies behind its last one."""
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= item:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item


@compiled
def _sink(heap: Any, count: int, item: int) -> None:
    """Put an item in the place of the first of `count` items."""
    at, child = 0, 1
    while child < count:
        if child + 1 < count and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= item:
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = item


@compiled
def _improves(near: Any, w: int, base: Any, reach: int) -> bool:
    """Say whether any category gets nearer at w; without a branch the processor takes several at a time."""
    better = 0
    for c in range(near.shape[1]):
        better += base[c] + reach < near[w, c]
    return better > 0


@compiled
def _search(indptr: Any, indices: Any, lengths: Any, near: Any, base: Any, extra: Any, best: Any, heap: Any, order: Any) -> int:  # fmt: skip
    """Settle what improves behind a gate, from order[0] on; return how many. See openings_python._search.

    Whoever enters the heap is settled some time, so `order` is also the list of what `best` has to forget. The first
    item pushed takes the place of the one just popped: one walk through the heap instead of two. Arrays come one by
    one because unpacking a tuple in the inner loop costs half of the time.
    """
    best[order[0]] = 0
    heap[0] = order[0]
    used, settled = 1, 0
    while used > 0:
        v, d = heap[0] & LOW, heap[0] >> 32
        free = True  # the first place of the heap
        if best[v] >= d:  # else overtaken
            order[settled] = v
            settled += 1
            last = indptr[v + 1]
            for arc in range(indptr[v], last + (v == extra[0]) + (v == extra[1])):
                if arc < last:
                    w, reach = indices[arc], d + lengths[arc]
                else:
                    w, reach = extra[0] + extra[1] - v, d + extra[2]
                if reach < best[w] and _improves(near, w, base, reach):
                    best[w] = reach
                    if free:
                        _sink(heap, used, (reach << 32) | w)
                    else:
                        _rise(heap, used, (reach << 32) | w)
                    used += not free
                    free = False
        if free:
            used -= 1
            _sink(heap, used, heap[used])
    return settled


@compiled
def _seeded(near: Any, start: int, end: int, length: int, beyond: int, base: Any) -> bool:
    """Fill base with near at the start + length where that beats the end; say whether it does anywhere."""
    any_better = False
    for c in range(len(base)):
        reach = near[start, c] + length
        if reach < near[end, c]:
            base[c] = reach
            any_better = True
        else:
            base[c] = beyond
    return any_better


@compiled
def _add_up(
    near: Any, people: Any, base: Any, beyond: int, order: Any, best: Any, newly: Any, saved: Any
) -> None:
    """Add people newly inside and person-decimetres saved at the settled nodes."""
    for v in order:
        weight = people[v]
        if weight <= 0:
            continue
        for c in range(len(base)):
            old = near[v, c]
            new = base[c] + best[v]
            if new < old:
                if old >= beyond:
                    newly[c] += weight
                    old = beyond - 1
                saved[c] += weight * (old - new)


@compiled
def _room(arcs: Any, nodes: int) -> Any:
    """Return best, heap and order for searches on n nodes."""
    best = np.full(nodes, FAR, np.int32)
    return best, np.empty(len(arcs[1]) + 8, np.int64), np.empty(nodes + 1, np.int32)


@compiled
def _score(arcs: Any, near: Any, people: Any, gates: Any, beyond: int, extra: Any, newly: Any, saved: Any, settled: Any) -> None:  # fmt: skip
    """Score every gate alone."""
    indptr, indices, lengths = arcs
    best, heap, order = _room(arcs, len(near))
    base = np.empty(near.shape[1], np.int32)
    for gate in range(len(gates[0])):
        for side in range(2):
            start, end = gates[side][gate], gates[1 - side][gate]
            if _seeded(near, start, end, gates[2][gate], beyond, base):
                order[0] = end
                found = _search(indptr, indices, lengths, near, base, extra, best, heap, order)
                _add_up(near, people, base, beyond, order[:found], best, newly[gate], saved[gate])
                settled[gate] += found
                for k in range(found):
                    best[order[k]] = FAR


@compiled
def _commit(arcs: Any, near: Any, gate: Any, beyond: int, extra: Any, room: Any) -> Any:
    """Write the improved rows; return their nodes and what stood there."""
    indptr, indices, lengths = arcs
    best, heap, order = room
    base = np.empty(near.shape[1], np.int32)
    nodes = np.empty(0, np.int32)
    rows = np.empty((0, near.shape[1]), np.int32)
    for side in range(2):
        if not _seeded(near, gate[side], gate[1 - side], gate[2], beyond, base):
            continue
        order[0] = gate[1 - side]
        found = _search(indptr, indices, lengths, near, base, extra, best, heap, order)
        nodes = np.concatenate((nodes, order[:found]))
        old = np.empty((found, near.shape[1]), np.int32)
        for k in range(found):
            v = order[k]
            for c in range(len(base)):
                old[k, c] = near[v, c]
                near[v, c] = min(near[v, c], base[c] + best[v])
        rows = np.concatenate((rows, old))
        for k in range(found):
            best[order[k]] = FAR
    return nodes, rows


@compiled
def _reaches(arcs: Any, ends: tuple[int, int], limit: int, room: Any) -> tuple[bool, int]:
    """Search from one end; say whether the other is within the limit, and how many nodes were touched."""
    indptr, indices, lengths = arcs
    best, heap, touched = room
    best[ends[0]] = 0
    touched[0] = heap[0] = ends[0]
    used, seen = 1, 1
    while used > 0:
        v, d = heap[0] & LOW, heap[0] >> 32
        used -= 1
        _sink(heap, used, heap[used])
        if v == ends[1]:
            return True, seen
        if best[v] < d:
            continue
        for arc in range(indptr[v], indptr[v + 1]):
            w, reach = indices[arc], d + lengths[arc]
            if reach <= limit and reach < best[w]:
                if best[w] == FAR:
                    touched[seen] = w
                    seen += 1
                best[w] = reach
                _rise(heap, used, (reach << 32) | w)
                used += 1
    return False, seen


@compiled
def _apart(arcs: Any, ends: Any, limit: Any, far: Any) -> None:
    """Say for each pair whether its ends are farther apart than its limit."""
    room = _room(arcs, len(arcs[0]) - 1)
    for k in range(len(far)):
        reached, seen = _reaches(arcs, (ends[0][k], ends[1][k]), limit[k], room)
        far[k] = not reached
        for at in range(seen):
            room[0][room[2][at]] = FAR


class NumbaOpenings:
    """See openings.Engine."""

    name = "numba"

    def __init__(self) -> None:
        self._kept: Any = None

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
        shape = (len(gates[0]), near.shape[1])
        newly, saved, settled = np.zeros(shape), np.zeros(shape), np.zeros(shape[0], np.int64)
        _score(arcs, near, people, gates, beyond, extra, newly, saved, settled)
        return newly, saved, settled

    def commit(
        self, arcs: Arcs, near: Ints, gate: tuple[int, int, int], beyond: int, extra: tuple[int, int, int]
    ) -> tuple[Ints, Ints]:
        """Open a gate for good: write the improved rows of near; return their nodes and what stood there."""
        kept = self._kept
        if kept is None or len(kept[0]) != len(near) or len(kept[1]) < len(arcs[1]) + 8:
            kept = self._kept = _room(arcs, len(near))
        nodes, rows = _commit(arcs, near, gate, beyond, extra, kept)
        return nodes, rows

    def apart(self, arcs: Arcs, ends: tuple[Ints, Ints], limit_dm: Ints) -> NDArray[np.bool_]:
        """Say for each pair of nodes whether the way from u to v is longer than its limit."""
        far = np.zeros(len(ends[0]), np.bool_)
        _apart(arcs, ends, limit_dm, far)
        return far
