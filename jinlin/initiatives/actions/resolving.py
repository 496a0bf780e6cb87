"""Deliberation: meetings, votes under a rule, the steps of 四议两公开, what was decided and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.models import AgendaItem, Gathering
from jinlin.initiatives.actions import counting
from jinlin.initiatives.actions.moving import open_objections
from jinlin.initiatives.actions.stepping import Words, as_host, entry, locked, noted
from jinlin.initiatives.models import Initiative, Meeting, Resolution
from jinlin.initiatives.queries.facts import steps_done
from jinlin.initiatives.rules import deciding, kinds, procedures
from jinlin.initiatives.rules.deciding import Count
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor

RESOLVE_IN: Final = frozenset({kinds.OPEN, kinds.ASSESSED, kinds.DISCUSSED})
MOST_HEADS: Final = 100_000


@dataclass(frozen=True)
class MeetingNote:
    """A meeting held for an item: its day, how many came, which groups were missing, what was said."""

    held_on: date
    heads: int
    minutes: str
    options: str = ""
    absent: str = ""
    place_text: str = ""


@dataclass(frozen=True)
class Vote:
    """What was decided: the words, by which body, under which rule with which figures, who does it and when."""

    text: str
    body: str = ""
    rule: str = ""
    tally: Mapping[str, Count] = field(default_factory=dict)
    owner_unit: UUID | None = None
    owner_name: str = ""
    due: date | None = None
    review_on: date | None = None
    step: str = ""
    meeting_id: UUID | None = None


@once("initiative.meeting")
def note_meeting(
    *,
    actor: Actor,
    initiative_id: UUID,
    meeting: MeetingNote,
    gathering_id: UUID | None = None,
    key: str | None = None,
) -> Meeting:
    """Note a meeting with its minutes; one of the room of gatherings is linked, another is written down here."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if item.stage in kinds.ENDS or item.stage == kinds.DRAFT:
        raise RuleBroken("not_now", _("这件事还没有公开或已经结束，不能登记商议。"))
    if meeting.held_on > clock.today():
        raise Invalid({"held_on": [_("开会的日子不能在今天以后。")]})
    if not 0 <= meeting.heads <= MOST_HEADS:
        raise Invalid({"heads": [_("请填写到会人数。")]})
    gathering = _gathering(actor, item, gathering_id)
    row = Meeting.objects.create(
        county=item.county,
        initiative=item,
        gathering=gathering,
        held_on=meeting.held_on,
        place_text=clean(meeting.place_text, max_length=80, field="place_text"),
        heads=meeting.heads,
        absent=clean(meeting.absent, max_length=200, field="absent"),
        options=clean(meeting.options, max_length=2000, field="options", multiline=True),
        minutes=clean(meeting.minutes, max_length=10_000, field="minutes", multiline=True, required=True),
        account=actor.account_id,
        at=clock.now(),
    )
    if gathering is None:  # one of the room of gatherings is counted when it is held
        held(item, meeting.heads)
    said = _("%(on)s开会商议，到会 %(n)d 人。") % {"on": meeting.held_on.isoformat(), "n": meeting.heads}
    if row.absent:
        said += _("没有到的：%(who)s。") % {"who": row.absent}
    entry(item, actor, "meeting", Words(said))
    noted(item, actor, "meeting")
    return row


def held(item: Initiative, heads: int) -> None:
    """Add a held meeting or activity to an item and to its place; the caller saves the item."""
    item.activities += 1
    item.served += heads
    counting.happened(item, "meetings")
    if item.kind == kinds.VENTURE:
        counting.happened(item, "venture_activities")
        counting.happened(item, "venture_served", heads)


def _gathering(actor: Actor, item: Initiative, gathering_id: UUID | None) -> Gathering | None:
    if gathering_id is None:
        return None
    found = access.visible(actor, Gathering.objects.all()).filter(pk=gathering_id, county=item.county).first()
    if found is None:
        raise NotFound("gathering")
    if Meeting.objects.filter(initiative=item, gathering=found).exists():
        raise Conflict("linked", _("这次活动已经记在这件事下面了。"))
    return found


@once("initiative.link_gathering")
def link_gathering(
    *, actor: Actor, initiative_id: UUID, gathering_id: UUID, key: str | None = None
) -> Meeting:
    """Announce a gathering as one for this item; its heads and minutes come from that room when it is held."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    gathering = _gathering(actor, item, gathering_id)
    assert gathering is not None
    row = Meeting.objects.create(
        county=item.county, initiative=item, gathering=gathering, account=actor.account_id, at=clock.now()
    )
    if gathering.state == "held":
        take_over(row, gathering)
    noted(item, actor, "link_gathering")
    return row


def take_over(row: Meeting, gathering: Gathering) -> None:
    """Take what a held gathering says of itself: its day, its heads, its minutes; heads are counted once."""
    first = row.held_on is None
    row.held_on = clock.local(gathering.starts_at).date()
    row.heads, row.minutes = gathering.served, _published_minutes(gathering)
    row.save(update_fields=["held_on", "heads", "minutes"])
    if first:
        item = locked(row.initiative_id)
        held(item, gathering.served)
        item.save()


def _published_minutes(gathering: Gathering) -> str:
    """Return what was said item by item and in the end, once it is published; a draft of it stays in its room."""
    if gathering.minutes_at is None:
        return ""
    items = AgendaItem.objects.filter(county=gathering.county, gathering=gathering).order_by("position")
    said = [f"{one.title}：{one.said}" for one in items if one.said]
    return "\n".join([*said, *([gathering.minutes] if gathering.minutes else [])])


@once("initiative.resolve")
def record_vote(*, actor: Actor, initiative_id: UUID, vote: Vote, key: str | None = None) -> Resolution:
    """Record what a body decided; the verdict is computed from the figures, never typed."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if item.stage not in RESOLVE_IN:
        raise RuleBroken("not_now", _("现在不能登记表决，请刷新页面查看最新进展。"))
    rule = _rule_for(item, vote)
    verdict = deciding.decide(rule, vote.tally).verdict if rule else deciding.PASSED
    last = Resolution.objects.filter(initiative=item).order_by("-number").first()
    row = Resolution(
        county=item.county,
        town=item.town,
        village=item.village,
        initiative=item,
        number=1 + (last.number if last else 0),
        text=clean(vote.text, max_length=500, field="text", multiline=True, required=True),
        body=clean(vote.body, max_length=60, field="body"),
        step=vote.step,
        rule=rule,
        tally=deciding.as_json(vote.tally) if rule else {},
        verdict=verdict,
        meeting=_meeting(item, vote.meeting_id),
        account=actor.account_id,
        at=clock.now(),
    )
    if verdict == deciding.PASSED and vote.step in ("", "villagers_decide"):
        _oblige(row, vote)
        item.review_on = row.review_on
    row.save()
    if vote.step and verdict == deciding.PASSED:
        _name, _decides, _rule = procedures.STEPS[vote.step]
        entry(item, actor, "step", Words(_(_name) + "：" + row.text), step=vote.step)
    else:
        entry(
            item,
            actor,
            "vote",
            Words(
                _("表决：%(text)s（%(verdict)s）")
                % {"text": row.text, "verdict": _(deciding.VERDICTS[verdict])}
            ),
        )
    noted(item, actor, "vote")
    return row


def _rule_for(item: Initiative, vote: Vote) -> str:
    """Return the rule a vote goes by: that of the step, that of common parts, or the chosen one; Invalid for none."""
    if item.procedure == procedures.FOUR_TWO and item.kind == kinds.TOPIC:
        if vote.step not in procedures.DECISIONS:
            raise Invalid({"step": [_("请选择“四议”中的哪一步。")]})
        procedures.require_step(steps_done(item), vote.step)
        fixed = procedures.STEPS[vote.step][2]
        if not fixed and vote.tally:
            return vote.rule or "group_advice"
        return fixed
    if vote.step:
        raise Invalid({"step": [_("这件事不走“四议两公开”，不用选步骤。")]})
    if vote.rule not in deciding.RULES:
        raise Invalid({"rule": [_("请选择按哪条规则表决。")]})
    return vote.rule


def _meeting(item: Initiative, meeting_id: UUID | None) -> Meeting | None:
    if meeting_id is None:
        return None
    found = Meeting.objects.filter(pk=meeting_id, initiative=item).first()
    if found is None:
        raise Invalid({"meeting": [_("请选择这件事的一次会。")]})
    return found


def _oblige(row: Resolution, vote: Vote) -> None:
    """Who does it, by when, and when it is looked at again: asked of everything adopted."""
    wrong: dict[str, list[object]] = {}
    name = orgs.unit_name(vote.owner_unit) if vote.owner_unit else ""
    row.owner_name = name or clean(vote.owner_name, max_length=80, field="owner_name")
    row.owner_unit = vote.owner_unit if name else None
    if not row.owner_name:
        wrong["owner_unit"] = [_("请写明由谁（哪个单位或岗位）落实。")]
    if vote.due is None or vote.due < clock.today():
        wrong["due"] = [_("请填写落实的期限，不能早于今天。")]
    if vote.review_on is None or vote.review_on < clock.today():
        wrong["review_on"] = [_("请填写哪天回访，不能早于今天。")]
    if wrong:
        raise Invalid(wrong)
    row.due, row.review_on = vote.due, vote.review_on


@once("initiative.rule")
def choose_common_rule(
    *, actor: Actor, initiative_id: UUID, rule: str, reason: str, key: str | None = None
) -> Initiative:
    """Choose by which rule owners decide what touches common parts; the choice and its author are kept and shown."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if not item.common_parts or item.stage not in RESOLVE_IN:
        raise RuleBroken("not_now", _("这件事现在不用选业主表决的规则。"))
    if rule not in deciding.OWNERS_RULES:
        raise Invalid({"rule": [_("请选择业主一般事项或重大事项。")]})
    item.common_rule, item.common_rule_by = rule, actor.key
    item.common_rule_reason = clean(reason, max_length=200, field="reason", required=True)
    said = _("业主表决按“%(rule)s”：%(why)s") % {
        "rule": _(deciding.RULES[rule].name),
        "why": item.common_rule_reason,
    }
    entry(item, actor, "rule", Words(said))
    noted(item, actor, "rule")
    return item


@once("initiative.publish_step")
def publish_step(
    *, actor: Actor, initiative_id: UUID, step: str, text: str, key: str | None = None
) -> Initiative:
    """Make one of the two disclosures of 四议两公开; the second only when the days for objections are over."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if item.procedure != procedures.FOUR_TWO or step not in procedures.STEPS or procedures.STEPS[step][1]:
        raise Invalid({"step": [_("请选择“两公开”中的哪一步。")]})
    if item.stage != kinds.DISCUSSED:
        raise RuleBroken("not_now", _("要先商议完毕并公示结果，再做两公开。"))
    procedures.require_step(steps_done(item), step)
    if step == procedures.ORDER[-1] and not procedures.is_over(item.objections_until, clock.today()):
        raise RuleBroken("objections_over", _("结果公示还没有满规定的天数（不少于 7 天）。"))
    words = Words(clean(text, max_length=2000, field="text", multiline=True, required=True))
    if step == "resolution_public":
        open_objections(item)
    entry(item, actor, "step", words, step=step)
    noted(item, actor, "step")
    return item
