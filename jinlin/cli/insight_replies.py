"""`jinlin insight replies`: what to look at once more before a reply is sent."""

from __future__ import annotations

from pathlib import Path

import click

from jinlin.cli.answers import counting, finishing, say
from jinlin.cli.insight import REFUSED
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop
_FILE = click.Path(path_type=Path)

COLUMNS = ("id", "checks", "score")


@click.command("replies")
@click.option("--in", "source", type=_FILE, required=True, help="appeals with their replies, .csv or .csv.gz")
@click.option("--id", "name", default="id", show_default=True, help="column of the id")
@click.option("--text", required=True, help="column of the appeal")
@click.option(
    "--title", default="title", show_default=True, help="column of its title; read where the file has it"
)
@click.option("--reply", required=True, help="column of the reply (an empty one counts as not answered)")
@click.option("--time", required=True, help="column of when the appeal came")
@click.option("--reply-time", required=True, help="column of when the reply was sent; empty: not yet sent")
@click.option(
    "--days", default=5, show_default=True, type=click.IntRange(0, 250), help="working days promised"
)
@click.option("--out", type=_FILE, required=True, help="result file, .csv or .csv.gz")
def replies(
    source: Path,
    name: str,
    text: str,
    title: str,
    reply: str,
    time: str,
    reply_time: str,
    days: int,
    out: Path,
) -> None:
    """Notes on replies, for the handler's eyes; never a score of the handler.

    Columns of OUT: id; checks, codes joined by ";"; score, how well the reply suits its appeal (0: as well as its ten
    nearest others of the file; more is better; the file itself says which words are rare, so scores compare within it).

    \b
    received     only tells that the appeal came in or was passed on
    off_subject  suits more of the other appeals than 95 % of true replies of like length do (20 rows or more)
    parts        a numbered point or question of the appeal is not taken up
    no_finding   does not say what was found or on what grounds
    no_action    does not say what was or will be done, or what can be done
    no_date      names no day or term beside the date under it
    no_contact   names no telephone or office
    late         sent after --days working days (State Council calendar; the day of the appeal does not count)
    copied       the same text went to three appeals or more
    """
    with finishing(REFUSED) as summary:
        from jinlin.insight.files.tables import read_table  # noqa: PLC0415  arrays are slow to load; --help is not
        from jinlin.insight.replies.checks import CODES, notes  # noqa: PLC0415  as above
        from jinlin.kernel.results import CSV_ENDS, check_output, write_rows  # noqa: PLC0415  as above

        check_output(out, source, ends=CSV_ENDS)
        say(_("读取 {file}"), file=source.name)
        table = read_table(source, (name, text, reply, time, reply_time), (title,))
        ids = table.texts(name)
        appeals = table.texts(text, empty=True)
        if table.has(title):
            appeals = [
                f"{one}\n{two}" for one, two in zip(table.texts(title, empty=True), appeals, strict=True)
            ]
        sent = table.moments_or_none(reply_time)
        found = notes(
            appeals, table.texts(reply, empty=True), table.moments(time), sent, days, counting(_("比较"))
        )
        values = [
            (each, ";".join(note.checks), f"{note.score:.6f}") for each, note in zip(ids, found, strict=True)
        ]
        write_rows(out, COLUMNS, [dict(zip(COLUMNS, each, strict=True)) for each in values])
        say(_("已写入 {file}"), file=out.name)
        counts = {code: sum(code in note.checks for note in found) for code in CODES}
        summary.update(rows=len(values), checks=counts, out=str(out))
