"""What a row of the standards table must look like, and the band it makes for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from jinlin.circle.rules.words import MARKS, NEEDS, TIERS
from jinlin.circle.walkers import Band
from jinlin.kernel.errors import gettext_noop as _

FARTHEST_M: Final = 5_000.0
LONGEST_MIN: Final = 60.0


@dataclass(frozen=True)
class Row:
    """One row as data: the fields of the table."""

    code: str
    name: str
    tier: str
    need: str
    minutes: float | None = None
    metres: float | None = None
    either: bool = False
    assessed: bool = True
    size: str = ""
    serves: str = ""
    rural: str = ""
    mark_metres: str = "K"
    mark_size: str = ""
    mark_serves: str = ""
    mark_need: str = "K"
    source: str = ""
    note: str = ""

    def band(self, edition: str = "") -> Band:
        """Return the limits as the engine takes them."""
        return Band(self.tier, self.minutes, self.metres, self.either, edition)


FIELDS: Final = tuple(field.name for field in fields(Row))


def read_row(cells: Mapping[str, str]) -> Row:
    """Return a row of the shipped file."""
    values: dict[str, Any] = {name: cells[name] for name in FIELDS if name in cells}
    for name in ("minutes", "metres"):
        values[name] = float(cells[name]) if cells[name] else None
    values["assessed"] = cells["assessed"] == "1"
    return Row(**values)


def fault(row: Row) -> tuple[str, str] | None:
    """Return (field, sentence) of the first thing wrong with a row; None when it may stand."""
    if row.tier not in TIERS:
        return "tier", _("层级请选 居住街坊、5分钟、10分钟 或 15分钟。")
    if row.need not in NEEDS:
        return "need", _("需求请选 B（基本保障）或 Q（品质提升）。")
    if row.mark_metres not in MARKS or row.mark_need not in MARKS:
        return "mark", _("请标明数值的把握：r 已读到原文，K 待核对，D 本地设定。")
    if row.minutes is None and row.metres is None:
        return "metres", _("时间和距离至少填一项。")
    if row.minutes is not None and not 0 < row.minutes <= LONGEST_MIN:
        return "minutes", _("步行时间请填 1 到 60 分钟。")
    if row.metres is not None and not 0 < row.metres <= FARTHEST_M:
        return "metres", _("步行距离请填 1 到 5000 米。")
    return None
