"""民间监理: seats for residents, rounds with a checklist, findings that are corrected and looked at by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.initiatives.actions import counting
from jinlin.initiatives.actions.stepping import Words, as_host, entry, hung, locked, noted
from jinlin.initiatives.models import Initiative, Pass, Resolution, SiteVisit
from jinlin.initiatives.queries.passes import pass_of
from jinlin.initiatives.rules import kinds, site
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor

BUILT_IN: Final = frozenset({kinds.FUNDED, kinds.DOING})
DAYS_TO_CORRECT: Final = 7


@dataclass(frozen=True)
class Finding:
    """What is wrong on the site, how bad, with a picture if there is one."""

    text: str
    severity: str = "ordinary"
    photo: UUID | None = None


@dataclass(frozen=True)
class Rounds:
    """One look at the site: the checklist, a few words, what was found; the phone's own time of it."""

    checked: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    photo: UUID | None = None
    finding: Finding | None = None
    made_at: datetime | None = None


@once("works.supervisor")
def invite_supervisor(*, actor: Actor, initiative_id: UUID, key: str | None = None) -> Pass:
    """Make a seat for a residents' supervisor: an alias and a link, handed over in person."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if item.kind != kinds.WORKS or not item.is_open:
        raise RuleBroken("not_now", _("只有进行中的改造项目才请居民监理。"))
    n = Pass.objects.filter(initiative=item, kind="supervisor").count() + 1
    seat = Pass.objects.create(
        county=item.county,
        kind="supervisor",
        initiative=item,
        alias=_("监理 %(n)d") % {"n": n},
        made_at=clock.now(),
    )
    audit.record(actor=actor, verb="works.supervisor", obj=seat, county=item.county)
    return seat


def _seat(passed: UUID) -> Pass:
    seat = pass_of(passed, "supervisor")
    if seat is None or seat.initiative_id is None:
        raise NotFound("pass")
    return seat


@once("works.declare")
def declare_no_conflict(
    *, actor: Actor, passed: UUID, conflict: bool, words: str = "", key: str | None = None
) -> Pass:
    """State whether one has a tie to builder, supplier or owner; with one, the seat is given up."""
    access.require(actor, "initiative.seat")
    seat = _seat(passed)
    if seat.conflict:
        raise Conflict("declared", _("已经声明过了。"))
    seat.conflict = "declared" if conflict else "none"
    seat.conflict_text = clean(words, max_length=200, field="words")
    seat.save(update_fields=["conflict", "conflict_text"])
    return seat


def _working(passed: UUID) -> tuple[Pass, Initiative]:
    seat = _seat(passed)
    assert seat.initiative_id is not None
    item = locked(seat.initiative_id)
    if seat.conflict != "none":
        raise RuleBroken("conflict", _("请先声明与施工单位没有利害关系；有关系的不参加监理。"))
    if item.stage not in BUILT_IN:
        raise RuleBroken("not_now", _("现在不在施工，不用登记巡查。"))
    return seat, item


@once("works.visit")
def record_round(*, actor: Actor, passed: UUID, rounds: Rounds, key: str | None = None) -> SiteVisit:
    """Record a round over the site; what was found becomes a finding with a day to correct it."""
    access.require(actor, "initiative.seat")
    seat, item = _working(passed)
    checked = {code: rounds.checked.get(code, "unseen") for code in site.CHECKLIST}
    if any(value not in site.ANSWERS for value in checked.values()):
        raise Invalid({"checked": [_("请从列表里选择。")]})
    visit = SiteVisit.objects.create(
        county=item.county,
        initiative=item,
        by=seat,
        checked=checked,
        words=clean(rounds.words, max_length=500, field="words", multiline=True),
        photo=rounds.photo,
        made_at=rounds.made_at or clock.now(),
        at=clock.now(),
    )
    hung(rounds.photo, visit)
    said = _("居民监理到现场看了一轮。")
    if rounds.finding is not None:
        said += _("发现：%(text)s") % {"text": _find(item, seat, rounds.finding).text}
    entry(item, actor, "visit", Words(said))
    noted(item, actor, "visit")
    return visit


def _find(item: Initiative, seat: Pass, finding: Finding) -> Resolution:
    if finding.severity not in site.SEVERITIES:
        raise Invalid({"severity": [_("请选择问题的轻重。")]})
    last = Resolution.objects.filter(initiative=item).order_by("-number").first()
    counting.happened(item, "findings")
    row = Resolution.objects.create(
        county=item.county,
        town=item.town,
        village=item.village,
        initiative=item,
        number=1 + (last.number if last else 0),
        is_finding=True,
        text=clean(finding.text, max_length=500, field="text", multiline=True, required=True),
        severity=finding.severity,
        photo=finding.photo,
        found_by=seat,
        owner_unit=item.owner_unit,
        due=clock.today() + timedelta(days=DAYS_TO_CORRECT),
        at=clock.now(),
    )
    hung(finding.photo, row)
    return row


def _finding(finding_id: UUID) -> tuple[Initiative, Resolution]:
    row = Resolution.objects.filter(pk=finding_id, is_finding=True).first()
    if row is None:
        raise NotFound("finding")
    item = locked(row.initiative_id)
    return item, Resolution.objects.select_for_update().get(pk=row.pk)


@once("works.correct")
def correct_finding(
    *, actor: Actor, finding_id: UUID, text: str, done_on: date | None = None, key: str | None = None
) -> Resolution:
    """Say that a finding has been put right."""
    item, row = _finding(finding_id)
    actor = as_host(actor, item)
    if row.rechecked_by:
        raise Conflict("rechecked", _("这个问题已经复查销号。"))
    row.corrected_by, row.done_on = actor.key, done_on or clock.today()
    row.done_text = clean(text, max_length=300, field="text", multiline=True, required=True)
    row.save(update_fields=["corrected_by", "done_on", "done_text"])
    entry(item, actor, "correct", Words(_("已整改：%(text)s") % {"text": row.done_text}))
    noted(item, actor, "correct")
    return row


@once("works.recheck")
def recheck_finding(
    *,
    actor: Actor,
    finding_id: UUID,
    agreed: bool,
    words: str = "",
    passed: UUID | None = None,
    key: str | None = None,
) -> Resolution:
    """Look whether a finding was really put right: a supervisor, or somebody of the host who did not correct it."""
    item, row = _finding(finding_id)
    if passed is not None:
        seat = _seat(passed)
        if seat.initiative_id != item.pk or seat.conflict != "none":
            raise NotFound("finding")
        who = f"p:{seat.pk}"
    else:
        actor = as_host(actor, item)
        who = actor.key
    if not row.corrected_by or row.rechecked_by:
        raise RuleBroken("not_corrected", _("还没有整改，或已经复查过了。"))
    if who == row.corrected_by:
        raise NotAllowed("own_correction", _("整改的人不能自己复查，请另一位同志或居民监理来看。"))
    said = clean(words, max_length=300, field="words", multiline=True, required=not agreed)
    if agreed:
        row.rechecked_by, row.reviewed_on, row.review_text = who, clock.today(), said
        counting.happened(item, "findings_closed")
    else:
        row.corrected_by, row.done_on, row.review_text = "", None, said
    row.save(update_fields=["rechecked_by", "reviewed_on", "review_text", "corrected_by", "done_on"])
    outcome = _("复查合格，销号。") if agreed else _("复查没有过，要重新整改。")
    entry(item, actor, "recheck", Words(outcome + said))
    noted(item, actor, "recheck")
    return row


@once("works.sign")
def sign_acceptance(*, actor: Actor, passed: UUID, words: str = "", key: str | None = None) -> Pass:
    """Sign that from the residents' side the works may be accepted."""
    access.require(actor, "initiative.seat")
    seat, item = _working(passed)
    if Resolution.objects.filter(
        initiative=item, is_finding=True, severity="severe", rechecked_by=""
    ).exists():
        raise RuleBroken("no_severe", _("还有严重问题没有整改并复查，不能验收。"))
    seat.signed_at, seat.signed_words = clock.now(), clean(words, max_length=200, field="words")
    seat.save(update_fields=["signed_at", "signed_words"])
    entry(item, actor, "sign", Words(_("居民监理签字同意验收。")))
    noted(item, actor, "sign")
    return seat
