"""The figures come out of the work: a hundred and ninety-one activities that served 8,792 people, typed by nobody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import ItemSaid
from jinlin.gatherings.models import AgendaItem, Gathering
from jinlin.gatherings.queries import activities_and_served
from tests.gatherings.town import HOUR, TEN, opened, parlour, plan, published, signed
from tests.world import COUNTY, SIBLING, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]
ACTIVITIES, SERVED, SETTLED = (
    191,
    8792,
    52,
)  # Rongcheng's published figures: 19 ventures' activities, a parlour's year


def held(world: Any, at: Any, number: int, people: int, **more: Any) -> Gathering:
    starts = TEN + timedelta(days=number % 60)
    row = actions.plan_gathering(
        actor=world.actor("village"), plan=plan(starts_at=starts, ends_at=starts + HOUR, **more)
    )
    with at(starts + HOUR):
        return actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk, walk_ins=people)


def test_rongchengs_year(world: Any, at: Any) -> None:
    base, extra = divmod(SERVED, ACTIVITIES)
    rows = [
        held(world, at, number, base + (number < extra), kind=("activity", "service")[number % 2])
        for number in range(ACTIVITIES)
    ]
    held(world, at, 3, 9, kind="joint")
    cancelled = actions.plan_gathering(actor=world.actor("village"), plan=plan())
    actions.cancel_gathering(actor=world.actor("village"), gathering_id=cancelled.pk, reason="下雨")
    year = queries.figures(area=COUNTY, since=date(2026, 1, 1), until=date(2027, 1, 1))
    whole = queries.total(year)
    assert (whole.activities, whole.served) == (ACTIVITIES, SERVED)
    assert (whole.meetings, whole.met) == (1, 9)
    assert [month.month for month in year] == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    assert activities_and_served(row.pk for row in rows[:10]) == (10, sum(row.served for row in rows[:10]))
    assert queries.figures(area=SIBLING, since=date(2026, 1, 1), until=date(2027, 1, 1)) == ()


def test_a_parlours_matters(world: Any, at: Any) -> None:
    venue = parlour(world, weekdays="1111111")
    case = world.report("楼上漏水")
    for number in range(4):
        titles = tuple(f"事{number}-{item}" for item in range(14))
        row = held(world, at, number, 5, kind="parlour", venue_id=venue.pk, place_words="", agenda=titles)
        said = [
            ItemSaid(item.pk, "说好了", "settled" if item.position <= 13 else "open")
            for item in AgendaItem.objects.filter(gathering=row)
        ]
        if number < 2:  # one matter talked over twice is one matter
            said[0] = ItemSaid(said[0].item_id, "还是漏水那件", "settled", case.tracking)
        actions.write_minutes(actor=world.actor("village"), gathering_id=row.pk, items=said)
    elsewhere = held(world, at, 5, 5, kind="joint", agenda=("不在会客厅",))
    item = AgendaItem.objects.get(gathering=elsewhere)
    actions.write_minutes(
        actor=world.actor("village"), gathering_id=elsewhere.pk, items=[ItemSaid(item.pk, "x", "settled")]
    )
    (month,) = queries.figures(area=VILLAGE, since=date(2026, 3, 1), until=date(2026, 4, 1))
    assert month.settled == SETTLED - 1


def test_the_counters_say_what_the_rows_say(world: Any, at: Any) -> None:
    clerk, other = world.actor("village"), world.actor("town")
    row = held(world, at, 1, 7)
    late = held(world, at, 2, 5, kind="joint", capacity=3)
    held(world, at, 40, 4, kind="service")
    with at(TEN + timedelta(days=41)):
        actions.correct_figure(actor=other, gathering_id=row.pk, walk_ins=3, reason="多数了四位")
        need = published(world)
        taker = actions.Taker("热心人", "13900139000")
        match = actions.claim_need(actor=other, need_id=need.pk, taker=taker)
        actions.confirm_match(actor=clerk, match_id=match.pk)
        resource = published(world, kind="skill", side="resource")
        met = published(world, kind="skill")
        both = actions.match_offers(actor=clerk, need_id=met.pk, resource_id=resource.pk)
        actions.confirm_match(actor=clerk, match_id=both.pk)
    for since, until in (
        (date(2026, 1, 1), date(2027, 1, 1)),
        (date(2026, 3, 12), date(2026, 4, 21)),
        (date(2026, 3, 14), date(2026, 3, 20)),
        (date(2026, 3, 1), date(2026, 4, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
    ):
        for area in (COUNTY, VILLAGE, SIBLING):
            told = queries.figures(area=area, since=since, until=until)
            assert told == queries.figures_anew(area=area, since=since, until=until), (since, until, area)
    months = queries.figures(area=COUNTY, since=date(2026, 1, 1), until=date(2027, 1, 1))
    assert [(one.activities, one.served, one.met, one.wishes) for one in months] == [
        (1, 3, 5, 0),
        (1, 4, 0, 1),
    ]
    assert late.served == 5


def test_a_late_tap_is_counted_in_the_month_of_the_gathering(world: Any, at: Any) -> None:
    row = opened(world, starts_at=TEN, ends_at=TEN + HOUR)
    seat = signed(row)
    with at(TEN + HOUR):
        actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk, walk_ins=2)
        actions.note_arrival(actor=world.actor("village"), gathering_id=row.pk, code=seat.code, at=TEN)
    (month,) = queries.figures(area=VILLAGE, since=date(2026, 3, 1), until=date(2026, 4, 1))
    assert (month.month, month.activities, month.served) == (date(2026, 3, 1), 1, 3)
    assert queries.figures_anew(area=VILLAGE, since=date(2026, 3, 1), until=date(2026, 4, 1)) == (month,)
