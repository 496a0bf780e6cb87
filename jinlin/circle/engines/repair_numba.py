"""Repairing one labelled layer, compiled (extra `[fast]`): the steps of repair_python, a hundred times faster."""

from __future__ import annotations

from typing import Any

import numpy as np

from jinlin.circle.engines.numba_engine import compiled
from jinlin.circle.engines.openings_numba import LOW, _rise, _sink
from jinlin.circle.network import Flags, Ints

Arcs = tuple[Ints, Ints, Ints]
Offers = tuple[Ints, Ints, Ints]


@compiled
def _grown(items: Any, used: int) -> Any:
    """Return room for one more item (rows of the log, or the heap)."""
    if used < len(items):
        return items
    return np.concatenate((items, np.empty_like(items)))


@compiled
def _wins(reach: int, facility: int, near: int, label: int) -> bool:
    return reach < near or (reach == near and facility < label)


@compiled
def _spread(arcs: Any, near: Any, label: Any, offers: Any, limit: int) -> Any:
    """See PythonRepair.spread."""
    indptr, indices, lengths = arcs
    log = np.empty((1024, 3), np.int32)
    heap = np.empty(1024, np.int64)
    logged, used = 0, 0
    for k in range(len(offers[0])):
        w, reach, facility = offers[0][k], offers[1][k], offers[2][k]
        if reach <= limit and _wins(reach, facility, near[w], label[w]):
            log, heap = _grown(log, logged), _grown(heap, used)
            log[logged, 0], log[logged, 1], log[logged, 2] = w, near[w], label[w]
            logged += 1
            near[w], label[w] = reach, facility
            _rise(heap, used, (np.int64(reach) << 32) | w)
            used += 1
    while used > 0:
        item = heap[0]
        used -= 1
        _sink(heap, used, heap[used])
        v, d = item & LOW, item >> 32
        if d > near[v]:
            continue
        for arc in range(indptr[v], indptr[v + 1]):
            w, reach = indices[arc], d + lengths[arc]
            if reach <= limit and _wins(reach, label[v], near[w], label[w]):
                log, heap = _grown(log, logged), _grown(heap, used)
                log[logged, 0], log[logged, 1], log[logged, 2] = w, near[w], label[w]
                logged += 1
                near[w], label[w] = reach, label[v]
                _rise(heap, used, (reach << 32) | w)
                used += 1
    return log[:logged]


@compiled
def _supported(back: Any, near: Any, label: Any, node: int, lost: Any) -> bool:
    indptr, indices, lengths = back
    for at in range(indptr[node], indptr[node + 1]):
        other = indices[at]
        if near[other] + lengths[at] == near[node] and label[other] == label[node] and not lost[other]:
            return True
    return False


@compiled
def _orphans(arcs: Any, back: Any, near: Any, label: Any, starts: Any, own: Any) -> Any:
    """See PythonRepair.orphans."""
    indptr, indices, lengths = arcs
    lost = np.zeros(len(near), np.bool_)
    heap = np.empty(1024, np.int64)
    used = 0
    for k in range(len(starts)):
        heap = _grown(heap, used)
        _rise(heap, used, (np.int64(near[starts[k]]) << 32) | starts[k])
        used += 1
    while used > 0:
        item = heap[0]
        used -= 1
        _sink(heap, used, heap[used])
        v, d = item & LOW, item >> 32
        if lost[v] or own[v] or _supported(back, near, label, v, lost):
            continue
        lost[v] = True
        for arc in range(indptr[v], indptr[v + 1]):
            w = indices[arc]
            if near[w] == d + lengths[arc] and label[w] == label[v]:
                heap = _grown(heap, used)
                _rise(heap, used, (np.int64(near[w]) << 32) | w)
                used += 1
    return np.flatnonzero(lost)


class NumbaRepair:
    """See changes.Engine."""

    name = "numba"

    def spread(
        self, arcs: Arcs, layer: tuple[Ints, Ints], offers: Offers, limit_dm: int
    ) -> tuple[Ints, Ints, Ints]:
        """Enter nodes that become nearer, or as near to a smaller number; return node, old near, old label in turn."""
        log = _spread(arcs, *layer, offers, limit_dm)
        return log[:, 0], log[:, 1], log[:, 2]

    def orphans(self, arcs: tuple[Arcs, Arcs], layer: tuple[Ints, Ints], starts: Ints, own: Flags) -> Ints:
        """Return the nodes whose way led over what was taken away; see changes.Engine."""
        found: Ints = _orphans(*arcs, *layer, starts, own).astype(np.int32)
        return found
