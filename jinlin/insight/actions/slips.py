"""Slips 三单: sent to a unit, answered by it, taken or sent back by the office that asked; never about a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.queries.timing import calendar_of
from jinlin.cases.rules.deadlines import due_at
from jinlin.insight import events
from jinlin.insight.actions.warnings import judged, locked
from jinlin.insight.models import HotIssue, Slip, SlipStep, Warning
from jinlin.insight.rules import words as w
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Category, Organisation
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.areas import acting
from jinlin.people.rules import role_may
from jinlin.places import queries as places
from jinlin.places.rules import is_grid_code, is_region_code, level_of

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
ANSWER_DAYS: Final[dict[str, int]] = {"key_work": 5, "hot_issue": 3, "leader_area": 7}  # working days [D]
MOST_DAYS: Final = 60
BATCH: Final = 200


@dataclass(frozen=True)
class SlipOrder:
    """What an office asks: which of the three, of which unit, about which place and matter, in which words, by when.

    With a warning the place, the matter and the title come from it; `issue` is the id of a hot issue.
    """

    kind: str
    unit: UUID | None
    words: str
    title: str = ""
    place: str = ""
    category: str = ""
    field: str = ""
    days: int | None = None
    warning: UUID | None = None
    issue: UUID | None = None


@once("slip.send")
def send_slip(*, actor: Actor, order: SlipOrder, key: str | None = None) -> Slip:
    """Send one of the three slips to a unit, with a due date of the working calendar."""
    if order.kind not in w.SLIPS:
        raise Invalid({"kind": [_("请选择三单里的哪一种。")]})
    draft, actor = _about(actor, order)
    post = actor.post
    if post is None or post.unit is None:
        raise NotAllowed("no_unit", _("您的岗位没有所属单位，不能发提示单，请联系本级管理员。"))
    unit = _receiver(order.unit, draft.county, post.unit)
    now = clock.now()
    days = ANSWER_DAYS[order.kind] if order.days is None else order.days
    if not 1 <= days <= MOST_DAYS:
        raise Invalid({"days": [_("答复期限请填 1 到 60 个工作日。")]})
    draft.kind, draft.issue, draft.sent_at = order.kind, order.issue, now
    draft.number = f"{clock.local(now):%y%m%d}-{''.join(secrets.choice(LETTERS) for _at in range(4))}"
    draft.field = clean(order.field, max_length=40, field="field", required=order.kind == "leader_area")
    draft.words = clean(order.words, max_length=1000, field="words", multiline=True, required=True)
    draft.sender_unit, draft.unit = post.unit, unit.pk
    draft.due_at = due_at(now, days, "working_day", calendar_of(draft.county)).at
    draft.save(force_insert=True)
    _step(draft, actor, "sent", draft.words, due=draft.due_at)
    audit.record(actor=actor, verb="slip.send", obj=draft, county=draft.county)
    _announce(events.SlipSent, draft, draft.unit)
    return draft


def _about(actor: Actor, order: SlipOrder) -> tuple[Slip, Actor]:
    """Return an unsaved slip that knows its place and matter, and the actor with the right post in front."""
    if order.warning is not None:
        row, actor = locked(actor, order.warning)
        if row.state != w.CONFIRMED:
            raise Conflict("not_confirmed", _("先确认这条预警，再发提示单。"))
        title = clean(order.title, max_length=80, field="title") or _title(row)
        found = Slip(county=row.county, town=row.town, village=row.village, place=row.centre, title=title)
        found.warning, found.category, found.is_demo = row, row.category, row.is_demo
        return found, actor
    if (
        order.issue is not None
        and not access.visible(actor, HotIssue.objects.all()).filter(pk=order.issue).exists()
    ):
        raise NotFound(_("这个热点问题"))
    place = order.place
    if not (is_grid_code(place) or is_region_code(place)) or level_of(place) < 3:
        raise Invalid({"place": [_("请选择这张提示单说的是哪个地方。")]})
    actor = acting(actor, "insight.decide", place[:12])
    level = level_of(place)
    return (
        Slip(
            county=place[:6] + "000000",
            town=place[:9] + "000" if level >= 4 else "",
            village=place[:12] if level >= 5 else "",
            place=place,
            title=clean(order.title, max_length=80, field="title", required=True),
            category=_leaf(order.category),
        ),
        actor,
    )


def _title(row: Warning) -> str:
    return f"{places.area_name(row.centre[:12])}{row.category.name}"[:80]


def _leaf(code: str) -> Category | None:
    code = clean(code, max_length=12, field="category")
    found = Category.objects.filter(code=code, is_active=True).first() if code else None
    if code and found is None:
        raise Invalid({"category": [_("没有这个类别，请从列表中选择，或留空由工作人员判断。")]})
    return found


def _receiver(unit_id: UUID | None, county: str, sender: UUID) -> Organisation:
    standing = Organisation.objects.on(clock.today()).filter(county=county)
    found = standing.filter(pk=unit_id).first() if unit_id else None
    if found is None:
        raise Invalid({"unit": [_("请从列表里选本县（市、区）的一个单位。")]})
    if found.pk == sender:
        raise Invalid({"unit": [_("提示单发给别的单位；本单位的事请直接办理。")]})
    return found


def _step(
    row: Slip, actor: Actor, verb: str, said: str, *, outcome: str = "", due: datetime | None = None
) -> None:
    unit = actor.post.unit if actor.post and actor.post.unit else row.sender_unit
    SlipStep.objects.create(
        county=row.county,
        slip=row,
        seq=row.steps.count() + 1,
        verb=verb,
        at=clock.now(),
        unit=unit,
        words=said,
        outcome=outcome,
        due_at=due,
        by_account=actor.account_id,
    )


def _announce(kind: type[events.SlipFact], row: Slip, unit: UUID) -> None:
    bus.announce(kind(slip_id=row.pk, county=row.county, unit=unit, at=clock.now()))


def _locked(actor: Actor, slip_id: UUID, verb: str) -> tuple[Slip, Actor]:
    """Return a slip in sight under lock and the actor with the post of the unit whose turn it is."""
    access.require(actor, verb)
    seen = access.visible(actor, Slip.objects.all()).filter(pk=slip_id)
    row = seen.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(_("这张提示单"))
    unit = row.unit if verb == "slip.answer" else row.sender_unit
    fit = [post for post in actor.posts if post.unit == unit and role_may(post.role, verb)]
    if not fit:
        raise NotAllowed("other_unit", _("这张提示单不归您的单位办，请联系发单或收单的单位。"))
    return row, actor.acting_in(fit[0])


@once("slip.answer")
def answer_slip(*, actor: Actor, slip_id: UUID, outcome: str, words: str, key: str | None = None) -> Slip:
    """Say what was found and what was done; by the unit that was asked."""
    row, actor = _locked(actor, slip_id, "slip.answer")
    if row.state != w.SENT:
        raise Conflict("answered", _("这张提示单刚才已由同事答复，请看最新情况。"))
    if outcome not in w.OUTCOMES:
        raise Invalid({"outcome": [_("请选择属实、部分属实、虚警还是早已知道。")]})
    said = clean(words, max_length=1000, field="words", multiline=True, required=True)
    row.state, row.outcome, row.answered_at = w.ANSWERED, outcome, clock.now()
    row.save(update_fields=["state", "outcome", "answered_at"])
    _step(row, actor, "answered", said, outcome=outcome)
    audit.record(actor=actor, verb="slip.answer", obj=row, county=row.county)
    _announce(events.SlipAnswered, row, row.sender_unit)
    return row


@once("slip.return")
def return_slip(*, actor: Actor, slip_id: UUID, words: str, days: int = 2, key: str | None = None) -> Slip:
    """Send an answer back with what is missing and a new due date."""
    row, actor = _to_judge(actor, slip_id)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid({"days": [_("答复期限请填 1 到 60 个工作日。")]})
    said = clean(words, max_length=500, field="words", multiline=True, required=True)
    row.state, row.outcome, row.answered_at = w.SENT, "", None
    row.rounds, row.reminded_at = row.rounds + 1, None
    row.due_at = due_at(clock.now(), days, "working_day", calendar_of(row.county)).at
    row.save(update_fields=["state", "outcome", "answered_at", "rounds", "reminded_at", "due_at"])
    _step(row, actor, "returned", said, due=row.due_at)
    audit.record(actor=actor, verb="slip.return", obj=row, county=row.county)
    _announce(events.SlipReturned, row, row.unit)
    return row


@once("slip.close")
def close_slip(
    *, actor: Actor, slip_id: UUID, outcome: str = "", words: str = "", key: str | None = None
) -> Slip:
    """Take an answer; what it turned out to be becomes the outcome of the warning too."""
    row, actor = _to_judge(actor, slip_id)
    outcome = outcome or row.outcome
    if outcome not in w.OUTCOMES:
        raise Invalid({"outcome": [_("请选择属实、部分属实、虚警还是早已知道。")]})
    said = clean(words, max_length=500, field="words", multiline=True)
    row.state, row.outcome, row.closed_at = w.CLOSED, outcome, clock.now()
    row.save(update_fields=["state", "outcome", "closed_at"])
    _step(row, actor, "closed", said, outcome=outcome)
    if row.warning_id is not None:
        about = Warning.unscoped.select_for_update(of=("self",)).get(pk=row.warning_id)
        judged(about, actor, outcome, said)
    audit.record(actor=actor, verb="slip.close", obj=row, county=row.county)
    _announce(events.SlipClosed, row, row.unit)
    return row


def remind_slips() -> int:
    """Tell once in a round that a slip is late: the unit that was asked and the one that asked; run by the schedule."""
    with transaction.atomic():
        late = Slip.unscoped.select_for_update(of=("self",), skip_locked=True).filter(
            state=w.SENT, reminded_at=None, due_at__lt=clock.now()
        )
        found = list(late.order_by("due_at", "id")[:BATCH])
        for row in found:
            row.reminded_at = clock.now()
            row.save(update_fields=["reminded_at"])
            _announce(events.SlipLate, row, row.unit)
    return len(found)


def _to_judge(actor: Actor, slip_id: UUID) -> tuple[Slip, Actor]:
    """Return a slip with an answer somebody else gave; Conflict without one, NotAllowed on one's own."""
    row, actor = _locked(actor, slip_id, "insight.decide")
    if row.state != w.ANSWERED:
        raise Conflict("no_answer", _("这张提示单还没有答复，或已由同事审核，请看最新情况。"))
    last = row.steps.filter(verb="answered").last()
    if last is not None and last.by_account and last.by_account == actor.account_id:
        raise NotAllowed("same_person", _("答复和审核不能是同一个人，请由同事审核。"))
    return row, actor
