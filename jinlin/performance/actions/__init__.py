"""Writes of this room."""

from jinlin.performance.actions.keeping import keep, sweep_empty
from jinlin.performance.actions.rebuilding import Difference, Verdict, check_counters, rebuild_counters
from jinlin.performance.actions.weighing import end_weights, set_weights

__all__ = [
    "Difference",
    "Verdict",
    "check_counters",
    "end_weights",
    "keep",
    "rebuild_counters",
    "set_weights",
    "sweep_empty",
]
