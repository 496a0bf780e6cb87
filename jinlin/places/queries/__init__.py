"""Reads of places."""

from jinlin.places.queries.locating import GridHit, PlaceGuess, find_place_in_text, locate
from jinlin.places.queries.searching import search_regions
from jinlin.places.queries.tree import (
    ancestors,
    area_name,
    area_names,
    children,
    compounds_of,
    count_regions,
    default_grid_of,
    grid,
    grids_of,
    history,
    micro_grids_of,
    region,
)

__all__ = [
    "GridHit",
    "PlaceGuess",
    "ancestors",
    "area_name",
    "area_names",
    "children",
    "compounds_of",
    "count_regions",
    "default_grid_of",
    "find_place_in_text",
    "grid",
    "grids_of",
    "history",
    "locate",
    "micro_grids_of",
    "region",
    "search_regions",
]
