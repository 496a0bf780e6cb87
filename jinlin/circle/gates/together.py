"""Several gates at once. Gains are not submodular: two gates in a row can be worth more than their sum (fixture F4).

So nothing here trusts a score made before another gate was opened, and no guarantee of greedy choice is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jinlin.circle.gates.engine import NO_GATE, Engine, load
from jinlin.circle.gates.layers import Gates, Layers, Scores, Told, arcs_of, copied, rank, score
from jinlin.circle.network import Flags, Floats, Ints, Longs, Network
from jinlin.circle.sharing import Passage, opened

MOST_FIRST = 2_000  # gates tried as the first of a pair
MOST_PARTNERS = 200  # gates tried beside each, those that stand where the first one changed something
RESCORED = 300  # candidates scored anew after each choice of a plan
LITTLE = 1e-6


@dataclass(frozen=True)
class Pair:
    """Two gates (positions) that are worth more together: totals of both, and how far they exceed the sum."""

    first: int
    second: int
    people: float
    metres: float
    more_people: float
    more_metres: float


def opened_all(network: Network, layers: Layers, gates: Gates, engine: Engine | None = None) -> Layers:
    """Return the layers with all these gates open, exact: each is offered again until none improves anything."""
    engine = engine or load("auto", len(gates))
    arcs, result = arcs_of(network), copied(layers)
    waiting = list(range(len(gates)))
    while waiting:
        changed = False
        for gate in waiting:
            nodes, _old = engine.commit(arcs, result.near, gates.one(gate), layers.beyond, NO_GATE)
            changed = changed or len(nodes) > 0
        waiting = waiting if changed else []
    return result


def gain(before: Layers, after: Layers) -> tuple[Floats, Floats]:
    """Compare two states of one network: people newly covered (c,) and person-decimetres saved (c,); losses are below 0."""
    limit = before.limit_dm
    covered = (after.near <= limit).astype(np.int8) - (before.near <= limit)
    saved = np.minimum(before.near, limit).astype(np.int64) - np.minimum(after.near, limit)
    return before.people @ covered, before.people @ saved


def pairs(
    network: Network,
    layers: Layers,
    gates: Gates,
    scores: Scores,
    engine: Engine | None = None,
    told: Told = lambda done, total: None,
) -> list[Pair]:
    """Find the pairs that bring more than the sum of their two gates, those that a list of single gates hides most first.

    Only where one gate shortens the way to an end of the other can two be worth more than their sum, so each gate that
    changes anything is opened in turn and the gates at the nodes it changed are scored anew.
    """
    engine = engine or load("auto")
    arcs, near = arcs_of(network), layers.near.copy()
    at_node = _gates_at(gates, network.size)
    order = rank(scores, gates)
    firsts = order[scores.settled[order] > 0][:MOST_FIRST]
    found: dict[tuple[int, int], Pair] = {}
    for number, first in enumerate(firsts.tolist()):
        told(number, len(firsts))
        nodes, old = engine.commit(arcs, near, gates.one(first), layers.beyond, NO_GATE)
        second = _partners(at_node, nodes, first, scores)
        some, extra = gates.of(second).arrays, gates.one(first)
        newly, saved, _settled = engine.score(arcs, near, layers.people, some, layers.beyond, extra)
        for pair in _worth_it(first, second, (newly, saved), scores):
            found.setdefault((min(first, pair.second), max(first, pair.second)), pair)
        near[nodes[::-1]] = old[::-1]  # a node changed from both sides gets back what stood there first
    told(len(firsts), len(firsts))
    return sorted(
        found.values(), key=lambda pair: (-pair.more_people, -pair.more_metres, pair.first, pair.second)
    )


def _gates_at(gates: Gates, nodes: int) -> tuple[Longs, Longs]:
    """Return (indptr, gates) of the gates that end at each node."""
    ends = np.concatenate((gates.u, gates.v))
    order = np.argsort(ends, kind="stable")
    start = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=nodes), out=start[1:])
    return start, (order % max(len(gates), 1)).astype(np.int64)


def _partners(at_node: tuple[Longs, Longs], nodes: Ints, first: int, scores: Scores) -> Longs:
    """Return the other gates at these nodes; when there are too many, those with most people alone."""
    start, gate = at_node
    some = [gate[start[node] : start[node + 1]] for node in np.unique(nodes)]
    found = np.unique(np.concatenate(some)) if some else np.zeros(0, np.int64)
    found = found[found != first]
    if len(found) > MOST_PARTNERS:
        order = np.lexsort((found, -scores.metres[found], -scores.people[found]))
        found = np.sort(found[order[:MOST_PARTNERS]])
    return found


def _worth_it(first: int, second: Longs, added: tuple[Floats, Floats], scores: Scores) -> list[Pair]:
    newly, saved = added
    more_people = newly.sum(axis=1) - scores.newly[second].sum(axis=1)
    more_metres = (saved.sum(axis=1) - scores.saved_dm[second].sum(axis=1)) / 10
    worth = (more_people > LITTLE) | ((more_people > -LITTLE) & (more_metres > LITTLE))
    alone = scores.newly[first].sum(), scores.saved_dm[first].sum() / 10
    return [
        Pair(
            first,
            int(second[k]),
            float(alone[0] + newly[k].sum()),
            float(alone[1] + saved[k].sum() / 10),
            float(more_people[k]),
            float(more_metres[k]),
        )
        for k in np.flatnonzero(worth)
    ]


@dataclass(frozen=True, eq=False)
class Step:
    """One gate of a plan (its position) and what it adds to those before it, per category (c,)."""

    gate: int
    newly: Floats
    saved_dm: Floats


def plan(
    network: Network, layers: Layers, gates: Gates, count: int, engine: Engine | None = None
) -> list[Step]:
    """Open at most `count` gates one after another, each the best beside those open already; pairs are tried too.

    After each choice the best RESCORED candidates and all that stand where something changed are scored anew. A pair
    that is worth more than twice the best single gate is taken whole. No guarantee of optimality exists (F4).
    """
    engine = engine or load("auto")
    scores = score(network, layers, gates, engine)
    left = np.ones(len(gates), bool)
    steps: list[Step] = []
    while len(steps) < count and left.any():
        best = _next(network, layers, gates, (scores, left), count - len(steps), engine)
        if not best:
            break
        for gate in best:
            arcs, after = arcs_of(network), copied(layers)
            nodes, _old = engine.commit(arcs, after.near, gates.one(gate), layers.beyond, NO_GATE)
            steps.append(Step(gate, *gain(layers, after)))
            network, layers = opened(network, [Passage(*gates.one(gate))]), after
            left[gate] = False
            scores = _rescored(network, layers, gates, (scores, left), nodes, engine)
    return steps


def _next(
    network: Network,
    layers: Layers,
    gates: Gates,
    state: tuple[Scores, Flags],
    room: int,
    engine: Engine,
) -> list[int]:
    """Return the best gate, or the pair that beats two of it; nothing when nobody gains."""
    scores, left = state
    order = rank(scores, gates)
    order = order[left[order]][:RESCORED]
    single = int(order[0])
    value = (float(scores.people[single]), float(scores.metres[single]))
    if room > 1:
        some = Scores(scores.newly[order], scores.saved_dm[order], scores.settled[order])
        tried = pairs(network, layers, gates.of(order), some, engine)
        best = max(tried, key=lambda pair: (pair.people, pair.metres), default=None)
        if best is not None and (best.people, best.metres) > (2 * value[0], 2 * value[1]):
            return [int(order[best.first]), int(order[best.second])]
    return [single] if max(value) > LITTLE else []


def _rescored(
    network: Network,
    layers: Layers,
    gates: Gates,
    state: tuple[Scores, Flags],
    nodes: Ints,
    engine: Engine,
) -> Scores:
    """Score anew the best candidates and those at changed nodes; the others keep their old figures."""
    scores, left = state
    order = rank(scores, gates)
    best = order[left[order]][:RESCORED]
    near_by = np.flatnonzero((np.isin(gates.u, nodes) | np.isin(gates.v, nodes)) & left)
    again = np.union1d(best, near_by)
    fresh = score(network, layers, gates.of(again), engine)
    newly, saved, settled = scores.newly.copy(), scores.saved_dm.copy(), scores.settled.copy()
    newly[again], saved[again], settled[again] = fresh.newly, fresh.saved_dm, fresh.settled
    return Scores(newly, saved, settled)
