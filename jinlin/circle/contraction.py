"""Chains left out of the search: most vertices of a drawn way have two neighbours, and nobody turns there.

Searches run on the junctions and dead ends (the core); the nodes inside a chain take their distance from its two ends,
and from a facility inside the same chain directly. Exact, and three to four times less work: 79 % of the nodes of an
OpenStreetMap city lie inside chains (design/living-circle.md 4.8). One-way networks are searched whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import FAR, Flags, Ints, Longs, Network, half_edges

HALF = 32
LABEL = 0xFFFFFFFF  # the lower half; as int32 it is -1

Seeds = tuple[Ints, Ints, Ints]


@dataclass(frozen=True, eq=False)
class Chains:
    """A network as its core and the nodes inside chains.

    core (c,) nodes; arcs: indptr, indices, length_dm among their positions. For every node (n,): left, right are the
    core positions at the ends of its chain, to_left, to_right the decimetres to them (a core node is its own two ends).
    inner (k,) are the nodes inside chains, chain by chain and along each; line (k,) their place on one long line, chains
    so far apart that no search crosses from one to the next; place (n,) position in inner, -1 for the core.
    """

    core: Ints
    arcs: tuple[Ints, Ints, Ints]
    left: Ints
    right: Ints
    to_left: Ints
    to_right: Ints
    inner: Ints
    line: Longs
    place: Ints

    @cached_property
    def steps(self) -> tuple[Longs, Longs]:
        """to_left and to_right in the upper half of a key (see `unfold`)."""
        return self.to_left.astype(np.int64) << HALF, self.to_right.astype(np.int64) << HALF

    @cached_property
    def along(self) -> tuple[Ints, Ints, Ints, Ints]:
        """left, right, to_left, to_right of the inner nodes (k,), in their order."""
        return (
            self.left[self.inner],
            self.right[self.inner],
            self.to_left[self.inner],
            self.to_right[self.inner],
        )


_FOUND: WeakKeyDictionary[Network, Chains] = WeakKeyDictionary()


def chains_of(network: Network) -> Chains:
    """Return the chains of an undirected network, found once and kept as long as the network is."""
    found = _FOUND.get(network)
    if found is None:
        found = _FOUND[network] = contract(network)
    return found


def contract(network: Network) -> Chains:
    """Find the chains of an undirected network: nodes with exactly two neighbours, but one on a ring without junction."""
    keep = _core(network)
    end, root, length = _followed(network, keep)
    core = np.flatnonzero(keep).astype(np.int32)
    rank = np.zeros(network.size, np.int32)
    rank[core] = np.arange(len(core), dtype=np.int32)
    start = np.repeat(np.arange(network.size, dtype=np.int32), np.diff(network.indptr))
    leaving = keep[start] & (start != end)
    tail, head = rank[start[leaving]].astype(np.int64), rank[end[leaving]].astype(np.int64)
    indptr, indices, lengths, _parallel = half_edges(len(core), tail, head, length[leaving])

    inner = np.flatnonzero(~keep)
    one = network.indptr[inner]
    other = one + 1
    swapped = root[one] > root[other]  # all nodes of a chain count from the same end
    one, other = np.where(swapped, other, one), np.where(swapped, one, other)
    order = np.lexsort((length[one], root[one]))
    inner, one, other = inner[order], one[order], other[order]
    left, right, place = rank.copy(), rank.copy(), np.full(network.size, -1, np.int32)
    to_left, to_right = np.zeros(network.size, np.int32), np.zeros(network.size, np.int32)
    left[inner], right[inner] = rank[end[one]], rank[end[other]]
    to_left[inner], to_right[inner] = length[one], length[other]
    place[inner] = np.arange(len(inner), dtype=np.int32)
    chain = np.unique(root[one], return_inverse=True)[1].astype(np.int64)
    line = chain * (4 * FAR) + length[one]
    return Chains(
        core,
        (indptr, indices, lengths),
        left,
        right,
        to_left,
        to_right,
        inner.astype(np.int32),
        line,
        place,
    )


def _core(network: Network) -> Flags:
    """Say which nodes stay: those without exactly two neighbours, and the first node of a ring without any of them."""
    core = np.diff(network.indptr) != 2
    held = np.zeros(len(network.sizes), bool)
    held[network.component[core]] = True
    _parts, first = np.unique(network.component, return_index=True)
    core[first[~held]] = True
    return np.asarray(core)


def _followed(network: Network, core: Flags) -> tuple[Ints, Longs, Ints]:
    """Follow every half edge to the next core node: return that node, the last half edge, and the length (pointer jumps)."""
    indptr, heads = network.indptr, network.indices
    start = np.repeat(np.arange(network.size, dtype=np.int32), np.diff(indptr))
    ends_here = core[heads]
    first = indptr[heads].astype(np.int64)
    back = np.zeros(len(heads), bool)
    back[~ends_here] = heads[first[~ends_here]] == start[~ends_here]
    jump = np.where(ends_here, np.arange(len(heads)), first + back)
    total = np.where(ends_here, 0, network.length_dm).astype(np.int64)
    moving = np.flatnonzero(~ends_here)
    while len(moving):
        step = jump[moving]
        total[moving], jump[moving] = total[moving] + total[step], jump[step]
        moving = moving[~ends_here[jump[moving]]]
    length = np.minimum(total + network.length_dm[jump], FAR).astype(np.int32)
    return heads[jump], jump, length


def on_core(chains: Chains, seeds: Seeds, limit_dm: int) -> Seeds:
    """Return the seeds of the core: those on it, and both ends of the chain for those inside one."""
    node, offset, facility = seeds
    deeper = chains.place[node] >= 0
    inside = node[deeper]
    place = np.concatenate((chains.left[node], chains.right[inside]))
    start = np.concatenate((offset + chains.to_left[node], offset[deeper] + chains.to_right[inside]))
    owner = np.concatenate((facility, facility[deeper]))
    near = start <= limit_dm
    order = np.argsort(owner[near], kind="stable")
    return place[near][order], start[near][order], owner[near][order]


def unfold(chains: Chains, near: Ints, label: Ints, limit_dm: int) -> tuple[Ints, Ints]:
    """Return distance and label of all nodes (n,) from those of the core (c,); ties take the smaller label.

    Distance and label travel as the two halves of one number, so that the smaller number is the better offer.
    """
    key = (near.astype(np.int64) << HALF) | np.where(label < 0, FAR, label)
    left, right = chains.steps
    best = np.minimum(key[chains.left] + left, key[chains.right] + right)
    beyond = best >= (limit_dm + 1) << HALF
    best[beyond] = (FAR << HALF) | LABEL
    return (best >> HALF).astype(np.int32), (best & LABEL).astype(np.uint32).view(np.int32)


def same_chain(chains: Chains, seeds: Seeds, limit_dm: int, near: Ints, label: Ints) -> None:
    """Improve near and label (n,) of the nodes that share a chain with a facility, walking straight along it."""
    node, offset, facility = seeds
    inside = (chains.place[node] >= 0) & (offset <= limit_dm)
    at, walked, owner = chains.place[node[inside]], offset[inside].astype(np.int64), facility[inside]
    left = limit_dm - walked
    first = np.searchsorted(chains.line, chains.line[at] - left, side="left")
    last = np.searchsorted(chains.line, chains.line[at] + left, side="right")
    which = np.repeat(np.arange(len(at)), last - first)
    other = np.arange(len(which)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    other += first[which]
    distance = np.abs(chains.line[other] - chains.line[at[which]]) + walked[which]
    _keep_best(chains.inner[other], distance, owner[which], near, label)


def _keep_best(node: Ints, distance: Longs, owner: Ints, near: Ints, label: NDArray[Any]) -> None:
    """Write each node's best offer where it beats what stands there; ties take the smaller label."""
    key = (distance << HALF) | owner
    order = np.lexsort((key, node))
    node, key = node[order], key[order]
    first = np.ones(len(node), bool)
    first[1:] = node[1:] != node[:-1]
    node, key = node[first], key[first]
    standing = (near[node].astype(np.int64) << HALF) | np.where(label[node] < 0, FAR, label[node])
    better = key < standing
    near[node[better]] = key[better] >> HALF
    label[node[better]] = key[better] & LABEL
