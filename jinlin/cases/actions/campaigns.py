"""Drives of follow-up calls 集中回访: choose closed cases, have them asked by the ordinary follow-up, end the drive."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.supervising import LETTERS
from jinlin.cases.models import Campaign, Case, FollowUp
from jinlin.cases.rules import reaching as rules
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Category
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.people.rules import role_may
from jinlin.places.rules import contains, is_region_code, level_of


@dataclass(frozen=True)
class Drive:
    """Which closed cases are to be asked about, and until when."""

    title: str
    area: str
    closed_from: date
    closed_to: date
    ends_on: date
    category: str = ""


@once("campaign.open")
def open_campaign(*, actor: Actor, drive: Drive, key: str | None = None) -> Campaign:
    """Choose the closed cases of an area, a matter and a period whose reporters may be called, and plan a call each.

    Left out: what the asking unit handled itself, who doesn't want to be called, who was asked in the last 30 days, sensitive matters, parts of divided
    cases. The calls are made by the move `revisit`, so that what is heard counts and reopens as always.
    """
    access.require(actor, "campaign.open")
    post = _post_for(actor, drive.area)
    today = clock.today()
    rules.check_period(drive.closed_from, drive.closed_to, drive.ends_on, today)
    title = clean(drive.title, max_length=60, field="title", required=True)
    codes = _leaves(drive.category)
    row = Campaign(
        county=drive.area[:6] + "000000",
        code=f"H{today:%y%m%d}-" + "".join(secrets.choice(LETTERS) for _at in range(4)),
        title=title,
        area=drive.area,
        category=drive.category,
        closed_from=drive.closed_from,
        closed_to=drive.closed_to,
        unit=post.unit,
        opened_by=actor.account_id,
        opened_at=clock.now(),
        ends_on=drive.ends_on,
    )
    found = _eligible(actor.acting_in(post), drive, codes)
    if not found:
        raise RuleBroken("nobody", _("这个范围里没有可以回访的已办结事项，请放宽地方、类别或时间。"))
    row.chosen = len(found)
    row.is_demo = all(case.is_demo for case in found)
    row.save(force_insert=True)
    _plan(row, found, today)
    audit.record(actor=actor.acting_in(post), verb="campaign.open", obj=row, county=row.county)
    return row


def _post_for(actor: Actor, area: str) -> ActivePost:
    """Return the post that covers the area; Invalid for an area outside of every post."""
    if is_region_code(area) and level_of(area) >= 3:
        for post in actor.posts:
            if role_may(post.role, "campaign.open") and contains(post.place, area):
                return post
    raise Invalid({"area": [_("请选择本辖区内的一个地方。")]})


def _leaves(code: str) -> list[str]:
    """Return the leaf codes of a category or branch; [] for any."""
    if not code:
        return []
    rows = Category.objects.filter(Q(code=code) | Q(parent__code=code), level=2)
    found = list(rows.values_list("code", flat=True))
    if not found:
        raise Invalid({"category": [_("没有这个类别，请从列表中选择。")]})
    return found


def _eligible(actor: Actor, drive: Drive, codes: list[str]) -> list[Case]:
    """Return the cases to be asked about, locked, the latest closed first; none the asking unit handled itself."""
    column = {3: "county", 4: "town", 5: "village"}[level_of(drive.area)]
    county = drive.area[:6] + "000000"
    asked = FollowUp.objects.filter(
        county=county, answered_at__gte=clock.now() - timedelta(days=rules.REST_DAYS)
    )
    start, end = (
        datetime.combine(day, time(), clock.LOCAL)
        for day in (drive.closed_from, drive.closed_to + timedelta(days=1))
    )
    rows = access.visible(actor, Case.objects.all()).filter(
        **{"county": county, column: drive.area},
        is_open=False,
        callable=True,
        sensitive=False,
        part_of=None,
        end_kind__in=rules.ENDS,
        closed_at__gte=start,
        closed_at__lt=end,
    )
    if codes:
        rows = rows.filter(category__code__in=codes)
    if actor.post and actor.post.unit:  # nobody asks after their own work (the move `revisit` refuses it too)
        rows = rows.exclude(handler_unit=actor.post.unit)
    rows = rows.exclude(pk__in=asked.values("case_id")).order_by("-closed_at", "id")
    ids = list(rows.values_list("pk", flat=True)[: rules.MOST_CASES])
    return list(Case.unscoped.select_for_update().filter(pk__in=ids).order_by("id"))


def _plan(row: Campaign, cases: list[Case], today: date) -> None:
    """Give each case one call of this drive; a call that was planned anyway is taken over, not doubled."""
    waiting: dict[UUID, FollowUp] = {}
    planned = FollowUp.objects.filter(case__in=cases, is_dynamic=True, answered_at=None)
    for one in planned.order_by("-planned_on", "-id"):
        waiting[one.case_id] = one  # the earliest stays
    taken = [one for one in waiting.values() if one.campaign_id is None]
    for one in taken:
        one.kept_on = one.planned_on
        one.campaign, one.planned_on = row, min(one.planned_on, today)  # stays the first to be answered
    FollowUp.objects.bulk_update(taken, ["campaign", "planned_on", "kept_on"], batch_size=200)
    FollowUp.objects.bulk_create(
        FollowUp(county=row.county, case=case, planned_on=today, is_dynamic=True, campaign=row)
        for case in cases
        if case.pk not in waiting
    )
    Case.unscoped.filter(pk__in=[case.pk for case in cases]).update(next_visit_on=today)


@once("campaign.end")
def end_campaign(*, actor: Actor, code: str, key: str | None = None) -> Campaign:
    """End a drive before its day; who wasn't called is not waited for any more."""
    access.require(actor, "campaign.open")
    seen = access.visible(actor, Campaign.objects.all()).filter(code=code[:16].upper(), ended_at=None)
    row = seen.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(_("这次集中回访"))
    _post_for(actor, row.area)
    _end(row)
    audit.record(actor=actor, verb="campaign.end", obj=row, county=row.county)
    return row


def _end(row: Campaign) -> None:
    left = list(row.asked.filter(answered_at=None).values_list("case_id", flat=True))
    row.asked.filter(answered_at=None, kept_on=None).delete()
    row.asked.filter(answered_at=None).update(campaign=None, planned_on=F("kept_on"), kept_on=None)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    planned = FollowUp.objects.filter(case__in=left, is_dynamic=True, answered_at=None)
    following: dict[UUID, date] = {}
    for case_id, on in planned.order_by("-planned_on").values_list("case_id", "planned_on"):
        following[case_id] = on
    for case in Case.unscoped.select_for_update().filter(pk__in=left, state=w.CLOSED).order_by("id"):
        case.next_visit_on = following.get(case.pk)
        case.save(update_fields=["next_visit_on"])


def end_due_campaigns() -> int:
    """End the drives whose last day has passed; safe to run twice. Returns how many."""
    ids = list(
        Campaign.unscoped.filter(ended_at=None, ends_on__lt=clock.today()).values_list("pk", flat=True)
    )
    for campaign_id in ids:
        with transaction.atomic():
            row = Campaign.unscoped.select_for_update().get(pk=campaign_id)
            if row.ended_at is None:
                _end(row)
    return len(ids)
