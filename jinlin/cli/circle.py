"""`jinlin circle`: the living circle from files to files; no database, and Django is never loaded."""

from __future__ import annotations

from pathlib import Path

import click

from jinlin.cli.answers import Plugged, counting, finishing, say
from jinlin.cli.circle_inputs import input_options, read_inputs, result_options
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop


class Circle(Plugged):
    """The group; its larger commands are loaded when they are asked for."""

    plugged = {"gates": "jinlin.cli.circle_gates", "site": "jinlin.cli.circle_site"}


@click.group(cls=Circle, context_settings={"help_option_names": ["-h", "--help"]})
def circle() -> None:
    """15-minute living circle: who reaches what on foot, which gate to open, where to build.

    Files in, files out (CSV, CSV.gz, parquet; UTF-8; WGS 84 degrees); no database is needed. Progress goes to stderr;
    the last line on stdout is a JSON summary. A file that cannot be used is refused with one sentence naming file, row
    and remedy, and exit code 1.
    """


@circle.command("assess")
@input_options
@click.option(
    "--limits",
    required=True,
    help="walking limits in metres, inclusive, separated by commas: 500,1000,1200",
)
@result_options
def assess(
    nodes: Path | None,
    edges: Path | None,
    pbf: Path | None,
    origins: Path,
    facilities: Path,
    snap_m: float,
    limits: str,
    engine: str,
    profile: str,
    out: Path,
) -> None:
    """Share of people within each limit of the nearest facility, per category.

    Columns of OUT: category, limit_m, population_share, straight_line_share (what a circle on the map would claim),
    population, covered_population, origins, facilities, unsnapped_origins.
    """
    with finishing() as summary:
        from jinlin.circle import assess as figures  # noqa: PLC0415  arrays are slow to load; --help is not
        from jinlin.circle.walkers import profile as walker_of  # noqa: PLC0415  as above
        from jinlin.kernel.results import check_output, write_rows  # noqa: PLC0415  as above

        question = figures.Question(
            figures.checked_limits(_numbers(limits)), snap_m, engine, walker_of(profile)
        )
        check_output(out, nodes, edges, pbf, origins, facilities)
        given = read_inputs(nodes, edges, pbf, origins, facilities)
        network = given.map.network
        placed = figures.place(network, given.origins, given.facilities, snap_m)
        for sentence, facts in placed.left_out():
            say(sentence, **facts)
        answer = figures.assess(network, placed, question, counting(_("计算")))
        write_rows(out, figures.COLUMNS, answer.rows)
        say(_("已写入 {file}"), file=out.name)
        summary.update(answer.summary, rows=len(answer.rows), out=str(out))


def _numbers(limits: str) -> list[float]:
    """Return the limits as numbers; an unreadable one as NaN, which is refused with the others."""
    found = []
    for word in limits.replace("，", ",").split(","):
        try:
            found.append(float(word))
        except ValueError:
            found.append(float("nan"))
    return found
