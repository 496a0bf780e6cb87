"""Plans in versions, evidence accepted by somebody else, payments recorded after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.initiatives.actions.stepping import Words, as_host, by_pass, entry, hung, locked, noted
from jinlin.initiatives.models import Initiative, Milestone, Payment, Plan
from jinlin.initiatives.queries.facts import live_plan
from jinlin.initiatives.queries.passes import pass_of
from jinlin.initiatives.rules import kinds, money
from jinlin.initiatives.rules.money import Instalment, yuan
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people.access import Actor

PLANNED_IN: Final = {
    kinds.WORKS: frozenset({kinds.FUNDED, kinds.DOING}),
    kinds.VENTURE: frozenset({kinds.DECIDED, kinds.CONTRACTED, kinds.DOING}),
}
MOST_PARTS: Final = 20


@dataclass(frozen=True)
class Part:
    """One part of a plan as it is written down; amounts in fen."""

    name: str
    due: date
    planned_fen: int = 0
    weight: int = 1
    evidence_wanted: str = ""


@once("initiative.plan")
def make_plan(
    *,
    actor: Actor,
    initiative_id: UUID,
    parts: Sequence[Part],
    reason: str = "",
    expect: int | None = None,
    key: str | None = None,
) -> Plan:
    """Write the plan, or a new version of it with a reason; what was accepted or paid stays as it is."""
    item = locked(initiative_id, expect=expect)
    actor = as_host(actor, item)
    if item.stage not in PLANNED_IN.get(item.kind, frozenset()):
        raise RuleBroken("not_now", _("现在不能排计划：改造要先落实资金，创投要先立项。"))
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Invalid({"parts": [_("请写 1 到 20 个节点。")]})
    live = {row.number: row for row in Milestone.objects.filter(initiative=item, is_live=True)}
    _keep_settled(live, parts)
    planned = [
        Instalment(part.planned_fen, live[number].paid_fen if number in live else 0)
        for number, part in enumerate(parts, start=1)
    ]
    if wrong := money.wrong_with_plan(item.granted_fen, planned):
        raise Invalid({"parts": [_(wrong)]})
    plan = Plan.objects.create(
        county=item.county,
        initiative=item,
        version=item.plan_version + 1,
        granted_fen=item.granted_fen,
        reason=clean(reason, max_length=200, field="reason", required=item.plan_version > 0),
        account=actor.account_id,
        at=clock.now(),
    )
    settled = {number for number, row in live.items() if row.submitted_at is not None}
    Milestone.objects.filter(initiative=item, is_live=True).exclude(number__in=settled).update(is_live=False)
    fresh = [
        _milestone(item, plan, number, part)
        for number, part in enumerate(parts, start=1)
        if number not in settled
    ]
    Milestone.objects.bulk_create(fresh)
    item.plan_version = plan.version
    said = _("计划第 %(n)d 版，共 %(parts)d 个节点，%(sum)s 元。") % {
        "n": plan.version,
        "parts": len(parts),
        "sum": yuan(item.granted_fen),
    }
    entry(item, actor, "plan", Words(said + plan.reason))
    noted(item, actor, "plan")
    return plan


def _keep_settled(live: dict[int, Milestone], parts: Sequence[Part]) -> None:
    """Refuse a version that rewrites what has been handed in, accepted or paid."""
    for number, row in live.items():
        if row.submitted_at is None:
            continue
        part = parts[number - 1] if number <= len(parts) else None
        if part is None or part.planned_fen != row.planned_fen or part.name.strip() != row.name:
            raise Invalid(
                {"parts": [_("第 %(n)d 个节点已经交了成果，不能再改，请改后面的。") % {"n": number}]}
            )


def _milestone(item: Initiative, plan: Plan, number: int, part: Part) -> Milestone:
    return Milestone(
        county=item.county,
        initiative=item,
        plan=plan,
        number=number,
        name=clean(part.name, max_length=60, field="parts", required=True),
        weight=max(1, min(100, part.weight)),
        due=part.due,
        planned_fen=part.planned_fen,
        evidence_wanted=clean(part.evidence_wanted, max_length=120, field="parts"),
    )


def _locked_part(milestone_id: UUID) -> tuple[Initiative, Milestone]:
    row = Milestone.objects.filter(pk=milestone_id).first()
    if row is None:
        raise NotFound("milestone")
    item = locked(row.initiative_id)
    row = Milestone.objects.select_for_update().get(pk=row.pk)
    if not row.is_live:
        raise Conflict("replaced", _("计划已经换了新版，请刷新页面。"))
    return item, row


@once("initiative.submit_part")
def submit_part(
    *,
    actor: Actor,
    milestone_id: UUID,
    evidence: str,
    photo: UUID | None = None,
    passed: UUID | None = None,
    key: str | None = None,
) -> Milestone:
    """Hand in the evidence of a part: the applicant through the own link, or the builder's host."""
    item, row = _locked_part(milestone_id)
    mine = pass_of(passed)
    if by_pass(mine, item):
        who = f"p:{passed}"
    else:
        actor = as_host(actor, item)
        who = actor.key
    if item.stage not in (kinds.DOING, kinds.CONTRACTED, kinds.FUNDED):
        raise RuleBroken("not_now", _("还没有开始实施，不能交成果。"))
    if row.accepted_at is not None:
        raise Conflict("accepted", _("这个节点已经验收了。"))
    row.evidence = clean(evidence, max_length=2000, field="evidence", multiline=True, required=True)
    row.photo, row.submitted_by, row.submitted_at, row.returned_text = photo, who, clock.now(), ""
    hung(photo, row)
    row.save(update_fields=["evidence", "photo", "submitted_by", "submitted_at", "returned_text"])
    entry(
        item, actor, "submit_part", Words(_("交了“%(name)s”的成果，等另一位同志验收。") % {"name": row.name})
    )
    noted(item, actor, "submit_part")
    return row


@once("initiative.accept_part")
def accept_part(
    *, actor: Actor, milestone_id: UUID, agreed: bool, words: str = "", key: str | None = None
) -> Milestone:
    """Accept the evidence of a part, or give it back with what is missing; never by whoever handed it in."""
    item, row = _locked_part(milestone_id)
    actor = as_host(actor, item)
    if row.submitted_at is None or row.accepted_at is not None:
        raise RuleBroken("nothing_submitted", _("这个节点还没有交成果，或已经验收。"))
    if row.submitted_by == actor.key:
        raise NotAllowed("own_evidence", _("自己交的成果要由另一位同志验收。"))
    said = clean(words, max_length=200, field="words", required=not agreed)
    if agreed:
        row.accepted_by, row.accepted_at = actor.key, clock.now()
        row.save(update_fields=["accepted_by", "accepted_at"])
    else:
        row.submitted_by, row.submitted_at, row.returned_text = "", None, said
        row.save(update_fields=["submitted_by", "submitted_at", "returned_text"])
    outcome = _("“%(name)s”验收通过。") if agreed else _("“%(name)s”的成果退回补充。")
    entry(item, actor, "accept_part", Words(outcome % {"name": row.name} + said))
    noted(item, actor, "accept_part")
    return row


@once("initiative.pay")
def record_payment(
    *, actor: Actor, milestone_id: UUID, amount_fen: int, paid_on: date, receipt: str, key: str | None = None
) -> Payment:
    """Record that money moved, with the number of its receipt; refused before acceptance and above the plan."""
    item, row = _locked_part(milestone_id)
    actor = as_host(actor, item)
    if paid_on > clock.today():
        raise Invalid({"paid_on": [_("付款的日子不能在今天以后。")]})
    if item.stage in kinds.ENDS:
        raise RuleBroken("not_now", _("这件事已经停下，不能再付款。"))
    if row.accepted_at is not None and paid_on < clock.local(row.accepted_at).date():
        raise Invalid({"paid_on": [_("付款的日子不能早于验收的日子。")]})
    plan = list(Milestone.objects.filter(initiative=item, is_live=True))
    at = next(index for index, one in enumerate(plan) if one.pk == row.pk)
    if wrong := money.wrong_with_payment(item.granted_fen, live_plan(item), at, amount_fen):
        raise RuleBroken("no_payment", wrong)
    made = Payment.objects.create(
        county=item.county,
        initiative=item,
        milestone=row,
        amount_fen=amount_fen,
        paid_on=paid_on,
        receipt=clean(receipt, max_length=60, field="receipt", required=True),
        account=actor.account_id,
        at=clock.now(),
    )
    row.paid_fen += amount_fen
    row.save(update_fields=["paid_fen"])
    item.paid_fen += amount_fen
    entry(
        item,
        actor,
        "pay",
        Words(_("“%(name)s”付款 %(sum)s 元。") % {"name": row.name, "sum": yuan(amount_fen)}),
    )
    noted(item, actor, "pay")
    return made


@once("initiative.report")
def publish_result(*, actor: Actor, initiative_id: UUID, text: str, key: str | None = None) -> Initiative:
    """Publish the results; the accounts are shown beside it from the payments recorded."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if item.stage not in (kinds.ACCEPTED, kinds.DOING, kinds.STOPPED):
        raise RuleBroken("not_now", _("要先实施或验收，再公开结果。"))
    item.result = clean(text, max_length=4000, field="text", multiline=True, required=True)
    entry(item, actor, "report", Words(_("结果和账目已经公开。")))
    noted(item, actor, "report")
    return item
