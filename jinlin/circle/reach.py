"""Who reaches what: searches run from the facilities, never from the homes (design/living-circle.md 4.1 to 4.3).

Walking is undirected, so one bounded search per category gives the nearest facility of every node, and one per
facility gives the counts. Where ways are one-way the search walks the turned network, so that the distance is always
the one from the home to the facility.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import FAR, Floats, Ints, Network, limit_in_decimetres

if TYPE_CHECKING:
    from jinlin.circle.engines import Engine


@dataclass(frozen=True, eq=False)
class Seeds:
    """The entrances of the facilities of one category, all of length k and ordered by facility.

    node: where an entrance joins the network; offset_dm: what is walked before (0 unless connectors are counted);
    facility: 0..f-1, the same number for every entrance of one facility; f itself is `facilities`.
    """

    node: Ints
    offset_dm: Ints
    facility: Ints
    facilities: int

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """What an engine takes."""
        return self.node, self.offset_dm, self.facility


@dataclass(frozen=True, eq=False)
class Layer:
    """Nearest facility of every node: near (n,) decimetres, FAR beyond limit_dm; label (n,) facility or -1.

    Smaller limits and slower walkers of the same passable network read the same layer; no new search.
    """

    near: Ints
    label: Ints
    limit_dm: int


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every (facility, node) within a limit with its distance in decimetres, ordered by facility, then node."""

    facility: Ints
    node: Ints
    distance_dm: Ints


def seeds(
    node: NDArray[Any], facility: NDArray[Any] | None = None, offset_dm: NDArray[Any] | None = None
) -> Seeds:
    """Order entrances by facility; nodes below 0 (not snapped) are left out, their facilities keep their numbers."""
    node = np.asarray(node, np.int32)
    owner = np.arange(len(node)) if facility is None else np.asarray(facility)
    offset = np.zeros(len(node), np.int32) if offset_dm is None else np.asarray(offset_dm, np.int32)
    count = int(owner.max()) + 1 if len(owner) else 0
    kept = node >= 0
    order = np.flatnonzero(kept)[np.argsort(owner[kept], kind="stable")]
    return Seeds(node[order], offset[order], owner[order].astype(np.int32), count)


def nearest(network: Network, entrances: Seeds, limit_dm: int, engine: Engine) -> Layer:
    """Return the nearest facility of every node within the limit (inclusive)."""
    return Layer(*engine.nearest(network.turned(), entrances.arrays, int(limit_dm)), int(limit_dm))


def counts(network: Network, entrances: Seeds, limits_dm: Sequence[int], engine: Engine) -> Ints:
    """Return (limits, n): facilities within each limit; a facility with several entrances counts once (F2)."""
    order = np.argsort(np.asarray(limits_dm), kind="stable")
    ascending = np.asarray(limits_dm, np.int32)[order]
    found = np.empty((len(order), network.size), np.int32)
    found[order] = engine.counts(network.turned(), entrances.arrays, ascending)
    return found


def within(network: Network, entrances: Seeds, limit_dm: int, engine: Engine) -> Pairs:
    """Return every facility and node within the limit: the catchments."""
    return Pairs(*engine.within(network.turned(), entrances.arrays, int(limit_dm)))


@dataclass(frozen=True, eq=False)
class Access:
    """Supply per demand: ratio (f,) is NaN where nobody lives in the catchment ("no demand mapped"); score (n,)."""

    ratio: Floats
    score: Floats


def two_step(
    pairs: Pairs,
    capacity: NDArray[Any],
    population: NDArray[Any],
    weights: Sequence[tuple[float, float]] = (),
) -> Access:
    """Two-step floating catchment: R_j = S_j / sum(P_k W), A_i = sum(R_j W) (design/living-circle.md 4.3).

    capacity (f,) of the facilities, population (n,) at the nodes; weights are (limit in metres, W) of ascending bands
    for the enhanced form, without them every pair weighs 1. sum(A_i P_i) = sum(S_j) over facilities with demand.
    """
    weight = _weights(pairs, weights)
    people = np.asarray(population, np.float64)
    supply = np.asarray(capacity, np.float64)
    demand = np.bincount(pairs.facility, people[pairs.node] * weight, minlength=len(supply))
    ratio = np.full(len(supply), np.nan)
    np.divide(supply, demand, out=ratio, where=demand > 0)
    share = np.nan_to_num(ratio)[pairs.facility] * weight
    score = np.bincount(pairs.node, share, minlength=len(people))
    return Access(ratio, score.astype(np.float64))


def _weights(pairs: Pairs, bands: Sequence[tuple[float, float]]) -> Floats:
    """Return the weight of each pair; 0 beyond the last band."""
    if not bands:
        return np.ones(len(pairs.node))
    limits = np.array([limit_in_decimetres(metres) for metres, _weight in bands])
    values = np.array([weight for _metres, weight in bands] + [0.0])
    return values[np.searchsorted(limits, pairs.distance_dm, side="left")]


def metres(distance_dm: NDArray[Any]) -> Floats:
    """Return decimetres as metres; NaN where nothing was reached."""
    return np.where(np.asarray(distance_dm) >= FAR, np.nan, np.asarray(distance_dm) / 10)


def detour_ratio(network_dm: NDArray[Any], straight_m: NDArray[Any]) -> Floats:
    """Return network / straight-line distance; alarm above 2.0 (domain.md 8.4). NaN where unreached or on the spot."""
    walked = metres(network_dm)
    straight = np.asarray(straight_m, np.float64)
    ratio = np.full(walked.shape, np.nan)
    np.divide(walked, straight, out=ratio, where=straight > 0)
    return ratio
