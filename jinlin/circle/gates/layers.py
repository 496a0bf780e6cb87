"""Gates scored alone: who would be newly covered, and how many person-metres would be saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.engines import Engine as SearchEngine
from jinlin.circle.gates.engine import NO_GATE, Arcs, Engine, load
from jinlin.circle.ground import local_metres, origin_of
from jinlin.circle.network import Flags, Floats, Ints, Longs, Network
from jinlin.circle.reach import Layer, Seeds, nearest

CELL_M = (
    500.0  # gates are scored cell by cell, so that neighbours find the same nodes in the processor's cache
)
CHUNK = 500  # gates between two signs of life
Told = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Layers:
    """Nearest distances of c categories, node by node: near (n, c) int32 decimetres, limit_dm + 1 where beyond.

    people (n,) live at the nodes. Only distances up to limit_dm are known and improved.
    """

    near: Ints
    people: Floats
    limit_dm: int

    @property
    def beyond(self) -> int:
        """What stands in near for "not within the limit"."""
        return self.limit_dm + 1

    def within(self, limit_dm: int) -> Layers:
        """Return the layers of a smaller limit; no search is needed."""
        return Layers(np.minimum(self.near, np.int32(limit_dm + 1)), self.people, limit_dm)


@dataclass(frozen=True, eq=False)
class Gates:
    """k ways that could be opened, in both directions: node positions u, v and length_dm >= 1, all (k,) int32."""

    u: Ints
    v: Ints
    length_dm: Ints

    def __len__(self) -> int:
        return len(self.u)

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """What an engine takes."""
        return self.u, self.v, self.length_dm

    def of(self, index: NDArray[Any]) -> Gates:
        """Return some of them, in the order asked for."""
        return Gates(self.u[index], self.v[index], self.length_dm[index])

    def one(self, index: int) -> tuple[int, int, int]:
        """Return u, v, length of a single gate."""
        return int(self.u[index]), int(self.v[index]), int(self.length_dm[index])


@dataclass(frozen=True, eq=False)
class Scores:
    """What each gate alone brings, per category: newly (k, c) people, saved_dm (k, c); settled (k,) nodes changed.

    A person counts once for every category that comes within the limit. Distances beyond the limit are unknown, so a
    person who was beyond saves only what lies below the limit: P * (min(old, L) - min(new, L)).
    """

    newly: Floats
    saved_dm: Floats
    settled: Longs

    @property
    def people(self) -> Floats:
        """People newly covered (k,), summed over categories."""
        return np.asarray(self.newly.sum(axis=1))

    @property
    def metres(self) -> Floats:
        """Person-metres saved (k,), summed over categories."""
        return np.asarray(self.saved_dm.sum(axis=1) / 10)

    @property
    def helped(self) -> Flags:
        """Which categories (k, c) somebody reaches over a shorter way."""
        return np.asarray((self.saved_dm > 0) | (self.newly > 0))


def stacked(layers: Sequence[Layer], people: Floats, limit_dm: int) -> Layers:
    """Stack the layers of all categories, which must reach at least as far as limit_dm."""
    short = [layer.limit_dm for layer in layers if layer.limit_dm < limit_dm]
    if short:
        raise ValueError(f"layers reach {min(short)} dm only, asked for {limit_dm}")
    near = np.empty((len(people), len(layers)), np.int32)
    for column, layer in enumerate(layers):
        np.minimum(layer.near, limit_dm + 1, out=near[:, column])
    return Layers(near, np.asarray(people, np.float64), limit_dm)


def searched(
    network: Network, doors: Sequence[Seeds], people: Floats, limit_dm: int, engine: SearchEngine
) -> Layers:
    """Search every category from its entrances; one layer at a time, so that memory holds the distances alone."""
    near = np.empty((network.size, len(doors)), np.int32)
    for column, each in enumerate(doors):
        np.minimum(nearest(network, each, limit_dm, engine).near, limit_dm + 1, out=near[:, column])
    return Layers(near, np.asarray(people, np.float64), limit_dm)


def arcs_of(network: Network) -> Arcs:
    """Return the arcs as searches from the facilities walk them: against one-way streets."""
    turned = network.turned()
    return turned.indptr, turned.indices, turned.length_dm


def score(
    network: Network,
    layers: Layers,
    gates: Gates,
    engine: Engine | None = None,
    told: Told = lambda done, total: None,
) -> Scores:
    """Score every gate alone on the layers of this network; `told` hears (gates done, of all)."""
    engine = engine or load("auto", len(gates))
    arcs, count = arcs_of(network), layers.near.shape[1]
    found = Scores(
        np.zeros((len(gates), count)), np.zeros((len(gates), count)), np.zeros(len(gates), np.int64)
    )
    order = _by_place(network, gates)
    for first in range(0, len(gates), CHUNK):
        part = order[first : first + CHUNK]
        some = gates.of(part).arrays
        newly, saved, settled = engine.score(arcs, layers.near, layers.people, some, layers.beyond, NO_GATE)
        found.newly[part], found.saved_dm[part], found.settled[part] = newly, saved, settled
        told(first + len(part), len(gates))
    return found


def _by_place(network: Network, gates: Gates) -> Longs:
    """Return an order in which neighbouring gates follow each other."""
    if not len(gates):
        return np.zeros(0, np.int64)
    lon, lat = network.lon[gates.u], network.lat[gates.u]
    cell = np.floor(local_metres(lon, lat, origin_of(lon, lat)) / CELL_M)
    return np.lexsort((gates.u, cell[:, 1], cell[:, 0])).astype(np.int64)


def rank(scores: Scores, gates: Gates) -> Longs:
    """Order gates: most people newly covered, then most person-metres, then the shortest, then as given."""
    people, metres = np.round(scores.people, 6), np.round(scores.metres, 6)
    return np.lexsort((np.arange(len(gates)), gates.length_dm, -metres, -people)).astype(np.int64)


def copied(layers: Layers) -> Layers:
    """Return layers that may be written to."""
    return replace(layers, near=layers.near.copy())
