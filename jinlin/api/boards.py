"""Boards: what is open, what happened, every indicator with numerator, denominator and n; by area below."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Query, Router, Schema

from jinlin.api import doors
from jinlin.performance import queries

router = Router(tags=["boards"])


class Narrowed(Schema):
    """What a board is narrowed to: days (inclusive), line or who has it, category, source."""

    since: str = ""
    until: str = ""
    line: str = ""
    category: str = ""
    source: str = ""

    def filters(self) -> queries.Filters:
        """Return the filters; Invalid for a value nobody could have chosen."""
        return queries.read_filters(
            {
                "from": self.since,
                "to": self.until,
                "line": self.line,
                "category": self.category,
                "source": self.source,
            }
        )


class Area(Schema):
    """A code with its name."""

    code: str
    name: str


class Part(Schema):
    """How many wait somewhere or are of some kind."""

    code: str
    label: str
    n: int | None


class Figure(Schema):
    """An indicator: null without data and below ten; who was asked and did not answer beside."""

    code: str
    name: str
    unit: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: int | None
    n: int | None
    no_answer_share: Decimal | None
    too_few: bool
    no_data: bool


class Counts(Schema):
    """An area with what is open now and what came and ended in the period; null where it is too few to be told."""

    code: str
    name: str
    open: int | None
    due_today: int | None
    overdue: int | None
    reported: int | None
    closed: int | None


class Stage(Schema):
    """A stage of the loop: what should be done in the period, what was, how much of it late; how many wait now."""

    stage: str
    label: str
    should: int | None
    done: int | None
    in_time: int | None
    late: int | None
    waiting: int | None


class Day(Schema):
    """What came and ended on a day, in a week (its Monday) or in a month (its first)."""

    day: date
    reported: int | None
    closed: int | None


class Coming(Schema):
    """How many will be due on a day."""

    day: date
    due: int | None


class Board(Schema):
    """An area over a period.

    `rest` lies in no child. `masked`: the asker gets tens, and null for 1 to 9. `widened`: the period was widened to
    whole months, because such a division is kept by month. `locked_line`: the asker sees one line only.
    """

    code: str
    name: str
    since: date
    until: date
    line: str
    locked_line: bool
    widened: bool
    masked: bool
    total: Counts
    children: list[Counts]
    rest: Counts | None
    trail: list[Area]
    waiting: list[Part]
    coming: list[Coming]
    figures: list[Figure]
    last_year: list[Figure]
    funnel: list[Stage]
    step: str
    days: list[Day]
    categories: list[Part]
    sources: list[Part]


_COUNTS = ("open", "due_today", "overdue", "reported", "closed")


def _counts(child: queries.Child) -> Counts:
    return Counts(code=child.code, name=child.name, **{name: getattr(child, name).value for name in _COUNTS})


def _figures(found: tuple[queries.Figure, ...]) -> list[Figure]:
    return [Figure.model_validate(one) for one in found]


def _shares(found: tuple[queries.Share, ...]) -> list[Part]:
    return [Part(code=one.code, label=one.label, n=one.count.value) for one in found]


def _told(board: queries.Board) -> Board:
    now, flow, filters = board.now, board.flow, board.filters
    return Board(
        code=board.area.code,
        name=board.area.name,
        since=filters.since or date.min,
        until=filters.until or date.min,
        line=filters.line,
        locked_line=board.locked_line,
        widened=board.widened,
        masked=board.masked,
        total=Counts(
            code=board.area.code,
            name=board.area.name,
            open=now.open.value,
            due_today=now.due_today.value,
            overdue=now.overdue.value,
            reported=flow.reported.value,
            closed=flow.closed.value,
        ),
        children=[_counts(child) for child in board.children],
        rest=_counts(board.rest) if board.rest else None,
        trail=[Area(code=one.code, name=one.name) for one in board.trail],
        waiting=[Part(code=one.code, label=one.label, n=one.open.value) for one in now.waiting],
        coming=[Coming(day=day, due=due.value) for day, due in now.coming],
        figures=_figures(board.figures),
        last_year=_figures(board.last_year),
        funnel=[Stage.model_validate(one) for one in board.funnel],
        step=board.trend.step,
        days=[
            Day(day=one.day, reported=one.counts["reported"], closed=one.counts["closed"])
            for one in board.trend.points
        ],
        categories=_shares(board.categories),
        sources=_shares(board.channels),
    )


@router.get("/board", auth=doors.staff("board.view"), response=Board)
def home_board(request: doors.Asked, narrowed: Query[Narrowed]) -> Any:
    """The board of the asker's own area."""
    area = queries.home_area(viewer=request.actor)
    return _told(queries.board(viewer=request.actor, area=area, filters=narrowed.filters()))


@router.get("/board/{area}", auth=doors.staff("board.view"), response=Board)
def area_board(request: doors.Asked, area: str, narrowed: Query[Narrowed]) -> Any:
    """The board of an area inside the asker's own."""
    return _told(queries.board(viewer=request.actor, area=area, filters=narrowed.filters()))
