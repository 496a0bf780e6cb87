"""`jinlin import network`, `compounds`, `gates`, `facilities` and `blocks`: the facts of a living circle, row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from jinlin.circle.actions.importing import (
    NetworkFiles,
    Origin,
    import_blocks,
    import_compounds,
    import_facilities,
    import_gates,
    import_network,
)
from jinlin.cli.endings import ending, file_argument, progress_bar, report_option
from jinlin.cli.import_places import asked_datum
from jinlin.people.access import SYSTEM

group = click.Group("import")
DATUMS = ["wgs84", "gcj02", "bd09"]
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def origin_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every file must be told about itself."""
    options = (
        click.option("--county", required=True, help="12 digits of the county the file is for"),
        click.option("--datum", type=click.Choice(DATUMS), help="of the coordinates; asked for if left out"),
        click.option("--source", default="", help="who made it; default: the file's name"),
        click.option(
            "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="day the file stands for; default: today"
        ),
        report_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def _origin(options: dict[str, Any], name: str) -> Origin:
    day: datetime | None = options["as_of"]
    datum: Any = options["datum"] or asked_datum()
    return Origin(
        county=options["county"],
        datum=datum,
        source=options["source"] or name,
        as_of=day.date() if day else None,
    )


@group.command("network")
@click.option("--nodes", type=a_file, help="CSV or parquet: node_id, lon, lat")
@click.option("--edges", type=a_file, help="CSV or parquet: u, v, length_m[, steps, highway]")
@click.option("--pbf", type=a_file, help="OpenStreetMap extract, instead of --nodes and --edges")
@click.option("--licence", default="", help="of the data, shown on every map")
@origin_options
def network(nodes: Path | None, edges: Path | None, pbf: Path | None, licence: str, **options: Any) -> None:
    """Bring the walking ways of a county in, as its next edition; ways across walls are cut and told."""
    name = next((path.name for path in (pbf, edges, nodes) if path), "network")
    if pbf is not None:
        options["datum"] = options["datum"] or "wgs84"  # OpenStreetMap is WGS 84 by definition
    with ending(options["report_file"]) as end, progress_bar(_("路")) as show:
        found = _origin(options, name)
        origin = Origin(found.county, found.datum, found.source, found.as_of, licence)
        files = NetworkFiles(nodes, edges, pbf)
        end(import_network(files, origin=origin, actor=SYSTEM, told=lambda ways: show(ways, ways)))


def _file_command(name: str, words: str, action: Callable[..., Any], unit: str) -> None:
    @group.command(name, help=words)
    @file_argument
    @origin_options
    def run(file: Path, **options: Any) -> None:
        with ending(options["report_file"]) as end, progress_bar(unit) as show:
            end(action(file, origin=_origin(options, file.name), actor=SYSTEM, progress=show))


_file_command(
    "compounds",
    "Bring outlines of compounds in (GeoJSON polygons: name[, kind, walled, households, village]): their walls.",
    import_compounds,
    "compound",
)
_file_command(
    "gates",
    "Bring gates in (CSV, parquet or GeoJSON: id, compound, lon, lat[, other, status, access, hours, barrier_free, "
    "length_m, confidence, source, verified_at]).",
    import_gates,
    "gate",
)
_file_command(
    "blocks",
    "Bring counts of residents by block in (CSV, parquet or GeoJSON: id, lon, lat, residents[, compound, dwellings, "
    "buildings, basis, year]); rounded to tens, never a list of people.",
    import_blocks,
    "block",
)


@group.command("facilities")
@file_argument
@click.option("--complete", default="", help="codes whose whole list this is, even if empty: EDU-PS,HEA-ST")
@origin_options
def facilities(file: Path, complete: str, **options: Any) -> None:
    """Bring facilities in (CSV, parquet or GeoJSON: id, category, lon, lat[, name, entrance_of, compound, hours, ...])."""
    codes = tuple(code.strip().upper() for code in complete.split(",") if code.strip())
    with ending(options["report_file"]) as end, progress_bar(_("设施")) as show:
        origin = _origin(options, file.name)
        end(import_facilities(file, origin=origin, actor=SYSTEM, complete=codes, progress=show))
