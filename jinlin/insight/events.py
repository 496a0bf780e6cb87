"""What this room announces: a warning waits for a person, a slip moved, a season comes near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class WarningRaised:
    """A place and a matter say more than expected; a person of the county's desk decides what it is."""

    warning_id: UUID
    county: str
    at: datetime


@dataclass(frozen=True)
class WarningDecided:
    """A person confirmed or dismissed a warning."""

    warning_id: UUID
    county: str
    at: datetime


@dataclass(frozen=True)
class SlipFact:
    """Something happened to a slip; `unit` is the one that has to know now."""

    slip_id: UUID
    county: str
    unit: UUID
    at: datetime


class SlipSent(SlipFact):
    """A unit must answer."""


class SlipAnswered(SlipFact):
    """The office that sent it has an answer to look at."""


class SlipReturned(SlipFact):
    """The answer was not enough."""


class SlipLate(SlipFact):
    """The due date has passed without an answer; told once in a round."""


class SlipClosed(SlipFact):
    """The answer was taken."""


@dataclass(frozen=True)
class PlanFact:
    """Something about a season plan; `unit` leads it."""

    plan_id: UUID
    county: str
    unit: UUID
    at: datetime


class PlanComing(PlanFact):
    """The season begins soon and items of the check list are open."""


class PlanEnded(PlanFact):
    """Every item is done, or the plan was ended."""


ALL: tuple[type, ...] = (
    WarningRaised,
    WarningDecided,
    SlipSent,
    SlipAnswered,
    SlipReturned,
    SlipLate,
    SlipClosed,
    PlanComing,
    PlanEnded,
)
