"""Reads of the living circle."""

from jinlin.circle.queries.scope import home_area
from jinlin.circle.queries.standards import (
    category_names,
    moments,
    profiles,
    standard,
    standard_history,
)

__all__ = ["category_names", "home_area", "moments", "profiles", "standard", "standard_history"]
