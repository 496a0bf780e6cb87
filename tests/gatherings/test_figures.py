"""The figures come out of the work: a hundred and ninety-one activities that served 8,792 people, typed by nobody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import ItemSaid
from jinlin.gatherings.models import AgendaItem, Gathering
from jinlin.gatherings.queries import activities_and_served
from tests.gatherings.town import HOUR, TEN, parlour, plan
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
