"""Where could a gate be? Pairs of nodes that stand close together and are far apart on foot.

A guess for the desk, not a survey: a house, a river or a railway may stand between them, so each proposal has to be
looked at. Real candidates come from the walls of compounds (design/living-circle.md 4.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from jinlin.circle.gates.engine import Engine, load
from jinlin.circle.gates.layers import Gates, Layers, Told, arcs_of
from jinlin.circle.ground import local_metres, origin_of
from jinlin.circle.network import Flags, Floats, Ints, Longs, Network, whole_decimetres

CHUNK = 4_000  # nodes whose neighbours are listed at a time
PER_PLACE = 3  # pairs of one place whose way around is measured


@dataclass(frozen=True)
class Proposal:
    """What counts as a candidate.

    least_m to near_m apart in a straight line; on foot farther than far_m and than `detour` times the straight line.
    Of the pairs in one square of near_m the one that could shorten a way most is proposed, `most` in all.
    """

    least_m: float = 5.0
    near_m: float = 60.0
    far_m: float = 300.0
    detour: float = 2.0
    most: int = 20_000


def propose(
    network: Network,
    layers: Layers,
    proposal: Proposal | None = None,
    engine: Engine | None = None,
    told: Told = lambda done, total: None,
) -> Gates:
    """Return candidate gates, the most promising first; the same on every machine and with every engine."""
    asked, engine = proposal or Proposal(), engine or load("auto")
    spot = local_metres(network.lon, network.lat, origin_of(network.lon, network.lat))
    pairs = _joined([part for part in _close(network, layers, asked, spot, told) if len(part.u)])
    pairs = pairs.of(pairs.best(PER_PLACE))
    around = np.maximum(asked.far_m, asked.detour * pairs.straight)
    far = engine.apart(arcs_of(network), (pairs.u, pairs.v), np.floor(around * 10).astype(np.int32))
    pairs = pairs.of(np.flatnonzero(far))
    pairs = pairs.of(pairs.best(1)[: asked.most])
    return Gates(pairs.u, pairs.v, whole_decimetres(pairs.straight))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Close pairs u < v (k,): metres in a straight line, decimetres they promise to save, number of their place."""

    u: Ints
    v: Ints
    straight: Floats
    promise: Longs
    place: Longs

    def of(self, index: Longs) -> Pairs:
        """Return some of them, in the order asked for."""
        return Pairs(
            self.u[index], self.v[index], self.straight[index], self.promise[index], self.place[index]
        )

    def best(self, most: int) -> Longs:
        """Return the positions of the best `most` pairs of every place, the most promising first."""
        order = np.lexsort((self.v, self.u, self.straight, -self.promise))
        by_place = order[np.argsort(self.place[order], kind="stable")]
        start = np.ones(len(order), bool)
        start[1:] = self.place[by_place][1:] != self.place[by_place][:-1]
        begin = np.flatnonzero(start)
        nth = np.arange(len(order)) - np.repeat(begin, np.diff(np.append(begin, len(order))))
        chosen = np.zeros(len(order), bool)
        chosen[by_place[nth < most]] = True
        return order[chosen[order]].astype(np.int64)


def _joined(parts: list[Pairs]) -> Pairs:
    none = np.zeros(0, np.int32)
    empty = Pairs(none, none, np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))
    whole = [empty, *parts]
    return Pairs(
        np.concatenate([part.u for part in whole]),
        np.concatenate([part.v for part in whole]),
        np.concatenate([part.straight for part in whole]),
        np.concatenate([part.promise for part in whole]),
        np.concatenate([part.place for part in whole]),
    )


def _close(network: Network, layers: Layers, asked: Proposal, spot: Floats, told: Told) -> Iterator[Pairs]:
    """Yield the pairs that stand close, have no edge, and would shorten some way; of every place the best few."""
    tree, edges, corner = cKDTree(spot), _edge_keys(network), spot.min(axis=0, initial=np.inf)
    for first in range(0, network.size, CHUNK):
        told(first, network.size)
        part = cKDTree(spot[first : first + CHUNK])
        found = part.sparse_distance_matrix(tree, asked.near_m, output_type="ndarray")
        u, v, straight = found["i"] + first, found["j"], found["v"]
        kept = (u < v) & (straight >= asked.least_m)
        u, v, straight = u[kept], v[kept], straight[kept]
        promise = _promise(layers, u, v, straight)
        kept = (promise > 0) & ~_among(u * network.size + v, edges)
        u, v, straight, promise = u[kept], v[kept], straight[kept], promise[kept]
        cell = np.floor(((spot[u] + spot[v]) / 2 - corner) / asked.near_m).astype(np.int64)
        pairs = Pairs(
            u.astype(np.int32), v.astype(np.int32), straight, promise, cell[:, 0] * 2**31 + cell[:, 1]
        )
        yield pairs.of(pairs.best(PER_PLACE))
    told(network.size, network.size)


def _promise(layers: Layers, u: NDArray[np.int64], v: NDArray[np.int64], straight: Floats) -> Longs:
    """Return the decimetres by which a gate could shorten ways at one of its ends, summed over categories."""
    apart = np.abs(layers.near[u].astype(np.int64) - layers.near[v]) - whole_decimetres(straight)[:, None]
    return np.asarray(np.maximum(apart, 0).sum(axis=1))


def _edge_keys(network: Network) -> Longs:
    """Return u * n + v of every edge with u < v, ascending."""
    start = np.repeat(np.arange(network.size, dtype=np.int64), np.diff(network.indptr))
    keys = np.minimum(start, network.indices) * network.size + np.maximum(start, network.indices)
    keys.sort()
    return keys


def _among(keys: Longs, ranked: Longs) -> Flags:
    """Say which keys stand among the ranked ones (numpy's isin hashes, twenty times slower)."""
    if not len(ranked):
        return np.zeros(len(keys), bool)
    place = np.minimum(np.searchsorted(ranked, keys), len(ranked) - 1)
    return np.asarray(ranked[place] == keys)
