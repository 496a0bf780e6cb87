"""Moves of the unit that handles a case, and the two-person requests about its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.photos import attach_evidence
from jinlin.cases.actions.step import Step, moving
from jinlin.cases.actions.timing import calendar_of
from jinlin.cases.models import Approval, Case, Verification
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import Due
from jinlin.cases.rules.moves import requests_in
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.people.access import Actor

MAX_EXTENSION_DAYS = 60
MAX_PAUSE = timedelta(days=366)
_WORK_STAGES = ("rework", "resolve")


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
        _check_request(step, kind, days, until)
        Approval.objects.create(
            county=case.county,
            case=case,
            kind=kind,
            reason=step.note,
            days=days if kind == "extension" else None,
            until=until if kind in ("suspension", "ledger") else None,
            asked_by=actor.account_id,
            asked_unit=step.unit,
            asked_at=step.now,
        )
        case.pending = kind
        step.reason_code = kind
    return step.case


def _check_request(step: Step, kind: str, days: int | None, until: date | None) -> None:
    case = step.case
    if kind not in requests_in(case.state):
        raise RuleBroken("wrong_request", _("免于核查只能在待核查时申请，其他申请只能在办理中提出。"))
    if kind == "extension":
        if not days or not 1 <= days <= MAX_EXTENSION_DAYS:
            raise _bad("days", _("请填写延长 1 到 60 个工作日。"))
        if case.result_due_at is None or step.asked_at > case.result_due_at:
            raise RuleBroken(
                "extension_late", _("延期要在到期之前申请，现在已经过期，请尽快办理并说明原因。")
            )
    if kind in ("suspension", "ledger"):
        today = clock.today()
        if until is None or not today < until <= today + MAX_PAUSE:
            raise _bad("until", _("请填写到哪一天，须在明天到一年之内。"))


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
    step.clocks.extend(request.days or 0, _WORK_STAGES)
    step.words = request.reason


def _pause(step: Step, request: Approval) -> None:
    step.clocks.pause(step.now)
    step.target = w.LEDGERED if request.kind == "ledger" else w.SUSPENDED
    step.words = request.reason
    if request.until:
        calendar = calendar_of(step.case.county)
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
        step.clocks.stop(("review",), step.made_at)
        step.clocks.resume(step.now)
        step.starts = () if {"resolve", "rework"} & step.clocks.running.keys() else ("resolve",)
    return step.case
