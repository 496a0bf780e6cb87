"""Writes of the living circle."""

from jinlin.circle.actions.assessing import order_assessment, run_assessment
from jinlin.circle.actions.standards import Changed, change_standard, seed_standard

__all__ = ["Changed", "change_standard", "order_assessment", "run_assessment", "seed_standard"]
