"""Reads of this room."""

from jinlin.initiatives.queries.desk import desk_list, duties, item_of_resolution, reviews_due, stage_counts
from jinlin.initiatives.queries.figures import decisions_kept, months, totals
from jinlin.initiatives.queries.mine import own_items
from jinlin.initiatives.queries.numbers import number, numbers
from jinlin.initiatives.queries.page import gatherings_to_link, page, seen_item
from jinlin.initiatives.queries.passes import pass_by_link, pass_of, secret_of
from jinlin.initiatives.queries.photos import may_see_photo, seat_photo, sheets
from jinlin.initiatives.queries.wall import counts_below, key_of, phase_counts, similar, wall

__all__ = [
    "counts_below",
    "decisions_kept",
    "desk_list",
    "duties",
    "gatherings_to_link",
    "item_of_resolution",
    "key_of",
    "may_see_photo",
    "months",
    "number",
    "numbers",
    "own_items",
    "page",
    "pass_by_link",
    "pass_of",
    "phase_counts",
    "reviews_due",
    "seat_photo",
    "secret_of",
    "seen_item",
    "sheets",
    "similar",
    "stage_counts",
    "totals",
    "wall",
]
