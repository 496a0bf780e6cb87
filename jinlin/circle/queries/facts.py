"""The facts of a county, or of a part of it, as the engine takes them: ways, courts, gates, doors, blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q
from shapely.geometry import shape

from jinlin.circle.joining import Drawing
from jinlin.circle.models import (
    Block,
    Enclosure,
    Entrance,
    Facility,
    Gate,
    LoadedList,
    NetworkEdition,
    SharingRule,
)
from jinlin.circle.opening import MOMENTS, Moment, read_hours
from jinlin.circle.rules import arrays
from jinlin.circle.sharing import SharingRule as Terms
from jinlin.circle.sharing import Use
from jinlin.circle.terrain import Court, Door, Spots, Ways, cropped
from jinlin.kernel.geo import Box

KEPT = 4  # networks a process holds unpacked; a county takes some megabytes


@dataclass(frozen=True)
class Home:
    """One block: where it is, its compound ("" for none), counts."""

    id: UUID
    lon: float
    lat: float
    court: str
    residents: int
    buildings: int
    town: str
    village: str


@dataclass(frozen=True)
class Shop:
    """One facility in use, with its doors and terms."""

    id: UUID
    category: str
    name: str
    doors: tuple[tuple[float, float], ...]
    use: Use
    court: str
    village: str
    accessible: bool
    hours: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything an assessment stands on."""

    edition: NetworkEdition | None
    ways: Ways
    courts: tuple[Court, ...]
    gates: tuple[Door, ...]
    homes: tuple[Home, ...]
    shops: tuple[Shop, ...]
    loaded: frozenset[str] = field(default_factory=frozenset)

    def with_gate(self, key: str, **changes: Any) -> Facts:
        """Return the facts with one gate changed: a what-if."""
        gates = tuple(replace(gate, **changes) if gate.key == key else gate for gate in self.gates)
        return replace(self, gates=gates)

    def spots(self) -> Spots:
        """Return the points to be joined: the blocks, then every door of every facility in order."""
        doors = [(lon, lat, shop.court) for shop in self.shops for lon, lat in shop.doors]
        rows = [(home.lon, home.lat, home.court) for home in self.homes] + doors
        table = np.array([row[:2] for row in rows], np.float64).reshape(-1, 2)
        return Spots(table[:, 0], table[:, 1], [row[2] for row in rows])


def latest_edition(county: str) -> NetworkEdition | None:
    """Return the newest network of a county (one query)."""
    return NetworkEdition.objects.filter(county=county).order_by("-number").first()


def moment_of(code: str) -> Moment:
    """Return a named moment; KeyError for another."""
    return {moment.code: moment for moment in MOMENTS}[code]


def facts_of(county: str, box: Box | None = None, *, edition: NetworkEdition | None = None) -> Facts:
    """Load the facts of a county, or those around a box (seven queries)."""
    edition = edition or latest_edition(county)
    ways = ways_of(edition.pk) if edition else _no_ways()
    near = _inside(box)
    sharing = _sharing(county)
    courts = _courts(county, box)
    known = {court.key for court in courts}
    return Facts(
        edition=edition,
        ways=cropped(ways, box) if box else ways,
        courts=courts,
        gates=tuple(
            _door(row, sharing[row.pk])
            for row in Gate.objects.filter(near, county=county, is_live=True).order_by("pk")
            if str(row.compound_id) in known
        ),
        homes=tuple(_home(row) for row in Block.objects.filter(near, county=county).order_by("pk")),
        shops=_shops(county, box, sharing),
        loaded=frozenset(LoadedList.objects.filter(county=county).values_list("category", flat=True)),
    )


def _inside(box: Box | None) -> Q:
    if box is None:
        return Q()
    west, south, east, north = box
    return Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


@lru_cache(maxsize=KEPT)
def ways_of(edition_id: UUID) -> Ways:
    """Return the ways of an edition; editions never change, so a process unpacks each once."""
    edition = NetworkEdition.objects.select_related("arrays").get(pk=edition_id)
    found = arrays.unpacked(bytes(edition.arrays.data))
    drawing = Drawing(found["lon"], found["lat"], found["tail"], found["head"], found["length_dm"])
    return Ways(drawing, found["stairs"])


def _no_ways() -> Ways:
    none = np.zeros(0, np.int64)
    drawing = Drawing(np.zeros(0), np.zeros(0), none, none, np.zeros(0, np.int32))
    return Ways(drawing, np.zeros(0, bool))


def _courts(county: str, box: Box | None) -> tuple[Court, ...]:
    rows = Enclosure.objects.filter(county=county, compound__geometry__isnull=False)
    if box is not None:
        west, south, east, north = box
        rows = rows.filter(
            compound__west__lte=east,
            compound__east__gte=west,
            compound__south__lte=north,
            compound__north__gte=south,
        )
    found = rows.select_related("compound").order_by("compound_id")
    return tuple(Court(str(row.pk), shape(dict(row.compound.geometry or {})), row.walled) for row in found)


def _sharing(county: str) -> defaultdict[UUID, list[Terms]]:
    """Return the rules by facility or gate (two queries)."""
    found: defaultdict[UUID, list[Terms]] = defaultdict(list)
    for row in SharingRule.objects.filter(county=county).prefetch_related("compounds"):
        members = frozenset(str(compound.pk) for compound in row.compounds.all())
        thing = row.facility_id or row.gate_id
        if thing is not None:
            found[thing].append(Terms(members, read_hours(row.hours), row.valid_from, row.valid_to))
    return found


def _door(row: Gate, rules: Sequence[Terms]) -> Door:
    owners = frozenset(str(one) for one in (row.compound_id, row.other_id) if one)
    use = Use(row.access == "public", owners, read_hours(row.hours), tuple(rules))
    return Door(
        key=str(row.pk),
        court=str(row.compound_id),
        lon=row.lon,
        lat=row.lat,
        length_m=row.length_m,
        use=use,
        is_open=row.status == "open",
        other=str(row.other_id or ""),
        barrier_free=bool(row.barrier_free),
    )


def _home(row: Block) -> Home:
    court = str(row.compound_id or "")
    return Home(row.pk, row.lon, row.lat, court, row.residents, row.buildings, row.town, row.village)


def _shops(county: str, box: Box | None, sharing: defaultdict[UUID, list[Terms]]) -> tuple[Shop, ...]:
    doors: defaultdict[UUID, list[tuple[float, float]]] = defaultdict(list)
    near = Entrance.objects.filter(_inside(box), facility__county=county, facility__status="open")
    for facility, lon, lat in near.order_by("pk").values_list("facility_id", "lon", "lat"):
        doors[facility].append((lon, lat))
    rows = Facility.objects.filter(county=county, status="open").order_by("category", "pk")
    return tuple(_shop(row, doors[row.pk], sharing[row.pk]) for row in rows if row.pk in doors)


def _shop(row: Facility, doors: list[tuple[float, float]], rules: Sequence[Terms]) -> Shop:
    owners = frozenset([str(row.compound_id)] if row.compound_id else [])
    use = Use(row.public, owners, read_hours(row.hours), tuple(rules))
    return Shop(
        id=row.pk,
        category=row.category,
        name=row.name,
        doors=tuple(doors),
        use=use,
        court=str(row.compound_id or ""),
        village=row.village,
        accessible=bool(row.accessible),
        hours=row.hours,
    )
