"""`jinlin insight similar`: the nearest messages of each message, from files to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jinlin.cli.answers import Within, counting, finishing, say
from jinlin.cli.insight import REFUSED
from jinlin.kernel.errors import gettext_noop

if TYPE_CHECKING:
    from jinlin.insight.files.messages import Messages

_ = gettext_noop

_FILE = click.Path(path_type=Path)
COLUMNS = ("id", "neighbour", "rank", "score", "copy", "days")


@click.command("similar")
@click.option("--in", "given", type=_FILE, required=True, help="messages, one a row")
@click.option("--id", "number", default="id", show_default=True, help="column of the id, each once")
@click.option("--title", default="title", show_default=True, help="column of the title; cells may be empty")
@click.option("--text", default="body", show_default=True, help="column of the text; cells may be empty")
@click.option("--time", default="time", show_default=True, help="column of the time or day")
@click.option(
    "--window-days",
    default=180.0,
    show_default=True,
    type=Within(1, 3650),
    help="how far apart neighbours may lie; beyond, only what is surely the same matter is named, and fading",
)
@click.option(
    "--nearest", default=10, show_default=True, type=click.IntRange(1, 25), help="neighbours of each message"
)
@click.option("--out", type=_FILE, required=True, help="neighbours, .csv or .csv.gz")
def similar(given: Path, out: Path, window_days: float, nearest: int, **columns: str) -> None:
    """The messages nearest to each message: the same matter at the same place, said by others or again.

    Columns of OUT: id, neighbour, rank (1 is nearest), score (0-1; from 0.5 the same matter at the same place is as
    likely as not), copy (1: word for word the same; at most three of them come first), days (how far apart). Other
    texts are named once each, so that one text posted a hundred times leaves room. Rows of OUT are in order of time
    and id, whatever the order of the file.
    """
    with finishing(REFUSED) as summary:
        from jinlin.insight.files.messages import read_messages  # noqa: PLC0415  arrays are slow to load
        from jinlin.insight.likeness.neighbours import neighbours  # noqa: PLC0415  as above
        from jinlin.kernel.results import CSV_ENDS, check_output, write_rows  # noqa: PLC0415  as above

        check_output(out, given, ends=CSV_ENDS)
        say(_("读取 {file}"), file=given.name)
        read = read_messages(given, columns)
        say(_("{count} 条，逐条查找相近的留言"), count=len(read))
        found = neighbours(
            read.titles, read.bodies, read.days,
            window=window_days, count=nearest, progress=counting(_("计算")),
        )  # fmt: skip
        rows = [row for place, near in enumerate(found) for row in _rows(read, place, near)]
        write_rows(out, COLUMNS, rows)
        say(_("已写入 {file}"), file=out.name)
        copies = len({row["id"] for row in rows if row["copy"]})
        summary.update(messages=len(read), rows=len(rows), reposted=copies, out=str(out))


def _rows(read: Messages, place: int, near: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": read.ids[place],
            "neighbour": read.ids[each.place],
            "rank": rank,
            "score": round(each.score, 4),
            "copy": int(each.copy),
            "days": round(each.days, 1),
        }
        for rank, each in enumerate(near, start=1)
    ]
