"""Moves between units: up, down, across, signing, objecting and ruling (上下贯通、横向互联)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.photos import attach
from jinlin.cases.actions.receivers import desk_above, receiver
from jinlin.cases.actions.step import Step, moving
from jinlin.cases.models import Case
from jinlin.cases.queries.timing import calendar_of, stage_time
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import due_at
from jinlin.cases.rules.dispatching import check_lower
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor

MAX_ASSISTS = 5


@once("case.escalate")
def escalate_case(
    *,
    actor: Actor,
    case_id: UUID,
    reason: str,
    photos: Sequence[UUID] = (),
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Report a case up one level of the block: grid, village, town, county, city."""
    with moving(actor, case_id, "escalate", expect=expect, at=at) as step:
        case = step.case
        step.note = step.reason(reason)
        case.accepted_at = case.accepted_at or step.made_at
        unit = desk_above(case)
        case.sender_unit, case.sender_level = None, 0  # who sent it down before has no say above
        step.end_handovers("returned", step.note)
        step.hand_over(to_unit=unit.pk, to_level=unit.level, direction="up", reason=step.note)
        step.target_name = unit.name
        attach(step, photos)
    return step.case


@once("case.dispatch")
def dispatch_case(
    *,
    actor: Actor,
    case_id: UUID,
    to_unit: UUID,
    assist: Sequence[UUID] = (),
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Give a case to a lead unit and up to five assisting units; the duty lists are asked first."""
    with moving(actor, case_id, "dispatch", expect=expect, at=at) as step:
        step.say(note=note)
        send(step, to_unit)
        names = [add_assist(step, unit) for unit in dict.fromkeys(assist) if unit != to_unit]
        if len(names) > MAX_ASSISTS:
            raise Invalid({"assist": [_("协办单位最多五个，请减少。")]})
        if names:
            step.target_name += "；" + "、".join(names)
    return step.case


def send(step: Step, to_unit: UUID, *, final: bool = False) -> None:
    """Hand the lead to a unit and remember which desk sent it."""
    case = step.case
    unit = receiver(step, to_unit)
    if unit.pk == case.holder_unit and case.state != w.OBJECTED and case.level == unit.level:
        raise RuleBroken("own_unit", _("不能派给自己，请选别的单位，或选“本级自办办结”。"))
    case.accepted_at = case.accepted_at or step.made_at
    case.sender_unit, case.sender_level = step.unit, _sender_level(step)
    step.end_handovers("returned")
    direction = "down" if unit.is_desk and unit.level > case.sender_level else "across"
    step.hand_over(to_unit=unit.pk, to_level=unit.level, direction=direction, reason=step.note, final=final)
    step.target_name = unit.name


def _sender_level(step: Step) -> int:
    levels = [post.level for post in step.actor.posts if post.unit == step.unit]
    return min(levels, default=step.case.level)


def add_assist(step: Step, to_unit: UUID) -> str:
    unit = receiver(step, to_unit, part="assist")
    step.hand_over(to_unit=unit.pk, to_level=unit.level, direction="across", part="assist", reason=step.note)
    return unit.name


@once("case.hand_down")
def hand_down_case(
    *,
    actor: Actor,
    case_id: UUID,
    to_unit: UUID,
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Give a case to a lower level of the same block; a withdrawn duty never goes there."""
    with moving(actor, case_id, "hand_down", expect=expect, at=at) as step:
        step.say(note=note)
        unit = receiver(step, to_unit)
        if not unit.is_desk:
            raise RuleBroken("not_block", _("下交只能给下一级街道、社区；交给部门请用派单。"))
        check_lower(from_level=step.case.level, to_level=unit.level)
        send(step, to_unit)
    return step.case


@once("case.recall")
def recall_case(
    *,
    actor: Actor,
    case_id: UUID,
    reason: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Take a dispatch back before it is signed: the undo of a wrong tap."""
    with moving(actor, case_id, "recall", expect=expect, at=at) as step:
        step.note = step.reason(reason)
        back_to_sender(step, "recalled")
    return step.case


def back_to_sender(step: Step, answer: str) -> None:
    """Return the case to the desk that sent it."""
    case = step.case
    step.end_handovers(answer, step.note)
    case.handovers.filter(is_open=True, part="assist").update(
        is_open=False, answer=answer, answered_at=step.now
    )
    case.holder_unit, case.level = case.sender_unit, case.sender_level


@once("case.sign")
def sign_case(
    *,
    actor: Actor,
    case_id: UUID,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Sign for a dispatched case: from now on the unit answers for it."""
    with moving(actor, case_id, "sign", expect=expect, at=at) as step:
        step.case.handovers.filter(is_open=True, part="lead").update(answer="accepted", answered_at=step.now)
    return step.case


@once("case.object")
def object_to_dispatch(
    *,
    actor: Actor,
    case_id: UUID,
    reason: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Say with a reason that the matter is not this unit's; only before the window ends and before any ruling."""
    with moving(actor, case_id, "object", expect=expect, at=at) as step:
        case = step.case
        step.note = step.reason(reason)
        handover = case.handovers.filter(is_open=True, part="lead").first()
        window = stage_time(case.sla_class, case.category_id, "object")
        if handover and window:
            if step.asked_at > due_at(handover.sent_at, *window, calendar_of(case.county)).at:
                raise RuleBroken("objection_late", _("已过提出异议的期限，请办理；确有困难可申请延期。"))
            handover.answer, handover.answered_at, handover.answer_reason = "objected", step.now, step.note
            handover.save(update_fields=["answer", "answered_at", "answer_reason"])
        case.objection_count += 1
    return step.case


@once("case.rule")
def rule_on_objection(
    *,
    actor: Actor,
    case_id: UUID,
    upheld: bool,
    reason: str,
    to_unit: UUID | None = None,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Decide an objection for good: nobody may object to this case again (domain.md 0.6)."""
    with moving(actor, case_id, "rule", expect=expect, at=at) as step:
        case = step.case
        step.note = step.reason(reason)
        step.reason_code = "upheld" if upheld else "overruled"
        if upheld and to_unit:
            if to_unit == case.holder_unit:
                raise Conflict("same_unit", _("异议成立就不能再派给同一个单位，请改选单位。"))
            send(step, to_unit, final=True)
        elif upheld:
            back_to_sender(step, "returned")
            step.target, step.starts = w.ACCEPTED, ("dispatch",)
        else:
            case.handovers.filter(is_open=True, part="lead").update(is_final=True, answer="")
            step.target_name = orgs.unit_name(case.holder_unit)
        case.ruled = True
    return step.case
