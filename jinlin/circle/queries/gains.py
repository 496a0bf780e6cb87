"""Gates by what they bring: scored all at once by local repair, then the best computed exactly, by compound.

The scoring walks residents' gates outwards only, which is who may pass them but for a corner case (sharing.py); the
figures that are shown come from the exact computation of the whole with that gate open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from jinlin.circle import engines
from jinlin.circle.coverage import Status
from jinlin.circle.gates import Gates, rank, score, searched
from jinlin.circle.gates.engine import load as load_openings
from jinlin.circle.models import Gate
from jinlin.circle.network import FAR, Network, between
from jinlin.circle.queries.computing import Computed, Laid, Question, computed, laid
from jinlin.circle.queries.facts import Facts
from jinlin.circle.rules.covering import rounded
from jinlin.circle.sharing import PUBLIC, Passage, opened, usable
from jinlin.circle.siting.ground import people_at_nodes
from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _
from jinlin.places.models import Compound
from jinlin.places.rules import contains

Told = Callable[[int, int], None]
MOST_WORKED = 60  # gates computed exactly at most


def gates_answer(
    facts: Facts, question: Question, area: str, asked: tuple[Sequence[str], int], told: Told
) -> tuple[dict[str, Any], str]:
    """Return the ordered gates of an area with who gains and who bears them, and the engine's name."""
    codes, top = asked
    rows = {str(row.pk): row for row in Gate.objects.filter(county=_county(area), is_live=True)}
    shut = [
        door
        for door in facts.gates
        if not door.is_open and door.key in rows and contains(area, rows[door.key].village)
    ]
    if not shut:
        raise RuleBroken("no_candidates", _("这里没有拟开或关闭的门可以比较，请先在图上提出要开的门。"))
    ground = laid(facts, question.walker)
    ways = [(door, ground.terrain.passage(door.key)) for door in shut]
    usable_ways = [(door, way) for door, way in ways if way is not None]
    base = computed(facts, question, ground=ground, codes=codes)
    order, engine = _scored(ground, question, base.codes, [way for _door, way in usable_ways])
    best = order[: min(top, MOST_WORKED)]
    found = []
    for done, place in enumerate(best):
        door = usable_ways[place][0]
        after = computed(facts, question, ground=ground.opening(door.key), codes=codes)
        found.append(_gain(base, after, rows[door.key], question))
        told(done + 1, len(best))
    found.sort(key=lambda row: (-row["people"], -row["person_minutes"], row["length_m"]))
    for number, row in enumerate(found, 1):
        row["order"] = number
    names = _names(found)
    for row in found:
        row["gains"] = [[names.get(court, ""), people] for court, people in row["gains"]]
    answer = {"rows": found, "looked_at": len(shut), "unjoined": len(shut) - len(usable_ways)}
    return {**answer, "helped": sum(bool(row["person_minutes"]) for row in found)}, engine


def _county(area: str) -> str:
    return area[:6] + "000000"


def _scored(
    ground: Laid, question: Question, codes: Sequence[str], ways: Sequence[Passage]
) -> tuple[list[int], str]:
    """Return the gates in the order of what each brings alone, and the name of the engine."""
    if not ways:
        return [], ""
    network = outwards(ground, question)
    doors = []
    for code in codes:
        supply, _own = ground.supply(code)
        doors.append(usable(supply.seeds, supply.uses, PUBLIC, question.instant))
    homes = ground.homes
    people = people_at_nodes(
        network.size, homes.node, np.array([home.residents for home in ground.facts.homes], np.float64)
    )
    engine = engines.load("auto", network.size * len(doors))
    limit = int(max(_limits(question, codes), default=0))
    layers = searched(network, doors, people, limit, engine)
    gates = Gates(
        np.array([way.a for way in ways], np.int32),
        np.array([way.b for way in ways], np.int32),
        np.array([way.length_dm for way in ways], np.int32),
    )
    scores = score(network, layers, gates, load_openings("auto", len(gates)))
    return rank(scores, gates).tolist(), engine.name


def _limits(question: Question, codes: Sequence[str]) -> list[float]:
    walker = question.walker
    limits = []
    for row in question.rows:
        if row.code in codes:
            reach = walker.reach_m(row.minutes) if row.minutes is not None else np.inf
            metres = min(reach, row.metres if row.metres is not None else np.inf)
            limits.append(metres * 10)
    return limits


def outwards(ground: Laid, question: Question) -> Network:
    """Return the network with the public's gates both ways and residents' gates from the inside out."""
    moment, day = question.instant.moment, question.instant.day
    passages = ground.terrain.passages(barriers=question.walker.barriers)
    public = [way for way in passages if way.use.allows(PUBLIC, moment, day)]
    own = [
        way for way in passages if not way.use.allows(PUBLIC, moment, day) and way.use.hours.open_at(moment)
    ]
    network = opened(ground.terrain.network, public)
    if not own:
        return network
    start = np.repeat(np.arange(network.size, dtype=np.int64), np.diff(network.indptr))
    once = start < network.indices
    return between(
        network.node_id,
        network.lon,
        network.lat,
        (
            np.concatenate((start[once], [way.a for way in own])),
            np.concatenate((network.indices[once].astype(np.int64), [way.b for way in own])),
        ),
        np.concatenate((network.length_dm[once], np.array([way.length_dm for way in own], np.int32))),
        oneway=np.concatenate((np.zeros(int(once.sum()), bool), np.ones(len(own), bool))),
    )


def _gain(base: Computed, after: Computed, gate: Gate, question: Question) -> dict[str, Any]:
    """Return what one gate changes: people newly covered, minutes saved, by compound; nobody is counted below tens."""
    people = base.blocks.residents[:, None]
    newly = (after.blocks.status == Status.COVERED) & (base.blocks.status != Status.COVERED)
    slow = (after.blocks.slow == Status.COVERED) & (base.blocks.slow != Status.COVERED)
    limit = question.limit_dm
    saved = np.minimum(base.blocks.near, limit).astype(np.int64) - np.minimum(after.blocks.near, limit)
    saved[base.blocks.near >= FAR] = 0  # how far it was is not known: nothing is claimed
    by_court: dict[str, int] = {}
    nearer = (newly | (saved > 0)).any(axis=1)
    for row in np.flatnonzero(nearer).tolist():
        home = base.homes[row]
        by_court[home.court] = by_court.get(home.court, 0) + home.residents
    helped = newly.any(axis=0) | (saved > 0).any(axis=0)
    minutes = float((saved * people).sum()) / 10 / question.walker.metres_per_minute
    return {
        "order": 0,
        "gate_id": str(gate.pk),
        "name": gate.name,
        "lon": gate.lon,
        "lat": gate.lat,
        "people": rounded(float((newly * people).sum())),
        "slow_people": rounded(float((slow * people).sum())),
        "person_minutes": rounded(minutes),
        "categories": [code for code, good in zip(base.codes, helped.tolist(), strict=True) if good],
        "gains": sorted(((court, rounded(n)) for court, n in by_court.items()), key=lambda pair: -pair[1]),
        "bears": gate.compound.name,
        "other": gate.other.name if gate.other else "",
        "length_m": gate.length_m,
        "hours": gate.hours,
        "access": gate.access,
        "confidence": gate.confidence,
    }


def _names(found: Sequence[dict[str, Any]]) -> dict[str, str]:
    ids = {UUID(court) for row in found for court, _people in row["gains"] if court}
    return {str(pk): name for pk, name in Compound.objects.filter(pk__in=ids).values_list("pk", "name")}
