"""What everybody may read of the living circle: compounds to start from, facilities in use, walls and gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from jinlin.cases.models import Appeal
from jinlin.circle.models import Block, Enclosure, Entrance, Facility, Gate
from jinlin.circle.queries.standards import category_names
from jinlin.kernel.errors import NotFound
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of

FOUND: Final = 20
MOST: Final = 2_000
VILLAGE: Final = 5


@dataclass(frozen=True)
class HomePlace:
    """A compound somebody may start from: the spot is that of its largest block, which is no person's home."""

    compound_id: UUID
    name: str
    village: str
    village_name: str
    lon: float
    lat: float
    is_demo: bool


@dataclass(frozen=True)
class PublicFacility:
    """A facility as everybody may read it."""

    id: UUID
    name: str
    category: str
    compound: str
    hours: str


def home_places(*, q: str) -> tuple[HomePlace, ...]:
    """Return compounds with people in them whose name holds the words, by name (three queries)."""
    text = q.strip()
    if not text:
        return ()
    rows = Enclosure.objects.filter(compound__name__icontains=text, compound__blocks__isnull=False)
    return _homes(rows.distinct().order_by("compound__name", "pk")[:FOUND])


def home_place(compound_id: UUID) -> HomePlace | None:
    """Return one compound to start from, None when nobody is known to live in it (three queries)."""
    return next(iter(_homes(Enclosure.objects.filter(pk=compound_id))), None)


def _homes(rows: Any) -> tuple[HomePlace, ...]:
    found = list(rows.select_related("compound"))
    largest: dict[UUID, Block] = {}
    for block in Block.objects.filter(compound__in=[row.pk for row in found]).order_by("residents", "pk"):
        assert block.compound_id is not None
        largest[block.compound_id] = block
    names = places.area_names({row.compound.village for row in found})
    return tuple(
        HomePlace(
            compound_id=row.pk,
            name=row.compound.name,
            village=row.compound.village,
            village_name=names.get(row.compound.village, ""),
            lon=largest[row.pk].lon,
            lat=largest[row.pk].lat,
            is_demo=row.is_demo,
        )
        for row in found
        if row.pk in largest
    )


def public_facility(facility_id: UUID) -> PublicFacility:
    """Return a facility in use; NotFound for another (two queries)."""
    row = Facility.objects.filter(pk=facility_id, status="open").select_related("compound").first()
    if row is None:
        raise NotFound("facility")
    compound = row.compound.name if row.compound else ""
    return PublicFacility(
        row.pk, row.name, category_names().get(row.category, row.category), compound, row.hours
    )


def public_map(village: str) -> dict[str, Any]:
    """Return walls, gates people may know of and facilities in use of a community as GeoJSON (four queries)."""
    if not (is_region_code(village) and level_of(village) == VILLAGE):
        raise NotFound("village")
    county = village[:6] + "000000"
    features: list[dict[str, Any]] = []
    for row in Enclosure.objects.filter(county=county, compound__village=village).select_related("compound")[
        :MOST
    ]:
        if row.compound.geometry:
            features.append(_feature(row.compound.geometry, kind="compound", name=row.compound.name))
            if row.walled:
                features.append(_feature(row.compound.geometry, kind="wall"))
    for gate in Gate.objects.filter(
        county=county, village=village, is_live=True, status__in=("open", "closed")
    )[:MOST]:
        facts = {"name": gate.name, "status": gate.status, "access": gate.access, "hours": gate.hours}
        features.append(_feature(_point(gate.lon, gate.lat), kind="gate", **facts))
    doors = Entrance.objects.filter(
        facility__county=county, facility__village=village, facility__status="open"
    )
    for door in doors.select_related("facility")[:MOST]:
        shop = door.facility
        features.append(
            _feature(_point(door.lon, door.lat), kind="facility", id=str(shop.pk), name=shop.name)
        )
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def first_words(case_id: UUID) -> UUID:
    """Return the id of the words a wish began with, so that who wished can follow it; NotFound without any."""
    found = Appeal.unscoped.filter(case=case_id).order_by("pk").values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("appeal")
    return found
