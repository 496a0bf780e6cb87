"""Gates from a file: each belongs to a compound and stands on its wall; what a person confirmed later is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape

from jinlin.audit.actions import record
from jinlin.circle.actions.crossings import find_crossings
from jinlin.circle.actions.importing.reading import (
    Origin,
    Progress,
    Read,
    checked,
    each_row,
    read_file,
    updated,
)
from jinlin.circle.models import Gate
from jinlin.circle.rules.words import ACCESS, CONFIDENCE, GATE_STATES
from jinlin.circle.walls import on_plane
from jinlin.kernel.errors import Invalid
from jinlin.people.access import Actor
from jinlin.places.actions import ImportReport
from jinlin.places.models import Compound

OFF_WALL_M: Final = 30.0  # farther from its wall, a gate is a slip


def import_gates(
    file: Path | Mapping[str, Any], *, origin: Origin, actor: Actor, progress: Progress | None = None
) -> ImportReport:
    """Bring gates in: id, compound, lon, lat[, other, name, status, access, hours, barrier_free, length_m, confidence]."""
    origin = checked(origin)
    report = ImportReport()
    known = Compounds(origin.county)
    with transaction.atomic():
        table = read_file(file, ("id", "compound", "lon", "lat"))
        each_row(table, report, lambda row: _take(row, origin, known), progress)
        if report.added or report.changed:
            find_crossings(origin.county)
        record(actor=actor, verb="circle.import_gates", obj=None, county=origin.county)
    return report


class Compounds:
    """The compounds of a county by id, and by name where a name is borne once."""

    def __init__(self, county: str) -> None:
        self.rows = list(Compound.objects.filter(county=county))
        self.by_id = {str(row.pk): row for row in self.rows}
        self.by_name: dict[str, list[Compound]] = {}
        for row in self.rows:
            self.by_name.setdefault(row.name, []).append(row)

    def named(self, word: str, village: str = "") -> Compound:
        """Return the compound a file means; Invalid when none or several bear the name."""
        if word in self.by_id:
            return self.by_id[word]
        found = [row for row in self.by_name.get(word, []) if not village or row.village == village]
        if len(found) == 1:
            return found[0]
        sentence = _("没有叫“%(name)s”的小区，请先导入小区，或改正名称。")
        if found:
            sentence = _("叫“%(name)s”的小区不止一个，请在 village 列写明社区编码。")
        raise Invalid({"compound": [sentence % {"name": word[:40]}]})


def on_the_wall(compound: Compound, lon: float, lat: float) -> tuple[float, float]:
    """Return the place on the compound's wall nearest to a point; Invalid when it is far from it or no wall is known."""
    if compound.geometry is None:
        raise Invalid(
            {"compound": [_("小区“%(name)s”还没有围墙，请先导入它的轮廓。") % {"name": compound.name}]}
        )
    wall = shapely.boundary(shape(dict(compound.geometry)))
    here = shapely.points(lon, lat)
    metres = on_plane([wall, here], (lon, lat))
    away = float(shapely.distance(metres[0], metres[1]))
    if away > OFF_WALL_M:
        words = {"away": round(away), "name": compound.name}
        raise Invalid({"lon": [_("这个门离“%(name)s”的围墙有 %(away)d 米，请核对坐标和坐标系。") % words]})
    from jinlin.circle.ground import degrees  # noqa: PLC0415  with its arrays

    foot: Any = shapely.line_interpolate_point(metres[0], shapely.line_locate_point(metres[0], metres[1]))
    x, y = degrees(shapely.get_coordinates(foot), (lon, lat))
    return round(float(x[0]), 7), round(float(y[0]), 7)


def _take(row: Read, origin: Origin, known: Compounds) -> str:
    code = row.text("id", 60, required=True)
    village = row.text("village", 12)
    compound = known.named(row.text("compound", 80, required=True), village)
    other = row.text("other", 80)
    lon, lat = on_the_wall(compound, *row.spot(origin.datum))
    length = row.text("length_m", 20)
    values: dict[str, Any] = {
        "other_id": known.named(other, village).pk if other else None,
        "name": row.text("name", 60),
        "lon": lon,
        "lat": lat,
        "status": row.choice("status", GATE_STATES, "open"),
        "access": row.choice("access", ACCESS, "public"),
        "hours": row.hours(),
        "barrier_free": row.flag("barrier_free"),
        "length_m": _length(length),
        "confidence": row.choice("confidence", CONFIDENCE, "drawn"),
        "source": row.text("source", 200) or origin.source[:200],
        "verified_on": row.day("verified_at"),
        "is_demo": origin.is_demo,
    }
    found = Gate.objects.filter(county=origin.county, compound=compound, code=code).first()
    if found is None:
        place = {"county": compound.county, "town": compound.town, "village": compound.village}
        Gate.objects.create(compound=compound, code=code, **place, **values)
        return "added"
    if found.version:  # a person has been here since: the file does not overwrite what was looked at
        return "same"
    return "changed" if updated(found, values) else "same"


def _length(word: str) -> float:
    if not word:
        return 1.0
    try:
        metres = float(word)
    except ValueError:
        metres = 0.0
    if not 0.1 <= metres <= 500:
        raise Invalid({"length_m": [_("过门的长度请填 0.1 到 500 米。")]})
    return metres
