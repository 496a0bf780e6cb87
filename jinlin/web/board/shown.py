"""Counts as the board draws them: figures and table rows, each a link where the viewer may see what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from jinlin.cases.queries import AreaCount, Board
from jinlin.places.rules import level_of

WALL_ROWS: Final = 12  # what fits on a wall of 1920 x 1080 without scrolling
# measure -> view of the desk list that holds exactly these cases
VIEWS: Final[dict[str, str]] = {
    "open": "open",
    "due_today": "due_today",
    "overdue": "overdue",
    "closed_week": "closed_week",
    "reported_week": "reported_week",
}


@dataclass(frozen=True)
class Cell:
    """One number: its words ("<10" where it is too few to tell), and the list behind it."""

    words: str
    url: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Figure:
    """One of the big numbers."""

    label: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One area of the table."""

    name: str
    url: str
    cells: tuple[Cell, ...]
    off_wall: bool = False


@dataclass(frozen=True)
class Table:
    """The areas below, what lies in none of them, and the sum."""

    heads: tuple[str, ...]
    kind: str
    rows: tuple[Row, ...]
    total: Row
    hidden: int


def cell(board: Board, area: AreaCount, measure: str) -> Cell:
    """Return a number with its link; no link for nothing, for too few, or where the lists would not match."""
    n: int | None = getattr(area, measure)
    url = ""
    if n and board.may_drill and area.code and level_of(area.code) >= 3:
        url = reverse("desk:home") + "?" + urlencode({"view": VIEWS[measure], "place": area.code})
    return Cell("<10" if n is None else str(n), url, measure == "overdue" and n != 0)


def down(code: str) -> str:
    """Return the board of a child area; a grid has none of its own."""
    return reverse("board:area", args=[code]) if len(code) == 12 else ""


def figures(board: Board) -> list[Figure]:
    """Return the big numbers, the most urgent first after what is open."""
    total, words = board.total, _labels()
    notes = {
        "overdue": _share(total, board.masked),
        "due_today": _("按下一步的到期日算"),
        "closed_week": _("周一到现在"),
        "reported_week": _("周一到现在"),
    }
    return [Figure(words[name], cell(board, total, name), notes.get(name, "")) for name in VIEWS]


def _share(total: AreaCount, masked: bool) -> str:
    if total.open and total.overdue and not masked:
        return _("占在办 {share}%").format(share=round(100 * total.overdue / total.open))
    return ""


def _labels() -> dict[str, str]:
    return {
        "open": _("在办"),
        "due_today": _("今天到期"),
        "overdue": _("超时"),
        "closed_week": _("本周办结"),
        "reported_week": _("本周受理"),
    }


def table(board: Board) -> Table:
    """Return the table of the areas below, in their own order; the wall keeps those with the most to do."""
    heavy = sorted(board.children, key=lambda area: (-(area.overdue or 0), -(area.open or 0)))
    room = WALL_ROWS - bool(board.rest)
    off = {area.code for area in heavy[room - 1 :]} if len(heavy) > room else set()
    rows = [_row(board, area, area.code in off) for area in board.children]
    if board.rest:
        rows.append(_row(board, board.rest, False))
    labels = _labels()
    return Table(
        heads=tuple(labels[name] for name in VIEWS),
        kind=kind_below(board.code),
        rows=tuple(rows),
        total=_row(board, board.total, False),
        hidden=len(off),
    )


def _row(board: Board, area: AreaCount, off_wall: bool) -> Row:
    url = down(area.code) if area.code and area.code != board.code else ""
    return Row(area.name, url, tuple(cell(board, area, name) for name in VIEWS), off_wall)


def kind_below(code: str) -> str:
    """Return what the places below an area are called."""
    kinds = {3: _("乡镇（街道）"), 4: _("村（社区）"), 5: _("网格")}
    return kinds.get(level_of(code), _("县（市、区）"))
