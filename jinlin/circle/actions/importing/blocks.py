"""Population by block: counts rounded to tens, never a list of people; whoever brings names is sent away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape

from jinlin.audit.actions import record
from jinlin.circle.actions.importing.gates import Compounds
from jinlin.circle.actions.importing.reading import (
    Origin,
    Progress,
    Read,
    Table,
    checked,
    each_row,
    place_of,
    read_file,
    updated,
)
from jinlin.circle.models import Block
from jinlin.circle.rules.covering import rounded
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.tables import wrong_file
from jinlin.people.access import Actor
from jinlin.places.actions import ImportReport

BASES: Final = ("resident", "registered")
PERSONAL: Final = (  # data
    "phone", "mobile", "person", "resident_name", "id_no", "姓名", "电话", "手机", "手机号", "身份证", "身份证号",
)  # fmt: skip


def import_blocks(
    file: Path | Mapping[str, Any], *, origin: Origin, actor: Actor, progress: Progress | None = None
) -> ImportReport:
    """Bring blocks in: id, lon, lat, residents[, name, compound, dwellings, buildings, basis, year]; safe to run twice."""
    origin = checked(origin)
    table = read_file(file, ("id", "lon", "lat", "residents"))
    _no_persons(table)
    report = ImportReport()
    courts = _Courts(Compounds(origin.county))
    with transaction.atomic():
        each_row(table, report, lambda row: _take(row, origin, courts), progress)
        record(actor=actor, verb="circle.import_blocks", obj=None, county=origin.county)
    return report


def _no_persons(table: Table) -> None:
    for row in table.rows[:1]:
        found = [name for name in PERSONAL if name in row.words]
        if found:
            words = {"names": "、".join(found)}
            raise wrong_file(
                _("文件里有个人信息列（%(names)s）。这里只收每栋楼的人数，请删去后再导入。") % words
            )


class _Courts:
    """Which compound a point lies in."""

    def __init__(self, known: Compounds) -> None:
        self.known = known
        self.drawn = [row for row in known.rows if row.geometry is not None]
        self.tree = shapely.STRtree([shape(dict(row.geometry or {})) for row in self.drawn])

    def at(self, lon: float, lat: float) -> Any:
        """Return the id of the compound, None outside of all."""
        found = self.tree.query(shapely.points(lon, lat), predicate="intersects").tolist()
        return self.drawn[min(found)].pk if found else None


def _take(row: Read, origin: Origin, courts: _Courts) -> str:
    code = row.text("id", 60, required=True)
    lon, lat = row.spot(origin.datum)
    place = place_of(row, lon, lat, origin.county)
    named = row.text("compound", 80)
    residents = row.whole("residents", 100_000, required=True) or 0
    year = row.whole("year", 2100)
    if year is not None and not 1990 <= year <= clock.today().year:
        raise Invalid({"year": [_("year 列的年份不对，请填写统计的年份。")]})
    values: dict[str, Any] = {
        **place.columns(),
        "name": row.text("name", 60),
        "compound_id": courts.known.named(named).pk if named else courts.at(lon, lat),
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "residents": rounded(residents),
        "dwellings": row.whole("dwellings", 100_000) or 0,
        "buildings": row.whole("buildings", 10_000) or 1,
        "basis": row.choice("basis", BASES, "resident"),
        "year": year or origin.day.year,
        "source": row.text("source", 200) or origin.source[:200],
        "is_demo": origin.is_demo,
    }
    found = Block.objects.filter(county=origin.county, code=code).first()
    if found is None:
        Block.objects.create(code=code, **values)
        return "added"
    return "changed" if updated(found, values) else "same"
