"""Supports that count once a resident, sheets of paper, answers afterwards."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.initiatives.actions import counting
from jinlin.initiatives.actions.merging import root
from jinlin.initiatives.actions.proposing import resident_pass
from jinlin.initiatives.actions.stepping import as_host, hung, locked
from jinlin.initiatives.models import Answer, Initiative, PaperTally, Pass, Support
from jinlin.initiatives.queries.passes import pass_of, resident_index
from jinlin.initiatives.rules import kinds
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor

SUPPORTED_IN: Final = frozenset({kinds.OPEN, kinds.ASSESSED, kinds.DISCUSSED})
SAYS: Final = ("yes", "partly", "no")
MOST_ON_PAPER: Final = 5_000


@once("initiative.support")
def support_initiative(
    *,
    actor: Actor,
    initiative_id: UUID,
    phone: str,
    declared: bool,
    passed: UUID | None = None,
    key: str | None = None,
) -> Pass:
    """Support an item as a resident; the number makes a blind id and is kept nowhere. A second time changes nothing.

    Whether the number supported it before is not told, or anybody could ask that of a neighbour.
    """
    access.require(actor, "initiative.support")
    item = _supportable(initiative_id)
    if not declared and item.eligibility != "anyone":
        raise Invalid(
            {
                "declared": [
                    _("这一件由%(who)s来支持，请先确认您符合。")
                    % {"who": _(kinds.ELIGIBILITY[item.eligibility])}
                ]
            }
        )
    mine = resident_pass(item.county, passed)
    _count(item, _index(item, phone), passed=mine)
    return mine


@once("initiative.assist")
def support_for(*, actor: Actor, initiative_id: UUID, phone: str, key: str | None = None) -> Initiative:
    """Support an item for a resident who asks for help at the counter or the door; who helped is recorded."""
    item = _supportable(initiative_id)
    actor = as_host(actor, item)
    if actor.account_id is None:
        raise NotAllowed("assist_by_staff", _("代办支持要由工作人员登录后登记。"))
    _count(item, _index(item, phone), assisted_by=actor.account_id)
    audit.record(actor=actor, verb="initiative.assist", obj=item, county=item.county)
    return item


@once("initiative.paper")
def add_paper(
    *,
    actor: Actor,
    initiative_id: UUID,
    count: int,
    note: str = "",
    photo: UUID | None = None,
    key: str | None = None,
) -> Initiative:
    """Add the number of supports on a sheet; a correction is a further sheet with a minus."""
    item = _supportable(initiative_id)
    actor = as_host(actor, item)
    if not -MOST_ON_PAPER <= count <= MOST_ON_PAPER or count == 0:
        raise Invalid({"count": [_("请填写纸上签名的人数。")]})
    if item.paper_count + count < 0:
        raise Invalid({"count": [_("更正后不能少于零，请核对。")]})
    if actor.account_id is None:
        raise NotAllowed("paper_by_staff", _("纸质支持要由工作人员登录后登记。"))
    sheet = PaperTally.objects.create(
        county=item.county,
        initiative=item,
        count=count,
        note=clean(note, max_length=120, field="note"),
        photo=photo,
        account=actor.account_id,
        at=clock.now(),
    )
    hung(photo, sheet)
    item.paper_count += count
    _totalled(item)
    counting.happened(item, "supports", count)
    audit.record(actor=actor, verb="initiative.paper", obj=item, county=item.county)
    return item


@once("initiative.unsupport")
def withdraw_support(
    *, actor: Actor, initiative_id: UUID, passed: UUID, key: str | None = None
) -> Initiative:
    """Take back a support given through this link."""
    access.require(actor, "initiative.support")
    item = root(locked(initiative_id))
    item = locked(item.pk)
    gone, _rows = Support.objects.filter(initiative=item, passed_id=passed).delete()
    if not gone:
        raise NotFound("support")
    item.online_count -= gone
    _totalled(item)
    counting.happened(item, "supports", -gone)
    return item


def _supportable(initiative_id: UUID) -> Initiative:
    item = locked(initiative_id)
    if item.stage == kinds.MERGED:
        item = locked(root(item).pk)
    if not item.is_public or item.is_hidden:
        raise NotFound("initiative")
    if not item.the_kind.supports:
        raise RuleBroken("no_supports", _("这类事项不征集支持。"))
    if item.stage not in SUPPORTED_IN:
        raise RuleBroken("supports_closed", _("这件事已经定了或结束了，不再征集支持。"))
    return item


def _index(item: Initiative, phone: str) -> bytes:
    found = resident_index(item.county, phone)
    if not found:
        raise Invalid({"phone": [_("请填写手机号。只用来保证一人一次，不保存号码。")]})
    return found


def _count(
    item: Initiative, resident: bytes, *, passed: Pass | None = None, assisted_by: UUID | None = None
) -> None:
    channel = "assisted" if assisted_by else "online"
    row, is_new = Support.objects.get_or_create(
        county=item.county,
        initiative=item,
        resident=resident,
        defaults={
            "passed": passed,
            "first": item,
            "channel": channel,
            "assisted_by": assisted_by,
            "at": clock.now(),
        },
    )
    if not is_new:
        if assisted_by and row.channel == "online":
            _seen_in_person(item, row, assisted_by)
        return
    if assisted_by:
        item.assisted_count += 1
    else:
        item.online_count += 1
    _totalled(item)
    counting.happened(item, "supports")


def _seen_in_person(item: Initiative, row: Support, assisted_by: UUID) -> None:
    """Turn an online support into one given at the counter, where the person was seen; the link that typed it lets go.

    A number typed online is checked by nobody, so somebody else may have used it: whoever stands there counts.
    """
    row.channel, row.assisted_by, row.passed = "assisted", assisted_by, None
    row.save(update_fields=["channel", "assisted_by", "passed"])
    item.online_count -= 1
    item.assisted_count += 1
    _totalled(item)


def _totalled(item: Initiative) -> None:
    """Save the sums; the version stays, because a support does not make the page in an officer's hand an old one."""
    item.support_total = item.online_count + item.assisted_count + item.paper_count
    item.save(update_fields=["online_count", "assisted_count", "paper_count", "support_total"])


@once("initiative.answer")
def answer_follow_up(
    *, actor: Actor, initiative_id: UUID, passed: UUID, says: str, words: str = "", key: str | None = None
) -> Answer:
    """Say how it turned out, as somebody who proposed or supported it; may be said again, the last word counts."""
    access.require(actor, "initiative.support")
    item = locked(initiative_id)
    mine = pass_of(passed, "resident")
    backed = mine is not None and (
        item.proposed_by_id == mine.pk or Support.objects.filter(initiative=item, passed=mine).exists()
    )
    if not backed or mine is None:
        raise NotFound("initiative")
    _require_askable(item)
    said = _answer(says, words)
    row, is_new = Answer.objects.get_or_create(
        initiative=item, passed=mine, defaults={"county": item.county, "at": clock.now(), **said}
    )
    if not is_new:
        _add_answer(item, row.says, -1)
        row.says, row.words, row.at = said["says"], said["words"], clock.now()
        row.save(update_fields=["says", "words", "at"])
    _add_answer(item, says, 1)
    return row


@once("initiative.survey")
def note_answer(
    *, actor: Actor, initiative_id: UUID, says: str, words: str = "", key: str | None = None
) -> Answer:
    """Note what a resident asked by phone or at the door said; by somebody other than who put the item in."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    _require_askable(item)
    said = _answer(says, words)
    row = Answer.objects.create(county=item.county, initiative=item, at=clock.now(), by_phone=True, **said)
    _add_answer(item, says, 1)
    audit.record(actor=actor, verb="initiative.survey", obj=item, county=item.county)
    return row


@once("initiative.seen")
def note_seen(*, actor: Actor, passed: UUID, key: str | None = None) -> None:
    """Note that the news of a link up to now have been read; nothing else of the visit is kept."""
    access.require(actor, "initiative.support")
    Pass.objects.filter(pk=passed).update(seen_until=clock.now())


def _require_askable(item: Initiative) -> None:
    asked = (
        kinds.DOING
        if item.kind == kinds.WORKS
        else kinds.DECIDED
        if item.kind == kinds.TOPIC
        else kinds.ACCEPTED
    )
    path = item.the_kind.stages
    if item.stage not in path or path.index(item.stage) < path.index(asked):
        raise RuleBroken("not_yet_asked", _("这件事还没有办到可以评价的时候。"))


def _answer(says: str, words: str) -> dict[str, str]:
    if says not in SAYS:
        raise Invalid({"says": [_("请选择办得怎么样。")]})
    return {"says": says, "words": clean(words, max_length=200, field="words", multiline=True)}


def _add_answer(item: Initiative, says: str, n: int) -> None:
    name = f"answers_{says}"
    setattr(item, name, getattr(item, name) + n)
    item.save(update_fields=[name])
