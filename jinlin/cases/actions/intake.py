"""Moves at the grid and at the desk before anything is dispatched: take, solve, answer, refuse, merge, split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.photos import attach, attach_evidence
from jinlin.cases.actions.receivers import receiver
from jinlin.cases.actions.spawn import spawn_part
from jinlin.cases.actions.step import moving
from jinlin.cases.models import Appeal, Case, CaseLink
from jinlin.cases.rules import words as w
from jinlin.kernel.errors import Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people.access import Actor

MAX_PARTS = 8


@once("case.accept")
def accept_case(
    *,
    actor: Actor,
    case_id: UUID,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Take a case: the grid says it is on it, or a desk registers what came straight to it."""
    with moving(actor, case_id, "accept", expect=expect, at=at) as step:
        step.case.accepted_at = step.case.accepted_at or step.made_at
    return step.case


@once("case.solve_on_spot")
def solve_on_spot(
    *,
    actor: Actor,
    case_id: UUID,
    words: str = "",
    photos: Sequence[UUID] = (),
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Close a small thing the grid solved itself, in one tap (自行处置); no dispatch, no photo needed."""
    with moving(actor, case_id, "solve_on_spot", expect=expect, at=at) as step:
        step.say(public=words)
        case = step.case
        case.accepted_at = case.accepted_at or step.made_at
        case.self_handled = True
        case.handler_account, case.handler_unit = actor.account_id, case.holder_unit
        step.close("solved")
        attach(step, photos)
    return step.case


@once("case.solve_here")
def solve_here(
    *,
    actor: Actor,
    case_id: UUID,
    words: str,
    photos: Sequence[UUID] = (),
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Report what a desk solved itself; somebody else or the resident follows up."""
    with moving(actor, case_id, "solve_here", expect=expect, at=at) as step:
        step.say(public=words, required=True)
        step.case.claim = "solved"
        step.case.handler_account, step.case.handler_unit = actor.account_id, step.case.holder_unit
        attach_evidence(step, photos)
    return step.case


@once("case.answer")
def answer_case(
    *,
    actor: Actor,
    case_id: UUID,
    words: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Answer a question or an explanation at once, without dispatch (直接答复)."""
    with moving(actor, case_id, "answer", expect=expect, at=at) as step:
        step.say(public=words, required=True)
        step.case.accepted_at = step.case.accepted_at or step.made_at
        step.case.handler_account, step.case.handler_unit = actor.account_id, step.unit
        step.close("answered")
    return step.case


@once("case.decline")
def decline_case(
    *,
    actor: Actor,
    case_id: UUID,
    exit_code: str,
    words: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Leave by one of the six triage exits with its code and plain words (domain.md 4.1)."""
    if exit_code not in w.EXITS:
        raise Invalid({"exit_code": [_("请选择不受理属于哪一种情形。")]})
    with moving(actor, case_id, "decline", expect=expect, at=at) as step:
        step.say(public=words, required=True)
        step.reason_code = exit_code
        step.case.exit_code = exit_code
        step.case.handler_account, step.case.handler_unit = actor.account_id, step.unit
        step.close("duplicate" if exit_code == "repeat" else "not_ours")
    return step.case


@once("case.merge")
def merge_cases(
    *,
    actor: Actor,
    case_id: UUID,
    into: UUID,
    words: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Join a case to the one that is about the same matter; its people follow that one from now on."""
    with moving(actor, case_id, "merge", expect=expect, at=at) as step:
        case = step.case
        other = Case.objects.visible_to(actor).filter(pk=into, county=case.county).first()
        if other is None or other.pk == case.pk:
            raise Invalid({"into": [_("没有找到要并入的事，请核对查询码（须在同一县区）。")]})
        other = Case.unscoped.select_for_update().get(pk=other.pk)
        if not other.is_open:
            raise RuleBroken("into_closed", _("要并入的那件已经办结，请改为直接答复或重新打开那一件。"))
        step.say(public=words)
        step.target_name = other.shown_code
        moved = Appeal.unscoped.filter(case=case).update(case=other)
        other.appeal_count += moved
        other.callable = other.callable or case.callable
        other.save(update_fields=["appeal_count", "callable"])
        case.appeal_count = 0
        CaseLink.objects.create(county=case.county, case=case, kind="duplicate", other=other, at=step.now)
        step.close("duplicate")
    return step.case


@dataclass(frozen=True)
class Part:
    """One piece of a divided case: who does it and what exactly."""

    to_unit: UUID
    task: str


@once("case.split")
def split_case(
    *,
    actor: Actor,
    case_id: UUID,
    parts: Sequence[Part],
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Divide a case over several units; it goes on when every part has been verified."""
    if not 2 <= len(parts) <= MAX_PARTS:
        raise Invalid({"parts": [_("请填写 2 到 8 个分办单位和各自的任务。")]})
    with moving(actor, case_id, "split", expect=expect, at=at) as step:
        step.say(note=note)
        step.case.handler_account = step.case.handler_unit = (
            None  # an earlier round's; now the parts have theirs
        )
        names = []
        for part in parts:
            task = clean(part.task, max_length=60, field="parts", required=True)
            unit = receiver(step, part.to_unit)
            spawn_part(step, unit, task)
            names.append(unit.name)
        step.target_name = "、".join(names)
    return step.case
