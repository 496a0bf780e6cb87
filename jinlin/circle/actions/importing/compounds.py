"""Outlines of compounds become walls; a compound that places already know gets its outline, a new one is made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import mapping

from jinlin.audit.actions import record
from jinlin.circle.actions.crossings import find_crossings
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
from jinlin.circle.models import Enclosure
from jinlin.circle.rules.words import ENCLOSURES
from jinlin.kernel.errors import Invalid
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.actions import ImportReport, add_compound, redraw_compound
from jinlin.places.actions.drawn import read_area
from jinlin.places.models import Compound


def import_compounds(
    file: Path | Mapping[str, Any], *, origin: Origin, actor: Actor, progress: Progress | None = None
) -> ImportReport:
    """Bring compounds in (GeoJSON polygons with name, kind, walled, households, village); safe to run twice."""
    origin = checked(origin)
    report = ImportReport()
    with transaction.atomic():
        each_row(read_file(file), report, lambda row: _take(row, origin, actor), progress)
        if report.added or report.changed:
            cut = find_crossings(origin.county)
            if cut:
                words = {"count": cut}
                report.notes.append(
                    _("有 %(count)d 处道路穿过围墙而没有门，已切断，请在清单里核对。") % words
                )
        record(actor=actor, verb="circle.import_compounds", obj=None, county=origin.county)
    return report


def _take(row: Read, origin: Origin, actor: Actor) -> str:
    name = row.text("name", 60, required=True)
    kind = row.choice("kind", ENCLOSURES, "estate")
    walled = row.flag("walled") is not False
    households = row.whole("households", 100_000) or 0
    row.same_datum(origin.datum)
    area = read_area(row.geometry, origin.datum)
    spot = area.representative_point()
    place = place_of(row, spot.x, spot.y, origin.county)
    drawn: dict[str, Any] = mapping(area)
    compound = Compound.objects.filter(county=place.county, village=place.village, name=name).first()
    state = "same"
    if compound is None:
        grid = place.grid or places.default_grid_code(place.village)
        if not grid:
            raise Invalid({"village": [_("这个社区还没有网格，请先导入网格或生成默认网格。")]})
        compound = add_compound(actor=actor, grid_code=grid, name=name, households=households, geometry=drawn)
        state = "added"
    elif redraw_compound(actor=actor, compound=compound, geometry=drawn, households=households):
        state = "changed"
    return _enclose(row, origin, compound, {"kind": kind, "walled": walled}) or state


def _enclose(row: Read, origin: Origin, compound: Compound, values: dict[str, Any]) -> str:
    """Note what the circle needs; return "changed" when a known one was told anew."""
    values |= {
        "source": row.text("source", 200) or origin.source[:200],
        "verified_on": row.day("verified_at"),
        "is_demo": origin.is_demo,
    }
    known = Enclosure.objects.filter(compound=compound).first()
    if known is None:
        Enclosure.objects.create(compound=compound, county=compound.county, **values)
        return ""
    return "changed" if updated(known, values) else ""
