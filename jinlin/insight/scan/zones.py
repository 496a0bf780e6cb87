"""Neighbourhoods: each place with its nearest ones, up to twenty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
MOST_PLACES = 20
SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)  # places in a neighbourhood that is tried
KM_PER_DEGREE = 111.195  # mean earth radius 6,371.0088 km x pi / 180


@dataclass(frozen=True, eq=False)
class Zones:
    """`near` (P, K): places by distance from each, itself first; -1 fills up where there are fewer neighbours."""

    near: Ints

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.near)

    @property
    def sizes(self) -> Ints:
        """Sizes of the neighbourhoods that are tried."""
        return np.array([size for size in SIZES if size <= self.near.shape[1]], np.int64)

    def zone(self, centre: int, size: int) -> Ints:
        """Return the places of a neighbourhood."""
        found = self.near[centre, :size]
        return found[found >= 0]


def zones_of(lat: NDArray[np.float64], lon: NDArray[np.float64], most: int = MOST_PLACES) -> Zones:
    """Return the neighbourhoods of places by their points (P,) in degrees; a place without one (NaN) is alone."""
    places = len(lat)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    width = max(1, min(most, len(known)))
    near = np.full((places, width), -1, np.int64)
    near[:, 0] = np.arange(places)
    if len(known) < 2:
        return Zones(near)
    from scipy.spatial import cKDTree  # noqa: PLC0415  slow to load; whoever imports the actions of the room need not wait

    flat = np.column_stack([lat[known], lon[known] * np.cos(np.radians(lat[known].mean()))]) * KM_PER_DEGREE
    more = min(len(known), width + 8)  # places on one point: enough to put equals into one order
    distance, index = cKDTree(flat).query(flat, k=more)
    distance = np.where(index == np.arange(len(known))[:, None], -1.0, np.round(distance, 6))
    order = np.lexsort((index, distance), axis=1)[:, :width]
    near[known] = known[np.take_along_axis(index, order, axis=1)]
    near[known, 0] = known
    return Zones(near)
