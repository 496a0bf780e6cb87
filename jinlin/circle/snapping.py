"""Where a point joins the network.

Points snap to the nearest node of the largest part within a limit: a point on an island would be cut off from
everything, which is a fault of the map and not a gap (design/living-circle.md 3.2). The distance of the snap is handed
back; whether it is walked is the caller's setting (the command does not count it, as the reference city does not).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.ground import local_metres, origin_of
from jinlin.circle.network import Flags, Floats, Ints, Network, whole_decimetres
from jinlin.kernel.geo import haversine_m

SNAP_M = 300.0


@dataclass(frozen=True, eq=False)
class Snapped:
    """For each point: node (-1 when none is near enough) and the metres to the nearest node that was allowed."""

    node: Ints
    distance_m: Floats

    @property
    def missed(self) -> Flags:
        """Points that joined nothing: not mapped, neither covered nor a gap."""
        return self.node < 0

    def offset_dm(self) -> Ints:
        """The connector as whole decimetres, for callers that count it; 0 where the point stands on its node."""
        offset = np.where(self.distance_m < 0.05, 0, whole_decimetres(np.minimum(self.distance_m, 1e6)))
        return np.where(self.node < 0, 0, offset).astype(np.int32)


def mainland(network: Network, share: float = 1.0) -> Flags:
    """Say which nodes points may snap to: the largest part, and any that holds at least `share` of all nodes."""
    allowed = network.sizes >= share * max(network.size, 1)
    allowed[:1] = True
    return np.asarray(allowed[network.component])


def snap(
    network: Network,
    lon: NDArray[Any],
    lat: NDArray[Any],
    limit_m: float = SNAP_M,
    allowed: Flags | None = None,
) -> Snapped:
    """Snap points (k,) in degrees to the nearest allowed node within limit_m; by default to the largest part only."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  slow to import

    nodes = np.flatnonzero(mainland(network) if allowed is None else allowed)
    if not len(nodes) or not len(lon):
        return Snapped(np.full(len(lon), -1, np.int32), np.full(len(lon), np.inf))
    origin = origin_of(network.lon[nodes], network.lat[nodes])
    tree = cKDTree(local_metres(network.lon[nodes], network.lat[nodes], origin))
    _plane, which = tree.query(local_metres(lon, lat, origin))
    node = nodes[which]
    distance = np.asarray(haversine_m(lon, lat, network.lon[node], network.lat[node]), np.float64).reshape(-1)
    return Snapped(np.where(distance <= limit_m, node, -1).astype(np.int32), distance)
