"""Local days and office hours from two small CSV files, for `jinlin clock due` without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Final

from jinlin.cases.rules.deadlines import DEFAULT, FIRST, LAST, Spans, WorkCalendar
from jinlin.kernel.errors import Invalid
from jinlin.kernel.errors import gettext as _
from jinlin.kernel.tables import read_bytes, read_table, wrong_file

YES: Final = ("1", "true", "yes", "y", "是")  # data: what people write into a yes-or-no column
NO: Final = ("0", "false", "no", "n", "否")  # data
_LEVELS: Final = (12, 9, 6, 4, 2)  # digits of a village, town, county, city and province in a region code


def area_chain(region: str) -> list[str]:
    """Return the codes whose days hold in a region: its own, then the wider ones, then "" (everywhere)."""
    if not region.isdigit() or len(region) > 12:
        return [region, ""] if region else [""]
    code = region.ljust(12, "0")
    return [*dict.fromkeys(code[:digits].ljust(12, "0") for digits in _LEVELS), ""]


def _region(text: str) -> str:
    return text.ljust(12, "0") if text.isdigit() and len(text) <= 12 else text


@dataclass
class Calendars:
    """Working calendars by region: the narrower area wins, day by day; office hours from its first row on."""

    days: dict[str, dict[date, tuple[bool, str]]] = field(default_factory=dict)
    hours: dict[str, list[tuple[date, Spans]]] = field(default_factory=dict)
    _known: dict[str, WorkCalendar] = field(default_factory=dict)

    @classmethod
    def read(cls, days: str, hours: str) -> Calendars:
        """Return the calendars of two files; "" for none. Invalid, naming file and line, for anything unclear."""
        made = cls()
        if days:
            _each(days, ("region", "day", "is_workday"), made._take_day)
        if hours:
            _each(hours, ("region", "valid_from", "spans"), made._take_hours)
        return made

    @property
    def national_only(self) -> bool:
        """Whether no region differs from the national calendar."""
        return not self.days and not self.hours

    def of(self, region: str) -> WorkCalendar:
        """Return the calendar of a region code; the national one for a region nothing is known of."""
        if self.national_only:
            return DEFAULT
        if region not in self._known:
            self._known[region] = self._made(region)
        return self._known[region]

    def _made(self, region: str) -> WorkCalendar:
        chain = area_chain(region)
        local: dict[date, tuple[bool, str]] = {}
        for area in reversed(chain):
            local |= self.days.get(area, {})
        return WorkCalendar(
            overrides={day: works for day, (works, _note) in local.items()},
            notes={day: note for day, (_works, note) in local.items() if note},
            hours_from=self._hours(chain),
        )

    def _hours(self, chain: list[str]) -> tuple[tuple[date, Spans], ...]:
        """Return who sets the hours from which day on: the narrowest area that has any from its first day, as in a node."""
        rows = [
            (rank, since, spans)
            for rank, area in enumerate(chain)
            for since, spans in self.hours.get(area, ())
        ]
        found = []
        for day in sorted({since for _rank, since, _spans in rows}):
            _rank, _since, spans = max(
                (row for row in rows if row[1] <= day), key=lambda row: (-row[0], row[1])
            )
            found.append((day, spans))
        return tuple(found)

    def unknown(self) -> list[str]:
        """Return the names asked for that are no region codes and stand in no file, a few of them."""
        if self.national_only:
            return []
        names = (name for name in self._known if name and not (name.isdigit() and len(name) <= 12))
        return [name for name in names if name not in self.days and name not in self.hours][:5]

    def _take_day(self, cells: dict[str, str]) -> None:
        day, word = _day(cells["day"]), cells["is_workday"].lower()
        if word not in YES + NO:
            raise ValueError(_("“%s”不知道是不是上班，请填写 1 或 0。") % word[:40])
        self.days.setdefault(_region(cells["region"]), {})[day] = (word in YES, cells.get("note", ""))

    def _take_hours(self, cells: dict[str, str]) -> None:
        since, spans = _day(cells["valid_from"]), _spans(cells["spans"])
        self.hours.setdefault(_region(cells["region"]), []).append((since, spans))


def _each(source: str, columns: tuple[str, ...], take: Callable[[dict[str, str]], None]) -> None:
    """Give every row of a file to a function; Invalid for the first that is unclear, since a wrong calendar lies."""
    name = Path(source).name
    try:
        table = read_table(read_bytes(source))
    except Invalid as error:
        raise wrong_file(f"{name}：{error}") from error
    lacking = [column for column in columns if column not in table.columns]
    if lacking:
        words = {"file": name, "names": "、".join(lacking)}
        raise wrong_file(_("%(file)s 第 1 行缺少列 %(names)s，请补上。") % words)
    for problem in table.problems:
        raise wrong_file(f"{name} {problem.sentence}")
    for line, cells in table.rows:
        row = dict.fromkeys(columns, "") | dict(zip(table.columns, map(str.strip, cells), strict=False))
        try:
            take(row)
        except ValueError as error:
            words = {"file": name, "line": str(line), "sentence": str(error)}
            raise wrong_file(_("%(file)s 第 %(line)s 行：%(sentence)s") % words) from error


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("日期“%s”看不懂，请写成 2026-03-11。") % text[:40]) from None
    if not FIRST <= day <= LAST:
        raise ValueError(_("日期“%s”不在 1949 至 2149 年之间，请核对。") % text)
    return day


def _spans(text: str) -> Spans:
    """Return office hours written as 08:30-12:00 14:30-18:00."""
    try:
        pairs = [part.split("-") for part in text.replace("—", "-").replace(";", " ").split()]
        spans = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in pairs)
        WorkCalendar(spans=spans).office  # noqa: B018  spans that overlap are refused here, with the line
    except ValueError:
        raise ValueError(_("办公时间“%s”看不懂，请写成 08:30-12:00 14:30-18:00。") % text[:60]) from None
    return spans
