"""Writes of places. Who may do them is decided by the surface that calls (people stands above this room)."""

from jinlin.places.actions.divisions import ImportReport, import_divisions

__all__ = ["ImportReport", "import_divisions"]
