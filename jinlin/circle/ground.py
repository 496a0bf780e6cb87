"""Positions in degrees as metres on the ground, near one place.

A city is small enough for a plane: at 100 km from the origin the plane is wrong by about 1 % of a distance, at the 300 m
of a snap by less than 3 m. Distances that are published are taken on the sphere, not in the plane.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import Floats
from jinlin.kernel.geo import EARTH_RADIUS_M

Origin = tuple[float, float]


def origin_of(lon: NDArray[Any], lat: NDArray[Any]) -> Origin:
    """Return the middle of the box around points, as (lon, lat)."""
    if not len(lon):
        return (0.0, 0.0)
    return (float(np.min(lon) + np.max(lon)) / 2, float(np.min(lat) + np.max(lat)) / 2)


def local_metres(lon: NDArray[Any], lat: NDArray[Any], origin: Origin) -> Floats:
    """Return (n, 2) metres east and north of the origin, on a plane touching the sphere there."""
    degree = np.pi / 180 * EARTH_RADIUS_M
    east = (np.asarray(lon, np.float64) - origin[0]) * degree * np.cos(np.radians(origin[1]))
    north = (np.asarray(lat, np.float64) - origin[1]) * degree
    return np.column_stack((east, north))


def degrees(metres: Floats, origin: Origin) -> tuple[Floats, Floats]:
    """Undo local_metres: return lon, lat."""
    degree = np.pi / 180 * EARTH_RADIUS_M
    lon = metres[:, 0] / (degree * np.cos(np.radians(origin[1]))) + origin[0]
    return lon, metres[:, 1] / degree + origin[1]


def nearest_straight_m(
    lon: NDArray[Any], lat: NDArray[Any], to_lon: NDArray[Any], to_lat: NDArray[Any]
) -> Floats:
    """Return the straight-line metres from each point to the nearest of the others; infinite when there are none."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  slow to import

    if not len(to_lon):
        return np.full(len(lon), np.inf)
    chord, _which = cKDTree(_on_the_sphere(to_lon, to_lat)).query(_on_the_sphere(lon, lat))
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord / 2, 1.0)))


def _on_the_sphere(lon: NDArray[Any], lat: NDArray[Any]) -> Floats:
    """Return unit vectors (n, 3): their chords rank like great-circle distances, anywhere."""
    east, north = np.radians(np.asarray(lon, np.float64)), np.radians(np.asarray(lat, np.float64))
    return np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))
