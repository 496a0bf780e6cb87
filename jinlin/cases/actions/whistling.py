"""吹哨报到: call several units to a place, answer, note who came, judge both ways, end; about offices, never people."""

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
from jinlin.cases.models import Case, Whistle, WhistleReply
from jinlin.cases.queries.timing import calendar_of
from jinlin.cases.rules import whistle as rules
from jinlin.cases.rules.deadlines import due_at
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Organisation
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.areas import acting
from jinlin.people.rules import role_may
from jinlin.places import queries as places

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Call:
    """What a township calls for: kind, topic, what is going on, where, which units, perhaps a case it is about."""

    kind: str
    topic: str
    words: str
    place: str
    units: Sequence[UUID]
    case: UUID | None = None


@once("whistle.call")
def blow_whistle(*, actor: Actor, call: Call, key: str | None = None) -> Whistle:
    """Call units to a place of one's own township; each must answer within the time of the kind."""
    access.require(actor, "whistle.call")
    if call.kind not in rules.KINDS:
        raise Invalid({"kind": [_("请选择日常综合、联合执法还是应急处置。")]})
    place = clean(call.place, max_length=15, field="place", required=True)
    if len(place) not in (12, 15) or not places.stands(place):
        raise Invalid({"place": [_("没有找到这个地方，请从列表里重新选。")]})
    actor = acting(actor, "whistle.call", place[:12])
    post = actor.post
    if post is None or post.unit is None:
        raise NotAllowed("not_allowed", _("只有街道（乡镇）可以吹哨，请联系本街道。"))
    county = place[:6] + "000000"
    units = _called(call.units, county, post)
    now = clock.now()
    amount, unit = rules.ANSWER_IN[call.kind]
    due = due_at(now, amount, unit, calendar_of(county)).at  # type: ignore[arg-type]
    row = Whistle.unscoped.create(
        county=county,
        code="S" + "".join(secrets.choice(LETTERS) for _n in range(9)),
        kind=call.kind,
        topic=clean(call.topic, max_length=80, field="topic", required=True),
        words=clean(call.words, max_length=1000, field="words", multiline=True, required=True),
        place=place,
        town=place[:9] + "000",
        caller_unit=post.unit,
        called_by=actor.account_id,
        case=_case(actor, call.case, county),
        called_at=now,
    )
    WhistleReply.unscoped.bulk_create(
        WhistleReply(county=county, whistle=row, unit=one.pk, due_at=due) for one in units
    )
    for one in units:
        bus.announce(
            events.WhistleBlown(
                whistle_id=row.pk,
                county=county,
                unit=one.pk,
                at=now,
                due_at=due,
                is_urgent=row.kind == "emergency",
            )
        )
    audit.record(actor=actor, verb="whistle.call", obj=row, county=county)
    return row


@once("whistle.answer")
def answer_whistle(*, actor: Actor, whistle: UUID, answer: str, key: str | None = None) -> WhistleReply:
    """Say as a called unit who comes and when; late answers are taken and count as late."""
    row, reply, actor = _as_unit(actor, whistle)
    rules.check_answer(row.ended_at is None, reply.standing)
    reply.answer = clean(answer, max_length=500, field="answer", multiline=True, required=True)
    reply.answered_at = clock.now()
    reply.save(update_fields=["answer", "answered_at"])
    _heard(row, reply)
    audit.record(actor=actor, verb="whistle.answer", obj=reply, county=row.county)
    return reply


@once("whistle.arrive")
def note_arrival(
    *, actor: Actor, whistle: UUID, unit: UUID, words: str, key: str | None = None
) -> WhistleReply:
    """Note as the township that a unit came and what was done on the spot; nobody checks in anywhere."""
    row, actor = _as_caller(actor, whistle)
    reply = _reply(row, unit)
    rules.check_arrival(row.ended_at is None, reply.standing)
    reply.on_site = clean(words, max_length=500, field="on_site", multiline=True, required=True)
    reply.came_at = clock.now()
    reply.save(update_fields=["on_site", "came_at"])
    audit.record(actor=actor, verb="whistle.arrive", obj=reply, county=row.county)
    return reply


@once("whistle.solved")
def judge_unit(
    *, actor: Actor, whistle: UUID, unit: UUID, solved: str, key: str | None = None
) -> WhistleReply:
    """Say as the township whether a unit solved its part."""
    row, actor = _as_caller(actor, whistle)
    reply = _reply(row, unit)
    rules.check_answer(row.ended_at is None, rules.Reply())
    if not rules.judged(solved):
        raise Invalid({"solved": [_("请选择是、部分还是否。")]})
    reply.solved = solved
    reply.save(update_fields=["solved"])
    audit.record(actor=actor, verb="whistle.solved", obj=reply, county=row.county)
    return reply


@once("whistle.end")
def end_whistle(*, actor: Actor, whistle: UUID, key: str | None = None) -> Whistle:
    """End a call; then the units may say whether it was needed."""
    row, actor = _as_caller(actor, whistle)
    rules.check_answer(row.ended_at is None, rules.Reply())
    rules.check_end(one.standing for one in WhistleReply.unscoped.filter(county=row.county, whistle=row))
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    bus.announce(
        events.WhistleEnded(whistle_id=row.pk, county=row.county, unit=row.caller_unit, at=row.ended_at)
    )
    audit.record(actor=actor, verb="whistle.end", obj=row, county=row.county)
    return row


@once("whistle.needed")
def judge_call(*, actor: Actor, whistle: UUID, needed: str, key: str | None = None) -> WhistleReply:
    """Say as a called unit, once it is over, whether the call was needed."""
    row, reply, actor = _as_unit(actor, whistle)
    rules.check_needed(row.ended_at is None, reply.standing)
    if not rules.judged(needed):
        raise Invalid({"needed": [_("请选择是、部分还是否。")]})
    reply.needed = needed
    reply.save(update_fields=["needed"])
    audit.record(actor=actor, verb="whistle.needed", obj=reply, county=row.county)
    return reply


def _called(wanted: Sequence[UUID], county: str, post: ActivePost) -> list[Organisation]:
    ids = set(wanted)
    if not ids:
        raise Invalid({"units": [_("请至少选一个要报到的单位。")]})
    if len(ids) > rules.MOST_UNITS:
        raise Invalid({"units": [_("一次最多叫 12 个单位，请分开吹哨。")]})
    found = list(
        Organisation.objects.on(clock.today()).filter(pk__in=ids, county=county).order_by("level", "code")
    )
    if len(found) != len(ids) or any(one.pk == post.unit for one in found):
        raise Invalid({"units": [_("只能叫本县（市、区）的其他单位，请从列表中选择。")]})
    return found


def _case(actor: Actor, case: UUID | None, county: str) -> Case | None:
    if case is None:
        return None
    found = access.visible(actor, Case.objects.all()).filter(pk=case, county=county).first()
    if found is None:
        raise NotFound(_("这件事"))
    return found


def _locked(actor: Actor, whistle: UUID) -> Whistle:
    seen = access.visible(actor, Whistle.objects.all())
    row = seen.select_for_update(of=("self",)).filter(pk=whistle).first()
    if row is None:
        raise NotFound(_("这次吹哨"))
    return row


def _as_caller(actor: Actor, whistle: UUID) -> tuple[Whistle, Actor]:
    access.require(actor, "whistle.call")
    row = _locked(actor, whistle)
    fit = (one for one in actor.posts if one.unit == row.caller_unit and role_may(one.role, "whistle.call"))
    post = next(fit, None)
    if post is None:
        raise NotAllowed("not_allowed", _("只有吹哨的街道（乡镇）能记到场和评价。"))
    return row, actor.acting_in(post)


def _as_unit(actor: Actor, whistle: UUID) -> tuple[Whistle, WhistleReply, Actor]:
    access.require(actor, "whistle.answer")
    row = _locked(actor, whistle)
    reply = WhistleReply.unscoped.filter(county=row.county, whistle=row, unit__in=actor.units).first()
    if reply is None:
        raise NotAllowed("not_allowed", _("这次吹哨没有叫您的单位。"))
    fit = (one for one in actor.posts if one.unit == reply.unit and role_may(one.role, "whistle.answer"))
    post = next(fit, None)
    if post is None:
        raise NotAllowed("not_allowed", _("这次吹哨没有叫您的单位。"))
    return row, reply, actor.acting_in(post)


def _reply(row: Whistle, unit: UUID) -> WhistleReply:
    reply = WhistleReply.unscoped.filter(county=row.county, whistle=row, unit=unit).first()
    if reply is None:
        raise NotFound(_("这个单位"))
    return reply


def _heard(row: Whistle, reply: WhistleReply) -> None:
    at: datetime = reply.answered_at or clock.now()
    bus.announce(events.WhistleAnswered(whistle_id=row.pk, county=row.county, unit=reply.unit, at=at))
