"""`jinlin import divisions`, `grids` and `default-grids`: files of places become dated rows, with a report."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from jinlin.cli.endings import ending, file_argument, progress_bar, report_option
from jinlin.kernel import clock
from jinlin.people.access import SYSTEM
from jinlin.places.actions import (
    ImportReport,
    import_divisions,
    import_grids,
    make_default_grids,
    read_geojson,
)

# The bureau's yearly table stands as of 30 June; the edition of 2016 that is in circulation, as of 31 July.
CUT_OFF = {2016: (7, 31)}
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?([01]\d)[-_.]?([0-3]\d))?(?!\d)")

group = click.Group("import")


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


@group.command("divisions")
@file_argument
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="day the table stands for")
@click.option("--source", default="", help="who published it; default: the file's name")
@report_option
def divisions(file: Path, as_of: datetime | None, source: str, report_file: Path | None) -> None:
    """Bring a table of divisions in (CSV, plain or gzip, UTF-8 or GB18030), as an edition of one day."""
    day = as_of.date() if as_of else guess_day(file.name)
    click.echo(_("版本日期 %(day)s") % {"day": day.isoformat()}, err=True)
    with ending(report_file) as end, progress_bar(_("行")) as show:
        end(import_divisions(file, as_of=day, source=source or file.name, actor=SYSTEM, progress=show))


@group.command("grids")
@file_argument
@click.option(
    "--datum", type=click.Choice(["wgs84", "gcj02", "bd09"]), required=True, help="of the coordinates"
)
@click.option("--note", default="", help="remark kept with each grid")
@report_option
def grids(file: Path, datum: Any, note: str, report_file: Path | None) -> None:
    """Bring drawn grids in (GeoJSON of polygons with village or code, name, kind)."""
    with ending(report_file) as end, progress_bar(_("网格")) as show:
        end(import_grids(read_geojson(file), datum=datum, note=note, actor=SYSTEM, progress=show))


@group.command("default-grids")
@click.option("--within", default="", help="region code; default: everywhere")
def default_grids(within: str) -> None:
    """Give every village that has no grid its one default grid (serial 001, without a shape)."""
    with ending(None) as end, progress_bar(_("网格")) as show:
        made = make_default_grids(within=within, actor=SYSTEM, progress=show)
        end(ImportReport(read=made, added=made))
