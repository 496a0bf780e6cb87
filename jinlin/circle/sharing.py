"""Who may use what, and when: shared facilities, resident-only gates and opening hours (design/living-circle.md 4.5).

Blocks with the same permissions form an access class: the residents of a compound, or an alliance of compounds. Each
class has a layer of its own, the public one plus what the class may use besides, and it counts for that class's blocks
alone: a resident-only gate is an entry for its residents, never a through-route for the neighbours (fixture F10).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import FAR, Network, between
from jinlin.circle.opening import ALWAYS, Hours, Moment
from jinlin.circle.reach import Layer, Seeds, nearest

if TYPE_CHECKING:
    from jinlin.circle.engines import Engine

PUBLIC = ""  # the class everybody belongs to


@dataclass(frozen=True)
class SharingRule:
    """An agreement: these classes may use the thing within these hours, from a day to a day (both included)."""

    classes: frozenset[str]
    hours: Hours = ALWAYS
    valid_from: date | None = None
    valid_to: date | None = None

    def allows(self, access_class: str, moment: Moment, day: date | None) -> bool:
        """Say whether a member of the class may use it then; without a day validity is not asked."""
        if day is not None and not (self.valid_from or day) <= day <= (self.valid_to or day):
            return False
        return access_class in self.classes and self.hours.open_at(moment)


@dataclass(frozen=True)
class Use:
    """The terms of one facility or gate: public ones serve everybody, others their owners; rules add classes."""

    public: bool = True
    owners: frozenset[str] = frozenset()
    hours: Hours = ALWAYS
    rules: tuple[SharingRule, ...] = ()

    def allows(self, access_class: str, moment: Moment, day: date | None = None) -> bool:
        """Say whether a member of the class may use it at that moment."""
        if any(rule.allows(access_class, moment, day) for rule in self.rules):
            return True
        return (self.public or access_class in self.owners) and self.hours.open_at(moment)


@dataclass(frozen=True)
class Passage:
    """A gate as a way between two nodes, passable under terms."""

    a: int
    b: int
    length_dm: int
    use: Use = Use()


@dataclass(frozen=True)
class Instant:
    """The moment and, where agreements have dates, the day."""

    moment: Moment
    day: date | None = None


def layers_by_class(
    network: Network,
    doors: Seeds,
    terms: tuple[Sequence[Use], Sequence[Passage]],
    classes: Iterable[str],
    instant: Instant,
    *,
    limit_dm: int,
    engine: Engine,
) -> dict[str, Layer]:
    """Return the layer of the public and of each class; terms are those of the facilities (by number) and the gates.

    The network holds no gate; a class starts from the public layer and only walks where something of its own is nearer.
    """
    uses, gates = terms
    public_gates = [gate for gate in gates if gate.use.allows(PUBLIC, instant.moment, instant.day)]
    open_network = opened(network, public_gates)
    public = nearest(open_network, usable(doors, uses, PUBLIC, instant), limit_dm, engine)
    found = {PUBLIC: public}
    for access_class in classes:
        own_doors = usable(doors, uses, access_class, instant)
        own_gates = [gate for gate in gates if gate.use.allows(access_class, instant.moment, instant.day)]
        extra = [gate for gate in own_gates if gate not in public_gates]
        found[access_class] = improved(open_network, public, own_doors, extra)
    return found


def usable(doors: Seeds, uses: Sequence[Use], access_class: str, instant: Instant) -> Seeds:
    """Keep the entrances of facilities a class may use then; the public may use what every class may."""
    allowed = np.array(
        [
            use.allows(access_class, instant.moment, instant.day)
            or use.allows(PUBLIC, instant.moment, instant.day)
            for use in uses
        ],
        bool,
    )
    kept = allowed[doors.facility] if len(doors.facility) else np.zeros(0, bool)
    return replace(
        doors, node=doors.node[kept], offset_dm=doors.offset_dm[kept], facility=doors.facility[kept]
    )


def opened(network: Network, gates: Sequence[Passage]) -> Network:
    """Return the network with gates as edges, for counts and catchments of a class."""
    if not gates:
        return network
    start = np.repeat(np.arange(network.size, dtype=np.int64), np.diff(network.indptr))
    once = np.ones(len(start), bool) if network.directed else start < network.indices
    ends = np.array([(gate.a, gate.b) for gate in gates], np.int64)
    lengths = np.array([gate.length_dm for gate in gates], np.int32)
    oneway = np.concatenate((np.ones(int(once.sum()), bool), np.zeros(len(gates), bool)))
    return between(
        network.node_id,
        network.lon,
        network.lat,
        (np.concatenate((start[once], ends[:, 0])), np.concatenate((network.indices[once], ends[:, 1]))),
        np.concatenate((network.length_dm[once], lengths)),
        oneway=oneway if network.directed else None,
    )


def improved(network: Network, layer: Layer, doors: Seeds, gates: Sequence[Passage]) -> Layer:
    """Return the layer after more doors and gates: a search that enters a node only if it becomes nearer."""
    turned = network.turned()
    near, label = layer.near.copy(), layer.label.copy()
    ways: dict[int, list[tuple[int, int]]] = {}
    for gate in gates:
        ways.setdefault(gate.a, []).append((gate.b, gate.length_dm))
        ways.setdefault(gate.b, []).append((gate.a, gate.length_dm))
    heap = _offers(layer, doors, gates)
    heapq.heapify(heap)
    while heap:
        distance, node, facility = heapq.heappop(heap)
        if distance > layer.limit_dm or distance >= near[node]:
            continue
        near[node], label[node] = distance, facility
        for other, length in (*_around(turned, node), *ways.get(node, ())):
            if distance + length < near[other]:
                heapq.heappush(heap, (distance + length, other, facility))
    return Layer(near, label, layer.limit_dm)


def _offers(layer: Layer, doors: Seeds, gates: Sequence[Passage]) -> list[tuple[int, int, int]]:
    """Return (distance, node, facility): every door, and what each gate brings from its other side."""
    found = list(zip(doors.offset_dm.tolist(), doors.node.tolist(), doors.facility.tolist(), strict=True))
    for gate in gates:
        for start, stop in ((gate.a, gate.b), (gate.b, gate.a)):
            if layer.near[start] < FAR:
                found.append((int(layer.near[start]) + gate.length_dm, stop, int(layer.label[start])))
    return found


def _around(network: Network, node: int) -> list[tuple[int, int]]:
    arcs = slice(network.indptr[node], network.indptr[node + 1])
    return list(zip(network.indices[arcs].tolist(), network.length_dm[arcs].tolist(), strict=True))


def at_homes(layers: dict[str, Layer], node: NDArray[Any], access_class: Sequence[str]) -> NDArray[np.int32]:
    """Return for each block the distance in the layer of its own class; FAR for blocks that are not mapped."""
    found = np.full(len(node), FAR, np.int32)
    for row, (place, own) in enumerate(zip(node.tolist(), access_class, strict=True)):
        if place >= 0:
            found[row] = layers.get(own, layers[PUBLIC]).near[place]
    return found
