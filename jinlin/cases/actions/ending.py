"""Moves after the handler says "done": verify, follow up, rework, reopen, withdraw, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases import events
from jinlin.cases.actions.photos import attach
from jinlin.cases.actions.step import Step, moving
from jinlin.cases.models import Appeal, Case, FollowUp, Verification
from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor

DYNAMIC_DAYS: Final = (7, 30, 90)  # follow-up again where a matter recurs (domain.md 2.2)


@once("case.verify")
def verify_case(
    *,
    actor: Actor,
    case_id: UUID,
    passed: bool,
    words: str = "",
    on_spot: bool = False,
    photos: Sequence[UUID] = (),
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Look at what was reported done, as somebody else than the handler; "no" sends it back to rework."""
    with moving(actor, case_id, "verify", expect=expect, at=at) as step:
        step.say(public=words, required=not passed)
        case = step.case
        Verification.objects.create(
            county=case.county,
            case=case,
            at=step.made_at,
            by_account=actor.account_id,
            by_unit=step.unit,
            on_spot=on_spot,
            passed=passed,
            words=step.words,
        )
        attach(step, photos)
        step.reason_code = "passed" if passed else "failed"
        if not passed:
            _rework(step)
        elif case.part_of_id:
            step.close(case.claim or "solved")
    return step.case


def _rework(step: Step) -> None:
    """Send a case back to its handler with a new deadline."""
    case = step.case
    case.rework_count += 1
    step.target, step.starts = w.REWORK, ("rework",)


@once("case.follow_up")
def follow_up_case(
    *,
    actor: Actor,
    case_id: UUID,
    solved: str,
    satisfied: int | None = None,
    words: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Record whether it was solved and how the person felt; "no" and "partly" send it back to work."""
    _check_answers(solved, satisfied)
    with moving(actor, case_id, "follow_up", expect=expect, at=at) as step:
        step.say(public=words)
        case = step.case
        FollowUp.objects.create(
            county=case.county,
            case=case,
            planned_on=clock.today(),
            answered_at=step.made_at,
            solved=solved,
            satisfied=satisfied,
            words=step.words,
            by_reporter=rel.REPORTER in step.relations,
            by_account=actor.account_id,
        )
        step.reason_code, step.satisfied = solved, satisfied
        if solved in ("no", "partly"):
            _rework(step)
        else:
            step.close(case.claim or "solved")
            _plan_again(step)
    return step.case


def _check_answers(solved: str, satisfied: int | None) -> None:
    if solved not in w.SOLVED:
        raise Invalid({"solved": [_("请选择解决了没有。")]})
    if satisfied is not None and satisfied not in w.SATISFIED:
        raise Invalid({"satisfied": [_("满意程度请从列表中选，或留空。")]})


def _plan_again(step: Step) -> None:
    """Plan dynamic follow-ups where the same matter has come up here before (动态回访)."""
    case = step.case
    since = case.opened_at - timedelta(days=90)
    recurs = case.reopen_count or (
        case.category_id
        and case.village
        and Case.unscoped.filter(
            county=case.county, village=case.village, category_id=case.category_id, opened_at__gte=since
        )
        .exclude(pk=case.pk)
        .exists()
    )
    if recurs and case.callable:
        FollowUp.objects.bulk_create(
            FollowUp(
                county=case.county,
                case=case,
                planned_on=clock.today() + timedelta(days=days),
                is_dynamic=True,
            )
            for days in DYNAMIC_DAYS
        )
        case.next_visit_on = clock.today() + timedelta(days=DYNAMIC_DAYS[0])


@once("case.close_unanswered")
def close_unanswered(
    *,
    actor: Actor,
    case_id: UUID,
    note: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """End a follow-up nobody answered; it counts as "no answer", never as satisfied."""
    with moving(actor, case_id, "close_unanswered", expect=expect, at=at) as step:
        step.note = step.reason(note)
        case = step.case
        FollowUp.objects.create(
            county=case.county,
            case=case,
            planned_on=clock.today(),
            answered_at=step.made_at,
            by_account=actor.account_id,
        )
        step.close(case.claim or "solved")
    return step.case


@once("case.reopen")
def reopen_case(
    *,
    actor: Actor,
    case_id: UUID,
    reason: str = "",
    photos: Sequence[UUID] = (),
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Open a case again because it is not fixed: free the first time, with new facts afterwards (domain.md 4.5)."""
    with moving(actor, case_id, "reopen", expect=expect, at=at) as step:
        case = step.case
        step.words = step.reason(reason, required=case.reopen_count > 0)
        _open_again(step)
        attach(step, photos)
    return step.case


def _open_again(step: Step) -> None:
    """Undo the end of a case and give it to the desk."""
    case = step.case
    case.reopen_count += 1
    case.is_open, case.end_kind, case.exit_code, case.closed_at = True, "", "", None
    case.self_handled = False  # a ruling stands: nobody objects to this case again
    case.claim, case.result_due_at, case.next_visit_on = "", None, None
    _to_desk(step)


@once("case.revisit")
def revisit_case(
    *,
    actor: Actor,
    case_id: UUID,
    solved: str,
    satisfied: int | None = None,
    words: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Ask again 7, 30 and 90 days later where a matter recurs (动态回访); "no" and "partly" open the case again."""
    _check_answers(solved, satisfied)
    with moving(actor, case_id, "revisit", expect=expect, at=at) as step:
        step.say(public=words)
        case = step.case
        visits = list(case.follow_ups.filter(is_dynamic=True, answered_at=None).order_by("planned_on"))
        visit = visits[0]
        visit.answered_at, visit.solved, visit.satisfied = step.made_at, solved, satisfied
        visit.words, visit.by_account = step.words, actor.account_id
        visit.save(update_fields=["answered_at", "solved", "satisfied", "words", "by_account"])
        step.reason_code, step.satisfied = solved, satisfied
        if solved in ("no", "partly"):
            case.follow_ups.filter(is_dynamic=True, answered_at=None).delete()
            _open_again(step)
            step.extra_events.append(events.CaseReopened)
        else:
            step.target = ""
            case.next_visit_on = visits[1].planned_on if len(visits) > 1 else None
    return step.case


def _to_desk(step: Step) -> None:
    """Give a reopened case to the desk that sent it, or to the village's desk: not back to whoever closed it."""
    case = step.case
    if case.sender_unit:
        case.holder_unit, case.level = case.sender_unit, case.sender_level
        return
    if case.level == w.GRID_LEVEL and case.village:
        try:
            desk = orgs.desk_of(case.village)
        except NotFound:
            return
        case.holder_unit, case.level = desk.pk, desk.level


@once("case.withdraw")
def withdraw_case(
    *,
    actor: Actor,
    case_id: UUID,
    reason: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Take back one's own words (`actor.appeals`); the case ends when nobody's words are left on it."""
    with moving(actor, case_id, "withdraw", expect=expect, at=at) as step:
        step.words = step.reason(reason, required=False)
        case = step.case
        said = Appeal.unscoped.filter(county=case.county, case=case)
        standing = said.filter(withdrawn_at=None)
        mine = standing.filter(pk__in=actor.appeals).update(withdrawn_at=step.made_at)
        left = standing.count()
        if mine:
            step.extra_events.append(events.WordsWithdrawn)
        if said.count() > 1 and (left or not mine):
            case.appeal_count = left
            step.target = ""
            step.stops = ()
            step.announces = "CaseNoted"
            return case
        step.close("withdrawn")
    return step.case
