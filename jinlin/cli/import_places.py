"""`jinlin import divisions`, `grids` and `default-grids`: files of places become dated rows, with a report."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from tqdm import tqdm

from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError
from jinlin.people.access import SYSTEM
from jinlin.places.actions import (
    ImportReport,
    import_divisions,
    import_grids,
    make_default_grids,
    read_geojson,
)
from jinlin.places.actions.files import Problem

SHOWN = 50  # refused rows on the screen; all of them go into --report
# The bureau's yearly table stands as of 30 June; the edition of 2016 that is in circulation, as of 31 July.
CUT_OFF = {2016: (7, 31)}
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?([01]\d)[-_.]?([0-3]\d))?(?!\d)")

group = click.Group("import")
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_report_file = click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write refused rows here as CSV",
)


def guess_day(name: str) -> date:
    """Return the day a table stands for as its file name tells (admin_zhoukou_2023 -> 2023-06-30), else today."""
    for found in _DATE.finditer(name):
        year, month, day = (int(part or 0) for part in found.groups())
        if not month:
            month, day = CUT_OFF.get(year, (6, 30))
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return clock.today()


@contextmanager
def _bar(unit: str) -> Iterator[Any]:
    """Show progress on stderr; the yielded function takes (done, in all)."""
    with tqdm(unit=unit, file=sys.stderr, mininterval=0.5, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        yield show


@group.command("divisions")
@_file
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="day the table stands for")
@click.option("--source", default="", help="who published it; default: the file's name")
@_report_file
def divisions(file: Path, as_of: datetime | None, source: str, report_file: Path | None) -> None:
    """Bring a table of divisions in (CSV, plain or gzip, UTF-8 or GB18030), as an edition of one day."""
    day = as_of.date() if as_of else guess_day(file.name)
    click.echo(_("版本日期 %(day)s") % {"day": day.isoformat()}, err=True)
    with _ending(report_file) as end, _bar(_("行")) as show:
        end(import_divisions(file, as_of=day, source=source or file.name, actor=SYSTEM, progress=show))


@group.command("grids")
@_file
@click.option(
    "--datum", type=click.Choice(["wgs84", "gcj02", "bd09"]), required=True, help="of the coordinates"
)
@click.option("--note", default="", help="remark kept with each grid")
@_report_file
def grids(file: Path, datum: Any, note: str, report_file: Path | None) -> None:
    """Bring drawn grids in (GeoJSON of polygons with village or code, name, kind)."""
    with _ending(report_file) as end:
        end(import_grids(read_geojson(file), datum=datum, note=note, actor=SYSTEM))


@group.command("default-grids")
@click.option("--within", default="", help="region code; default: everywhere")
def default_grids(within: str) -> None:
    """Give every village that has no grid its one default grid (serial 001, without a shape)."""
    with _ending(None) as end:
        made = make_default_grids(within=within, actor=SYSTEM)
        end(ImportReport(read=made, added=made))


@contextmanager
def _ending(report_file: Path | None) -> Iterator[Any]:
    """Whatever happens, the last line on stdout is the four counts; an unusable file exits with 1."""
    reports: list[ImportReport] = []
    try:
        yield reports.append
    except JinlinError as error:
        click.echo(str(error), err=True)
        click.echo(json.dumps(ImportReport().counts()))
        sys.exit(1)
    for report in reports:
        _tell(report, report_file)


def _tell(report: ImportReport, report_file: Path | None) -> None:
    for problem in report.problems[:SHOWN]:
        click.echo(problem.sentence, err=True)
    if len(report.problems) > SHOWN:
        left = len(report.problems) - SHOWN
        click.echo(_("还有 %(count)d 行未收，用 --report 写成文件查看。") % {"count": left}, err=True)
    for note in report.notes:
        click.echo(note, err=True)
    if report_file is not None:
        _write_problems(report_file, report.problems)
    click.echo(json.dumps(report.counts()))


def _write_problems(path: Path, problems: Sequence[Problem]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["line", "problem"])
        writer.writerows([problem.line, problem.sentence] for problem in problems)
