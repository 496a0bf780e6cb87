"""The figures of `jinlin circle gates`: from homes, facilities and candidates to ranked gates and pairs of gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jinlin.circle import engines
from jinlin.circle.assess import FAR_AWAY_M, Placed, plain
from jinlin.circle.gates.auto import Proposal, propose
from jinlin.circle.gates.engine import Engine
from jinlin.circle.gates.engine import load as load_openings
from jinlin.circle.gates.layers import Gates, Layers, Scores, Told, rank, score, searched
from jinlin.circle.gates.together import Pair, pairs
from jinlin.circle.network import Flags, Network, limit_in_decimetres
from jinlin.circle.siting.ground import people_at_nodes
from jinlin.circle.snapping import SNAP_M
from jinlin.circle.walkers import ADULT, WalkerProfile, scaled
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

COLUMNS = (
    "rank",
    "u",
    "v",
    "length_m",
    "newly_covered_population",
    "person_metres_saved",
    "categories",
)
PAIR_COLUMNS = (
    "rank",
    "u1",
    "v1",
    "length1_m",
    "u2",
    "v2",
    "length2_m",
    "newly_covered_population",
    "person_metres_saved",
    "more_people_than_sum",
    "more_person_metres_than_sum",
)


@dataclass(frozen=True)
class Question:
    """How near is near enough (metres as an adult walks them), and how long the list may be."""

    limit_m: float
    top: int = 50
    snap_m: float = SNAP_M
    engine: str = "auto"
    walker: WalkerProfile = ADULT

    @property
    def walked_m(self) -> float:
        """How far this walker gets in the time an adult needs for the limit."""
        return scaled((self.limit_m,), self.walker)[0]


@dataclass(frozen=True, eq=False)
class Ranked:
    """Gates with their scores, in the order `best`, on the layers they were scored on."""

    network: Network
    layers: Layers
    gates: Gates
    scores: Scores
    categories: tuple[str, ...]
    engine: Engine

    @property
    def best(self) -> list[int]:
        """Positions of the gates, the best first."""
        order: list[int] = rank(self.scores, self.gates).tolist()
        return order


def check(question: Question) -> None:
    """Refuse what cannot be asked before any file is read."""
    if not 0 < question.limit_m <= FAR_AWAY_M * 10:
        raise DirtyInput("bad_limit", _("--limit 需要 1 到 50000 之间的米数，例如 1000。"))


def layers_of(network: Network, placed: Placed, question: Question) -> Layers:
    """Search every category once, up to the limit, and put the people at their nodes."""
    names = placed.facilities.categories
    engine = engines.load(question.engine, network.size * len(names))
    limit_dm = limit_in_decimetres(question.walked_m)
    doors = [placed.seeds(number) for number in range(len(names))]
    people = people_at_nodes(network.size, placed.homes.node, placed.origins.population)
    return searched(network, doors, people, limit_dm, engine)


def ranked(
    network: Network,
    layers: Layers,
    candidates: Gates | Proposal,
    placed: Placed,
    question: Question,
    told: Callable[[str], Told],
) -> Ranked:
    """Score given gates, or those that the network suggests; `told` makes a progress line for a sentence."""
    names = placed.facilities.categories
    if isinstance(candidates, Proposal):
        engine = load_openings(question.engine)
        gates = propose(network, layers, candidates, engine, told(_("寻找直线近、绕行远的地方")))
    else:
        gates, engine = candidates, load_openings(question.engine, len(candidates))
    scores = score(network, layers, gates, engine, told(_("逐个试开")))
    return Ranked(network, layers, gates, scores, names, engine)


def rows_of(found: Ranked, top: int, *, helpful: bool = False) -> list[dict[str, Any]]:
    """Return the best gates; `helpful` leaves out those that bring nobody anything."""
    rows: list[dict[str, Any]] = []
    people, metres, helped = found.scores.people, found.scores.metres, found.scores.helped
    for gate in found.best[:top]:
        if helpful and not helped[gate].any():
            break
        values = (
            len(rows) + 1,
            *_ends(found, gate),
            plain(float(people[gate])),
            plain(float(metres[gate])),
            _named(found.categories, helped[gate]),
        )
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def pairs_of(found: Ranked, top: int, told: Told) -> list[dict[str, Any]]:
    """Return the pairs of gates that are worth more than their sum."""
    best = pairs(found.network, found.layers, found.gates, found.scores, found.engine, told)
    rows = []
    for number, pair in enumerate(best[:top], 1):
        values = (number, *_ends(found, pair.first), *_ends(found, pair.second), *_totals(pair))
        rows.append(dict(zip(PAIR_COLUMNS, values, strict=True)))
    return rows


def summary_of(found: Ranked, placed: Placed, question: Question) -> dict[str, Any]:
    """Return what the last line on stdout tells beside the file."""
    missed = placed.homes.missed
    limit = found.layers.limit_dm
    return {
        "candidates": len(found.gates),
        "gates_that_help": int(found.scores.helped.any(axis=1).sum()),
        "gates_that_newly_cover": int((found.scores.people > 0).sum()),
        "mean_nodes_repaired": round(float(found.scores.settled.mean()), 1) if len(found.gates) else 0,
        "population": plain(float(placed.origins.population.sum())),
        "covered_population_by_category": {
            name: plain(float(found.layers.people[found.layers.near[:, column] <= limit].sum()))
            for column, name in enumerate(found.categories)
        },
        "unsnapped_origins": int(missed.sum()),
        "unsnapped_population": plain(float(placed.origins.population[missed].sum())),
        "categories": len(found.categories),
        "limit_m": plain(question.limit_m),
        "walked_m": plain(question.walked_m),
        "profile": question.walker.code,
        "engine": found.engine.name,
    }


def _ends(found: Ranked, gate: int) -> tuple[Any, Any, float]:
    u, v, length = found.gates.one(gate)
    return found.network.node_id[u].item(), found.network.node_id[v].item(), plain(length / 10)


def _named(categories: Sequence[str], helped: Flags) -> str:
    return ";".join(categories[number] for number in np.flatnonzero(helped).tolist())


def _totals(pair: Pair) -> tuple[float, ...]:
    return tuple(plain(value) for value in (pair.people, pair.metres, pair.more_people, pair.more_metres))
