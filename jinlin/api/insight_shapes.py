"""Shapes of insight in the API: places, matters, offices; no person and no text of an appeal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from jinlin.api.schemas import Given
from jinlin.insight.rules import words as w

Outcome = Literal[(*w.OUTCOMES,)]  # type: ignore[valid-type]
Dismissal = Literal[(*w.DISMISSALS,)]  # type: ignore[valid-type]
SlipKind = Literal[(*w.SLIPS,)]  # type: ignore[valid-type]


class Past(Schema):
    """What earlier warnings of the same county, matter and method came to."""

    true: int
    partly: int
    false_alarm: int
    already_known: int


class WarningPlace(Schema):
    """One place; `observed` and `expected` are null below 5, and where they would tell such a place by subtraction."""

    code: str
    name: str
    observed: int | None
    expected: float | None


class WarningRow(Schema):
    """One warning; `sentence` says all the figures say."""

    id: UUID
    county: str
    category: str
    category_code: str
    place: str
    place_code: str
    places: list[WarningPlace]
    neighbours: int
    observed: int
    reporters: int
    expected: float
    window_days: int
    first_day: date
    last_day: date
    method: str
    score: float
    state: str
    state_label: str
    raised_at: datetime
    extensions: int
    sentence: str
    past: Past
    outcome: str


class WarningPage(Schema):
    """A page of warnings; `next` is empty at the end."""

    rows: list[WarningRow]
    next: str


class WarningDetail(Schema):
    """One warning with what was decided; `case` is empty out of the asker's sight."""

    row: WarningRow
    reason: str
    decided_at: datetime | None
    decided_unit: str
    outcome_words: str
    case: str
    has_case: bool
    may_decide: bool


class WarningDecisionIn(Given):
    """A person's word on a warning."""

    decision: Literal["confirm", "dismiss"]
    dismissal: Dismissal | None = Field(None, description="Why it is none; required to dismiss.")
    reason: str = Field("", max_length=500, description="Required to dismiss.")


class OutcomeIn(Given):
    """What a confirmed warning turned out to be."""

    outcome: Outcome
    words: str = Field("", max_length=500)


class CaseIn(Given):
    """What the proactive case asks for; no name, no telephone number."""

    words: str = Field(min_length=1, max_length=1000)


class SlipRow(Schema):
    """One of the three slips 三单."""

    id: UUID
    number: str
    kind: str
    kind_label: str
    field: str
    title: str
    place: str
    place_code: str
    category: str
    unit: str
    sender: str
    state: str
    state_label: str
    sent_at: datetime
    due_at: datetime
    is_late: bool
    outcome: str
    rounds: int


class SlipPage(Schema):
    """A page of slips; `next` is empty at the end."""

    rows: list[SlipRow]
    next: str


class SlipStep(Schema):
    """One step: sent, answered, returned, closed."""

    verb: str
    at: datetime
    unit: str
    words: str
    due_at: datetime | None


class SlipDetail(Schema):
    """One slip with its life."""

    row: SlipRow
    words: str
    steps: list[SlipStep]
    may_answer: bool
    may_judge: bool


class SlipIn(Given):
    """What an office asks of a unit; with a warning, place, matter and title come from it."""

    kind: SlipKind
    unit: UUID
    words: str = Field(min_length=1, max_length=1000)
    title: str = Field("", max_length=80)
    place: str = Field("", max_length=15)
    category: str = Field("", max_length=12)
    field: str = Field("", max_length=40, description="The leader's area; required for `leader_area`.")
    days: int | None = Field(
        None, ge=1, le=60, description="Working days to answer; null: usual for the kind."
    )
    warning: UUID | None = None
    issue: UUID | None = None


class SlipAnswerIn(Given):
    """What a unit found and did."""

    outcome: Outcome
    words: str = Field(min_length=1, max_length=1000)


class JudgeIn(Given):
    """Whether an answer is taken; `words` are required to send it back."""

    accepted: bool
    outcome: Outcome | None = None
    words: str = Field("", max_length=500)
    days: int = Field(2, ge=1, le=60)


class PlanRow(Schema):
    """One season plan 未诉先办."""

    id: UUID
    topic: str
    region: str
    region_code: str
    lead: str
    starts_on: date
    ends_on: date
    remind_on: date
    state: str
    phase: str
    done: int
    items: int


class PlanItem(Schema):
    """One line of the check list."""

    id: UUID
    words: str
    done_at: datetime | None
    note: str


class Curve(Schema):
    """Cases by week; null is fewer than 5."""

    weeks: list[date]
    counts: list[int | None]


class SeasonCurves(Schema):
    """The season and the one a year before."""

    before: Curve
    now: Curve


class PlanDetail(Schema):
    """One plan with its list and its curves."""

    row: PlanRow
    items: list[PlanItem]
    categories: list[str]
    curves: SeasonCurves
    result: str
    may_tick: bool


class TickIn(Given):
    """A line of the check list done, or not after all."""

    done: bool = True
    note: str = Field("", max_length=200)


class MonthLine(Schema):
    """How one method did in a month."""

    month: date
    method: str
    raised: int
    waiting: int
    confirmed: int
    dismissed: int
    past: Past


class RunRow(Schema):
    """One run of a nightly job with what it said."""

    id: UUID
    job: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    lines: list[tuple[datetime, str]]
