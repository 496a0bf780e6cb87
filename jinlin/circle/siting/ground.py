"""The coverage problem of a walking network: which candidate nodes serve which homes within a radius."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jinlin.circle import reach
from jinlin.circle.engines import Engine
from jinlin.circle.network import Floats, Ints, Network
from jinlin.circle.siting.covers import Covers, covers


def people_at_nodes(size: int, node: Ints, population: NDArray[np.float64]) -> Floats:
    """Return (n,) people at every node; points with node -1 (not snapped) are left out."""
    inside = node >= 0
    return np.bincount(node[inside], population[inside], minlength=size).astype(np.float64)


def problem(
    network: Network,
    homes: tuple[Ints, Floats],
    existing: reach.Seeds,
    sites: Ints,
    *,
    radius_dm: int,
    engine: Engine,
) -> Covers:
    """Return who is covered by what exists and who would be by each site, within radius_dm (inclusive).

    homes: node (k,) or -1, and population (k,); everybody counts in the total, snapped or not. sites (s,): nodes, -1
    for a candidate that is not on the network, which covers nobody.
    """
    node, population = homes
    people = people_at_nodes(network.size, node, population)
    served = reach.nearest(network, existing, radius_dm, engine).near <= radius_dm
    spots = np.flatnonzero(people > 0)
    place = np.full(network.size, -1, np.int64)
    place[spots] = np.arange(len(spots))
    pairs = reach.within(network, reach.seeds(sites), radius_dm, engine)
    row = place[pairs.node]
    kept = row >= 0
    indptr = np.zeros(len(sites) + 1, np.int64)
    np.cumsum(np.bincount(pairs.facility[kept], minlength=len(sites)), out=indptr[1:])
    made = covers(indptr, row[kept], people[spots], covered=served[spots])
    return replace(made, total=float(population.sum()))
