"""Quiet moves about time: a milestone reached, an honest new day for a promise that was broken."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.step import moving
from jinlin.cases.models import Case
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.people.access import Actor

FURTHEST: Final = timedelta(days=366)


@once("case.milestone")
def reach_milestone(
    *,
    actor: Actor,
    case_id: UUID,
    step: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Say that a milestone of the matter is reached (a stop-work order was given); the one due first unless named."""
    with moving(actor, case_id, "milestone", expect=expect, at=at) as moved:
        moved.changes_case = False
        running = [row for row in moved.clocks.running.values() if row.name and step in ("", row.stage)]
        if not running:
            raise Invalid({"step": [_("没有这个阶段，或者已经完成，请刷新看看最新情况。")]})
        row = min(running, key=lambda one: one.due_at)
        moved.reason_code, moved.target_name = row.stage, row.name
        moved.clocks.stop((row.stage,), moved.asked_at)
    return moved.case


@once("case.new_date")
def give_new_date(
    *,
    actor: Actor,
    case_id: UUID,
    until: date,
    words: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Tell the resident a new day after the promised one has passed; the case stays late and is counted so."""
    with moving(actor, case_id, "new_date", expect=expect, at=at) as moved:
        moved.changes_case = False
        moved.say(public=words, required=True)
        today = clock.today()
        if not today <= until <= today + FURTHEST:
            raise Invalid({"until": [_("请填写今天到一年之内的一天。")]})
        moved.case.expected_on = until
        moved.target_name = until.isoformat()
    return moved.case
