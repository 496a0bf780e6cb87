"""`jinlin circle site`: where to build within a budget, with proof of how good the answer is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jinlin.cli.answers import Within, finishing, say
from jinlin.cli.circle_inputs import input_options, read_inputs, result_options
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop
_FILE = click.Path(path_type=Path)


@click.command("site")
@input_options
@click.option("--candidates", type=_FILE, required=True, help="where one could build: id,lon,lat[,cost]")
@click.option("--category", required=True, help="what is built: a category of the facilities file")
@click.option("--budget", type=float, required=True, help="at most so many sites; with --cost: so much money")
@click.option(
    "--cost",
    default="",
    help="column of CANDIDATES with the cost of each site (above 0); the budget limits their sum",
)
@click.option(
    "--radius", type=float, required=True, help="metres on foot within which a home is covered, inclusive"
)
@click.option(
    "--none-yet",
    is_flag=True,
    help="nothing of this category exists yet; without it an unknown category is refused as a slip",
)
@click.option(
    "--seconds",
    type=Within(0.1, 3600),
    default=10.0,
    show_default=True,
    help="time for improving the choice and its proof",
)
@result_options
def site(candidates: Path, cost: str, out: Path, engine: str, profile: str, **given: Any) -> None:
    """Choose at most so many sites that cover the most people whom nothing covers yet.

    Columns of OUT: rank, candidate (its id), newly_covered_population (beyond what exists and the sites before it),
    cumulative_share (of all people: existing facilities of the category and the sites so far).

    The last line on stdout is JSON: covered_share (existing and chosen together), upper_bound_share (no choice within
    the budget covers more: proved, not estimated), gap_percent (so much better, at most, any other choice can be) and
    seconds. Sites that would add nobody are not named, even where the budget would pay for them.
    """
    with finishing() as summary:
        from jinlin.circle.assess import place  # noqa: PLC0415  arrays are slow to load; --help is not
        from jinlin.circle.files.candidates import read_sites  # noqa: PLC0415  as above
        from jinlin.circle.files.datums import refuse_mixed  # noqa: PLC0415  as above
        from jinlin.circle.siting import answer as asked  # noqa: PLC0415  as above
        from jinlin.circle.walkers import profile as walker_of  # noqa: PLC0415  as above
        from jinlin.kernel.results import check_output, write_rows  # noqa: PLC0415  as above

        files = {name: given.pop(name) for name in ("nodes", "edges", "pbf", "origins", "facilities")}
        question = asked.Question(
            given["category"],
            given["budget"],
            given["radius"],
            given["none_yet"],
            given["snap_m"],
            engine,
            walker_of(profile),
            given["seconds"],
        )
        check_output(out, *files.values(), candidates)
        asked.check(question)
        say(_("读取备选点 {file}"), file=candidates.name)
        sites = read_sites(candidates, cost)
        inputs = read_inputs(**files)
        refuse_mixed(inputs.map, sites.places)
        network = inputs.map.network
        placed = place(network, inputs.origins, inputs.facilities, question.snap_m)
        answer = asked.answer(network, placed, sites, question, say)
        write_rows(out, asked.COLUMNS, answer.rows)
        say(_("已写入 {file}"), file=out.name)
        summary.update(answer.summary, rows=len(answer.rows), out=str(out))
