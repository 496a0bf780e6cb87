"""The stage of the demo world: lives of cases wake in the order of time, and everything they do is a real action."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from jinlin.cases import actions as cases
from jinlin.cases.actions import Caller, Said, Source
from jinlin.cases.models import Case
from jinlin.demo import hours
from jinlin.demo.cast import Cast
from jinlin.demo.matters import Matter
from jinlin.demo.pictures import picture
from jinlin.files.actions import store_image
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError
from jinlin.orgs import queries as orgs
from jinlin.orgs.queries import Proposal
from jinlin.people.access import ANYONE, Actor, resident_with

Life = Generator[datetime, None, None]
PHONE: Final = "10000000000"  # no number in China begins so; the four digits asked for are 0000
PHOTOS: Final = 24
DAY_LONG: Final = 8.0  # office hours


class Stalled(Exception):
    """A life that is meant to wait at this step for good."""


@dataclass(frozen=True)
class Spot:
    """Where something is said to be: a code somebody chose, a point inside it if one is given, and words."""

    place: str
    words: str
    point: tuple[float, float] | None = None


@dataclass
class Plan:
    """What one case is about and how it is to go."""

    matter: Matter
    spot: Spot
    at: datetime
    channel: str = "web"
    way: str = "department"
    turn: str = ""  # the one thing that is special about this case
    text: str = ""
    stall: str = ""  # the step that never comes
    hold: int = 0  # with stall "dispatch": the level whose desk keeps it; else the level that dispatches
    brisk: bool = False  # every step before the stall takes minutes
    uncategorised: bool = False
    silent: bool = False  # whoever says it leaves no telephone

    @property
    def is_urgent(self) -> bool:
        """Whether minutes count: people come at night too."""
        return self.matter.code[:3] in ("SAF", "FAC") and self.way == "department"


@dataclass
class Scene:
    """One run: the clock's queue, the cast, and what has happened so far."""

    rng: Random
    cast: Cast
    until: datetime
    progress: Callable[[], object] = lambda: None
    refused: Counter[str] = field(default_factory=Counter)
    _queue: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _serial: int = 0
    _photos: int = 0
    _proposals: dict[tuple[str, str, str, int], Proposal] = field(default_factory=dict)

    def spawn(self, at: datetime, life: Life) -> None:
        """Let a life begin at a moment; beyond the end of the world it never does."""
        if at <= self.until:
            self._serial += 1
            heapq.heappush(self._queue, (at, self._serial, life))

    def run(self) -> None:
        """Wake lives in the order of time until now; what is not over then stands as it is."""
        while self._queue:
            at, _serial, life = heapq.heappop(self._queue)
            try:
                with clock.fixed(at):
                    following = next(life)
            except (StopIteration, Stalled):
                continue
            except JinlinError as error:  # one life meets a rule: the others go on, the count tells
                self.refused[str(getattr(error, "code", "") or type(error).__name__)] += 1
                continue
            self.spawn(following, life)

    def later(self, plan: Plan, low: float, high: float) -> datetime:
        """Return when the next step comes, in office hours; minutes when brisk, by night too when urgent."""
        now = clock.now()
        if plan.brisk:
            return hours.in_office(now, self.rng.uniform(0.03, 0.12))
        if plan.is_urgent:
            return now + timedelta(hours=self.rng.uniform(low, high) * 0.3)
        return hours.in_office(now, self.rng.triangular(low, high, low + (high - low) * 0.3))

    def gate(self, plan: Plan, step: str) -> None:
        """End the life here if this step is the one that never comes."""
        if plan.stall == step:
            raise Stalled

    def do(self, who: Actor, verb: str, case: Case, **inputs: Any) -> Case:
        """Let somebody make a move; returns the case as it stands then."""
        action: Any = cases.ACTIONS[verb]
        moved: Case = action(actor=who, case_id=case.pk, **inputs)
        return moved

    def resident(self, case: Case) -> Actor:
        """Return the person who said it."""
        return resident_with([case.pk])

    def report(self, plan: Plan) -> Case:
        """Let somebody say it, by the plan's channel."""
        text = plan.text or plan.matter.sentence(self.rng, plan.spot.words)
        point = plan.spot.point
        said = Said(
            text=text,
            category="" if plan.uncategorised else plan.matter.code,
            kind=_kind(plan.matter.code, self.rng),
            place=plan.spot.place,
            place_text=plan.spot.words,
            lon=point[0] if point else None,
            lat=point[1] if point else None,
            photos=self.photos(0.05) if plan.channel in ("web", "patrol") else (),
        )
        caller = (
            Caller(phone=PHONE)
            if plan.channel in ("web", "hotline") and self.rng.random() < 0.6 and not plan.silent
            else Caller()
        )
        appeal = cases.report_case(
            actor=self._speaker(plan), said=said, caller=caller, source=Source(channel=plan.channel)
        )
        self.progress()
        return appeal.case

    def _speaker(self, plan: Plan) -> Actor:
        if plan.channel == "patrol" and plan.spot.place in self.cast.grid_actors:
            return self.cast.grid_actors[plan.spot.place]
        if plan.channel == "hotline":
            return self.cast.clerk(plan.spot.place[:6] + "000000")
        if plan.channel in ("visit", "parlour") and len(plan.spot.place) >= 12:
            return self.cast.clerk(plan.spot.place[:12])
        return ANYONE

    def join(self, case: Case, words: str) -> None:
        """Let a neighbour join a case that is still open and no private matter."""
        if Case.unscoped.filter(pk=case.pk, is_open=True, sensitive=False).exists():
            cases.join_case(actor=ANYONE, case_id=case.pk, said=Said(text=words), caller=Caller())

    def photos(self, chance: float) -> Sequence[UUID]:
        """Return a drawn picture now and then, a few dozen in all."""
        if self._photos >= PHOTOS or self.rng.random() > chance:
            return ()
        self._photos += 1
        return [store_image(actor=ANYONE, county="", data=picture(self.rng), name="demo.jpg").pk]

    def proposal(self, case: Case, code: str, level: int) -> Proposal:
        """Return whom the catalogue proposes, asked once per matter and place."""
        key = (code, case.county, case.village or case.town, level)
        if key not in self._proposals:
            self._proposals[key] = orgs.propose(
                code, county=case.county, town=case.town, village=case.village, level=level
            )
        return self._proposals[key]


def _kind(code: str, rng: Random) -> str:
    if code in ("SRV-01", "SRV-07"):
        return "consult"
    if code.endswith(("SRV-06", "PTY-08")) or code.startswith("CIR"):
        return "proposal"
    return rng.choices(("help", "complaint", "report"), (6, 3, 1))[0]
