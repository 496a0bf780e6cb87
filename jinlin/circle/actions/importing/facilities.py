"""Lists of facilities: entrances hang on their facility; a category that was loaded, even empty, can be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit.actions import record
from jinlin.circle.actions.importing.gates import Compounds
from jinlin.circle.actions.importing.reading import (
    Origin,
    Progress,
    Read,
    checked,
    each_row,
    place_of,
    read_file,
    updated,
)
from jinlin.circle.models import Entrance, Facility, LoadedList
from jinlin.circle.queries.standards import category_names
from jinlin.circle.rules.words import FACILITY_STATES
from jinlin.kernel.errors import Invalid
from jinlin.people.access import Actor
from jinlin.places.actions import ImportReport


@dataclass
class _Run:
    origin: Origin
    known: Compounds
    names: dict[str, str]
    seen: set[str] = field(default_factory=set)
    doors: dict[Any, set[str]] = field(default_factory=dict)
    own: dict[tuple[str, str], Facility] = field(default_factory=dict)


def import_facilities(
    file: Path | Mapping[str, Any],
    *,
    origin: Origin,
    actor: Actor,
    complete: Sequence[str] = (),
    progress: Progress | None = None,
) -> ImportReport:
    """Bring facilities in: id, category, name, lon, lat[, entrance_of, compound, public, hours, ...]; safe to run twice.

    Rows that name another in `entrance_of` are further doors of it. `complete` names categories whose list this is,
    also when not one facility of them is in it; the categories in the file are taken as loaded anyway.
    """
    origin = checked(origin)
    run = _Run(origin, Compounds(origin.county), category_names())
    unknown = sorted(set(complete) - set(run.names))
    if unknown:
        raise Invalid(
            {"complete": [_("设施标准表里没有类别 %(code)s，请改正。") % {"code": unknown[0][:12]}]}
        )
    report = ImportReport()
    with transaction.atomic():
        table = read_file(file, ("id", "category", "lon", "lat"))
        table.rows.sort(key=lambda row: bool(str(row.words.get("entrance_of") or "").strip()))
        each_row(table, report, lambda row: _take(row, run), progress)
        for category in sorted(run.seen | set(complete)):
            LoadedList.objects.update_or_create(
                county=origin.county,
                category=category,
                defaults={"source": origin.source[:200], "as_of": origin.day},
            )
        record(actor=actor, verb="circle.import_facilities", obj=None, county=origin.county)
    return report


def _take(row: Read, run: _Run) -> str:
    category = row.text("category", 12, required=True).upper()
    if category not in run.names:
        sentence = _("设施标准表里没有类别“%(code)s”，请改正，或先在标准表里加上。")
        raise Invalid({"category": [sentence % {"code": category}]})
    code = row.text("id", 60, required=True)
    spot = row.spot(run.origin.datum)
    owner = row.text("entrance_of", 60)
    if owner and owner != code:
        return _further_door(row, run, (category, owner), (code, spot))
    found, state = _facility(row, run, (category, code), spot)
    run.own[category, code] = found
    run.seen.add(category)
    moved = _door(found, code, spot)
    return state if state != "same" else moved


def _further_door(row: Read, run: _Run, owner: tuple[str, str], door: tuple[str, tuple[float, float]]) -> str:
    found = (
        run.own.get(owner)
        or Facility.objects.filter(county=run.origin.county, category=owner[0], code=owner[1]).first()
    )
    if found is None:
        sentence = _("entrance_of 指向的“%(code)s”不在文件里，请补上这处设施。")
        raise Invalid({"entrance_of": [sentence % {"code": owner[1][:40]}]})
    return _door(found, *door)


def _facility(row: Read, run: _Run, key: tuple[str, str], spot: tuple[float, float]) -> tuple[Facility, str]:
    origin = run.origin
    place = place_of(row, *spot, origin.county)
    compound = row.text("compound", 80)
    public = row.flag("public")
    values: dict[str, Any] = {
        **place.columns(),
        "name": row.text("name", 80) or run.names[key[0]],
        "compound_id": run.known.named(compound).pk if compound else None,
        "owner_kind": row.text("owner_kind", 20),
        "public": public if public is not None else not compound,
        "hours": row.hours(),
        "capacity": row.whole("capacity", 1_000_000),
        "accessible": row.flag("accessible"),
        "status": row.choice("status", FACILITY_STATES, "open"),
        "source": row.text("source", 200) or origin.source[:200],
        "verified_on": row.day("verified_at"),
        "is_demo": origin.is_demo,
    }
    found = Facility.objects.filter(county=origin.county, category=key[0], code=key[1]).first()
    if found is None:
        return Facility.objects.create(category=key[0], code=key[1], **values), "added"
    if found.version:
        return found, "same"
    return found, "changed" if updated(found, values) else "same"


def _door(facility: Facility, code: str, spot: tuple[float, float]) -> str:
    row = Entrance.objects.filter(facility=facility, code=code).first()
    lon, lat = round(spot[0], 7), round(spot[1], 7)
    if row is None:
        Entrance.objects.create(facility=facility, code=code, lon=lon, lat=lat)
        return "changed"
    return "changed" if updated(row, {"lon": lon, "lat": lat}) else "same"
