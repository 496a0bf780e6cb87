"""`jinlin insight hot`: the issues many people tell of, from a file of messages to a file of issues and one of members."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jinlin.cli.answers import counting, finishing, say
from jinlin.cli.insight import REFUSED
from jinlin.kernel.errors import gettext_noop

if TYPE_CHECKING:
    from jinlin.insight.files.messages import Messages
    from jinlin.insight.hot.issues import Issue

_ = gettext_noop

_FILE = click.Path(path_type=Path)
COLUMNS = ("issue", "rank", "heat", "reporters", "messages", "first", "last", "headline")
MEMBERS = ("id", "issue")
FLOOR = 5  # insight.rules.words.FLOOR, which stands above the pure packages


@click.command("hot")
@click.option("--in", "given", type=_FILE, required=True, help="messages, one a row")
@click.option("--id", "number", default="id", show_default=True, help="column of the id, each once")
@click.option("--title", default="title", show_default=True, help="column of the title; cells may be empty")
@click.option("--text", default="body", show_default=True, help="column of the text; cells may be empty")
@click.option("--time", default="time", show_default=True, help="column of the time or day")
@click.option(
    "--reporter", default="", help="column of who wrote; without it every message counts as one person's"
)
@click.option("--votes", default="", help="column of votes; they count by their logarithm")
@click.option(
    "--floor",
    default=FLOOR,
    show_default=True,
    type=click.IntRange(1),
    help="issues of fewer reporters get no headline",
)
@click.option("--out", type=_FILE, required=True, help="issues, .csv or .csv.gz")
@click.option(
    "--members", type=_FILE, required=True, help="which message belongs to which issue, .csv or .csv.gz"
)
def hot(given: Path, out: Path, members: Path, floor: int, **columns: str) -> None:
    """Issues: messages of the same matter at the same place, ranked by how many people tell of them.

    Columns of OUT: issue (the id of its first message), rank, heat, reporters (distinct), messages, first, last,
    headline (the title of the most central message, names and numbers masked; empty below --floor reporters). Issues of
    two messages and more are listed. Columns of MEMBERS: id, issue, for every message; one that stands alone is an
    issue of its own. Heat is people + ln(1 + votes) + ln(weeks), cooling with a half-life of 180 days to one half: ten
    or a hundred posts of one reporter count once.
    """
    with finishing(REFUSED) as summary:
        from jinlin.insight.files.messages import read_messages  # noqa: PLC0415  arrays are slow to load
        from jinlin.insight.hot.issues import Stream, issues_of  # noqa: PLC0415  as above
        from jinlin.kernel.results import CSV_ENDS, check_output, write_rows  # noqa: PLC0415  as above

        check_output(out, given, members, ends=CSV_ENDS)
        check_output(members, given, out, ends=CSV_ENDS, option="--members")
        say(_("读取 {file}"), file=given.name)
        read = read_messages(given, columns)
        say(_("{count} 条，按事项和地点聚合"), count=len(read))
        stream = Stream(read.titles, read.bodies, read.days, read.reporters, read.votes)
        found = issues_of(stream, counting(_("计算")))
        listed = [issue for issue in found if len(issue.members) > 1]
        belongs = [
            {"id": read.ids[place], "issue": read.ids[issue.members[0]]}
            for issue in found
            for place in issue.members
        ]
        write_rows(members, MEMBERS, sorted(belongs, key=lambda row: row["id"]))
        write_rows(
            out, COLUMNS, [_row(read, issue, rank, floor) for rank, issue in enumerate(listed, start=1)]
        )
        say(_("已写入 {file}：{issues} 个多人或多次反映的问题"), file=out.name, issues=len(listed))
        shown = sum(issue.reporters >= floor for issue in listed)
        summary.update(
            messages=len(read), issues=len(listed), with_headline=shown, out=str(out), members=str(members)
        )


def _row(read: Messages, issue: Issue, rank: int, floor: int) -> dict[str, Any]:
    return {
        "issue": read.ids[issue.members[0]],
        "rank": rank,
        "heat": round(issue.heat, 4),
        "reporters": issue.reporters,
        "messages": len(issue.members),
        "first": str(read.times[issue.members[0]]),
        "last": str(read.times[issue.members[-1]]),
        "headline": issue.headline if issue.reporters >= floor else "",
    }
