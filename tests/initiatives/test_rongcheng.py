"""Rongcheng's published year comes out of the work: teams, calls, deliberations, ventures, each by its own counter.

The activities that served 8,792 people and the parlour's matters are lived through one by one in
`tests/gatherings/test_figures.py`; here teams and calls are made as rows of work, and deliberations and ventures go
through the function that every move calls when it counts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.cases.models import FollowUp
from jinlin.cases.queries.reaching import reached_by_month
from jinlin.initiatives.actions import counting
from jinlin.initiatives.models import Initiative
from jinlin.initiatives.queries import totals
from jinlin.initiatives.rules.counting import counted_for
from jinlin.kernel import clock
from jinlin.orgs.actions import Body, form_team
from jinlin.orgs.queries import team_figures
from tests.world import COUNTY, SIBLING, TOWN, TOWN2, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]
GROUPS, MEMBERS = 60, 639
CALLS, DELIBERATED = 2084, 4027
VENTURES, ACTIVITIES, SERVED = 19, 191, 8792


def test_groups_and_their_members(world: Any) -> None:
    base, extra = divmod(MEMBERS, GROUPS)
    for number in range(GROUPS):
        form_team(
            actor=world.actor("town"),
            region_code=(VILLAGE, SIBLING)[number % 2],
            kind="appeals",
            name=f"第{number}诉求办理小组",
            bodies=[Body("居民代表", "居民", 3), Body("居（村）委会", "居委会", base + (number < extra) - 3)],
        )
    form_team(actor=world.actor("town"), region_code=VILLAGE, kind="supervisors", name="监理团")
    found = team_figures(COUNTY)
    assert (found.teams, found.people) == (GROUPS, MEMBERS)
    assert team_figures(TOWN2).teams == 0


def test_calls_that_staff_made(world: Any) -> None:
    case, now = world.report("楼道灯不亮", category="ENV-01"), clock.now()
    clerk = world.actor("village").account_id
    rows = [
        FollowUp(
            county=COUNTY,
            case=case,
            planned_on=now.date(),
            answered_at=now + timedelta(days=number % 40),
            solved="yes",
            by_account=clerk,
        )
        for number in range(CALLS)
    ]
    own = FollowUp(county=COUNTY, case=case, planned_on=now.date(), answered_at=now, by_reporter=True)
    planned = FollowUp(county=COUNTY, case=case, planned_on=now.date())
    FollowUp.objects.bulk_create([*rows, own, planned])
    year = reached_by_month(COUNTY, date(2026, 1, 1), date(2026, 12, 31))
    assert sum(month.follow_ups for month in year) == CALLS
    assert sum(month.visits for month in year) == 0


def test_deliberations_and_ventures(world: Any) -> None:
    places = [{"county": COUNTY, "town": TOWN, "village": village} for village in (VILLAGE, SIBLING)]
    moves = [
        ("topic", "discussed", DELIBERATED),
        ("venture", "contracted", VENTURES),
    ]
    for kind, target, many in moves:
        for number, place in enumerate(places):
            item = Initiative(kind=kind, **place)
            share = many // 2 + (many % 2 if number else 0)
            alone = min(share, 25)  # one by one, as the moves do, then the rest of the year at once
            for _n in range(alone):
                counting.happened(item, counted_for(kind, target, first=True))
            counting.happened(item, counted_for(kind, target, first=True), share - alone)
            counting.happened(item, counted_for(kind, target, first=False), share)  # again counts once
    venture = Initiative(kind="venture", **places[0])
    counting.happened(venture, "venture_activities", ACTIVITIES)
    counting.happened(venture, "venture_served", SERVED)
    found = totals(area=COUNTY, since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert found["deliberated"] == DELIBERATED
    assert (found["ventures"], found["venture_activities"], found["venture_served"]) == (
        VENTURES,
        ACTIVITIES,
        SERVED,
    )
    assert totals(area=TOWN2)["deliberated"] == 0
