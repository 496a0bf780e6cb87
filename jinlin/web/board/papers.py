"""What is printed and handed round: the sheet of the day, the bulletin of the month as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.people.access import Actor
from jinlin.performance import queries
from jinlin.performance.queries import Board
from jinlin.web import workbooks
from jinlin.web.access import permits
from jinlin.web.board import address as addresses
from jinlin.web.board import bulletin as made
from jinlin.web.board import shown
from jinlin.web.board.address import Address
from jinlin.web.board.bulletin import Month

ONE_COLUMN: Final = 16  # areas that fit below each other on one page
MOST_AREAS: Final = 40  # in two columns


@permits("board.view")
@require_safe
def daily(request: Any, area: str) -> HttpResponse:
    """Show the one page that is printed in the morning: what is open, what is late, whom it waits for."""
    asked = _asked(request, area)
    found = queries.board(viewer=request.actor, area=area, filters=asked.filters, rates_below=())
    table = shown.table(found, Address(area, asked.filters))
    rows, left = _fitting(table.rows)
    half = len(rows) if len(rows) <= ONE_COLUMN else (len(rows) + 1) // 2
    words = {
        "board": found,
        "table": table,
        "columns": [rows[:half], rows[half:]] if rows[half:] else [rows],
        "left": left,
        "bigs": shown.bigs(found),
        "rates": [*shown.picked(found, shown.RATES), *shown.picked(found, shown.STRIP)],
        "waiting": shown.waiting(found.now.waiting, asked)[:8],
        "coming": found.now.coming,
        "notes": shown.notes(found),
        "period": addresses.period_words(found.filters),
        "back": asked.url(),
        "now": clock.now(),
    }
    return _paper(request, "board/daily.html", words)


def _fitting(rows: Sequence[shown.Row]) -> tuple[list[shown.Row], int]:
    """Return the rows that fit on one page: all, or those with something to do, and how many are left out."""
    if len(rows) <= MOST_AREAS:
        return list(rows), 0
    busy = [row for row in rows if any(not cell.is_quiet for cell in row.cells)][:MOST_AREAS]
    return busy, len(rows) - len(busy)


@permits("board.view")
@require_safe
def bulletin(request: Any, area: str) -> HttpResponse:
    """Show the bulletin of a month, to read, print or take away as a workbook."""
    asked, month, found = _of_month(request, area)
    query = asked.query
    words = {
        "board": found,
        "month": month,
        "sections": made.sections(found, month),
        "table": shown.table(found, Address(area, asked.filters), shown.columns(found)[3:]),
        "rates": shown.rates(found),
        "composites": shown.composites(found),
        "previous": _with(area, month.previous, query),
        "next": _with(area, month.next, query) if month.next else "",
        "workbook": _with(area, month.code, query, "bulletin-workbook"),
        "back": asked.url(since=None, until=None),
        "notes": shown.notes(found),
        "now": clock.now(),
    }
    return _paper(request, "board/bulletin.html", words)


@permits("board.view")
@require_safe
def bulletin_workbook(request: Any, area: str) -> HttpResponse:
    """Send the bulletin as a workbook; who took it is written down."""
    __, month, found = _of_month(request, area)
    purpose = _("导出{name}{month}办理情况通报").format(name=found.area.name, month=month.name)
    workbooks.taken(request.actor, verb="board.export", purpose=purpose)
    return workbooks.attachment(workbook(found, month, request.actor), f"bulletin-{area}-{month.code}")


def _asked(request: Any, area: str) -> Address:
    asked = addresses.read(area, request.GET)
    if asked.errors:
        raise Invalid(asked.errors)
    return asked


def _of_month(request: Any, area: str) -> tuple[Address, Month, Board]:
    asked = _asked(request, area)
    month = made.month_of(request.GET.get("month", ""))
    filters = made.of_month(asked.filters, month)
    found = queries.board(viewer=request.actor, area=area, filters=filters)
    return Address(area, filters, asked.by), month, found


def _with(area: str, month: str, query: dict[str, str], page: str = "bulletin") -> str:
    kept = {name: value for name, value in query.items() if name not in ("from", "to", "by")}
    return addresses.page_url(page, area, {"month": month, **kept})


def _paper(request: Any, template: str, words: dict[str, Any]) -> HttpResponse:
    response = render(request, template, words)
    response["Cache-Control"] = "no-store"
    return response


def workbook(found: Board, month: Month, actor: Actor) -> bytes:
    """Return the bulletin as a workbook: the text, every figure with its parts and formula, areas, categories."""
    title = _("{name}{month}办理情况通报").format(name=found.area.name, month=month.name)
    mark = _("{unit} {name} 于 {when} 导出").format(
        unit=actor.post.unit_name if actor.post else "",
        name=actor.name,
        when=clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"),
    )
    book = workbooks.Book()
    text = book.sheet(str(_("通报")), (110,), mark=mark)
    workbooks.row(text, [title], bold=True)
    workbooks.row(text, [mark])
    for section in made.sections(found, month):
        workbooks.row(text, [section.title], bold=True)
        for line in section.sentences:
            workbooks.row(text, [line], wrap=True)
    _figures(book, found, mark)
    _areas(book, found, mark)
    _shares(book, found, mark)
    return book.saved()


def _figures(book: workbooks.Book, found: Board, mark: str) -> None:
    sheet = book.sheet(str(_("指标")), (22, 12, 8, 12, 12, 10, 12, 30, 70), mark=mark, freeze="B2")
    heads = [
        _("指标"),
        _("数值"),
        _("单位"),
        _("分子"),
        _("分母"),
        "n",
        _("未作答%"),
        _("与去年同期比"),
        _("算法"),
    ]
    workbooks.row(sheet, heads, bold=True)
    for figure, before in zip_longest(found.figures, found.last_year):
        share = figure.no_answer_share
        value = [
            figure.name,
            float(figure.value) if figure.value is not None else figure.words,
            figure.unit,
            *(shown.told(n) if n is None and not figure.no_data else n for n in (figure.numerator, figure.denominator, figure.n)),
            float(share) if share is not None else None,
            shown.last_year(figure, before),
            figure.formula,
        ]  # fmt: skip
        workbooks.row(sheet, value, wrap=True)
    for one in shown.composites(found):
        blank = [None] * 6
        workbooks.row(sheet, [one.name, one.words, *blank, f"{one.parts} · {one.source}"], wrap=True)


def _areas(book: workbooks.Book, found: Board, mark: str) -> None:
    children = [*found.children, *([found.rest] if found.rest else [])]
    figures = [
        figure for figure in found.figures if any(shown.figure_in(child, figure.code) for child in children)
    ]
    widths = (18, 16, 10, 10, *(14 for _one in figures))
    sheet = book.sheet(str(_("各地")), widths, mark=mark, freeze="B2")
    heads = [_("地方"), _("编码"), _("受理"), _("办结"), *(figure.name for figure in figures)]
    workbooks.row(sheet, heads, bold=True)
    for child in children:
        counts = [child.reported.value, child.closed.value]
        values = [shown.figure_in(child, figure.code) for figure in figures]
        workbooks.row(
            sheet,
            [child.name, child.code, *(shown.told(n) if n is None else n for n in counts)]
            + [one.words if one else "" for one in values],
        )


def _shares(book: workbooks.Book, found: Board, mark: str) -> None:
    sheet = book.sheet(str(_("构成")), (12, 28, 10, 10), mark=mark, freeze="A2")
    workbooks.row(sheet, [_("分法"), _("名称"), _("件数"), _("占比%")], bold=True)
    for how, shares in ((_("类别"), found.categories), (_("渠道"), found.channels)):
        for share in shares:
            n = share.count.value
            part = float(share.share) if share.share is not None else None
            workbooks.row(sheet, [how, share.label, shown.told(n) if n is None else n, part])
