"""Places where the same matter comes up again and again, and frequent matters of a month: tasks for offices.

The subject is a place and a matter, never a person: sensitive matters stay out, because few people stand behind them.
New cases are read once, in the order of their ids; counts come from the index of place and matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.ladder import lock_ladder
from jinlin.cases.models import Case, LadderRun, MonthlyTopic, PlaceTask
from jinlin.cases.queries.ladder import rungs
from jinlin.cases.queries.timing import calendar_of
from jinlin.cases.rules import oversight
from jinlin.cases.rules.deadlines import due_at
from jinlin.cases.rules.ladder import RungRule
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may

BATCH: Final = 2000
OVERLAP_MS: Final = (
    10 * 60 * 1000
)  # a transaction may commit after a later one: the last minutes are read again
FIRST_LOOK_MS: Final = 35 * 24 * 3600 * 1000
COUNTIES: Final = 20  # of a month's proposals, in one run
FEWEST: Final = 5  # cases of a month below which a matter is no topic
NO_NEWS: Final = ("duplicate", "withdrawn", "not_ours")
_MS_SHIFT: Final = 80  # a UUID of version 7 begins with 48 bits of milliseconds


@dataclass(frozen=True)
class _Spot:
    """One matter at one place."""

    county: str
    town: str
    village: str
    grid: str
    category: UUID | None

    @property
    def place(self) -> str:
        """The grid, or the village where no grid is known."""
        return self.grid or self.village


def find_hot_places() -> list[PlaceTask]:
    """Open a task for every place where a matter came up often enough; call inside a transaction."""
    run = lock_ladder()
    return _look(_new_cases(run))


def look_at_place(case_id: UUID) -> list[PlaceTask]:
    """Look at the place of one case again: its matter was named after its words were first read."""
    lock_ladder()
    case = Case.unscoped.get(pk=case_id)
    if case.sensitive:
        return []
    return _look([(_Spot(case.county, case.town, case.village, case.grid, case.category_id), case.is_demo)])


def _look(cases: list[tuple[_Spot, bool]]) -> list[PlaceTask]:
    rule = next((one for one in rungs() if one.trigger == "place"), None)
    spots = {spot: is_demo for spot, is_demo in cases if spot.village and spot.category}
    return _open_tasks(_hot(set(spots), rule), rule, spots) if spots and rule else []


def _new_cases(run: LadderRun) -> list[tuple[_Spot, bool]]:
    """Return where cases made since the last look lie, oldest first, and move the mark (two or three queries)."""
    newest = Case.unscoped.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return []
    since = run.seen_id or _bound(newest, FIRST_LOOK_MS)
    columns = ("pk", "is_demo", "sensitive", "county", "town", "village", "grid", "category")
    rows = list(Case.unscoped.filter(pk__gt=since).order_by("pk").values_list(*columns)[:BATCH])
    if rows:
        last = rows[-1][0]
        run.seen_id = last if len(rows) == BATCH else max(since, _bound(last, OVERLAP_MS))
        run.save(update_fields=["seen_id"])
    return [(_Spot(*spot), is_demo) for _pk, is_demo, sensitive, *spot in rows if not sensitive]


def _bound(pk: UUID, back_ms: int) -> UUID:
    """Return the smallest id of `back_ms` milliseconds before another one."""
    return UUID(int=max(0, (pk.int >> _MS_SHIFT) - back_ms) << _MS_SHIFT)


def _hot(spots: set[_Spot], rule: RungRule) -> dict[_Spot, int]:
    """Return how often each of these spots was spoken of inside the window, where it is often enough (one query)."""
    since = clock.now() - timedelta(days=rule.window_days)
    rows = (
        Case.unscoped.filter(
            county__in={spot.county for spot in spots},
            village__in={spot.village for spot in spots},
            category__in={spot.category for spot in spots},
            opened_at__gte=since,
            part_of=None,
        )
        .exclude(end_kind__in=NO_NEWS)
        .values_list("county", "town", "village", "grid", "category")
        .annotate(n=Count("id"))
        .order_by()
    )
    found = {_Spot(*row[:5]): row[5] for row in rows}
    return {spot: found[spot] for spot in spots if found.get(spot, 0) >= rule.amount}


def _open_tasks(hot: dict[_Spot, int], rule: RungRule, demo: dict[_Spot, bool]) -> list[PlaceTask]:
    """Write the tasks that are new: none where one is open, or was opened inside the window (three queries)."""
    if not hot:
        return []
    now = clock.now()
    since = now - timedelta(days=rule.window_days)
    known = set(
        PlaceTask.objects.filter(
            Q(is_open=True) | Q(opened_at__gte=since),
            county__in={spot.county for spot in hot},
            place__in={spot.place for spot in hot},
        ).values_list("county", "place", "category_id")
    )
    fresh = [spot for spot in hot if (spot.county, spot.place, spot.category) not in known]
    desks = orgs.desks_of(sorted({spot.village for spot in fresh}))
    made = [
        PlaceTask(
            county=spot.county,
            place=spot.place,
            village=spot.village,
            town=spot.town,
            category_id=spot.category,  # type: ignore[misc]  # of a spot without one nothing is asked
            seen=hot[spot],
            window_days=rule.window_days,
            unit=desks[spot.village].pk,
            opened_at=now,
            due_at=due_at(now, rule.answer_amount, rule.answer_unit, calendar_of(spot.county)).at,  # type: ignore[arg-type]
            is_demo=demo[spot],
        )
        for spot in fresh
        if spot.village in desks
    ]
    return PlaceTask.objects.bulk_create(made)


def propose_topics() -> list[MonthlyTopic]:
    """Propose last month's frequent matters to each county's desk, once a month, some counties a run."""
    run = lock_ladder()
    rule = next((one for one in rungs() if one.trigger == "month"), None)
    month = clock.today().replace(day=1)
    if rule is None:
        return []
    if run.month != month:
        run.month, run.county_done = month, ""
    centres = Organisation.objects.on(clock.today()).filter(level=3, kind="governance_centre")
    left = centres.filter(county__gt=run.county_done).order_by("county").values_list("county", flat=True)
    counties = list(dict.fromkeys(left))[:COUNTIES]
    if not counties:
        return []
    made = [topic for county in counties for topic in _topics(county, month, int(rule.amount))]
    run.county_done = counties[-1]
    run.save(update_fields=["month", "county_done"])
    MonthlyTopic.objects.bulk_create(made, ignore_conflicts=True)
    return made


def _topics(county: str, month: date, most: int) -> list[MonthlyTopic]:
    before = (month - timedelta(days=1)).replace(day=1)
    rows = (
        Case.unscoped.filter(
            county=county,
            opened_at__gte=_midnight(before),
            opened_at__lt=_midnight(month),
            part_of=None,
            sensitive=False,
            category__isnull=False,
        )
        .exclude(end_kind__in=NO_NEWS)
        .values_list("category", "is_demo")
        .annotate(n=Count("id"))
        .order_by("-n", "category")[:most]
    )
    now = clock.now()
    return [
        MonthlyTopic(
            county=county, month=before, category_id=category, seen=n, opened_at=now, is_demo=is_demo
        )
        for category, is_demo, n in rows
        if n >= FEWEST
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


@once("place.answer")
def answer_place_task(*, actor: Actor, task_id: UUID, words: str, key: str | None = None) -> PlaceTask:
    """Say what was found at the place and what was done about it; by the unit that has the task."""
    access.require(actor, "place.answer")
    row = PlaceTask.objects.select_for_update().filter(pk=task_id, unit__in=actor.units).first()
    if row is None:
        raise NotFound(_("这项任务"))
    posts = [post for post in actor.posts if post.unit == row.unit and role_may(post.role, "place.answer")]
    if not posts:
        raise NotFound(_("这项任务"))
    if not row.is_open:
        raise Conflict("answered", _("这项任务刚才已由同事办结，请看最新情况。"))
    row.answer = clean(words, max_length=1000, field="words", multiline=True, required=True)
    row.is_open, row.answered_unit, row.answered_at = False, row.unit, clock.now()
    row.save(update_fields=["answer", "is_open", "answered_unit", "answered_at"])
    audit.record(actor=actor.acting_in(posts[0]), verb="place.answer", obj=row, county=row.county)
    return row


@once("topic.decide")
def decide_topic(
    *,
    actor: Actor,
    topic_id: UUID,
    adopted: bool,
    measures: str,
    lead_unit: UUID | None = None,
    due_on: date | None = None,
    key: str | None = None,
) -> MonthlyTopic:
    """Take a proposed matter up with a lead unit, measures and a day, or leave it with a reason."""
    access.require(actor, "topic.decide")
    row = MonthlyTopic.objects.select_for_update().filter(pk=topic_id).first()
    posts = [post for post in actor.posts if row is not None and _may_decide(post, row.county)]
    if row is None or not posts:
        raise NotFound(_("这个候选"))
    if row.state != "candidate":
        raise Conflict("decided", _("这个候选刚才已由同事定了，请看最新情况。"))
    row.measures = clean(measures, max_length=1000, field="measures", multiline=True, required=True)
    if adopted:
        row.lead_unit, row.due_on = _lead(lead_unit, row.county), _day(due_on)
    row.state, row.decided_at = "adopted" if adopted else "left", clock.now()
    row.save()
    audit.record(actor=actor.acting_in(posts[0]), verb="topic.decide", obj=row, county=row.county)
    return row


def _may_decide(post: access.ActivePost, county: str) -> bool:
    return role_may(post.role, "topic.decide") and oversight.governs(post.level, post.place, county)


def _lead(unit_id: UUID | None, county: str) -> UUID:
    standing = Organisation.objects.on(clock.today()).filter(county=county)
    found = standing.filter(pk=unit_id).first() if unit_id else None
    if found is None:
        raise Invalid({"lead_unit": [_("请从列表里选本县（市、区）的牵头单位。")]})
    return found.pk


def _day(day: date | None) -> date:
    if day is None or not clock.today() < day <= clock.today() + timedelta(days=366):
        raise Invalid({"due_on": [_("请填写完成日期，在明天到一年之内。")]})
    return day
