"""Every door into the node, for tests that must miss none; the list itself is the product's (jinlin.cli.routes)."""

from __future__ import annotations

from jinlin.cli.routes import Route, all_routes, readable
from jinlin.cli.routes import walk as _walk

__all__ = ["Route", "_walk", "all_routes", "readable"]
