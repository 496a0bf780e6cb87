"""Supervision 督办: open it about one or several cases, answer, accept or send back, drop; about units, never people.

Whoever takes an answer works in the office that asked and is not the one who answered. Every step is a line on the
timeline of each case; the state of a case doesn't change by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases import events
from jinlin.cases.actions.step import Step, write_event
from jinlin.cases.actions.timing import Clocks
from jinlin.cases.models import Case, Clock, SupervisedCase, Supervision, SupervisionAnswer
from jinlin.cases.queries.ladder import rungs
from jinlin.cases.queries.timing import calendar_of
from jinlin.cases.rules import ladder
from jinlin.cases.rules import oversight as rules
from jinlin.cases.rules.deadlines import due_at
from jinlin.cases.rules.moves import Move, born
from jinlin.kernel import bus, clock, rows
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_when
from jinlin.orgs.models import Organisation
from jinlin.people import access
from jinlin.people.access import SYSTEM, ActivePost, Actor
from jinlin.people.rules import role_may

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Order:
    """What an office asks: of which unit, about which cases, why, by when."""

    kind: str
    cause: str
    unit: UUID
    cases: Sequence[UUID]
    reason: str
    days: int | None = None  # working days to answer; None: the usual ones of the kind
    talk_at: datetime | None = None


@once("supervision.open")
def open_supervision(*, actor: Actor, order: Order, key: str | None = None) -> Supervision:
    """Ask a unit below or beside for an answer; by the county's or the city's desk."""
    access.require(actor, "supervision.open")
    kind, cause = _known(order)
    reason = clean(order.reason, max_length=500, field="reason", multiline=True, required=True)
    days = rules.ANSWER_DAYS[kind] if order.days is None else order.days
    if not 1 <= days <= rules.MAX_ANSWER_DAYS:
        raise Invalid({"days": [_("答复期限请填 1 到 60 个工作日。")]})
    cases = _cases(actor, order.cases)
    post = _opening_post(actor, cases[0])
    unit = _unit_of(order.unit, cases)
    assert post.unit is not None
    rules.check_opener(opener_level=post.level, opener_unit=post.unit, unit=unit.pk, unit_level=unit.level)
    now = clock.now()
    draft = Supervision(
        county=cases[0].county,
        kind=kind,
        cause=cause,
        unit=unit.pk,
        region=unit.region_code,
        opener_unit=post.unit,
        opened_by=actor.account_id,
        opened_at=now,
        reason=reason,
        due_at=due_at(now, days, "working_day", calendar_of(cases[0].county)).at,
        talk_at=_talk(order, kind),
    )
    made = write(draft, cases, actor.acting_in(post), unit.name)
    audit.record(actor=actor.acting_in(post), verb="supervision.open", obj=made, county=made.county)
    return made


def _known(order: Order) -> tuple[str, str]:
    if order.kind not in rules.KINDS:
        raise Invalid({"kind": [_("请选择日常督办、挂牌督办还是约谈。")]})
    if order.cause not in rules.CAUSES:
        raise Invalid({"cause": [_("请选择为什么督办。")]})
    return order.kind, order.cause


def _talk(order: Order, kind: str) -> datetime | None:
    """Return when an interview takes place; an interview without a time is no interview."""
    if kind != "interview":
        return None
    if order.talk_at is None:
        raise Invalid({"talk_at": [_("请填写约谈的时间。")]})
    at = clean_when(order.talk_at, "talk_at", future_ok=True)
    if at < clock.now():
        raise Invalid({"talk_at": [_("约谈的时间应在现在之后。")]})
    return at


def _cases(actor: Actor, wanted: Sequence[UUID]) -> list[Case]:
    """Return the cases, locked in one order, each in sight of the actor and all of one county."""
    ids = sorted(dict.fromkeys(wanted))
    if not ids:
        raise Invalid({"cases": [_("请至少选一件事再开督办。")]})
    if len(ids) > rules.MOST_CASES:
        raise Invalid({"cases": [_("一件督办最多 50 件事，请分开。")]})
    seen = access.visible(actor, Case.objects.all()).filter(pk__in=ids)
    found = list(seen.select_for_update(of=("self",)).order_by("id"))
    if len(found) != len(ids):
        raise NotFound(_("这件事"))
    if len({case.county for case in found}) > 1:
        raise Invalid({"cases": [_("一件督办只能管一个县（市、区）的事，请分开。")]})
    return found


def _opening_post(actor: Actor, case: Case) -> ActivePost:
    """Return the widest post of the actor that may open a supervision in the case's county."""
    fit = [
        post
        for post in actor.posts
        if post.unit
        and role_may(post.role, "supervision.open")
        and rules.governs(post.level, post.place, case.county)
    ]
    if not fit:
        raise NotAllowed("other_area", _("这不在您督办的区域内，请联系当地综治中心。"))
    return min(fit, key=lambda post: post.level)


def _unit_of(unit_id: UUID, cases: Sequence[Case]) -> Organisation:
    """Return the unit, if it has or had a hand in every one of the cases."""
    unit = Organisation.objects.on(clock.today()).filter(pk=unit_id).first()
    for case in cases:
        hands = {case.holder_unit, case.handler_unit, *case.assists()}
        if unit is None or (unit.pk not in hands and not case.handovers.filter(to_unit=unit.pk).exists()):
            raise Invalid({"unit": [_("请选这些事的承办单位；不是同一个单位的请分开督办。")]})
    assert unit is not None
    return unit


def write(draft: Supervision, cases: Sequence[Case], actor: Actor, unit_name: str) -> Supervision:
    """Write a supervision about locked cases, with a line on each timeline; Conflict if one is under it already."""
    taken = SupervisedCase.objects.filter(
        county=draft.county, case__in=cases, kind=draft.kind, is_open=True
    ).exists()
    if taken:
        raise Conflict("supervised", _("有一件事已经在同类督办中，请先看那件督办。"))
    draft.code = _code(draft.opened_at)
    draft.case_count = len(cases)
    draft.is_demo = all(case.is_demo for case in cases)
    draft.save(force_insert=True)
    SupervisedCase.objects.bulk_create(
        [SupervisedCase(county=draft.county, supervision=draft, case=case, kind=draft.kind) for case in cases]
    )
    for case in cases:
        case.supervised += 1
        _line(case, actor, born.SUPERVISED, note=draft.reason, target=f"{unit_name}（{draft.code}）")
    _announce(events.SupervisionOpened, draft, draft.unit)
    return draft


def _code(at: datetime) -> str:
    """Return a number for paper: the day and four letters, so that two offices never wait for a counter."""
    return f"{clock.local(at):%y%m%d}-{''.join(secrets.choice(LETTERS) for _at in range(4))}"


def _line(case: Case, actor: Actor, move: Move, *, note: str = "", words: str = "", target: str = "") -> None:
    """Append a line to a locked case; its state and version stay as they are."""
    now = clock.now()
    step = Step(case, actor, move, now, now, Clocks(case, running=()), frozenset())
    step.note, step.words, step.target_name = note, words, target
    write_event(step, case.state, aside=True)
    case.updated_at = now
    rows.change(case, ("event_count", "event_hash", "supervised", "updated_at"))
    if move is born.SUPERVISED:
        bus.announce(events.CaseSupervised(case_id=case.pk, county=case.county, at=now))


def _announce(kind: type[events.SupervisionFact], row: Supervision, unit: UUID) -> None:
    bus.announce(kind(supervision_id=row.pk, county=row.county, unit=unit, at=clock.now()))


def _locked(supervision_id: UUID, actor: Actor, verb: str) -> tuple[Supervision, Actor]:
    """Return a visible supervision under lock and the actor with the post in front that has to do with it."""
    access.require(actor, verb)
    seen = access.visible(actor, Supervision.objects.all()).filter(pk=supervision_id)
    row = seen.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(_("这件督办"))
    unit = row.unit if verb == "supervision.answer" else row.opener_unit
    posts = [post for post in actor.posts if post.unit == unit and role_may(post.role, verb)]
    if not posts and actor.kind != "system":
        raise NotAllowed(
            "other_unit",
            _("这件督办要由承办单位答复。")
            if verb == "supervision.answer"
            else _("这件督办要由开督办的单位处理。"),
        )
    return row, actor.acting_in(posts[0]) if posts else actor


def _matters(row: Supervision) -> list[Case]:
    """Return the cases of a supervision, locked in one order."""
    ids = row.matters.values("case_id")
    return list(Case.unscoped.select_for_update().filter(pk__in=ids).order_by("id"))


@once("supervision.answer")
def answer_supervision(
    *, actor: Actor, supervision_id: UUID, words: str, public: str = "", key: str | None = None
) -> Supervision:
    """Answer what the office asked; `public` is read by the residents of the cases, nothing else is."""
    row, actor = _locked(supervision_id, actor, "supervision.answer")
    rules.check_state(row.state, rules.WAITING)
    row.answer_count += 1
    answer = SupervisionAnswer.objects.create(
        county=row.county,
        supervision=row,
        seq=row.answer_count,
        words=clean(words, max_length=1000, field="words", multiline=True, required=True),
        public=clean(public, max_length=500, field="public", multiline=True),
        by_account=actor.account_id,
        by_unit=row.unit,
        at=clock.now(),
    )
    row.state = rules.ANSWERED
    row.save(update_fields=["state", "answer_count"])
    for case in _matters(row):
        _line(case, actor, born.SUPERVISION_ANSWERED, note=f"{row.code}：{answer.words}", words=answer.public)
    _announce(events.SupervisionAnswered, row, row.opener_unit)
    audit.record(actor=actor, verb="supervision.answer", obj=row, county=row.county)
    return row


@once("supervision.decide")
def decide_answer(
    *,
    actor: Actor,
    supervision_id: UUID,
    accepted: bool,
    words: str,
    days: int | None = None,
    key: str | None = None,
) -> Supervision:
    """Take the answer and end the supervision, or send it back with a new day; never one's own answer."""
    row, actor = _locked(supervision_id, actor, "supervision.open")
    rules.check_state(row.state, rules.ANSWERED)
    answer = row.answers.select_for_update().get(seq=row.answer_count)
    if actor.account_id is not None and answer.by_account == actor.account_id:
        raise RuleBroken("own_answer", _("不能审核自己的答复，请由本单位另一位同事审核。"))
    answer.accepted, answer.decided_by, answer.decided_at = accepted, actor.account_id, clock.now()
    answer.decision = clean(words, max_length=500, field="words", multiline=True, required=not accepted)
    answer.save(update_fields=["accepted", "decided_by", "decided_at", "decision"])
    if accepted:
        end(row, actor, rules.DONE, answer.decision)
    else:
        _send_back(row, actor, answer.decision, 2 if days is None else days)
    audit.record(actor=actor, verb="supervision.decide", obj=row, county=row.county)
    return row


def _send_back(row: Supervision, actor: Actor, words: str, days: int) -> None:
    if not 1 <= days <= rules.MAX_ANSWER_DAYS:
        raise Invalid({"days": [_("答复期限请填 1 到 60 个工作日。")]})
    row.state = rules.WAITING
    row.due_at = due_at(clock.now(), days, "working_day", calendar_of(row.county)).at
    row.save(update_fields=["state", "due_at"])
    for case in _matters(row):
        _line(case, actor, born.SUPERVISION_RETURNED, note=words, target=row.code)
    _announce(events.SupervisionReturned, row, row.unit)


def end(row: Supervision, actor: Actor, state: str, words: str) -> None:
    """Close a locked supervision and free its cases for another one."""
    row.state, row.is_open, row.closed_at, row.closing = state, False, clock.now(), words
    row.save(update_fields=["state", "is_open", "closed_at", "closing"])
    row.matters.update(is_open=False)
    cases = _matters(row)
    for case in cases:
        case.supervised = max(0, case.supervised - 1)
        _line(case, actor, born.SUPERVISION_ENDED, note=words, target=row.code)
    if state == rules.DONE:
        _look_again(cases)
    _announce(events.SupervisionEnded, row, row.unit)


def _look_again(cases: Sequence[Case]) -> None:
    """Let the ladder look again at what is late still: an answer that was taken doesn't end the waiting.

    It looks after the time at which it asks for an answer, and not before the new day the resident was told is over.
    """
    rule = next((one for one in rungs() if one.does == "supervision"), None)
    if rule is None:
        return
    now = clock.now()
    for case in cases:
        if not (case.is_open and case.promise_broken):
            continue
        calendar = calendar_of(case.county)
        at = ladder.after(now, rule, calendar)
        if case.expected_on:
            at = max(at, calendar.close(calendar.next_workday(case.expected_on)))
        late = Clock.objects.filter(case=case, stopped_at=None, paused_at=None, due_at__lt=now)
        late.filter(stage__in=ladder.PROMISES).update(look_at=at)


@once("supervision.drop")
def drop_supervision(
    *, actor: Actor, supervision_id: UUID, reason: str, key: str | None = None
) -> Supervision:
    """Take a supervision back that should not have been opened, with a reason."""
    row, actor = _locked(supervision_id, actor, "supervision.open")
    if not row.is_open:
        rules.check_state(row.state, rules.WAITING)
    words = clean(reason, max_length=500, field="reason", multiline=True, required=True)
    end(row, actor, rules.DROPPED, words)
    audit.record(actor=actor, verb="supervision.drop", obj=row, county=row.county)
    return row


def end_with_case(event: events.CaseClosed) -> None:
    """End what the ladder had opened once the last of its cases has ended; what people opened waits for its answer.

    Listens in the transaction of the move (config/wiring.py); one query for a case that is not supervised.
    """
    ids = SupervisedCase.objects.filter(county=event.county, case_id=event.case_id, is_open=True)
    found = ids.filter(supervision__opened_by=None).values_list("supervision_id", flat=True)
    for supervision_id in list(found):
        row = Supervision.unscoped.select_for_update().get(pk=supervision_id)
        still = row.matters.filter(is_open=True, case__is_open=True).exists()
        if row.is_open and not still:
            end(row, SYSTEM, rules.DONE, _("督办的事都已办结，系统自动结束督办。"))
