"""A county at a time, and exactly as if the whole province had been computed at once (design/living-circle.md 4.7).

A tile is a county's own nodes and a halo around them. Nearest and counts of the own nodes need everything within the
limit; access (2SFCA), gates and sites change or ask what lies a limit further, so they need twice as much. Lengths are
whole decimetres and nodes keep their order, so a tile's figures equal the whole's bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from jinlin.circle import reach
from jinlin.circle.engines import Engine
from jinlin.circle.gates import Gates, Scores, score, searched
from jinlin.circle.gates.engine import Engine as Openings
from jinlin.circle.ground import local_metres, origin_of
from jinlin.circle.network import FAR, Flags, Floats, Ints, Longs, Network, between
from jinlin.kernel.geo import haversine_m

MOST_NODES = 300_000  # a county larger than this is cut into its townships


@dataclass(frozen=True, eq=False)
class Tile:
    """A part of a network: node (k,) positions in the whole, ascending; home (k,) says which are the county's own."""

    network: Network
    node: Longs
    home: Flags

    def local(self, node: NDArray[Any]) -> Ints:
        """Return positions of the whole as positions in the tile, -1 for those outside."""
        place = np.minimum(np.searchsorted(self.node, node), max(len(self.node) - 1, 0))
        inside = self.node[place] == node if len(self.node) else np.zeros(len(node), bool)
        return np.where(inside, place, -1).astype(np.int32)

    def seeds(self, doors: reach.Seeds) -> reach.Seeds:
        """Return the entrances inside the tile; facilities keep their numbers."""
        return reach.seeds(self.local(doors.node), doors.facility, doors.offset_dm)


def codes(county: NDArray[Any], town: NDArray[Any], most: int = MOST_NODES) -> NDArray[Any]:
    """Return the tile of every node (n,): its county, or its township where the county has more than `most` nodes."""
    names, number, count = np.unique(county, return_inverse=True, return_counts=True)
    return np.where((count > most)[number], town, names[number])


def halo(network: Network, home: Flags, reach_dm: int, engine: Engine) -> Flags:
    """Say which nodes (n,) lie within reach_dm on foot of the own nodes, those included; exact for any lengths.

    Whoever leaves the county passes a node that has a neighbour outside; the search starts there. One-way streets count
    in both directions, since some questions look from the homes and some from the facilities.
    """
    both = _undirected(network)
    start = np.repeat(np.arange(both.size), np.diff(both.indptr))
    border = np.unique(start[home[start] & ~home[both.indices]])
    near = reach.nearest(both, reach.seeds(border), reach_dm, engine).near
    return np.asarray(home | (near < FAR))


def halo_by_distance(network: Network, home: Flags, reach_dm: int) -> Flags:
    """Say which nodes lie within reach_dm in a straight line of the own nodes: what a map store can be asked for.

    Exact as long as no edge is shorter than the straight line between its ends; where one is, the halo is wider by the
    worst ratio. It holds every node that `halo` finds, and more.
    """
    spot = local_metres(network.lon, network.lat, origin_of(network.lon, network.lat))
    wide = reach_dm / 10 * stretch(network) * 1.02 + 1  # the plane is off by 1 % at 100 km (ground.py)
    distance, _which = cKDTree(spot[home]).query(spot, distance_upper_bound=wide)
    return np.asarray(np.isfinite(distance))


def stretch(network: Network) -> float:
    """Return the worst straight line / walked length of any edge, at least 1."""
    start = np.repeat(np.arange(network.size), np.diff(network.indptr))
    stop = network.indices
    straight = haversine_m(network.lon[start], network.lat[start], network.lon[stop], network.lat[stop])
    return float(np.max(np.asarray(straight) * 10 / network.length_dm, initial=1.0))


def cut(network: Network, home: Flags, inside: Flags) -> Tile:
    """Cut the nodes `inside` out of the network, with every way between two of them."""
    node = np.flatnonzero(inside)
    place = np.full(network.size, -1, np.int64)
    place[node] = np.arange(len(node))
    start = np.repeat(np.arange(network.size), np.diff(network.indptr))
    kept = inside[start] & inside[network.indices]
    if not network.directed:
        kept &= start < network.indices
    part = between(
        network.node_id[node],
        network.lon[node],
        network.lat[node],
        (place[start[kept]], place[network.indices[kept]]),
        network.length_dm[kept],
        oneway=np.ones(int(kept.sum()), bool) if network.directed else None,
    )
    return Tile(part, node, home[node])


def tiles(network: Network, county: NDArray[Any], reach_dm: int, engine: Engine) -> Iterator[Tile]:
    """Yield the tile of every county (n,) in order of its code, with a halo of reach_dm on foot."""
    for code in np.unique(county):
        home = county == code
        yield cut(network, home, halo(network, home, reach_dm, engine))


def nearest(
    network: Network, county: NDArray[Any], doors: reach.Seeds, limit_dm: int, engine: Engine
) -> reach.Layer:
    """Return reach.nearest of the whole, tile by tile."""
    near, label = np.full(network.size, FAR, np.int32), np.full(network.size, -1, np.int32)
    for tile in tiles(network, county, limit_dm, engine):
        layer = reach.nearest(tile.network, tile.seeds(doors), limit_dm, engine)
        near[tile.node[tile.home]] = layer.near[tile.home]
        label[tile.node[tile.home]] = layer.label[tile.home]
    return reach.Layer(near, label, limit_dm)


def counts(
    network: Network, county: NDArray[Any], doors: reach.Seeds, limits_dm: Sequence[int], engine: Engine
) -> Ints:
    """Return reach.counts of the whole, tile by tile."""
    found = np.zeros((len(limits_dm), network.size), np.int32)
    for tile in tiles(network, county, max(limits_dm), engine):
        part = reach.counts(tile.network, tile.seeds(doors), limits_dm, engine)
        found[:, tile.node[tile.home]] = part[:, tile.home]
    return found


@dataclass(frozen=True, eq=False)
class Supply:
    """Facilities for 2SFCA: their entrances, capacity (f,), and people (n,) at the nodes of the whole."""

    doors: reach.Seeds
    capacity: Floats
    people: Floats
    weights: tuple[tuple[float, float], ...] = ()


def two_step(network: Network, county: NDArray[Any], supply: Supply, limit_dm: int, engine: Engine) -> Floats:
    """Return the access score (n,) of the whole, tile by tile.

    A halo of one limit would give a facility across the border the own people alone (fixture F7). A tile therefore
    reaches a limit beyond every entrance of the facilities that its people reach, however far those entrances are apart.
    """
    found = np.zeros(network.size)
    for code in np.unique(county):
        home = county == code
        inside = halo(network, home, limit_dm, engine)
        reached = np.isin(supply.doors.facility, supply.doors.facility[inside[supply.doors.node]])
        doors = np.zeros(network.size, bool)
        doors[supply.doors.node[reached]] = True
        tile = cut(network, home, halo(network, inside | doors, limit_dm, engine))
        pairs = reach.within(tile.network, tile.seeds(supply.doors), limit_dm, engine)
        access = reach.two_step(pairs, supply.capacity, supply.people[tile.node], supply.weights)
        found[tile.node[tile.home]] = access.score[tile.home]
    return found


@dataclass(frozen=True, eq=False)
class Asked:
    """What gates are scored on: entrances of every category, people (n,) of the whole, the limit."""

    doors: Sequence[reach.Seeds]
    people: Floats
    limit_dm: int


def scores(
    network: Network,
    county: NDArray[Any],
    gates: Gates,
    asked: Asked,
    engine: Engine,
    openings: Openings | None = None,
) -> Scores:
    """Return gates.score of the whole, tile by tile: a gate is scored where its first end is at home.

    It changes nodes up to a limit away, across the border too, and those look a limit further: a halo of two, counted
    from both ends of the county's gates, because a gate may lead out of it.
    """
    count = len(asked.doors)
    found = Scores(
        np.zeros((len(gates), count)), np.zeros((len(gates), count)), np.zeros(len(gates), np.int64)
    )
    for code in np.unique(county[gates.u]):
        own = np.flatnonzero(county[gates.u] == code)
        ends = np.zeros(network.size, bool)
        ends[gates.u[own]] = ends[gates.v[own]] = True
        tile = cut(network, ends, halo(network, ends, 2 * asked.limit_dm, engine))
        people = asked.people[tile.node]
        doors = [tile.seeds(each) for each in asked.doors]
        layers = searched(tile.network, doors, people, asked.limit_dm, engine)
        some = Gates(tile.local(gates.u[own]), tile.local(gates.v[own]), gates.length_dm[own])
        part = score(tile.network, layers, some, openings)
        found.newly[own], found.saved_dm[own], found.settled[own] = part.newly, part.saved_dm, part.settled
    return found


def _undirected(network: Network) -> Network:
    if not network.directed:
        return network
    start = np.repeat(np.arange(network.size, dtype=np.int64), np.diff(network.indptr))
    ends = start, network.indices.astype(np.int64)
    return between(network.node_id, network.lon, network.lat, ends, network.length_dm)
