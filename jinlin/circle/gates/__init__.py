"""Which wall hurts, and which gate to open: what a gate would change, without recomputing the city.

Noun: Gate, a way of known length between two nodes that the network does not have yet. The layers of all categories are
stacked per node, one pruned search per side repairs them (design/living-circle.md 4.4), and people newly covered and
person-metres saved come out exactly as a full recomputation would give them.
"""

from jinlin.circle.gates.layers import Gates, Layers, Scores, rank, score, searched, stacked
from jinlin.circle.gates.together import Pair, gain, opened_all, pairs, plan

__all__ = [
    "Gates",
    "Layers",
    "Pair",
    "Scores",
    "gain",
    "opened_all",
    "pairs",
    "plan",
    "rank",
    "score",
    "searched",
    "stacked",
]
