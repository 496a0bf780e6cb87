"""Chains left out of the search: most vertices of a drawn way have two neighbours, and nobody turns there.

Searches run on the junctions and dead ends (the core); the nodes inside a chain take their distance from its two ends,
and from a facility inside the same chain directly. Exact, and three to four times less work: 79 % of the nodes of an
OpenStreetMap city lie inside chains (design/living-circle.md 4.8). One-way networks are searched whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import FAR, Flags, Ints, Longs, Network, half_edges

Seeds = tuple[Ints, Ints, Ints]


@dataclass(frozen=True, eq=False)
class Chains:
    """A network as its core and the nodes inside chains.

    core (c,) nodes; arcs: indptr, indices, length_dm among their positions; rank (n,) position in core, or -1 - position
    in inner. inner (k,) nodes by chain and along it: left, right (k,) core positions of the chain's ends, to_left,
    to_right (k,) decimetres to them; chain (k,) ascending.
    """

    core: Ints
    arcs: tuple[Ints, Ints, Ints]
    rank: Ints
    inner: Ints
    left: Ints
    right: Ints
    to_left: Ints
    to_right: Ints
    chain: Ints

    @cached_property
    def line(self) -> Longs:
        """Place of every inner node on one long line, chains so far apart that no search crosses from one to the next."""
        return self.chain.astype(np.int64) * (4 * FAR) + self.to_left


def contract(network: Network) -> Chains:
    """Find the chains of an undirected network: nodes with exactly two neighbours, but one on a ring without junction."""
    core = _core(network)
    end, root, length = _followed(network, core)
    rank = np.empty(network.size, np.int32)
    nodes = np.flatnonzero(core).astype(np.int32)
    rank[nodes] = np.arange(len(nodes), dtype=np.int32)
    start = np.repeat(np.arange(network.size, dtype=np.int32), np.diff(network.indptr))
    leaving = core[start] & (start != end)
    tail, head = rank[start[leaving]].astype(np.int64), rank[end[leaving]].astype(np.int64)
    indptr, indices, lengths, _parallel = half_edges(len(nodes), tail, head, length[leaving])

    inner = np.flatnonzero(~core)
    one = network.indptr[inner]
    other = one + 1
    swapped = root[one] > root[other]
    one, other = np.where(swapped, other, one), np.where(swapped, one, other)
    order = np.lexsort((length[one], root[one]))
    one, other = one[order], other[order]
    within: Ints = inner[order].astype(np.int32)
    rank[within] = -1 - np.arange(len(within), dtype=np.int32)
    chain = np.unique(root[one], return_inverse=True)[1].astype(np.int32)
    return Chains(
        nodes,
        (indptr, indices, lengths),
        rank,
        within,
        rank[end[one]],
        rank[end[other]],
        length[one],
        length[other],
        chain,
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
    rank = chains.rank[node]
    at = -1 - rank[rank < 0]
    inside, own = rank < 0, rank >= 0
    place = np.concatenate((rank[own], chains.left[at], chains.right[at]))
    start = np.concatenate(
        (offset[own], offset[inside] + chains.to_left[at], offset[inside] + chains.to_right[at])
    )
    owner = np.concatenate((facility[own], facility[inside], facility[inside]))
    near = start <= limit_dm
    order = np.argsort(owner[near], kind="stable")
    return place[near][order], start[near][order], owner[near][order]


def inside_chains(chains: Chains, near: Ints, label: Ints, limit_dm: int) -> tuple[Ints, Ints]:
    """Return distance and label of the inner nodes from those of the core (c,); ties take the smaller label."""
    left, right = near[chains.left] + chains.to_left, near[chains.right] + chains.to_right
    left_label, right_label = label[chains.left], label[chains.right]
    turned = (right < left) | ((right == left) & (right_label < left_label))
    distance = np.where(turned, right, left)
    owner = np.where(turned, right_label, left_label)
    beyond = distance > limit_dm
    distance[beyond] = FAR
    owner[beyond] = -1
    return distance, owner


def same_chain(chains: Chains, seeds: Seeds, limit_dm: int, near: Ints, label: Ints) -> None:
    """Improve near and label (n,) of the nodes that share a chain with a facility, walking straight along it."""
    node, offset, facility = seeds
    rank = chains.rank[node]
    inside = (rank < 0) & (offset <= limit_dm)
    at, walked, owner = -1 - rank[inside], offset[inside].astype(np.int64), facility[inside]
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
    key = (distance << 32) | owner
    order = np.lexsort((key, node))
    node, key = node[order], key[order]
    first = np.ones(len(node), bool)
    first[1:] = node[1:] != node[:-1]
    node, key = node[first], key[first]
    standing = (near[node].astype(np.int64) << 32) | np.where(label[node] < 0, FAR, label[node])
    better = key < standing
    near[node[better]] = key[better] >> 32
    label[node[better]] = key[better] & 0xFFFFFFFF
