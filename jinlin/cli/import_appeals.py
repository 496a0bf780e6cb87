"""`jinlin import appeals`: a hotline export becomes appeals and cases, once per row, with a bar and a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from jinlin.cli.endings import ending, file_argument, progress_bar, report_option
from jinlin.kernel.tables import Problem, read_bytes, read_table, wrong_file

FIELDS = ("external_id", "title", "text", "time", "address", "category", "lon", "lat", "kind", "phone")
NEEDED = ("external_id", "text", "time")


def read_map(text: str) -> dict[str, str]:
    """Return field -> column from `external_id=id,title=title,...`; BadParameter in one sentence."""
    found: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        name, _sep, column = pair.partition("=")
        if name.strip() not in FIELDS or not column.strip():
            raise click.BadParameter(
                _("“%(pair)s”不认识；可用字段：%(names)s") % {"pair": pair, "names": "、".join(FIELDS)}
            )
        found[name.strip()] = column.strip()
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise click.BadParameter(_("还缺字段：%(names)s") % {"names": "、".join(missing)})
    return found


def read_rows(
    path: Path, columns: Mapping[str, str]
) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return (line, field -> text) of a CSV (UTF-8 or GB18030, plain or gzip) and its unreadable lines.

    Raises Invalid for a file that is no table, or lacks a column of the map.
    """
    table = read_table(read_bytes(path))
    at = {name: place for place, name in reversed(list(enumerate(table.columns)))}
    missing = [column for column in columns.values() if column.lower() not in at]
    if missing:
        words = {"file": path.name, "names": "、".join(missing)}
        raise wrong_file(_("%(file)s 第 1 行没有这些列：%(names)s。请核对 --map。") % words)
    places = {name: at[column.lower()] for name, column in columns.items()}
    rows = [
        (line, {name: cells[place] if place < len(cells) else "" for name, place in places.items()})
        for line, cells in table.rows
    ]
    return rows, table.problems


@click.command("appeals")
@file_argument
@click.option(
    "--map",
    "mapping",
    required=True,
    help="external_id=id,title=title,text=body,time=time[,address=..,category=..,lon=..,lat=..]",
)
@click.option(
    "--default",
    "default_place",
    default="",
    help="region code used when neither point nor address tells where",
)
@click.option("--system", default="", help="name of the exporting system; default: the file's name")
@click.option(
    "--datum", type=click.Choice(["wgs84", "gcj02", "bd09"]), default="wgs84", help="of lon and lat"
)
@report_option
def appeals(**options: Any) -> None:
    """Turn a hotline export (CSV, plain or gzip) into appeals and cases; safe to run twice."""
    from jinlin.cases.actions.importing import Importer  # noqa: PLC0415  Django is ready by now

    path: Path = options["file"]
    columns = read_map(options["mapping"])
    with ending(options["report_file"]) as end, progress_bar(_("行")) as show:
        rows, unreadable = read_rows(path, columns)
        importer = Importer(
            system=options["system"] or path.name.split(".")[0],
            default_place=options["default_place"],
            datum=options["datum"],
        )
        importer.report.problems += unreadable
        importer.report.read = importer.report.refused = len(unreadable)
        for done, (line, row) in enumerate(rows, start=1):
            importer.take(line, row)
            show(done, len(rows))
        importer.finish()
        end(importer.report)
