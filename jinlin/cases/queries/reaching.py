"""Reads of going out to ask: drives of calls with what was heard, visits and follow-ups of a place month by month.

Counts are of places from the community upwards: a grid has one worker, and nobody's calls or ways are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from jinlin.cases.models import Campaign, Case, FollowUp, Visit
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places
from jinlin.places.rules import contains, is_region_code, level_of

PAGE: Final = 50
_COLUMN: Final = {3: "county", 4: "town", 5: "village"}


@dataclass(frozen=True)
class CampaignRow:
    """One drive in a list: whose area, which matter, how far it has come."""

    code: str
    title: str
    place: str
    matter: str
    unit: str
    closed_from: date
    closed_to: date
    ends_on: date
    opened_at: datetime
    is_open: bool
    chosen: int
    asked: int


@dataclass(frozen=True)
class CampaignDetail:
    """One drive whole: who is still to be called, and what was heard, as numbers."""

    row: CampaignRow
    waiting: tuple[CaseRow, ...]
    more: int  # still to be called, beyond those listed
    solved: tuple[tuple[str, int], ...]
    satisfied: int
    rated: int
    reopened: int
    may_end: bool


@dataclass(frozen=True)
class Month:
    """One month of a place: visits, the matters they brought, people asked afterwards, of those in drives."""

    month: date
    visits: int
    matters: int
    follow_ups: int
    in_drives: int


def campaigns(*, viewer: Actor, is_open: bool = True, limit: int = PAGE) -> tuple[CampaignRow, ...]:
    """Return the drives in the viewer's block, the latest first (at most 5 queries)."""
    access.require(viewer, "campaign.view")
    rows = access.visible(viewer, Campaign.objects.all()).filter(ended_at__isnull=is_open)
    return _rows(list(rows.order_by("-opened_at", "-id")[:limit]))


def _rows(rows: Sequence[Campaign]) -> tuple[CampaignRow, ...]:
    counted = FollowUp.objects.filter(campaign__in=[row.pk for row in rows], answered_at__isnull=False)
    asked = dict(counted.values_list("campaign").annotate(n=Count("id")).order_by())
    names = places.area_names({row.area for row in rows})
    units = orgs.unit_names({row.unit for row in rows if row.unit})
    tree = orgs.categories()
    return tuple(
        CampaignRow(
            code=row.code,
            title=row.title,
            place=names.get(row.area, row.area),
            matter=node.name if (node := tree.get(row.category)) else _("各类事项"),
            unit=units.get(row.unit, "") if row.unit else "",
            closed_from=row.closed_from,
            closed_to=row.closed_to,
            ends_on=row.ends_on,
            opened_at=row.opened_at,
            is_open=row.ended_at is None,
            chosen=row.chosen,
            asked=asked.get(row.pk, 0),
        )
        for row in rows
    )


def campaign(*, viewer: Actor, code: str) -> CampaignDetail:
    """Return one drive with the cases still to be asked about; NotFound outside the viewer's block."""
    access.require(viewer, "campaign.view")
    row = access.visible(viewer, Campaign.objects.all()).filter(code=code[:16].upper()).first()
    if row is None:
        raise NotFound(_("这次集中回访"))
    left = Case.objects.filter(pk__in=row.asked.filter(answered_at=None).values("case_id"))
    seen = access.visible(viewer, left)
    listed = list(seen.select_related("category").order_by("-closed_at", "id")[:PAGE])
    heard = list(row.asked.filter(answered_at__isnull=False).values_list("solved", "satisfied"))
    solved = Counter(one for one, _rate in heard)
    rated = [rate for _one, rate in heard if rate is not None]
    return CampaignDetail(
        row=_rows([row])[0],
        waiting=as_rows(listed, viewer),
        more=max(0, row.asked.filter(answered_at=None).count() - len(listed)),
        solved=tuple((_(label), solved.get(key, 0)) for key, label in w.SOLVED.items()),
        satisfied=sum(rate >= 3 for rate in rated),
        rated=len(rated),
        reopened=solved.get("no", 0) + solved.get("partly", 0),
        may_end=row.ended_at is None and _may_run(viewer, row.area),
    )


def _may_run(viewer: Actor, area: str) -> bool:
    return any(role_may(post.role, "campaign.open") and contains(post.place, area) for post in viewer.posts)


def areas_to_ask(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the areas a desk may choose for a drive: its own and those right below."""
    own = [post.place for post in viewer.posts if role_may(post.role, "campaign.open") and post.level >= 3]
    found: dict[str, str] = {}
    for code in own:
        found[code] = places.area_name(code)
        if level_of(code) < 5:
            found |= {row.code: row.name for row in places.children(code)}
    return tuple(found.items())


def reached_by_month(area: str, since: date, until: date) -> tuple[Month, ...]:
    """Return the months from `since` to `until` of a county, town or community: visits and follow-ups made (2 queries).

    Counted from what was done: a visit by the matters it brought, a follow-up by its answer to a member of staff.
    Rooms above read it for boards; who looks at which area they check themselves.
    """
    if not is_region_code(area) or level_of(area) < 3:
        raise Invalid({"area": [_("请选择县（市、区）、乡镇（街道）或社区（村）。")]})
    if since > until:
        raise Invalid({"since": [_("开始月份不能晚于结束月份。")]})
    column, county = _COLUMN[level_of(area)], area[:6] + "000000"
    first, last = since.replace(day=1), until
    visits = Visit.objects.filter(**{"county": county, column: area}, on__gte=first, on__lte=last)
    asked = FollowUp.objects.filter(
        county=county,
        by_reporter=False,
        by_account__isnull=False,
        answered_at__gte=_start(first),
        answered_at__lt=_start(date.fromordinal(last.toordinal() + 1)),
        **{f"case__{column}": area},
    )
    return _months(first, last, visits, asked)


def _months(first: date, last: date, visits: QuerySet[Visit], asked: QuerySet[FollowUp]) -> tuple[Month, ...]:
    went: dict[date, tuple[int, int]] = {
        row["month"]: (row["n"], row["matters__sum"])
        for row in visits.annotate(month=TruncMonth("on"))
        .values("month")
        .annotate(Sum("matters"), n=Count("id"))
        .order_by()
    }
    calls: dict[date, Any] = {
        row["month"].date(): row
        for row in asked.annotate(month=TruncMonth("answered_at", tzinfo=clock.LOCAL))
        .values("month")
        .annotate(n=Count("id"), drives=Count("id", filter=Q(campaign__isnull=False)))
        .order_by()
    }
    found, month = [], first
    while month <= last:
        n, matters = went.get(month, (0, 0))
        row = calls.get(month, {"n": 0, "drives": 0})
        found.append(Month(month, n, matters, row["n"], row["drives"]))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(found)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)
