"""The figures of `jinlin circle site`: from homes, facilities and candidates to chosen sites and their proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jinlin.circle import engines, reach
from jinlin.circle.assess import DIGITS, FAR_AWAY_M, Placed, plain, share
from jinlin.circle.network import Ids, Network, limit_in_decimetres
from jinlin.circle.siting import Budget, Effort, Siting, choose, exact
from jinlin.circle.siting.ground import problem
from jinlin.circle.snapping import SNAP_M, Snapped, snap
from jinlin.circle.walkers import ADULT, WalkerProfile, scaled
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

if TYPE_CHECKING:
    from jinlin.circle.files.candidates import Sites

_ = gettext_noop

COLUMNS = ("rank", "candidate", "newly_covered_population", "cumulative_share")
ENOUGH = 0.0002  # a large case is good enough when nothing can be better by more than this share
Said = Callable[[str], None]


@dataclass(frozen=True)
class Question:
    """What to build, how much of it, and how near is near enough (metres as an adult walks them)."""

    category: str
    budget: float
    radius_m: float
    none_yet: bool = False
    snap_m: float = SNAP_M
    engine: str = "auto"
    walker: WalkerProfile = ADULT
    seconds: float = 10.0

    @property
    def walked_m(self) -> float:
        """How far this walker gets in the time an adult needs for the radius."""
        return scaled((self.radius_m,), self.walker)[0]


@dataclass(frozen=True, eq=False)
class Answer:
    """Rows of COLUMNS, and what the last line on stdout tells."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]


def check(question: Question) -> None:
    """Refuse what cannot be asked before any file is read."""
    if not 0 < question.radius_m <= FAR_AWAY_M * 10:
        raise DirtyInput("bad_radius", _("--radius 需要 1 到 50000 之间的米数，例如 1000。"))
    if not (question.budget > 0 and math.isfinite(question.budget)):
        sentence = _("--budget 需要大于 0 的数字：最多建几处；用了 --cost 时是费用总额。")
        raise DirtyInput("bad_budget", sentence)


def answer(
    network: Network,
    placed: Placed,
    sites: Sites,
    question: Question,
    said: Said = lambda sentence: None,
) -> Answer:
    """Choose the sites; `said` hears what is being done."""
    existing = _existing(placed, question)
    spots = _on_network(network, sites, question.snap_m)
    engine = engines.load(question.engine, network.size * len(spots.node))
    said(_("计算备选点的步行范围"))
    homes = (placed.homes.node, placed.origins.population)
    radius_dm = limit_in_decimetres(question.walked_m)
    covers = problem(network, homes, existing, spots.node, radius_dm=radius_dm, engine=engine)
    said(_("选点，并证明最多还能好多少"))
    started = time.perf_counter()
    enough = 0.0 if len(covers.rows) <= exact.LARGEST else ENOUGH
    found = choose(covers, Budget(question.budget, sites.cost), Effort(seconds=question.seconds, gap=enough))
    summary = {
        **figures(found),
        "choosing_seconds": round(time.perf_counter() - started, 3),
        "category": question.category,
        "existing_facilities": existing.facilities,
        "radius_m": plain(question.radius_m),
        "walked_m": plain(question.walked_m),
        "budget": plain(question.budget),
        "spent": plain(float(Budget(0, sites.cost).prices(len(spots.node))[found.chosen].sum())),
        "candidates": len(spots.node),
        "unsnapped_candidates": int(spots.missed.sum()),
        "unsnapped_origins": int(placed.homes.missed.sum()),
        "unsnapped_population": plain(float(placed.origins.population[placed.homes.missed].sum())),
        "profile": question.walker.code,
        "engine": engine.name,
    }
    return Answer(rows_of(found, sites.places.id), summary)


def _existing(placed: Placed, question: Question) -> reach.Seeds:
    """Return the entrances of the category; an unknown one is a slip unless the question says none exist yet."""
    names = placed.facilities.categories
    if question.category in names:
        return placed.seeds(names.index(question.category))
    if question.none_yet:
        return reach.seeds(np.zeros(0, np.int32))
    sentence = _(
        "{file} 里没有类别“{value}”，现有 {known}；请改正 --category，若确实一处都还没有，请加 --none-yet。"
    )
    table = placed.facilities.places.table
    facts = {"value": question.category, "known": "、".join(names[:20])}
    raise DirtyInput("unknown_category", sentence, file=table.file, **facts)


def _on_network(network: Network, sites: Sites, snap_m: float) -> Snapped:
    spots = snap(network, sites.places.lon, sites.places.lat, snap_m)
    if spots.missed.all():
        index = int(np.argmin(spots.distance_m))
        sentence = _(
            "{file} 里没有一个备选点在路网 {limit} 米以内（最近的第 {row} 行也有 {distance} 米），请核对坐标；点位无误可加大 --snap-m。"
        )
        facts = {"limit": f"{snap_m:g}", "distance": f"{spots.distance_m[index]:.0f}"}
        raise sites.places.table.refuse("off_the_network", sentence, index, **facts)
    return spots


def rows_of(siting: Siting, names: Ids) -> list[dict[str, Any]]:
    """Return the chosen sites in order; cumulative_share counts what exists and every site up to this one."""
    covered = siting.base
    rows = []
    for rank, (site, adds) in enumerate(zip(siting.chosen, siting.adds, strict=True), 1):
        covered += float(adds)
        values = (rank, names[site].item(), plain(float(adds)), share(covered, siting.total))
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def figures(siting: Siting) -> dict[str, Any]:
    """Return the shares and the certified gap; the bound and the gaps are rounded upwards, never down."""
    covered, bound = share(siting.base + siting.newly, siting.total), siting.upper_bound_share
    if bound is not None:
        bound = covered if siting.bound <= siting.newly else min(_up(bound, DIGITS), 1.0)
    return {
        "covered_share": covered,
        "upper_bound_share": bound,
        "gap_percent": _up(siting.gap * 100, 4),
        "gap_of_new_percent": _up(siting.gap_of_new * 100, 4),
        "existing_share": share(siting.base, siting.total),
        "newly_covered_population": plain(siting.newly),
        "upper_bound_newly_covered_population": plain(siting.bound),
        "population": plain(siting.total),
        "sites": len(siting.chosen),
        "method": siting.solver,
        "steps": siting.rounds,
    }


def _up(value: float, digits: int) -> float:
    """Round upwards; a hair's breadth above a whole digit is the float's, not the figure's."""
    scale = 10**digits
    return math.ceil(value * scale - 1e-6) / scale
