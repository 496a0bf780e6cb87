"""Reads of the closed loop."""

from jinlin.cases.queries.boards import AreaCount, Board, board, home_area
from jinlin.cases.queries.detail import Detail, Line, Story, case_detail, story, timeline
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
    VIEWS,
    CaseRow,
    Filters,
    Page,
    case_list,
    field_lists,
    grids_of,
    view_counts,
    visible_case,
)
from jinlin.cases.queries.similar import PublicCase, open_nearby, place_history

__all__ = [
    "VIEWS",
    "AreaCount",
    "Board",
    "CaseRow",
    "Detail",
    "Filters",
    "Line",
    "OwnWords",
    "Page",
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
    "open_nearby",
    "own_words",
    "place_history",
    "prove",
    "proved_appeals",
    "reporter_cases",
    "story",
    "timeline",
    "view_counts",
    "visible_case",
]
