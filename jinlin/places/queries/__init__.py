"""Reads of places."""

from jinlin.places.queries.locating import GridHit, locate, locate_many
from jinlin.places.queries.searching import search_regions
from jinlin.places.queries.tree import (
    ancestors,
    area_name,
    area_names,
    children,
    compounds_of,
    count_regions,
    default_grid_code,
    default_grid_of,
    first_county,
    grid,
    grid_names,
    grids_of,
    history,
    micro_grids_of,
    region,
    stands,
)
from jinlin.places.queries.wording import PlaceGuess, find_place_in_text

__all__ = [
    "GridHit",
    "PlaceGuess",
    "ancestors",
    "area_name",
    "area_names",
    "children",
    "compounds_of",
    "count_regions",
    "default_grid_code",
    "default_grid_of",
    "find_place_in_text",
    "first_county",
    "grid",
    "grid_names",
    "grids_of",
    "history",
    "locate",
    "locate_many",
    "micro_grids_of",
    "region",
    "search_regions",
    "stands",
]
