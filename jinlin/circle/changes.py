"""What if a facility opens, closes or moves, or a gate opens or closes? One layer is repaired, not searched anew.

Nearer ways are entered from where they begin, only as far as they are nearer. What is taken away leaves a hole: the
nodes whose way led there are emptied, refilled from the rim of the hole and from the doors inside it
(design/living-circle.md 4.5). Each change writes into the layer and returns what stood there before, so that a what-if
can be taken back; it costs a small part of a search, and the result is the same to the decimetre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from jinlin.circle import engines
from jinlin.circle.network import FAR, Flags, Ints, Longs, Network, between
from jinlin.circle.reach import Layer, Seeds

Arcs = tuple[Ints, Ints, Ints]
Offers = tuple[Ints, Ints, Ints]  # node, distance in decimetres, facility


class Engine(Protocol):
    """What both engines offer; a layer is (near, label), written in place."""

    name: str

    def spread(
        self, arcs: Arcs, layer: tuple[Ints, Ints], offers: Offers, limit_dm: int
    ) -> tuple[Ints, Ints, Ints]:
        """Enter nodes that become nearer, or as near to a smaller number; return node, old near, old label in turn."""
        ...

    def orphans(self, arcs: tuple[Arcs, Arcs], layer: tuple[Ints, Ints], starts: Ints, own: Flags) -> Ints:
        """Return the nodes that have lost their way, looking from `starts` outwards by growing distance.

        arcs: as the search walks, and against it. A node keeps its distance and label when it has a door of its own
        (`own`) or a neighbour that kept both and accounts for them.
        """
        ...


@dataclass(frozen=True, eq=False)
class Before:
    """What a change wrote over, in the order it was written: node, near, label (k,); a node may stand twice."""

    node: Ints
    near: Ints
    label: Ints

    def restore(self, layer: Layer) -> None:
        """Take the change back; changes are taken back in the opposite order."""
        layer.near[self.node[::-1]] = self.near[::-1]
        layer.label[self.node[::-1]] = self.label[::-1]


def load(name: str = "auto") -> Engine:
    """Return numba where it is installed, else (or for "scipy": no extras) plain Python."""
    if engines.load(name).name == "numba":
        from jinlin.circle.engines.repair_numba import NumbaRepair  # noqa: PLC0415  an extra

        return NumbaRepair()
    from jinlin.circle.engines.repair_python import PythonRepair  # noqa: PLC0415  only one is needed

    return PythonRepair()


def copied(layer: Layer) -> Layer:
    """Return a layer that may be written to."""
    return Layer(layer.near.copy(), layer.label.copy(), layer.limit_dm)


def add_facility(network: Network, layer: Layer, doors: Seeds, engine: Engine) -> Before:
    """Let facilities open: doors are their entrances, with the numbers they are to have in the layer."""
    return _spread(network, layer, doors.arrays, engine)


def close_facility(network: Network, layer: Layer, facility: int, left: Seeds, engine: Engine) -> Before:
    """Let a facility close; `left` are the entrances of all that stay, with their numbers."""
    hole = np.flatnonzero(layer.label == facility).astype(np.int32)
    return _refilled(network, layer, hole, left, engine)


def move_facility(network: Network, layer: Layer, doors: Seeds, left: Seeds, engine: Engine) -> Before:
    """Let one facility move: `doors` are its new entrances, `left` those of all others."""
    facility = int(doors.facility[0])
    closed = close_facility(network, layer, facility, left, engine)
    return _joined(closed, add_facility(network, layer, doors, engine))


def open_gate(network: Network, layer: Layer, gate: tuple[int, int, int], engine: Engine) -> Before:
    """Let people through a gate (u, v, length_dm); `network` has it as an edge already (sharing.opened)."""
    offers = []
    for start, end in ((gate[0], gate[1]), (gate[1], gate[0])):
        if layer.near[start] < FAR:
            offers.append((end, int(layer.near[start]) + gate[2], int(layer.label[start])))
    node, reach, label = np.array(offers, np.int32).reshape(-1, 3).T
    return _spread(network, layer, (node, reach, label), engine)


def close_gates(
    network: Network, layer: Layer, ends: tuple[Ints, Ints], doors: Seeds, engine: Engine
) -> Before:
    """Shut ways between pairs of nodes; `network` has them no more (`without`), `doors` are all entrances of the layer."""
    starts = np.unique(np.concatenate(ends))
    starts = starts[layer.near[starts] < FAR].astype(np.int32)
    own = np.zeros(network.size, bool)
    node, offset, facility = doors.arrays
    own[node[(layer.near[node] == offset) & (layer.label[node] == facility)]] = True
    both = _arcs(network.turned()), _arcs(network)
    hole = engine.orphans(both, (layer.near, layer.label), starts, own)
    return _refilled(network, layer, hole, doors, engine)


def without(network: Network, ends: tuple[Ints, Ints]) -> Network:
    """Return the network without the ways between these pairs of nodes, in both directions."""
    start = np.repeat(np.arange(network.size, dtype=np.int64), np.diff(network.indptr))
    shut = np.concatenate((_keys(network, *ends), _keys(network, ends[1], ends[0])))
    kept = ~np.isin(start * network.size + network.indices, shut)
    if not network.directed:
        kept &= start < network.indices
    oneway = np.ones(int(kept.sum()), bool)

    return between(
        network.node_id,
        network.lon,
        network.lat,
        (start[kept], network.indices[kept].astype(np.int64)),
        network.length_dm[kept],
        oneway=oneway if network.directed else None,
    )


def _keys(network: Network, u: Ints, v: Ints) -> Longs:
    return np.asarray(u, np.int64) * network.size + v


def _arcs(network: Network) -> Arcs:
    return network.indptr, network.indices, network.length_dm


def _spread(network: Network, layer: Layer, offers: Offers, engine: Engine) -> Before:
    arcs = _arcs(network.turned())
    return Before(*engine.spread(arcs, (layer.near, layer.label), offers, layer.limit_dm))


def _refilled(network: Network, layer: Layer, hole: Ints, doors: Seeds, engine: Engine) -> Before:
    """Empty the nodes of a hole and let everything around it, and the doors inside, offer their ways."""
    emptied = Before(hole, layer.near[hole], layer.label[hole])
    layer.near[hole], layer.label[hole] = FAR, -1
    width = (network.indptr[hole + 1] - network.indptr[hole]).astype(np.int64)
    ends = np.cumsum(width)
    arc = np.arange(int(width.sum())) + np.repeat(network.indptr[hole] - (ends - width), width)
    around, inside = network.indices[arc], np.repeat(hole, width)
    rim = layer.near[around] < FAR
    around, inside, arc = around[rim], inside[rim], arc[rim]
    node, offset, facility = doors.arrays
    own = layer.near[node] == FAR
    offers = (
        np.concatenate((inside, node[own])).astype(np.int32),
        np.concatenate((layer.near[around] + network.length_dm[arc], offset[own])).astype(np.int32),
        np.concatenate((layer.label[around], facility[own])).astype(np.int32),
    )
    return _joined(emptied, _spread(network, layer, offers, engine))


def _joined(first: Before, second: Before) -> Before:
    return Before(
        np.concatenate((first.node, second.node)),
        np.concatenate((first.near, second.near)),
        np.concatenate((first.label, second.label)),
    )
