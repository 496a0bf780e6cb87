"""`jinlin import divisions`, `boundaries`, `grids` and `default-grids`: files of places become dated rows, with a report."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from jinlin.cli.endings import ending, file_argument, progress_bar, report_option
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.people.access import SYSTEM
from jinlin.places.actions import (
    ImportReport,
    import_boundaries,
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


@group.command("boundaries")
@file_argument
@click.option(
    "--datum", type=click.Choice(["wgs84", "gcj02", "bd09"]), help="of the coordinates; asked for if left out"
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="day whose codes the file uses; default: today's"
)
@click.option("--source", default="", help="who published it; default: the file's name")
@click.option("--sure", is_flag=True, help="take the datum although known outlines speak for another")
@report_option
def boundaries(
    file: Path, datum: Any, as_of: datetime | None, source: str, sure: bool, report_file: Path | None
) -> None:
    """Bring outlines of divisions in (GeoJSON, plain or gzip; code or adcode tells which unit), for maps of counts."""
    datum = datum or asked_datum()
    with ending(report_file) as end, progress_bar(_("边界")) as show:
        if not datum:
            raise Invalid({"datum": [_("请用 --datum 写明坐标系：wgs84、gcj02 或 bd09；选错会偏 500 米。")]})
        found = read_geojson(file)
        day = as_of.date() if as_of else None
        origin = source or file.name
        report = import_boundaries(
            found, datum=datum, source=origin, as_of=day, sure=sure, actor=SYSTEM, progress=show
        )
        end(report)
    if report.refused == report.read:
        click.echo(
            _(
                "一个边界也没有导入。请先照上面的提示改好，再重新导入；区划表还没有导入的，先运行 jinlin import divisions。"
            ),
            err=True,
        )
        sys.exit(1)


def asked_datum() -> str:
    """Ask a person at the keyboard; a script gets "" and with it a sentence instead of a question nobody answers."""
    if not sys.stdin.isatty():
        return ""
    kinds = click.Choice(["wgs84", "gcj02", "bd09"])
    click.echo(
        _("高德、腾讯导出的多为 gcj02，百度为 bd09，天地图和卫星定位为 wgs84；选错会偏 500 米。"), err=True
    )
    found: str = click.prompt(_("文件用的坐标系"), type=kinds, err=True)
    return found


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
