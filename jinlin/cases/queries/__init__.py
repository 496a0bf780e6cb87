"""Reads of the closed loop."""

from jinlin.cases.queries.asking import move_for
from jinlin.cases.queries.boards import AreaCount, Board, board, home_area
from jinlin.cases.queries.detail import Detail, Line, Pending, Story, case_detail, pending_of, story, timeline
from jinlin.cases.queries.residents import (
    OwnWords,
    link_token,
    may_see_photo,
    own_words,
    prove,
    proved_appeals,
    reporter_cases,
)
from jinlin.cases.queries.rows import (
    DRILLS,
    VIEWS,
    CaseRow,
    Filters,
    Page,
    case_list,
    field_lists,
    grids_of,
    usual_categories,
    view_counts,
    views_for,
    visible_case,
    visible_cases,
)
from jinlin.cases.queries.similar import PublicCase, open_nearby, place_history

__all__ = [
    "DRILLS",
    "VIEWS",
    "AreaCount",
    "Board",
    "CaseRow",
    "Detail",
    "Filters",
    "Line",
    "OwnWords",
    "Page",
    "Pending",
    "PublicCase",
    "Story",
    "board",
    "case_detail",
    "case_list",
    "field_lists",
    "grids_of",
    "home_area",
    "link_token",
    "may_see_photo",
    "move_for",
    "open_nearby",
    "own_words",
    "pending_of",
    "place_history",
    "prove",
    "proved_appeals",
    "reporter_cases",
    "story",
    "timeline",
    "usual_categories",
    "view_counts",
    "views_for",
    "visible_case",
    "visible_cases",
]
