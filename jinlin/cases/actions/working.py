"""Moves of the unit that handles a case, and the two-person requests about its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.ceilings import PAUSES, ceiling_at, check_extension, check_pause
from jinlin.cases.actions.photos import attach_evidence
from jinlin.cases.actions.step import Step, moving
from jinlin.cases.models import Approval, Case, Pause, Verification
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import Due
from jinlin.cases.rules.moves import requests_in
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken
from jinlin.kernel.idempotency import once, whole
from jinlin.people.access import SYSTEM, Actor


def _bad(field: str, sentence: str) -> Invalid:
    return Invalid({field: [sentence]})


@once("case.contact")
def record_contact(
    *,
    actor: Actor,
    case_id: UUID,
    words: str = "",
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Write down that the person was really spoken to; the first contact stops its clock."""
    with moving(actor, case_id, "contact", expect=expect, at=at) as step:
        step.say(public=words, note=note)
    return step.case


@once("case.start")
def start_work(
    *,
    actor: Actor,
    case_id: UUID,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Begin without a call because nobody left a contact or the person asked not to be called."""
    with moving(actor, case_id, "start", expect=expect, at=at) as step:
        pass
    return step.case


@once("case.assist_done")
def finish_assist(
    *,
    actor: Actor,
    case_id: UUID,
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Say that an assisting unit has done its part."""
    with moving(actor, case_id, "assist_done", expect=expect, at=at) as step:
        step.say(note=note)
        step.changes_case = False
        step.case.handovers.filter(is_open=True, part="assist", to_unit__in=actor.units).update(
            is_open=False, answer="done", answered_at=step.now, answer_reason=step.note
        )
    return step.case


@once("case.report_done")
def report_done(
    *,
    actor: Actor,
    case_id: UUID,
    words: str,
    claim: str = "solved",
    photos: Sequence[UUID] = (),
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Say in plain words what was done; somebody else will look."""
    if claim not in w.DONE_KINDS:
        raise _bad("claim", _("请选择结果：已解决、部分解决或已解释说明。"))
    with moving(actor, case_id, "report_done", expect=expect, at=at) as step:
        step.say(public=words, note=note, required=True)
        case = step.case
        case.claim = claim
        case.handler_account, case.handler_unit = actor.account_id, case.holder_unit
        attach_evidence(step, photos)
    return step.case


@once("case.note")
def note_progress(
    *,
    actor: Actor,
    case_id: UUID,
    words: str = "",
    note: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Write down progress: for the resident, for the office, or both."""
    with moving(actor, case_id, "note", expect=expect, at=at) as step:
        step.say(public=words, note=note)
        step.changes_case = False
        if not (step.words or step.note):
            raise _bad("words", _("请写一句进展再提交。"))
    return step.case


@once("case.ask")
def ask_approval(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    reason: str,
    days: int | None = None,
    why: str = "",
    until: date | None = None,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Ask a second person for an extension, a suspension, the ledger, an exemption, or "beyond power"."""
    if kind not in w.APPROVALS:
        raise _bad("kind", _("请选择申请什么。"))
    with moving(actor, case_id, "ask", expect=expect, at=at) as step:
        case = step.case
        step.note = step.reason(reason)
        _check_request(step, kind)
        if kind == "extension":
            check_extension(step, days)
        if kind in PAUSES:
            check_pause(step, kind, why, until)
        Approval.objects.create(
            county=case.county,
            case=case,
            kind=kind,
            reason=step.note,
            days=days if kind == "extension" else None,
            why=why if kind in PAUSES else "",
            until=until if kind in PAUSES else None,
            asked_by=actor.account_id,
            asked_unit=step.unit,
            asked_at=step.now,
        )
        case.pending = kind
        step.reason_code = kind
    return step.case


def _check_request(step: Step, kind: str) -> None:
    if kind not in requests_in(step.case.state):
        raise RuleBroken("wrong_request", _("免于核查只能在待核查时申请，其他申请只能在办理中提出。"))


@once("case.decide")
def decide_approval(
    *,
    actor: Actor,
    case_id: UUID,
    granted: bool,
    reason: str,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Decide what a colleague asked for; never one's own request."""
    with moving(actor, case_id, "decide", expect=expect, at=at) as step:
        case = step.case
        request = case.approvals.filter(decided_at=None).select_for_update().first()
        if request is None:
            raise Conflict("decided", _("这个申请刚才已由别人审批，请看最新情况。"))
        request.granted, request.decided_by, request.decided_at = granted, actor.account_id, step.now
        request.decision_reason = step.reason(reason)
        request.save(update_fields=["granted", "decided_by", "decided_at", "decision_reason"])
        case.pending = ""
        step.target = ""
        step.reason_code = f"{request.kind}_{'yes' if granted else 'no'}"
        step.note = request.decision_reason
        if granted:
            _GRANTED[request.kind](step, request)
    return step.case


def _extend(step: Step, request: Approval) -> None:
    step.clocks.extend(request.days or 0)
    step.words = request.reason


def _pause(step: Step, request: Approval) -> None:
    case, calendar = step.case, step.clocks.calendar
    until = request.until
    step.clocks.pause(
        Pause(
            county=case.county,
            case=case,
            kind=request.kind,
            why=request.why,
            started_at=step.now,
            until=until,
            ceiling_at=ceiling_at(step.now, request.kind, request.why, until, calendar),
        )
    )
    step.target = w.LEDGERED if request.kind == "ledger" else w.SUSPENDED
    step.words = request.reason
    if request.until:
        day = calendar.next_workday(request.until)
        step.clocks.add("review", step.now, Due(calendar.close(day), (day,)), 1, "calendar_day")


def _exempt(step: Step, request: Approval) -> None:
    case = step.case
    Verification.objects.create(
        county=case.county,
        case=case,
        at=step.now,
        by_account=step.actor.account_id,
        by_unit=step.unit,
        passed=True,
        exempt=True,
        words=request.reason,
    )
    step.target, step.stops, step.starts = w.FOLLOW_UP, ("verify",), ("follow_up",)


def _beyond(step: Step, request: Approval) -> None:
    step.words = request.reason
    step.case.handler_account, step.case.handler_unit = request.asked_by, request.asked_unit
    step.close("beyond")


_GRANTED = {
    "extension": _extend,
    "suspension": _pause,
    "ledger": _pause,
    "exemption": _exempt,
    "beyond": _beyond,
}


@once("case.resume")
def resume_case(
    *,
    actor: Actor,
    case_id: UUID,
    words: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Take up again what was suspended or ledgered; the clocks run on from what was left."""
    with moving(actor, case_id, "resume", expect=expect, at=at) as step:
        step.say(public=words)
        _run_on(step, step.now, "resume")
    return step.case


def _run_on(step: Step, at: datetime, by: str) -> None:
    step.clocks.stop(("review",), at)
    step.clocks.resume(at, by)
    step.starts = () if {"resolve", "rework"} & step.clocks.running.keys() else ("resolve",)


def resume_at_ceilings(limit: int = 200) -> int:
    """Let clocks run on where a pause has reached its ceiling, and tell the resident; a job calls it.

    The clocks run from the moment of the ceiling, however late the job comes. Returns how many ran on.
    """
    due = Pause.objects.filter(ended_at=None, ceiling_at__lte=clock.now()).order_by("ceiling_at")
    done = 0
    for case_id in list(due.values_list("case_id", flat=True)[:limit]):
        done += whole(partial(_resume_at_ceiling, case_id))
    return done


def _resume_at_ceiling(case_id: UUID) -> int:
    case = Case.unscoped.filter(pk=case_id, state__in=(w.SUSPENDED, w.LEDGERED)).first()
    pause = Pause.objects.filter(case=case_id, ended_at=None, ceiling_at__lte=clock.now()).first()
    if case is None or pause is None:  # somebody took it up in the meantime
        return 0
    with moving(SYSTEM, case_id, "resume") as step:
        step.reason_code = "ceiling"
        _run_on(step, pause.ceiling_at, "ceiling")
    return 1
