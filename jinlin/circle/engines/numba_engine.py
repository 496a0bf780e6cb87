"""The compiled engine (extra `[fast]`): Dial's bucket queue over whole decimetres.

A bounded search has at most 12,000 different distances, so one list per distance replaces the heap. A node overtaken by
a shorter way stays in its old list and is skipped there; the lists need no more room than seeds and half edges, and
memory that is never written costs nothing. After each search only what it touched is reset.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

from jinlin.circle.contraction import chains_of, on_core, same_chain
from jinlin.circle.network import FAR, Ints, Network

Seeds = tuple[Ints, Ints, Ints]
F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile on first use and keep the machine code.

    It is kept where numba puts it: beside this file, else in the user's own cache; a service account that may write to
    neither keeps it in JINLIN_HOME. All three are as trusted as the code itself; a shared temporary folder never is.
    """
    jit: Any = numba.njit
    try:
        made = jit(cache=True, nogil=True)(function)
    except RuntimeError:  # no place to write
        home = os.environ.get("JINLIN_HOME")
        if home:
            settings: Any = numba.config
            settings.CACHE_DIR = str(Path(home).absolute() / "cache" / "numba")
        made = jit(cache=bool(home), nogil=True)(function)
    return cast("F", made)


@compiled
def _put(v: int, distance: int, used: int, head: Ints, entry: Ints, after: Ints) -> int:
    """Append node v to the list of its distance; return how many entries are used."""
    entry[used] = v
    after[used] = head[distance]
    head[distance] = used
    return used + 1


@compiled
def _spread(arcs: Seeds, d: int, at: int, used: int, lists: Seeds, found: tuple[Ints, Ints]) -> int:
    """Settle every node in the list of distance d and offer their neighbours a way; return the entries used."""
    indptr, indices, length = arcs
    head, entry, after = lists
    near, label = found
    limit = len(head) - 1
    while at >= 0:
        v = entry[at]
        at = after[at]
        if near[v] != d:  # overtaken
            continue
        for arc in range(indptr[v], indptr[v + 1]):
            w = indices[arc]
            reach = d + length[arc]
            if reach > limit or reach > near[w]:
                continue
            if reach < near[w]:
                used = _put(w, reach, used, head, entry, after)
                near[w] = reach
                label[w] = label[v]
            elif label[v] < label[w]:  # as near: the smaller number, whatever the order of the lists
                label[w] = label[v]
    return used


@compiled
def _nearest(arcs: Seeds, seeds: Seeds, limit: int, near: Ints, label: Ints) -> None:
    """Fill near and label (given as FAR and -1)."""
    node, offset, facility = seeds
    head = np.full(limit + 1, -1, np.int32)
    room = len(arcs[1]) + len(node)
    entry = np.empty(room, np.int32)
    after = np.empty(room, np.int32)
    used = 0
    for k in range(len(node)):
        v = node[k]
        if offset[k] <= limit and offset[k] < near[v]:
            used = _put(v, offset[k], used, head, entry, after)
            near[v] = offset[k]
            label[v] = facility[k]
    for d in range(limit + 1):
        if head[d] >= 0:
            used = _spread(arcs, d, head[d], used, (head, entry, after), (near, label))


@compiled
def _settle(arcs: Seeds, d: int, state: tuple[int, int, int], lists: Seeds, near: Ints, ball: Ints) -> Any:
    """Settle the nodes at distance d; state is (entries used, entries waiting, nodes settled)."""
    indptr, indices, length = arcs
    head, entry, after = lists
    used, waiting, settled = state
    limit = len(head) - 1
    at = head[d]
    head[d] = -1
    while at >= 0:
        v = entry[at]
        at = after[at]
        waiting -= 1
        if near[v] != d:
            continue
        ball[settled] = v
        settled += 1
        for arc in range(indptr[v], indptr[v + 1]):
            w = indices[arc]
            reach = d + length[arc]
            if reach <= limit and reach < near[w]:
                near[w] = reach
                used = _put(w, reach, used, head, entry, after)
                waiting += 1
    return used, waiting, settled


@compiled
def _ball(arcs: Seeds, seeds: Seeds, part: tuple[int, int], lists: Seeds, near: Ints, ball: Ints) -> int:
    """Search from the seeds of one facility; return how many nodes stand in `ball`, in order of distance."""
    node, offset, _facility = seeds
    head, entry, after = lists
    limit = len(head) - 1
    used = 0
    for k in range(part[0], part[1]):
        v = node[k]
        if offset[k] <= limit and offset[k] < near[v]:
            near[v] = offset[k]
            used = _put(v, offset[k], used, head, entry, after)
    state = (used, used, 0)
    d = 0
    while state[1] > 0:
        if head[d] >= 0:
            state = _settle(arcs, d, state, lists, near, ball)
        d += 1
    return state[2]


@compiled
def _lists(arcs: Seeds, seeds: Seeds, limit: int) -> Seeds:
    """Return empty lists (head, entry, after) for searches up to a limit."""
    room = len(arcs[1]) + len(seeds[0])
    return np.full(limit + 1, -1, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)


@compiled
def _counts(arcs: Seeds, seeds: Seeds, limits: Ints, bins: Ints) -> None:
    """Add every facility once to the smallest limit that holds each node."""
    facility = seeds[2]
    near = np.full(len(arcs[0]) - 1, FAR, np.int32)
    ball = np.empty(len(near), np.int32)
    lists = _lists(arcs, seeds, limits[-1])
    first = 0
    while first < len(facility):
        last = first
        while last < len(facility) and facility[last] == facility[first]:
            last += 1
        settled = _ball(arcs, seeds, (first, last), lists, near, ball)
        band = 0
        for k in range(settled):
            while limits[band] < near[ball[k]]:
                band += 1
            bins[band, ball[k]] += 1
            near[ball[k]] = FAR
        first = last


@compiled
def _within(arcs: Seeds, seeds: Seeds, limit: int) -> Ints:
    """Return rows of facility, node, distance in the order they were settled."""
    facility = seeds[2]
    near = np.full(len(arcs[0]) - 1, FAR, np.int32)
    ball = np.empty(len(near), np.int32)
    lists = _lists(arcs, seeds, limit)
    found = np.empty((4096, 3), np.int32)
    rows = 0
    first = 0
    while first < len(facility):
        last = first
        while last < len(facility) and facility[last] == facility[first]:
            last += 1
        settled = _ball(arcs, seeds, (first, last), lists, near, ball)
        if rows + settled > len(found):
            found = np.concatenate((found, np.empty((len(found) + settled, 3), np.int32)))
        for k in range(settled):
            found[rows, 0] = facility[first]
            found[rows, 1] = ball[k]
            found[rows, 2] = near[ball[k]]
            near[ball[k]] = FAR
            rows += 1
        first = last
    return found[:rows]


@compiled
def _unfold(
    nodes: tuple[Ints, Ints],
    ends: tuple[Ints, Ints, Ints, Ints],
    core: tuple[Ints, Ints],
    limit: int,
    found: tuple[Ints, Ints],
) -> None:
    """Write distances and labels of the core, and of the inner nodes from the two ends of their chains.

    Chain by chain, because the same two ends stay at hand; a third of the time it takes in the order of the nodes.
    """
    core_node, inner = nodes
    left, right, to_left, to_right = ends
    reached, owner = core
    near, label = found
    for k in range(len(core_node)):
        near[core_node[k]] = reached[k]
        label[core_node[k]] = owner[k]
    for k in range(len(inner)):
        one = reached[left[k]] + to_left[k]
        other = reached[right[k]] + to_right[k]
        if one > limit and other > limit:
            continue
        turned = other < one or (other == one and owner[right[k]] < owner[left[k]])
        near[inner[k]] = other if turned else one
        label[inner[k]] = owner[right[k]] if turned else owner[left[k]]


class NumbaEngine:
    """See engines.Engine."""

    name = "numba"

    def nearest(self, network: Network, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints]:
        """One bucket search; a node at the same distance from two facilities takes the smaller number."""
        if network.directed:
            near, label = _unreached(network.size)
            _nearest(_arcs(network), seeds, limit_dm, near, label)
            return near, label
        chains = chains_of(network)
        near, label = _unreached(len(chains.core))
        _nearest(chains.arcs, on_core(chains, seeds, limit_dm), limit_dm, near, label)
        found = _unreached(network.size)
        _unfold((chains.core, chains.inner), chains.along, (near, label), limit_dm, found)
        same_chain(chains, seeds, limit_dm, *found)
        return found

    def counts(self, network: Network, seeds: Seeds, limits_dm: Ints) -> Ints:
        """One bounded search per facility, all limits from the same search."""
        bins = np.zeros((len(limits_dm), network.size), np.int32)
        _counts(_arcs(network), seeds, limits_dm, bins)
        return np.cumsum(bins, axis=0, dtype=np.int32, out=bins)

    def within(self, network: Network, seeds: Seeds, limit_dm: int) -> tuple[Ints, Ints, Ints]:
        """The same searches, keeping what they settle."""
        found = _within(_arcs(network), seeds, limit_dm)
        order = np.lexsort((found[:, 1], found[:, 0]))
        return found[order, 0], found[order, 1], found[order, 2]


def _unreached(count: int) -> tuple[Ints, Ints]:
    return np.full(count, FAR, np.int32), np.full(count, -1, np.int32)


def _arcs(network: Network) -> Seeds:
    return network.indptr, network.indices, network.length_dm
