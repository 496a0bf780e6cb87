"""Boards: how many are open, due today, overdue, closed this week, by child area."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Router, Schema

from jinlin.api import doors
from jinlin.cases import queries

router = Router(tags=["boards"])


class AreaCount(Schema):
    """How many in one area now and this week; null where it is too few to be told to the asker."""

    code: str
    name: str
    open: int | None
    due_today: int | None
    overdue: int | None
    closed_week: int | None
    reported_week: int | None


class Area(Schema):
    """A code with its name."""

    code: str
    name: str


class Day(Schema):
    """What came and what was closed on one day."""

    day: date
    reported: int | None
    closed: int | None


class Coming(Schema):
    """How many will be due on a day."""

    day: date
    due: int | None


class Board(Schema):
    """An area with its children, the way up, eight weeks of days and the days to come.

    `rest` lies in no child; `masked`: the asker gets tens, and null for 1 to 9.
    """

    code: str
    name: str
    total: AreaCount
    children: list[AreaCount]
    rest: AreaCount | None
    trail: list[Area]
    days: list[Day]
    coming: list[Coming]
    masked: bool


def _told(board: queries.Board) -> Board:
    return Board(
        code=board.code,
        name=board.name,
        total=AreaCount.model_validate(board.total),
        children=[AreaCount.model_validate(child) for child in board.children],
        rest=AreaCount.model_validate(board.rest) if board.rest else None,
        trail=[Area(code=code, name=name) for code, name in board.trail],
        days=[Day(day=day, reported=reported, closed=closed) for day, reported, closed in board.days],
        coming=[Coming(day=day, due=due) for day, due in board.coming],
        masked=board.masked,
    )


@router.get("/board", auth=doors.staff("board.view"), response=Board)
def home_board(request: doors.Asked) -> Any:
    """The board of the asker's own area."""
    area = queries.home_area(request.actor)
    return _told(queries.board(viewer=request.actor, area=area))


@router.get("/board/{area}", auth=doors.staff("board.view"), response=Board)
def area_board(request: doors.Asked, area: str) -> Any:
    """The board of an area inside the asker's own."""
    return _told(queries.board(viewer=request.actor, area=area))
