"""Joint meetings 会办: called when a case goes in circles, they fix who leads and who assists, for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.dispatching import add_assist, send
from jinlin.cases.actions.receivers import receiver
from jinlin.cases.actions.step import Step, moving
from jinlin.cases.actions.timing import calendar_of
from jinlin.cases.models import Case, JointMeeting
from jinlin.cases.queries.ladder import rung
from jinlin.cases.rules import oversight
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import due_at
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.orgs.rules import COUNTY, case_chain
from jinlin.people.access import Actor

OLDEST_MEETING = timedelta(days=60)


@once("case.convene")
def convene_case(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    reason: str,
    invited: Sequence[UUID] = (),
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Call the units of a case together; kind "office" takes it to the county government's office."""
    with moving(actor, case_id, "convene", expect=expect, at=at) as step:
        if kind not in w.MEETINGS:
            raise Invalid({"kind": [_("请选择会办，还是报请政府办协调。")]})
        level = min((post.level for post in actor.posts if post.unit == step.unit), default=COUNTY)
        if kind == "office" and level > COUNTY:
            raise RuleBroken("county_only", _("报请政府办要由县（市、区）综治中心提出，请先上报。"))
        call(step, kind=kind, cause="by_hand", reason=reason, invited=invited)
    return step.case


def call(step: Step, *, kind: str, cause: str, reason: str, invited: Sequence[UUID] = ()) -> JointMeeting:
    """Write the meeting that must be held; its day comes from the ladder."""
    case = step.case
    step.note = step.reason(reason)
    step.reason_code, step.changes_case = cause, False
    units = _invited(case, list(dict.fromkeys(invited))) or _concerned(case)
    rule = rung("no_unit" if kind == "office" else "rework")
    due = due_at(step.now, rule.answer_amount, rule.answer_unit, calendar_of(case.county))  # type: ignore[arg-type]
    case.meet_by = due.at
    step.target_name = "、".join(orgs.unit_names(units).values())
    return JointMeeting.objects.create(
        county=case.county,
        case=case,
        kind=kind,
        cause=cause,
        reason=step.note,
        convener_unit=step.unit or (orgs.desk_of(case.county).pk if kind == "office" else convener(case)),
        invited=[str(unit) for unit in units],
        opened_at=step.now,
        due_at=due.at,
    )


def _invited(case: Case, wanted: list[UUID]) -> list[UUID]:
    if len(wanted) > oversight.MOST_UNITS:
        raise Invalid({"invited": [_("最多请 12 个单位，请减少。")]})
    standing = Organisation.objects.on(clock.today()).standing_in(
        case_chain(case.county, case.town, case.village)
    )
    found = set(standing.filter(pk__in=wanted).values_list("pk", flat=True))
    if set(wanted) - found:
        raise Invalid({"invited": [_("请从列表里选管这个地方的单位。")]})
    return wanted


def _concerned(case: Case) -> list[UUID]:
    """Return every unit the case has been handed to, newest first: they have to agree."""
    units = case.handovers.exclude(to_unit=None).order_by("-seq").values_list("to_unit", flat=True)
    return list(dict.fromkeys(unit for unit in units if unit))[: oversight.MOST_UNITS]


def convener(case: Case) -> UUID:
    """Return the desk that has to call the meeting: who sent the case, else the desk above its holder."""
    if case.sender_unit and case.sender_unit != case.holder_unit:
        return case.sender_unit
    for region in (case.town, case.county, case.county[:4] + "00000000"):
        if not region:
            continue
        desk = orgs.desk_of(region)
        if desk.pk != case.holder_unit and desk.level < max(case.level, 4):
            return desk.pk
    return orgs.desk_of(case.county).pk


@once("case.settle")
def settle_case(
    *,
    actor: Actor,
    case_id: UUID,
    held_on: date,
    to_unit: UUID,
    outcome: str,
    assist: Sequence[UUID] = (),
    words: str = "",
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Write down what the meeting fixed; nobody may object to it again. Never one more round of objections."""
    with moving(actor, case_id, "settle", expect=expect, at=at) as step:
        case = step.case
        meeting = JointMeeting.objects.select_for_update().filter(case=case, closed_at=None).first()
        if meeting is None:
            raise Conflict("no_meeting", _("这次会办刚才已由别人办结，请看最新情况。"))
        if not clock.today() - OLDEST_MEETING <= held_on <= clock.today():
            raise Invalid({"held_on": [_("请填写开会那天，不晚于今天，不早于 60 天前。")]})
        meeting.outcome = clean(outcome, max_length=1000, field="outcome", multiline=True, required=True)
        step.say(public=words)
        step.note = meeting.outcome
        _fix_lead(step, to_unit)
        _fix_assists(step, [unit for unit in dict.fromkeys(assist) if unit != to_unit])
        case.ruled, case.meet_by = True, None
        meeting.held_on, meeting.lead_unit, meeting.is_held = held_on, to_unit, True
        meeting.assists = [str(unit) for unit in case.assists()]
        meeting.closed_at = step.now
        meeting.save()
    return step.case


def _fix_lead(step: Step, to_unit: UUID) -> None:
    case = step.case
    working = {"resolve", "rework"} & step.clocks.running.keys()
    step.starts = ("sign",) if working else ("sign", "resolve")
    step.stops = ("accept", "dispatch", "sign", "contact", "rule")
    if to_unit != case.holder_unit or case.level == w.GRID_LEVEL:
        send(step, to_unit, final=True)
        return
    step.target_name = receiver(step, to_unit).name
    case.handovers.filter(is_open=True, part="lead").update(is_final=True)
    if case.state == w.OBJECTED:
        step.stops = ("rule",)
    else:  # it stays where it is and goes on
        step.target, step.stops, step.starts = "", (), ()


def _fix_assists(step: Step, wanted: list[UUID]) -> None:
    case = step.case
    if len(wanted) > 5:
        raise Invalid({"assist": [_("协办单位最多五个，请减少。")]})
    there = case.handovers.filter(is_open=True, part="assist")
    there.exclude(to_unit__in=wanted).update(is_open=False, answer="recalled", answered_at=step.now)
    have = set(there.values_list("to_unit", flat=True))
    names = [add_assist(step, unit) for unit in wanted if unit not in have]
    if names:
        step.target_name += "；" + "、".join(names)
    case.__dict__.pop("_assists", None)  # read anew: they have just changed
