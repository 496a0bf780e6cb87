"""Ways drawn across walls: found anew whenever ways, walls or gates change, and listed until a gate explains them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import numpy as np
import shapely

from jinlin.circle.models import Crossing, Gate
from jinlin.circle.network import Floats
from jinlin.circle.queries.facts import facts_of, latest_edition, ways_of
from jinlin.circle.rules import arrays
from jinlin.circle.walls import cut
from jinlin.kernel.geo import haversine_m
from jinlin.places.models import Compound

NEAR_M: Final = 12.0  # a gate this close to where a way meets the wall explains it


def find_crossings(county: str) -> int:
    """List the ways of the newest network that cross a wall; return how many no gate explains (in a transaction)."""
    edition = latest_edition(county)
    Crossing.objects.filter(county=county).delete()
    if edition is None:
        return 0
    facts = facts_of(county, edition=edition)
    courts = [court for court in facts.courts if court.walled]
    found = cut(ways_of(edition.pk).drawing, [shapely.boundary(court.area) for court in courts])
    if not len(found.edge):
        return 0
    ids = arrays.unpacked(bytes(edition.arrays.data))["node"]
    villages = dict(Compound.objects.filter(county=county).values_list("pk", "village"))
    gates = _gates(county)
    drawing = facts.ways.drawing
    rows = []
    for edge, wall, lon, lat in zip(found.edge, found.wall, found.lon, found.lat, strict=True):
        compound = UUID(courts[int(wall)].key)
        rows.append(
            Crossing(
                county=county,
                village=villages[compound],
                network=edition,
                compound_id=compound,
                lon=round(float(lon), 7),
                lat=round(float(lat), 7),
                way=f"{ids[drawing.tail[edge]]}-{ids[drawing.head[edge]]}"[:80],
                explained=_explained(gates.get(compound), float(lon), float(lat)),
            )
        )
    Crossing.objects.bulk_create(rows, batch_size=500)
    return sum(not row.explained for row in rows)


def _gates(county: str) -> dict[UUID, Floats]:
    """Return lon, lat of the live gates by each compound they belong to."""
    found: dict[UUID, list[tuple[float, float]]] = {}
    rows = Gate.objects.filter(county=county, is_live=True)
    for compound, other, lon, lat in rows.values_list("compound_id", "other_id", "lon", "lat"):
        for one in (compound, other):
            if one is not None:
                found.setdefault(one, []).append((lon, lat))
    return {compound: np.array(spots) for compound, spots in found.items()}


def _explained(gates: Floats | None, lon: float, lat: float) -> bool:
    if gates is None:
        return False
    away = haversine_m(gates[:, 0], gates[:, 1], lon, lat)
    return bool(np.min(away) <= NEAR_M)
