"""Maps as GeoJSON in WGS 84: gaps by compound and block, walls with gates and facilities; and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from jinlin.circle.coverage import Status
from jinlin.circle.models import Block, Crossing, Enclosure, Entrance, Facility, GapNote, Gate, LoadedList
from jinlin.circle.network import FAR
from jinlin.circle.queries.facts import latest_edition
from jinlin.circle.queries.kept import arrays_of
from jinlin.circle.queries.results import found
from jinlin.circle.queries.scope import by_village, inside, require_area
from jinlin.circle.queries.standards import category_names
from jinlin.circle.rules import arrays
from jinlin.circle.rules.words import STATUSES
from jinlin.kernel import clock
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.models import Compound

MOST: Final = 5_000
YEAR: Final = timedelta(days=365)
Json = dict[str, Any]


def _feature(geometry: Any, **properties: Any) -> Json:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(lon: float, lat: float) -> Json:
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def _collection(features: list[Json]) -> Json:
    return {"type": "FeatureCollection", "features": features}


def gap_map(
    *, viewer: Actor, area: str, category: str, assessment_id: UUID | None = None, slow: bool = False
) -> Json:
    """Return compounds (outlines) and blocks (points) of an area with the status of one category (five queries)."""
    row = found(viewer, area, assessment_id)
    if row is None or row.state != "done":
        return _collection([])
    values = arrays_of(row)
    codes = [str(code) for code in values["codes"]]
    if category not in codes:
        return _collection([])
    column = codes.index(category)
    status = values["slow" if slow else "status"][:, column]
    near = values["near"][:, column]
    place = {pk: number for number, pk in enumerate(arrays.ids_of(values["blocks"]))}
    features: list[Json] = []
    by_court: dict[UUID, list[int]] = {}
    for block in Block.objects.filter(inside(area)).order_by("pk")[:MOST]:
        if block.pk not in place:
            continue
        at = place[block.pk]
        kind = int(status[at])
        metres = None if near[at] >= FAR else float(near[at]) / 10
        features.append(
            _feature(
                _point(block.lon, block.lat),
                kind="block",
                id=str(block.pk),
                name=block.name or block.code,
                status=STATUSES[kind],
                people=block.residents,
                metres=metres,
            )
        )
        if block.compound_id is not None:
            sums = by_court.setdefault(block.compound_id, [0] * len(STATUSES))
            sums[kind] += max(block.residents, 1)
    return _collection([*_outlines(area, by_court), *features])


def _outlines(area: str, by_court: dict[UUID, list[int]]) -> list[Json]:
    rows = Compound.objects.filter(inside(area), pk__in=list(by_court), geometry__isnull=False)
    features = []
    for row in rows:
        sums = by_court[row.pk]
        status = STATUSES[int(np.argmax(sums))]
        people = sum(sums)
        features.append(
            _feature(
                row.geometry,
                kind="compound",
                id=str(row.pk),
                name=row.name,
                status=status,
                people=people,
                gap_people=sums[Status.NOT_COVERED],
                metres=None,
            )
        )
    return features


def wall_map(*, viewer: Actor, area: str) -> Json:
    """Return walls, gates, facilities and unexplained crossings of an area (five queries)."""
    require_area(viewer, "circle.view", area)
    features = [
        _feature(
            row.compound.geometry, kind="wall", id=str(row.pk), name=row.compound.name, walled=row.walled
        )
        for row in Enclosure.objects.filter(
            compound__in=Compound.objects.filter(inside(area)), compound__geometry__isnull=False
        ).select_related("compound")[:MOST]
    ]
    features += [
        _feature(
            _point(row.lon, row.lat),
            kind="gate",
            id=str(row.pk),
            name=row.name,
            compound=row.compound.name,
            status=row.status,
            access=row.access,
        )
        for row in Gate.objects.filter(inside(area), is_live=True).select_related("compound")[:MOST]
    ]
    doors = Entrance.objects.filter(facility__in=Facility.objects.filter(inside(area))).select_related(
        "facility"
    )
    features += [
        _feature(
            _point(row.lon, row.lat),
            kind="facility",
            id=str(row.facility_id),
            name=row.facility.name,
            category=row.facility.category,
            status=row.facility.status,
        )
        for row in doors[:MOST]
    ]
    features += [
        _feature(_point(row.lon, row.lat), kind="crossing", id=str(row.pk), name=row.way)
        for row in Crossing.objects.filter(by_village(area), explained=False)[:MOST]
    ]
    return _collection(features)


@dataclass(frozen=True)
class Confidence:
    """How far results of an area can be trusted, and what to map next."""

    network: int | None
    network_as_of: date | None
    network_source: str
    blocks: int
    blocks_mapped: int | None
    facilities: int
    facilities_verified_year: int
    categories_loaded: int
    categories_of: int
    gates: int
    gates_surveyed: int
    crossings: int
    next: tuple[str, ...]


def data_confidence(*, viewer: Actor, area: str) -> Confidence:
    """Return the state of the data behind an area (ten queries)."""
    latest = found(viewer, area, None)
    county = area[:6] + "000000"
    edition = latest_edition(county)
    shops = Facility.objects.filter(inside(area))
    gates = Gate.objects.filter(inside(area), is_live=True)
    blocks = Block.objects.filter(inside(area))
    names = category_names()
    told = Confidence(
        network=edition.number if edition else None,
        network_as_of=edition.as_of if edition else None,
        network_source=edition.source if edition else "",
        blocks=blocks.count(),
        blocks_mapped=_mapped(latest, set(blocks.values_list("pk", flat=True))) if latest else None,
        facilities=shops.count(),
        facilities_verified_year=shops.filter(verified_on__gte=clock.today() - YEAR).count(),
        categories_loaded=LoadedList.objects.filter(county=county, category__in=names).count(),
        categories_of=len(names),
        gates=gates.count(),
        gates_surveyed=gates.filter(confidence="surveyed").count(),
        crossings=Crossing.objects.filter(by_village(area), explained=False).count(),
        next=(),
    )
    return _with_advice(told)


def _mapped(latest: Any, own: set[UUID]) -> int | None:
    if latest.state != "done":
        return None
    values = arrays_of(latest)
    ids = arrays.ids_of(values["blocks"])
    missed = np.asarray((values["status"] == Status.NOT_MAPPED).any(axis=1), bool)
    return sum(1 for number, pk in enumerate(ids) if pk in own and not missed[number])


def _with_advice(told: Confidence) -> Confidence:
    advice = []
    if told.network is None:
        advice.append(_("先导入步行路网。"))
    if told.crossings:
        advice.append(_("核对 %(count)d 处穿过围墙的道路：有门就补门。") % {"count": told.crossings})
    if told.blocks_mapped is not None and told.blocks_mapped < told.blocks:
        advice.append(
            _("有 %(count)d 处居住地块附近没有画路，请补测。") % {"count": told.blocks - told.blocks_mapped}
        )
    if told.categories_loaded < told.categories_of:
        advice.append(
            _("还有 %(count)d 类设施没有名录。") % {"count": told.categories_of - told.categories_loaded}
        )
    if told.facilities_verified_year < told.facilities:
        advice.append(
            _("有 %(count)d 处设施一年内没有核实。")
            % {"count": told.facilities - told.facilities_verified_year}
        )
    return Confidence(**{**told.__dict__, "next": tuple(advice)})


@dataclass(frozen=True)
class WishRow:
    """A wish that came out of a gap, as the gap was known then."""

    case_id: UUID
    code: str
    category: str
    place: str
    compound: str
    status: str
    nearest_m: float | None
    people: int | None
    at: datetime


def wishes(*, viewer: Actor, area: str, category: str = "") -> tuple[WishRow, ...]:
    """Return the wishes of an area, newest first; the cases behind them are read as cases (three queries)."""
    require_area(viewer, "circle.view", area)
    rows = GapNote.objects.filter(by_village(area)).select_related("compound")
    rows = rows.filter(category=category) if category else rows
    listed = list(rows.order_by("-made_at")[:500])
    names, areas = category_names(), places.area_names({row.village for row in listed})
    return tuple(
        WishRow(
            case_id=row.pk,
            code=row.category,
            category=names.get(row.category, row.category),
            place=areas.get(row.village, ""),
            compound=row.compound.name if row.compound else "",
            status=row.status,
            nearest_m=row.nearest_m,
            people=row.people,
            at=row.made_at,
        )
        for row in listed
    )


def similar_wishes(*, code: str, village: str) -> int:
    """Count how often a community wished for the same facility (one query)."""
    return GapNote.objects.filter(county=village[:6] + "000000", village=village, category=code).count()
