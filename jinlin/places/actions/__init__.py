"""Writes of places. Who may do them is decided by the surface that calls (people stands above this room)."""

from jinlin.places.actions.boundaries import import_boundaries
from jinlin.places.actions.contents import add_building, add_compound, add_micro_grid, redraw_compound
from jinlin.places.actions.divisions import ImportReport, import_divisions
from jinlin.places.actions.drawn import read_geojson
from jinlin.places.actions.grids import import_grids, make_default_grids, split_grid

__all__ = [
    "ImportReport",
    "add_building",
    "add_compound",
    "add_micro_grid",
    "import_boundaries",
    "import_divisions",
    "import_grids",
    "make_default_grids",
    "read_geojson",
    "redraw_compound",
    "split_grid",
]
