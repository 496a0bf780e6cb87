"""What the board draws: big numbers, rates with their n, rows of areas; every number a link to what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.performance.queries import (
    MAP_MEASURES,
    Board,
    Child,
    Counted,
    Figure,
    Options,
    Waiting,
    period_of,
)
from jinlin.places.rules import level_of
from jinlin.web.board.address import Address, period_words

WALL_ROWS: Final = 12  # what fits on a wall of 1920 x 1080 without scrolling
WALL_WAITING: Final = 5
RATES: Final = ("response_rate", "solution_rate", "satisfaction_rate")
STRIP: Final = (
    "intime_dispose_rate",
    "return_ping_pong",
    "ledger_age",
    "proactive_share",
    "burden_fields_per_case",
)
COLUMNS: Final = ("open", "due_today", "overdue", "reported", "closed")


@dataclass(frozen=True)
class Cell:
    """One number: its words ("<10" where it is too few to tell), and the list behind it."""

    words: str
    url: str = ""
    is_late: bool = False
    is_quiet: bool = False


@dataclass(frozen=True)
class Big:
    """One of the big numbers."""

    label: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True)
class Rate:
    """An indicator as people read it: value, how many it rests on, and its own last year."""

    code: str
    name: str
    words: str
    known: bool
    n: str
    year: str
    formula: str
    parts: str = ""
    url: str = ""


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


@dataclass(frozen=True)
class Bar:
    """A named number with its share of the longest bar (0-100)."""

    name: str
    name_url: str
    cell: Cell
    width: int
    off_wall: bool = False


def drill_url(count: Counted) -> str:
    """Return the list behind a number, "" where there is none to show."""
    return led(count.drill) if count.value else ""


def led(drill: Mapping[str, str] | None) -> str:
    """Return the address of a list of the desk, or of the board's own page of the cases behind a number."""
    if not drill:
        return ""
    query = dict(drill)
    page = reverse("board:behind", args=[query.pop("area")]) if "of" in query else reverse("desk:home")
    return f"{page}?{urlencode(query)}"


def told(value: int | None) -> str:
    """Return a count in words; None is there, but too few to be told."""
    return "<10" if value is None else str(value)


def cell(count: Counted, *, late: bool = False) -> Cell:
    """Return a number with its link."""
    return Cell(told(count.value), drill_url(count), late and count.value != 0, count.value == 0)


def is_unit(board: Board) -> bool:
    """Tell whether only one department's matters are counted: they come to it by dispatch, not by report."""
    return bool(board.filters.line) and not board.filters.line.startswith("@")


def bigs(board: Board) -> list[Big]:
    """Return the big numbers: what is open, due and overdue now, then what came and was closed in the period."""
    now, flow = board.now, board.flow
    share = ""
    if now.open.value and now.overdue.value and not board.masked:
        share = _("占在办 {share}%").format(share=round(100 * now.overdue.value / now.open.value))
    reopened = _("重开 {n} 件").format(n=told(flow.reopened.value)) if flow.reopened.value != 0 else ""
    returned = _("退回 {n} 次").format(n=told(flow.returned.value)) if flow.returned.value != 0 else ""
    return [
        Big(_("在办"), cell(now.open), _("此刻")),
        Big(_("今天到期"), cell(now.due_today), _("按下一步的到期日算")),
        Big(_("超时"), cell(now.overdue, late=True), share or _("此刻")),
        Big(_("派单"), cell(flow.dispatched), returned or _("所选期间"))
        if is_unit(board)
        else Big(_("受理"), cell(flow.reported), returned or _("所选期间")),
        Big(_("办结"), cell(flow.closed), reopened or _("所选期间")),
    ]


def picked(board: Board, codes: Sequence[str]) -> list[Rate]:
    """Return some indicators in a given order; those this node doesn't compute are left out."""
    found = {rate.code: rate for rate in rates(board)}
    return [found[code] for code in codes if code in found]


def rates(board: Board) -> list[Rate]:
    """Return every indicator of the period beside the same days a year before."""
    before = {figure.code: figure for figure in board.last_year}
    return [rate_of(figure, before.get(figure.code)) for figure in board.figures]


def rate_of(figure: Figure, before: Figure | None) -> Rate:
    """Return an indicator with what it rests on and its own last year."""
    known = figure.value is not None
    rests = [_("n={n}").format(n=told(figure.n))] if not figure.no_data else []
    if figure.no_answer_share is not None:
        rests.append(_("未作答 {share}%").format(share=figure.no_answer_share))
    if figure.target is not None:
        rests.append(_("目标不超过 {target}").format(target=figure.target))
    n = _("，").join(rests)
    parts = ""
    if figure.denominator and figure.numerator is not None and not figure.no_data:
        parts = f"{plain(figure.numerator)} / {figure.denominator}"
    url = "" if figure.no_data else led(figure.behind)
    year = last_year(figure, before)
    return Rate(figure.code, figure.name, figure.words, known, n, year, figure.formula, parts, url)


@dataclass(frozen=True)
class Sum:
    """A composite this node has published: value or why there is none, what it is added up from, who decided it."""

    code: str
    name: str
    words: str
    parts: str
    source: str


def composites(board: Board) -> list[Sum]:
    """Return the composites published today, none by default; each with the weights and values it is made of."""
    return [
        Sum(
            one.code,
            _("{name}（第 {n} 版）").format(name=one.name, n=one.version),
            _("数据不全，不给分") if one.value is None else f"{one.value:f}",
            " + ".join(
                _("{name} {value} × {weight}%").format(
                    name=name, value="–" if value is None else f"{value:f}%", weight=plain(weight)
                )
                for name, weight, value in one.parts
            ),
            one.source,
        )
        for one in board.composites
    ]


def plain(number: Decimal) -> str:
    """Return a number without idle zeros: 911, 12.5."""
    return f"{number.normalize():f}"


def figure_in(child: Child, code: str) -> Figure | None:
    """Return a figure of an area, None where it isn't computed for areas."""
    return next((figure for figure in child.figures if figure.code == code), None)


def last_year(figure: Figure, before: Figure | None) -> str:
    """Return the same days a year before, and the difference where both can be told."""
    if before is None or before.no_data:
        return _("去年同期无数据")
    if before.value is None:
        return _("去年同期样本不足")
    words = _("去年同期 {words}").format(words=before.words)
    if figure.value is None:
        return words
    return f"{words}，{difference(figure, before.value)}"


def difference(figure: Figure, before: Decimal) -> str:
    """Return "高 2.10 个百分点" or the like; whether that is good stays the reader's."""
    assert figure.value is not None
    change = figure.value - before
    if change == 0:
        return _("持平")
    unit = _(" 个百分点") if figure.unit == "%" else f" {figure.unit}"
    way = _("高 {n}{unit}") if change > 0 else _("低 {n}{unit}")
    return way.format(n=abs(change), unit=unit)


def columns(board: Board) -> tuple[str, ...]:
    """Return the counts of the table; nothing is reported to a department."""
    return tuple(name for name in COLUMNS if not (name == "reported" and is_unit(board)))


def table(board: Board, address: Address, names: Sequence[str] = ()) -> Table:
    """Return the areas below in their own order, never by rank; the wall keeps those with the most to do.

    The counts are `names` (all of them unless said), then the map's measure where no count shows it.
    """
    shown = _Columns(tuple(names) or columns(board), () if address.by in COLUMNS else (address.by,))
    heavy = sorted(
        board.children, key=lambda child: (-(child.overdue.value or 0), -(child.open.value or 0), child.code)
    )
    room = WALL_ROWS - bool(board.rest)
    off = {child.code for child in heavy[room - 1 :]} if len(heavy) > room else set()
    rows = [shown.row(child, address, child.code in off) for child in board.children]
    if board.rest:
        rows.append(shown.row(board.rest, address, False))
    return Table(shown.heads(), kind_below(board.area.code), tuple(rows), shown.total(board), len(off))


@dataclass(frozen=True)
class _Columns:
    """Which counts and which indicators the table shows."""

    counts: tuple[str, ...]
    rates: tuple[str, ...]

    def heads(self) -> tuple[str, ...]:
        """Return the names above the columns."""
        names = {
            "open": _("在办"),
            "due_today": _("今天到期"),
            "overdue": _("超时"),
            "reported": _("受理"),
            "closed": _("办结"),
        }
        return (
            *(names[name] for name in self.counts),
            *(_(one.label) for one in MAP_MEASURES if one.code in self.rates),
        )

    def row(self, child: Child, address: Address, off_wall: bool) -> Row:
        """Return the row of an area."""
        url = address.url(area=child.code) if len(child.code) == 12 else ""
        cells = [cell(getattr(child, name), late=name == "overdue") for name in self.counts]
        cells += [_rate_cell(figure_in(child, code)) for code in self.rates]
        return Row(child.name, url, tuple(cells), off_wall)

    def total(self, board: Board) -> Row:
        """Return the sums, which are the area's own numbers."""
        now, flow = board.now, board.flow
        whole = {
            "open": now.open,
            "due_today": now.due_today,
            "overdue": now.overdue,
            "reported": flow.reported,
            "closed": flow.closed,
        }
        found = {figure.code: figure for figure in board.figures}
        if not same_period(board):  # the parts' months don't add up to the whole's days
            whole |= {name: _added(board, name) for name in ("reported", "closed")}
            found = {}
        cells = [cell(whole[name], late=name == "overdue") for name in self.counts]
        cells += [_rate_cell(found.get(code)) for code in self.rates]
        return Row(_("合计"), "", tuple(cells))


def same_period(board: Board) -> bool:
    """Tell whether the areas below are counted over the same days as the area."""
    return period_of(board.below_filters) == period_of(board.filters)


def _added(board: Board, name: str) -> Counted:
    rows = [getattr(child, name).value for child in (*board.children, *filter(None, [board.rest]))]
    return Counted(None if None in rows else sum(rows))


def _rate_cell(figure: Figure | None) -> Cell:
    if figure is None or figure.no_data:
        return Cell("–", is_quiet=True)
    return Cell(figure.words, led(figure.behind), is_quiet=figure.value is None)


def waiting(rows: Sequence[Waiting], address: Address, lines: frozenset[str] = frozenset()) -> list[Bar]:
    """Return who has what is open, most first; the name of one of `lines` leads to the board of that line."""
    most = max((row.open.value or 0 for row in rows), default=0) or 1
    return [
        Bar(
            row.label,
            address.url(line=row.code) if row.code in lines else "",
            cell(row.open),
            round(100 * (row.open.value or 0) / most),
            at >= WALL_WAITING,
        )
        for at, row in enumerate(rows)
    ]


def other_lines(board: Board, options: Options) -> frozenset[str]:
    """Return the lines that have a board of their own to go to, none for who sees one line only."""
    if board.locked_line:
        return frozenset()
    return frozenset(code for code, _label in options.lines) - {board.filters.line}


def chips(address: Address, options: Options) -> list[str]:
    """Return the chosen filters in words, to stand beside the period."""
    filters = address.filters
    categories = dict(pair for _root, leaves in options.categories for pair in leaves)
    named = (
        (filters.line, dict(options.lines)),
        (filters.category, categories),
        (filters.channel, dict(options.channels)),
    )
    return [str(names.get(code, code)) for code, names in named if code]


def kind_below(code: str) -> str:
    """Return what the places below an area are called."""
    kinds = {3: _("乡镇（街道）"), 4: _("村（社区）"), 5: _("网格")}
    return kinds.get(level_of(code), _("县（市、区）"))


def notes(board: Board) -> list[str]:
    """Return what has to be known to read the numbers rightly."""
    found = []
    if board.masked:
        found.append(_("少于 10 的写作 <10，其余取整到十。"))
    if board.widened:
        found.append(_("这样筛选只能按整月统计，期间已放宽到整月。"))
    if board.locked_line:
        found.append(_("只统计本部门承办的事项。"))
    if not same_period(board):
        words = period_words(board.below_filters)
        found.append(_("这样筛选时，各地的受理、办结和比率按整月统计：{period}。").format(period=words))
    ends = (board.filters.until, board.below_filters.until)
    if any(end and end > clock.today() for end in ends):
        found.append(_("整月里还没到期的也算进了应办、应结，所以本月的处置率、结案率偏低。"))
    if period_of(board.mix_filters) != period_of(board.filters) and not is_unit(board):
        words = period_words(board.mix_filters)
        found.append(_("构成和来源按整月统计：{period}。").format(period=words))
    return found


def measures(address: Address) -> list[dict[str, Any]]:
    """Return what the map can be coloured by, counts before rates."""
    return [
        {"code": one.code, "label": _(one.label), "current": one.code == address.by} for one in MAP_MEASURES
    ]
