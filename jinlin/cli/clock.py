"""`jinlin clock due`: due times of a file of periods, for anyone who wants to check us; needs no database and no settings.

    jinlin clock due --in FILE.csv --out OUT.csv [--calendar DAYS.csv] [--hours HOURS.csv] [--report REFUSED.csv]

FILE has the columns id, start, amount, unit and, if wanted, region; OUT gets id, due, explanation in the same order.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from jinlin.cases.rules.deadlines import DAY_UNITS, LONGEST, UNITS, explain, sentence
from jinlin.cli.calendars import Calendars
from jinlin.cli.endings import ending, progress_bar, report_option
from jinlin.kernel.errors import Invalid
from jinlin.kernel.errors import gettext as _
from jinlin.kernel.tables import Problem, Table, read_bytes, read_table, unpack, wrong_file

NEEDED: Final = ("id", "start", "amount", "unit")
COLUMNS: Final = ("id", "due", "explanation")
NOTHING: Final = {"read": 0, "written": 0, "refused": 0}
STREAM: Final = "-"
_EVERY: Final = 2_000  # rows between two looks of the progress bar


@dataclass
class Answers:
    """What became of a file of periods: the rows to write, and one sentence for each row that was refused."""

    name: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The three numbers the command ends with."""
        written, refused = len(self.rows), len(self.problems)
        return {"read": written + refused, "written": written, "refused": refused}

    def refuse(self, line: int, sentence: str) -> None:
        """Leave a row out, with the reason."""
        words = {"file": self.name, "line": line, "sentence": sentence}
        self.problems.append(Problem(line, _("%(file)s 第 %(line)d 行：%(sentence)s") % words))


def _start(text: str, unit: str) -> datetime:
    """Return the moment a cell says; naive when it names no offset. ValueError carries the sentence."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("开始时间“%s”看不懂，请写成 2025-09-28T09:00。") % text[:40]) from None
    if len(text) <= len("2025-09-28") and unit not in DAY_UNITS:
        raise ValueError(_("开始时间“%s”没有时刻，按小时计算需写成 2025-09-28T09:00。") % text)
    return moment


def _amount(text: str, unit: str) -> float:
    """Return the length a cell says. ValueError carries the sentence."""
    try:
        amount = float("" if "_" in text else text)  # Python's own "1_0" is nobody's ten
    except ValueError:
        raise ValueError(_("数量“%s”不是数，请填写如 5 或 2.5。") % text[:40]) from None
    if not 0 <= amount <= LONGEST:
        raise ValueError(
            _("数量“%(text)s”超出范围，请填写 0 到 %(most)d 之间的数。")
            % {"text": text[:40], "most": LONGEST}
        )
    if unit in DAY_UNITS and amount != int(amount):
        raise ValueError(_("数量“%s”不是整天，按日计算请填写整数；要算半天请改用 working_hour。") % text[:40])
    return amount


def answer(cells: dict[str, str], calendars: Calendars) -> tuple[str, str, str]:
    """Return (id, due, explanation) of one row. ValueError carries the sentence to show."""
    missing = [name for name in NEEDED if not cells.get(name)]
    if missing:
        raise ValueError(_("缺少 %s，请补填。") % "、".join(missing))
    unit = next((one for one in UNITS if one == cells["unit"].lower()), None)
    if unit is None:
        words = {"unit": cells["unit"][:40], "units": "、".join(UNITS)}
        raise ValueError(_("单位“%(unit)s”不认识，请用 %(units)s 之一。") % words)
    start, amount = _start(cells["start"], unit).replace(microsecond=0), _amount(cells["amount"], unit)
    calendar = calendars.of(cells.get("region", ""))
    aware = start if start.tzinfo else start.replace(tzinfo=calendar.zone)
    try:
        working = explain(aware, amount, unit, calendar)
    except ValueError:
        raise ValueError(_("开始或到期不在 1949 至 2149 年之间，请核对开始时间和数量。")) from None
    shown = working.due if start.tzinfo else working.due.replace(tzinfo=None)
    return cells["id"], shown.isoformat(timespec="seconds"), sentence(working)


def _check_columns(columns: Sequence[str]) -> None:
    """Refuse a header that can't be read; Invalid with what to do."""
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        raise wrong_file(_("第 1 行：列与列之间请用英文逗号分隔，不要用分号或制表符。"))
    lacking = [column for column in NEEDED if column not in columns]
    if lacking:
        words = {"names": "、".join(lacking), "all": ",".join(NEEDED)}
        raise wrong_file(_("第 1 行缺少列 %(names)s，请把列名写成 %(all)s（可加 region）。") % words)
    twice = [column for column in NEEDED if columns.count(column) > 1]
    if twice:
        raise wrong_file(_("第 1 行有两个列都叫 %s，请改掉一个。") % "、".join(twice))


def _notes(table: Table, calendars: Calendars) -> list[str]:
    """Return what to know of the regions: what was counted for them."""
    if "region" in table.columns and calendars.national_only:
        return [_("没有给出 --calendar 或 --hours，各地区一律按全国日历和默认办公时间计算。")]
    said = _("地区“%s”不是区划代码，--calendar 和 --hours 里也没有，按全国日历计算。")
    return [said % name[:40] for name in calendars.unknown()]


def answers_to(table: Table, name: str, calendars: Calendars, progress: Any) -> Answers:
    """Return the answers to a table of periods; Invalid when a column is missing."""
    _check_columns(table.columns)
    found = Answers(name)
    for problem in table.problems:
        found.problems.append(Problem(problem.line, f"{name} {problem.sentence}"))
    width = len(table.columns)
    for done, (line, cells) in enumerate(table.rows, 1):
        row = dict(zip(table.columns, map(str.strip, cells), strict=False))
        try:
            if any(map(str.strip, cells[width:])):
                raise ValueError(_("比列名多出了内容，请给含逗号的内容加上引号。"))
            found.rows.append(answer(row, calendars))
        except ValueError as error:
            found.refuse(line, str(error))
        if done % _EVERY == 0 or done == len(table.rows):
            progress(done, len(table.rows))
    found.notes += _notes(table, calendars)
    found.problems.sort(key=lambda problem: problem.line)
    return found


def _read(source: str) -> Table:
    return read_table(unpack(sys.stdin.buffer.read()) if source == STREAM else read_bytes(source))


def _named(error: Invalid, name: str) -> Invalid:
    return error if name in str(error) else wrong_file(f"{name}：{error}")


def _packed(rows: Iterable[Sequence[str]], *, is_gzip: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    raw = text.getvalue().encode()
    return gzip.compress(raw, mtime=0) if is_gzip else raw


def write_whole(target: str, raw: bytes) -> None:
    """Write a file at once: beside it first, then renamed, so that nobody ever reads half of it. Invalid in words."""
    if target == STREAM:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    path = Path(target).resolve()
    try:
        if path.exists() and not path.is_file():  # a pipe or device is written to, never replaced
            path.write_bytes(raw)
            return
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            beside.write_bytes(raw)
            os.replace(beside, path)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        words = {"name": target, "why": error.strerror or error}
        raise wrong_file(_("写不了“%(name)s”（%(why)s），请换一个可以写入的位置。") % words) from error


def _same(source: str, target: str) -> bool:
    return STREAM not in (source, target) and Path(source).resolve() == Path(target).resolve()


def _keep_apart(source: str, target: str, report: Path | None, *others: str) -> None:
    """Refuse to write over what is read, or the refused rows over the answers."""
    if _same(source, target):
        raise wrong_file(_("--out 与 --in 是同一个文件，请换一个文件名。"))
    read = [name for name in (source, *others) if name]
    if any(_same(name, target) for name in read):
        raise wrong_file(_("--out 会盖掉要读的文件“%s”，请换一个文件名。") % target)
    if report is not None and any(_same(name, str(report)) for name in (*read, target)):
        raise wrong_file(_("--report 会盖掉“%s”，请换一个文件名。") % report)


@click.group()
def clock() -> None:
    """Ask the clock engine; needs no database."""


@clock.command()
@click.option(
    "--in", "source", required=True, metavar="FILE.csv", help="id,start,amount,unit[,region]; - for stdin"
)
@click.option("--out", "target", required=True, metavar="OUT.csv", help="id,due,explanation; - for stdout")
@click.option(
    "--calendar", "days", default="", metavar="DAYS.csv", help="local days: region,day,is_workday[,note]"
)
@click.option("--hours", default="", metavar="HOURS.csv", help="office hours: region,valid_from,spans")
@report_option
def due(source: str, target: str, days: str, hours: str, report_file: Path | None) -> None:
    """Compute due times with their working. Local times are of China; start like 2025-09-28T09:00.

    Units: clock_hour, working_hour, working_day, calendar_day. Exit code 1 when a row was refused; all others are
    written. The counts are the last line on stdout, on stderr when OUT is -.
    """
    name = "stdin" if source == STREAM else Path(source).name
    failed = False
    with ending(report_file, NOTHING, err=target == STREAM) as end, progress_bar(_("行")) as show:
        _keep_apart(source, target, report_file, days, hours)
        calendars = Calendars.read(days, hours)
        try:
            found = answers_to(_read(source), name, calendars, show)
        except Invalid as error:
            raise _named(error, name) from error
        write_whole(target, _packed(found.rows, is_gzip=target.endswith(".gz")))
        end(found)
        failed = bool(found.problems)
    if failed:
        sys.exit(1)
