"""Bringing a hotline export in: each row once, two hundred rows to a transaction, refused rows named by line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jinlin.cases.actions.report import Caller, Said, Source, report_case
from jinlin.cases.actions.routing import usual_place
from jinlin.cases.models import Appeal
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.kernel.tables import Problem
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people.access import SYSTEM
from jinlin.places.actions import ImportReport

BATCH: Final = 200
KINDS: Final = {  # data: words of other systems
    "求助": "help",
    "投诉": "complaint",
    "咨询": "consult",
    "举报": "report",
    "建议": "proposal",
}
Row = dict[str, str]


@dataclass
class Importer:
    """Takes rows one by one; what it did and why rows were refused stands in `report` once it has finished."""

    system: str
    default_place: str = ""
    datum: str = "wgs84"
    report: ImportReport = field(default_factory=ImportReport)
    waiting: list[tuple[int, Row]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Find out where rows go that say nothing of a place, and which rows are here already."""
        self.system = clean(self.system, max_length=40, field="system", required=True)
        self.default_place = self.default_place or usual_place()
        rows = Appeal.unscoped.filter(external_source=self.system)
        self.seen = set(rows.values_list("external_id", flat=True))

    def take(self, line: int, row: Row) -> None:
        """Take one row; it is written with its batch."""
        self.report.read += 1
        self.waiting.append((line, row))
        if len(self.waiting) >= BATCH:
            self.finish()

    def finish(self) -> None:
        """Write what waits, in one transaction; a refused row doesn't undo its neighbours."""
        rows, self.waiting = self.waiting, []
        with transaction.atomic():
            for line, row in rows:
                try:
                    self._write(row)
                except Invalid as error:
                    first = next(iter(error.fields.values()), [str(error)])
                    self.refuse(line, first[0])
                except (JinlinError, IntegrityError) as error:
                    self.refuse(line, str(error))

    def refuse(self, line: int, why: str) -> None:
        """Note why a row was not taken."""
        self.report.problems.append(Problem(line, _("第 %(line)d 行：%(why)s") % {"line": line, "why": why}))
        self.report.refused += 1

    def _write(self, row: Row) -> None:
        external_id = clean(row.get("external_id", ""), max_length=80, field="external_id", required=True)
        if external_id in self.seen:
            return
        lon, lat = _number(row.get("lon", "")), _number(row.get("lat", ""))
        said = Said(
            text=row.get("text", ""),
            title=" ".join(row.get("title", "").split())[:80],
            kind=KINDS.get(row.get("kind", "").strip(), "help"),
            category=_category(row.get("category", "")),
            place=_code(row.get("address", "")),
            place_text=row.get("address", "")[:120],
            lon=lon,
            lat=lat,
            datum=self.datum,
        )
        with transaction.atomic():
            report_case(
                actor=SYSTEM,
                said=said,
                caller=Caller(phone=row.get("phone", "")),
                source=Source("import", self.system, external_id),
                default_place=self.default_place,
                at=_time(row.get("time", "")),
            )
        self.seen.add(external_id)
        self.report.added += 1


_SHAPES: Final = (  # data: how other systems write a time
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d",
    "%Y-%m-%dT%H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日",
)  # fmt: skip


def _time(text: str) -> datetime:
    for shape in _SHAPES:
        try:
            return datetime.strptime(text.strip(), shape).replace(tzinfo=clock.LOCAL)
        except ValueError:
            continue
    raise Invalid(
        {"time": [_("时间“%(text)s”看不懂，请写成 2025-03-01 09:30:00 这样。") % {"text": text[:40]}]}
    )


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid({"lon": [_("经纬度“%(text)s”不是数字，请改正或留空。") % {"text": text[:40]}]})
    return value


def _category(text: str) -> str:
    """Return the leaf a known code or exact name stands for; anything else stays open for a person."""
    wanted = text.strip()
    if not wanted:
        return ""
    found = [node.code for node in orgs.categories().leaves if wanted in (node.code, node.name)]
    return found[0] if len(found) == 1 else ""


def _code(text: str) -> str:
    digits = text.strip()
    return digits if digits.isascii() and digits.isdigit() and len(digits) in (12, 15) else ""
