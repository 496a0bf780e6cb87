"""Which cases the demo world holds: the drawn street first, some of every other street and county, all leaves, all turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from shapely.geometry.base import BaseGeometry

from jinlin.demo import hours
from jinlin.demo.cast import COUNTY, FIRST, STREET
from jinlin.demo.land import point_in
from jinlin.demo.matters import EXITS, Matter, matters
from jinlin.demo.scene import Plan, Spot

OUTSIDE: Final = 0.16  # share of cases in other streets and counties
PATROLLED: Final = 0.46  # share the grid finds itself
UNCATEGORISED: Final = 0.08
WEEKEND: Final = 0.55  # how much is said on a day off against a working day
_CHANNELS: Final = (("web", "hotline", "visit", "parlour"), (62, 26, 8, 4))

# turn -> how many at full size; each leaf is one a department leads in this street
TURNS: Final[tuple[tuple[str, str, int], ...]] = (
    ("join", "FAC-04", 3), ("merge", "FAC-02", 4), ("withdraw", "TRA-01", 5), ("reopen", "FAC-03", 4),
    ("reopen", "ENV-01", 3), ("upheld", "TRA-02", 4), ("returned", "ENV-06", 3), ("overruled", "SRV-05", 4),
    ("recall", "FAC-09", 3), ("assist", "ENV-02", 4), ("split", "HSG-05", 3), ("extend", "HSG-07", 4),
    ("extend_refused", "EDU-05", 2), ("suspend", "FAC-03", 3), ("suspend_open", "HSG-03", 2), ("ledger", "HSG-08", 4),
    ("ledger_back", "CIR-07", 2), ("beyond", "FAC-10", 3), ("failed", "ENV-07", 4), ("exempt", "SRV-04", 3),
    ("partly", "HSG-01", 5), ("no", "ENV-03", 3), ("explained", "TRA-03", 3), ("city", "TRA-03", 4), ("city", "HEA-05", 2),
)  # fmt: skip

# What stands on the desks now: step that is still to come, level holding or dispatching, leaf, office hours ago.
# Some of each step were started long ago and are overdue; the rest are today's work.
WAITING: Final[tuple[tuple[str, int, str, tuple[float, ...]], ...]] = (
    ("accept", 0, "ENV-04", (0.4, 1.2, 9)), ("accept", 0, "ENV-05", (0.2, 0.8)), ("accept", 0, "NEI-01", (1.0,)),
    ("dispatch", 5, "HSG-03", (1.5, 20)), ("dispatch", 5, "HSG-01", (1.0,)), ("dispatch", 4, "ENV-06", (2, 26)),
    ("dispatch", 4, "HSG-07", (1.2,)), ("dispatch", 3, "TRA-02", (2.2, 24)), ("dispatch", 3, "SRV-05", (1.8,)),
    ("dispatch", 2, "TRA-03", (2.6, 30)), ("dispatch", 2, "HEA-05", (3,)), ("sign", 3, "ENV-01", (2.4, 18)),
    ("sign", 4, "FAC-03", (2, 22)), ("sign", 3, "ENV-07", (1.6,)), ("contact", 4, "ENV-02", (3, 27)),
    ("contact", 3, "FAC-10", (4, 31)), ("work", 3, "ENV-06", (6, 44)), ("work", 4, "FAC-04", (5, 36)),
    ("work", 4, "HSG-05", (10,)), ("rule", 4, "ENV-09", (4, 25)), ("rule", 3, "SRV-05", (3.4,)),
    ("decide", 4, "HSG-07", (6, 20)), ("decide", 3, "FAC-10", (7,)), ("verify", 4, "ENV-01", (5, 38)),
    ("verify", 3, "FAC-02", (6,)), ("verify", 4, "ENV-03", (4,)), ("rework", 4, "ENV-02", (8, 33)),
    ("follow_up", 4, "TRA-01", (7, 48)), ("follow_up", 3, "FAC-05", (9,)), ("again", 4, "FAC-02", (20,)), ("assist", 4, "ENV-02", (5, 8)), ("assist", 3, "SRV-05", (6, 7)),
)  # fmt: skip
_TURN_OF_STALL: Final = {
    "rule": "rule",
    "decide": "decide",
    "rework": "rework",
    "again": "partly",
    "assist": "assist",
}


@dataclass(frozen=True)
class Place:
    """A grid of the street with its shape, or a village elsewhere without one."""

    code: str
    area: BaseGeometry | None = None
    hole: BaseGeometry | None = None


@dataclass
class Planner:
    """Draws plans; everything from one generator, so that a seed gives the same world."""

    rng: Random
    until: datetime
    days: int
    street: Sequence[Place]
    streets: Sequence[str]  # communities of other streets
    villages: Sequence[str]  # villages, near and in other counties
    plans: list[Plan] = field(default_factory=list)

    def draw(self, cases: int) -> list[Plan]:
        """Return plans for about so many cases, waiting ones and turns among them, in the order of time."""
        few = cases < len(matters()) * 2
        self._waiting(1 if few else 2)
        self._turns(few)
        self._exits(1 if few else 3)
        leaves = list(matters().values())
        if not few:
            self.plans += [self.ordinary(matter) for matter in leaves]
        while len(self.plans) < cases:
            self.plans.append(self.ordinary())
        self.plans.sort(key=lambda plan: plan.at)
        return self.plans

    def ordinary(self, matter: Matter | None = None) -> Plan:
        """Return a plan as it comes: patrol or said, here or elsewhere."""
        patrol = self.rng.random() < PATROLLED if matter is None else False
        if matter is None:
            every = list(matters().values())
            matter = self.rng.choices(every, [one.patrol if patrol else one.said for one in every])[0]
        outside = matter.land == "rural" or self.rng.random() < OUTSIDE
        spot = self._elsewhere(matter) if outside else self.spot(self.rng.choice(self.street), matter)
        channel = "patrol" if patrol and not outside else self.rng.choices(*_CHANNELS)[0]
        if channel == "hotline" and not outside and self.rng.random() < 0.6:
            spot = Spot(self.rng.choice((STREET, COUNTY)), spot.words)  # the caller only knows the street
        plan = Plan(matter, spot, self._said_at(patrol), channel, matter.way(self.rng))
        plan.uncategorised = channel == "web" and self.rng.random() < UNCATEGORISED
        return plan

    def spot(self, place: Place, matter: Matter) -> Spot:
        """Return a point inside a grid with a few words for it."""
        assert place.area is not None
        point = point_in(place.area, self.rng, place.hole)
        return Spot(place.code, matter.spot_words(self.rng), point)

    def _elsewhere(self, matter: Matter) -> Spot:
        rural = matter.land == "rural" or (matter.land == "any" and self.rng.random() < 0.5)
        codes = self.villages if rural else self.streets
        return Spot(self.rng.choice(codes or self.villages), matter.spot_words(self.rng, rural=rural))

    def _said_at(self, patrol: bool) -> datetime:
        while True:
            day = self.until - timedelta(days=self.rng.uniform(0, self.days))
            if not hours.is_workday(day) and self.rng.random() > WEEKEND:
                continue
            at = hours.somewhen(day, self.rng, patrol=patrol)
            if self.until - timedelta(days=self.days) <= at < self.until:
                return at

    def _waiting(self, most: int) -> None:
        first = [place for place in self.street if place.code.startswith(FIRST)]
        for stall, hold, leaf, ages in WAITING:
            for at, age in enumerate(ages[-most:] + ages[:-most]):
                near = stall in ("accept", "verify") or hold == 5 or at % 2 == 0
                spot = self.spot(self.rng.choice(first[:2] if near else self.street), matters()[leaf])
                plan = Plan(matters()[leaf], spot, hours.office_ago(self.until, age), "web", "department")
                plan.stall, plan.hold, plan.brisk = stall, hold, True
                plan.turn = _TURN_OF_STALL.get(stall, "")
                self.plans.append(plan)

    def _turns(self, few: bool) -> None:
        for turn, leaf, many in TURNS:
            for _i in range(1 if few else many):
                ago = self.days * self.rng.uniform(0.35, 0.92)
                spot = self.spot(self.rng.choice(self.street), matters()[leaf])
                plan = Plan(matters()[leaf], spot, self._office(ago))
                plan.turn, plan.brisk = turn, few
                plan.hold = 2 if turn == "city" else 0
                plan.way = "spot" if (turn, leaf) == ("reopen", "ENV-01") else "department"
                self.plans.append(plan)

    def _office(self, days_ago: float) -> datetime:
        return hours.office_ago(self.until - timedelta(days=days_ago), 0.5)

    def _exits(self, many: int) -> None:
        for code, rows in EXITS.items():
            for leaf, text, _done in [*rows, *rows][:many]:
                spot = self.spot(self.rng.choice(self.street), matters()[leaf])
                at = self._office(self.days * self.rng.uniform(0.1, 0.9))
                channel = self.rng.choice(("web", "hotline"))
                self.plans.append(Plan(matters()[leaf], spot, at, channel, "answer", f"exit:{code}", text))


def sample(rng: Random, groups: Iterable[Sequence[str]], each: int) -> list[str]:
    """Return a few codes of each group."""
    return [code for group in groups for code in rng.sample(list(group), min(each, len(group)))]
