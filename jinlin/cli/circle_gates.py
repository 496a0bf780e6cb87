"""`jinlin circle gates`: which gate to open, from files to a ranked list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jinlin.cli.answers import Within, counting, finishing, say
from jinlin.cli.circle_inputs import input_options, read_inputs, result_options
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop
_FILE = click.Path(path_type=Path)


@click.command("gates")
@input_options
@click.option(
    "--candidates",
    type=_FILE,
    help="gates that could be opened: u,v (node ids) or u_lon,u_lat,v_lon,v_lat (degrees, joined to the nearest"
    " node), and length_m if it is not the straight line; walked both ways",
)
@click.option(
    "--auto",
    is_flag=True,
    help="instead of --candidates: try where nodes stand close and the way around is long",
)
@click.option(
    "--near-m",
    type=Within(1, 500),
    default=60.0,
    show_default=True,
    help="with --auto: ends at most this far apart in a straight line (and at least 5 m)",
)
@click.option(
    "--far-m",
    type=Within(1, 50_000),
    default=300.0,
    show_default=True,
    help="with --auto: on foot farther than this, and than twice the straight line",
)
@click.option(
    "--limit", type=float, required=True, help="metres on foot within which a home is covered, inclusive"
)
@click.option("--top", type=click.IntRange(1), default=50, show_default=True, help="length of the list")
@click.option(
    "--pairs",
    type=_FILE,
    help="also write the pairs of gates that bring more together than the sum of both: their ends, lengths, totals, and"
    " how far they exceed the sum",
)
@result_options
def gates(candidates: Path | None, auto: bool, out: Path, pairs: Path | None, **given: Any) -> None:
    """Rank gates (openings in a wall, short cuts) by whom they would bring within reach of what.

    Each gate is scored alone, exactly as a full recomputation would. Columns of OUT: rank, u, v, length_m,
    newly_covered_population (people who come within the limit of a category; one person counts once per category),
    person_metres_saved (of all people on their way to the nearest facility of each category; ways longer than the limit
    count as the limit), categories (those that somebody reaches over a shorter way, joined by ";").

    Gains do not add up: two gates in a row can be worth more than their sum (--pairs), two side by side less. --auto
    knows no houses, rivers or railways: look at each proposal before you show it to anybody.
    """
    with finishing() as summary:
        from jinlin.circle.assess import place  # noqa: PLC0415  arrays are slow to load; --help is not
        from jinlin.circle.gates import answer  # noqa: PLC0415  as above
        from jinlin.circle.walkers import profile  # noqa: PLC0415  as above
        from jinlin.kernel.results import check_output, write_rows  # noqa: PLC0415  as above

        if (candidates is None) == (not auto):
            raise click.UsageError(_("请给出 --candidates，或者只给出 --auto。"))
        walker = profile(given["profile"])
        question = answer.Question(given["limit"], given["top"], given["snap_m"], given["engine"], walker)
        answer.check(question)
        files = [given[name] for name in ("nodes", "edges", "pbf", "origins", "facilities")]
        check_output(out, *files, candidates)
        if pairs is not None:
            check_output(pairs, *files, candidates, out)
        inputs = read_inputs(*files)
        network = inputs.map.network
        wanted = _wanted(candidates, network, given)
        placed = place(network, inputs.origins, inputs.facilities, question.snap_m)
        say(_("计算现状：{count} 类设施"), count=len(inputs.facilities.categories))
        layers = answer.layers_of(network, placed, question)
        found = answer.ranked(network, layers, wanted, placed, question, counting)
        rows = answer.rows_of(found, question.top, helpful=auto)
        write_rows(out, answer.COLUMNS, rows)
        say(_("已写入 {file}"), file=out.name)
        summary.update(answer.summary_of(found, placed, question), rows=len(rows), out=str(out))
        if pairs is not None:
            together = answer.pairs_of(found, question.top, counting(_("成对试开")))
            write_rows(pairs, answer.PAIR_COLUMNS, together)
            say(_("已写入 {file}"), file=pairs.name)
            summary.update(pairs=len(together), pairs_out=str(pairs))


def _wanted(candidates: Path | None, network: Any, given: dict[str, Any]) -> Any:
    """Read the candidates, or say how to look for some."""
    from jinlin.circle.files.candidates import read_gates  # noqa: PLC0415  arrays are slow to load; --help is not
    from jinlin.circle.gates.auto import Proposal  # noqa: PLC0415  as above

    if candidates is None:
        return Proposal(near_m=given["near_m"], far_m=given["far_m"])
    say(_("读取候选的门 {file}"), file=candidates.name)
    read = read_gates(candidates, network, given["snap_m"])
    if read.repeated:
        say(_("有 {count} 行重复写了同一对端点，只算其中最短的"), count=read.repeated)
    if read.steep:
        say(_("提示：有 {count} 道门的长度小于两端的直线距离，请核对 length_m"), count=read.steep)
    return read.gates
