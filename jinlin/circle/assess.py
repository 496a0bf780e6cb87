"""The figures of `jinlin circle assess`: per category and limit, the share of people within reach.

Rules of the reference city (data/geo/README.md): points snap to the nearest node of the largest part within the snap
limit, the snap is not walked, people who do not snap are not covered; distance = sum of edge lengths, parallel edges the
shortest. The straight-line share stands beside it to show what circles on a map would have claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jinlin.circle import engines, reach
from jinlin.circle.ground import nearest_straight_m
from jinlin.circle.network import FAR, Floats, Ints, Network, limit_in_decimetres
from jinlin.circle.snapping import SNAP_M, Snapped, snap
from jinlin.circle.walkers import ADULT, WalkerProfile, scaled
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

if TYPE_CHECKING:
    from jinlin.circle.files.inputs import Facilities, Origins

_ = gettext_noop

COLUMNS = (
    "category",
    "limit_m",
    "population_share",
    "straight_line_share",
    "population",
    "covered_population",
    "origins",
    "facilities",
    "unsnapped_origins",
)
DIGITS = 6
FAR_AWAY_M = 5_000.0


@dataclass(frozen=True)
class Question:
    """Limits in metres as an adult walks them; a slower walker gets as far as the same minutes allow."""

    limits_m: tuple[float, ...]
    snap_m: float = SNAP_M
    engine: str = "auto"
    walker: WalkerProfile = ADULT

    @property
    def walked_m(self) -> list[float]:
        """The limits this walker reaches."""
        return scaled(self.limits_m, self.walker)


@dataclass(frozen=True, eq=False)
class Placed:
    """Origins and facilities on the network."""

    origins: Origins
    facilities: Facilities
    homes: Snapped
    doors: Snapped

    def left_out(self) -> list[tuple[str, dict[str, Any]]]:
        """Return a sentence and its facts for each file of which some points joined nothing."""
        told = []
        for places, snapped in ((self.origins.places, self.homes), (self.facilities.places, self.doors)):
            if snapped.missed.any():
                row = places.table.row_of(int(np.argmax(snapped.missed)))
                sentence = _("{file} 有 {count} 个点离路网太远，没有接上路网（第一个在第 {row} 行）")
                facts = {"file": places.table.file, "count": int(snapped.missed.sum()), "row": row}
                told.append((sentence, facts))
        return told

    def seeds(self, category: int) -> reach.Seeds:
        """The entrances of one category."""
        rows = self.facilities.of(category)
        return reach.seeds(self.doors.node[rows], self.facilities.facility[rows])


@dataclass(frozen=True, eq=False)
class Answer:
    """Rows of COLUMNS, and what the last line on stdout tells."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]


def place(network: Network, origins: Origins, facilities: Facilities, snap_m: float) -> Placed:
    """Snap both; refuse files of which not one point lies on the network."""
    homes = snap(network, origins.places.lon, origins.places.lat, snap_m)
    doors = snap(network, facilities.places.lon, facilities.places.lat, snap_m)
    for places, snapped in ((origins.places, homes), (facilities.places, doors)):
        if snapped.missed.all():
            index = int(np.argmin(snapped.distance_m))
            sentence = _(
                "{file} 里没有一个点在路网 {limit} 米以内（最近的第 {row} 行也有 {distance} 米），"
                "请核对是否同一城市、同一坐标系、经纬度没有写反；点位无误可加大 --snap-m。"
            )
            facts = {"limit": f"{snap_m:g}", "distance": f"{snapped.distance_m[index]:.0f}"}
            raise places.table.refuse("off_the_network", sentence, index, **facts)
    return Placed(origins, facilities, homes, doors)


def assess(
    network: Network,
    placed: Placed,
    question: Question,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Answer:
    """Compute the rows; `told` hears (categories done, of all)."""
    names = placed.facilities.categories
    engine = engines.load(question.engine, network.size * len(names))
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        told(number, len(names))
        rows += _rows_of(network, placed, question, (number, name), engine)
    told(len(names), len(names))
    return Answer(rows, _summary(network, placed, question, engine.name))


def _rows_of(
    network: Network, placed: Placed, question: Question, category: tuple[int, str], engine: engines.Engine
) -> list[dict[str, Any]]:
    walked = question.walked_m
    limit_dm = limit_in_decimetres(max(walked))
    near = reach.nearest(network, placed.seeds(category[0]), limit_dm, engine).near
    at_home = np.where(placed.homes.missed, FAR, near[placed.homes.node])
    straight = _straight(placed, category[0])
    people = placed.origins.population
    total = float(people.sum())
    rows = []
    for limit, own in zip(question.limits_m, walked, strict=True):
        covered = float(people[at_home <= limit_in_decimetres(own)].sum())
        circle = float(people[straight <= own].sum())
        values = (
            category[1],
            plain(limit),
            share(covered, total),
            share(circle, total),
            plain(total),
            plain(covered),
            len(people),
            placed.facilities.count(category[0]),
            int(placed.homes.missed.sum()),
        )
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def _straight(placed: Placed, category: int) -> Floats:
    """Return straight-line metres from every origin, snapped or not, to the nearest entrance as given."""
    rows: Ints = placed.facilities.of(category)
    homes, doors = placed.origins.places, placed.facilities.places
    return nearest_straight_m(homes.lon, homes.lat, doors.lon[rows], doors.lat[rows])


def _summary(network: Network, placed: Placed, question: Question, engine: str) -> dict[str, Any]:
    missed = placed.homes.missed
    return {
        "nodes": network.size,
        "edges": network.edges,
        "components": len(network.sizes),
        "largest_component_nodes": int(network.sizes[0]) if len(network.sizes) else 0,
        "largest_component_edges": edges_of_largest(network),
        "loops_dropped": network.loops,
        "parallel_edges_dropped": network.parallel,
        "origins": len(missed),
        "unsnapped_origins": int(missed.sum()),
        "population": plain(float(placed.origins.population.sum())),
        "unsnapped_population": plain(float(placed.origins.population[missed].sum())),
        "entrances": len(placed.doors.node),
        "unsnapped_entrances": int(placed.doors.missed.sum()),
        "categories": len(placed.facilities.categories),
        "limits_m": [plain(limit) for limit in question.limits_m],
        "walked_m": [plain(limit) for limit in question.walked_m],
        "snap_m": plain(question.snap_m),
        "profile": question.walker.code,
        "engine": engine,
    }


def edges_of_largest(network: Network) -> int:
    """Count the edges of the largest part (arcs, where some are one-way)."""
    half = int(np.diff(network.indptr)[network.component == 0].sum())
    return half if network.directed else half // 2


def share(part: float, whole: float) -> float | None:
    """Return part / whole rounded for a file; None when there is nobody to divide by."""
    return round(part / whole, DIGITS) if whole > 0 else None


def plain(value: float) -> float | int:
    """Return whole numbers as such: 812935, not 812935.0."""
    rounded = round(value, DIGITS)
    return int(rounded) if rounded == int(rounded) else rounded


def checked_limits(limits: Sequence[float]) -> tuple[float, ...]:
    """Return limits in metres without repeats, in the order given; refuse what nobody can walk."""
    bad = next((limit for limit in limits if not 0 < limit <= FAR_AWAY_M * 10), None)
    if bad is not None or not limits:
        sentence = _("--limits 需要 1 到 50000 之间的米数，用逗号分隔，例如 500,1000,1200。")
        raise DirtyInput("bad_limits", sentence)
    return tuple(dict.fromkeys(limits))
