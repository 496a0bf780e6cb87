"""Where to build: the coverage problem of an area on its terrain, solved with a bound that no choice can beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle import engines
from jinlin.circle.queries.computing import Question, laid
from jinlin.circle.queries.facts import Facts, Shop
from jinlin.circle.queries.gains import outwards
from jinlin.circle.reach import seeds
from jinlin.circle.rules.covering import rounded
from jinlin.circle.sharing import PUBLIC, Use, usable
from jinlin.circle.siting import Budget, choose
from jinlin.circle.siting.answer import figures
from jinlin.circle.siting.ground import problem
from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _
from jinlin.kernel.ids import new_id
from jinlin.places.rules import contains

CANDIDATE = "+"
Candidates = tuple[Sequence[str], NDArray[np.float64]]


def sites_answer(
    facts: Facts, question: Question, area: str, asked: tuple[str, int], given: Candidates
) -> tuple[dict[str, Any], str]:
    """Return the chosen sites in order with the certified gap, and the engine's name."""
    code, budget = asked
    row = next((row for row in question.rows if row.code == code and row.assessed), None)
    if row is None:
        raise RuleBroken("not_assessed", _("这类设施不按步行距离评估，不能选址。"))
    names, spots = _candidates(facts, area, given)
    extra = tuple(
        Shop(new_id(), CANDIDATE, name, ((float(lon), float(lat)),), Use(), "", "", True)
        for name, (lon, lat) in zip(names, spots, strict=True)
    )
    ground = laid(replace(facts, shops=facts.shops + extra), question.walker)
    network = outwards(ground, question)
    supply, _own = ground.supply(code)
    sites, _numbers = ground.supply(CANDIDATE)
    existing = usable(supply.seeds, supply.uses, PUBLIC, question.instant)
    walker, homes = question.walker, ground.homes
    own = [contains(area, home.village) for home in facts.homes]
    people = np.array(
        [home.residents if inside else 0 for home, inside in zip(facts.homes, own, strict=True)], float
    )
    reach = walker.reach_m(row.minutes) if row.minutes is not None else np.inf
    radius = int(min(reach, row.metres if row.metres is not None else np.inf) * 10)
    engine = engines.load("auto", network.size * max(len(extra), 1))
    empty = seeds(np.zeros(0, np.int32))
    covers = problem(
        network,
        (homes.node, people),
        existing if len(existing.node) else empty,
        sites.node,
        radius_dm=radius,
        engine=engine,
    )
    found = choose(covers, Budget(float(budget)))
    total, reached = float(people.sum()), found.base
    rows = []
    for order, (site, adds) in enumerate(zip(found.chosen.tolist(), found.adds.tolist(), strict=True), 1):
        reached += adds
        lon, lat = spots[site]
        share = round(reached / total, 4) if total else None
        rows.append(
            {
                "order": order,
                "name": names[site],
                "lon": float(lon),
                "lat": float(lat),
                "people": rounded(adds),
                "share": share,
            }
        )
    told = figures(found)
    kept = ("covered_share", "existing_share", "upper_bound_share", "gap_percent", "method")
    answer = {"rows": rows, "people": rounded(total), "candidates": len(extra), "radius_m": radius / 10}
    return {**answer, **{name: told[name] for name in kept}}, engine.name


def _candidates(facts: Facts, area: str, given: Candidates) -> Candidates:
    """Return the given spots; without any the doors of public facilities and the blocks of the area."""
    if len(given[0]):
        return given
    names = [shop.name for shop in facts.shops if shop.use.public and contains(area, shop.village)]
    spots = [shop.doors[0] for shop in facts.shops if shop.use.public and contains(area, shop.village)]
    homes = [home for home in facts.homes if contains(area, home.village)]
    names += [""] * len(homes)
    spots += [(home.lon, home.lat) for home in homes]
    if not spots:
        raise RuleBroken("no_candidates", _("没有备选点，请给出备选位置，或先导入设施和居住地块。"))
    return names, np.array(spots, np.float64)
