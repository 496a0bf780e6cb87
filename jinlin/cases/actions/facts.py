"""What a line of the timeline tells those who count: read off the case and its clocks at the moment of the move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from jinlin.cases.actions.timing import Clocks
from jinlin.cases.models import Case
from jinlin.cases.models.case import NO_DUE
from jinlin.cases.rules import standing as st
from jinlin.cases.rules.moves import Move
from jinlin.cases.rules.words import GRID_LEVEL
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor


class Made(Protocol):
    """A move under way, as far as it is counted; `step.Step` is one."""

    case: Case
    actor: Actor
    move: Move
    now: datetime
    clocks: Clocks
    words: str
    reason_code: str
    typed: int
    satisfied: int | None

    @property
    def asked_at(self) -> datetime:
        """The moment that counts against a deadline."""


def day_of(moment: datetime | None) -> str:
    """Return the local day of a moment, "" for none."""
    return clock.local(moment).date().isoformat() if moment else ""


def told(step: Made) -> tuple[st.Standing, st.Standing, st.Happening]:
    """Return how the case stood, how it stands after the move, and what happened."""
    before = st.read(step.case.standing)
    verb, reason, day = step.move.verb, step.reason_code, day_of(step.now)
    now = _standing(step, before)
    after = st.remembered(before, now, verb=verb, reason=reason, day=day, wanted=step.case.callable)
    closes = before.is_open and not after.is_open
    what = st.Happening(
        verb=verb,
        reason=reason,
        day=day,
        changes=st.changed(before, after),
        stops=_stops(step.clocks),
        late=int(closes and _is_late(step)),
        typed=before.typed + step.typed if closes else 0,
        touched=_touched(step.case) if closes else 0,
        satisfied=step.satisfied or 0,
        minutes=_minutes(step) if after.answered and not before.answered else None,
    )
    return before, after, what


def _standing(step: Made, before: st.Standing) -> st.Standing:
    case = step.case
    open_ = case.is_open
    unit = case.holder_unit.hex if case.holder_unit else ""
    same = (unit, case.level) == (before.unit, before.level)
    line = before.line if same else line_of(case.holder_unit, case.level)
    running = [row for row in step.clocks.running.values() if row.paused_at is None] if open_ else []
    return st.Standing(
        town=case.town,
        village=case.village,
        grid=case.grid,
        category=_category(case, before),
        channel=case.channel,
        part=case.part_of_id is not None,
        state=case.state,
        unit=unit,
        level=case.level,
        line=line,
        checker=st.BLOCK.get(case.sender_level, line) if case.sender_unit else line,
        due=_due(case) if open_ else "",
        promise=day_of(case.result_due_at) if open_ else "",
        clocks={row.stage: day_of(row.due_at) for row in running},
        opened=day_of(case.opened_at),
        accepted=day_of(case.accepted_at),
        answered=before.answered or _answers(step),
        typed=before.typed + step.typed if open_ else 0,
        end=case.end_kind,
        exit=case.exit_code,
        closed=day_of(case.closed_at),
    )


def _due(case: Case) -> str:
    return st.NEVER if case.due_at >= NO_DUE else day_of(case.due_at)


def _category(case: Case, before: st.Standing) -> str:
    """Return the code of the category without a query where it is known."""
    if case.category_id is None:
        return ""
    held: Any = case._state.fields_cache.get("category")
    if held is not None:
        return str(held.code)
    return before.category or orgs.category_code(case.category_id)


def line_of(unit: UUID | None, level: int) -> str:
    """Return who has a case: a word of BLOCK for the grid and the desks, else the department's line."""
    if level == GRID_LEVEL:
        return st.BLOCK[GRID_LEVEL]
    if unit is None:
        return ""
    is_desk, line = orgs.line_of(unit)
    return st.BLOCK.get(level, line) if is_desk else line


def _stops(clocks: Clocks) -> tuple[tuple[str, int, str], ...]:
    rows: Sequence[Any] = [row for row in clocks.changed if row.stopped_at is not None]
    return tuple((row.stage, int(row.is_late), day_of(row.stopped_at)) for row in rows)


def _is_late(step: Made) -> bool:
    promised = step.case.result_due_at
    return promised is not None and step.asked_at > promised


def _touched(case: Case) -> int:
    return case.handovers.filter(part="lead", to_unit__isnull=False).values("to_unit").distinct().count()


def _answers(step: Made) -> bool:
    """Tell whether the person was told something by a member of staff: what a machine writes is no answer."""
    return step.actor.kind == "staff" and (bool(step.words) or step.move.verb in st.SPOKEN)


def _minutes(step: Made) -> int:
    return max(int((step.now - step.case.opened_at).total_seconds() // 60), 0)
