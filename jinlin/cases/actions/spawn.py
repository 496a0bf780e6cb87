"""Making a case: its first row, tracking code, first handover, first clock, first line of the timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from jinlin.cases import events
from jinlin.cases.actions.step import Step, write_event
from jinlin.cases.actions.timing import Clocks
from jinlin.cases.models import Case, CaseLink, Handover
from jinlin.cases.rules.moves import Move
from jinlin.cases.rules.moves.born import PART, REPORT
from jinlin.cases.rules.tracking import tracking_code
from jinlin.kernel import bus, rows
from jinlin.orgs.models import Organisation
from jinlin.people.access import Actor


def open_case(
    case: Case,
    *,
    actor: Actor,
    now: datetime,
    made_at: datetime,
    move: Move = REPORT,
    whole: Clocks | None = None,
    typed: int = 0,
) -> Case:
    """Write a new case with everything that hangs on its first moment; counts it and announces it.

    `whole` holds the clocks of the case it is a part of; `typed`: how many fields staff filled in by hand.
    """
    case.opened_at, case.updated_at = made_at, now
    case.tracking = tracking_code(case.county)
    case.handover_count = 1
    case.state = move.targets[0]
    clocks = Clocks(case, running=(), verb=move.verb)
    if whole is not None:
        clocks.inherit(whole)
    for stage in move.starts:
        clocks.start(stage, made_at if stage == "resolve" else now)
    step = Step(case, actor, move, now, made_at, clocks, frozenset(), typed=typed)
    clocks.set_due()
    write_event(step, "")  # before the case, which carries its hash; foreign keys are checked at the commit
    rows.insert(case)
    clocks.save()
    first = rows.made(
        Handover,
        county=case.county,
        case=case,
        seq=1,
        direction="in",
        from_unit=case.sender_unit,
        to_unit=case.holder_unit,
        to_level=case.level,
        by_account=actor.account_id,
        sent_at=now,
    )
    rows.insert(first)
    bus.announce(events.BY_NAME[move.announces](case_id=case.pk, county=case.county, at=now))
    return case


_COPIED: Final = (
    "county", "town", "village", "grid", "category_id", "sla_class", "risk", "sensitive", "channel", "place_text",
    "lon", "lat", "callable", "is_demo",
)  # fmt: skip


def spawn_part(step: Step, unit: Organisation, task: str) -> Case:
    """Make the part of a divided case that one unit does."""
    parent = step.case
    part = Case(
        **{name: getattr(parent, name) for name in _COPIED},
        title=task,
        part_of=parent,
        holder_unit=unit.pk,
        level=unit.level,
        sender_unit=parent.holder_unit,
        sender_level=parent.level,
        accepted_at=step.now,
        appeal_count=0,
    )
    open_case(part, actor=step.actor, now=step.now, made_at=step.now, move=PART, whole=step.clocks)
    CaseLink.objects.create(county=part.county, case=part, kind="part_of", other=parent, at=step.now)
    return part
