"""Whole tens leave the room; nothing below ten can be had by subtracting, by kind, by place or by waiting."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.kernel.errors import Invalid
from jinlin.mediation.models import Mediation
from jinlin.mediation.queries import figures
from jinlin.mediation.rules.floors import FLOOR, cut, shown_parts
from jinlin.people.actions import issue_token
from tests.world import CITY, COUNTY, FAR, OTHER, SIBLING, TOWN, TOWN2, VILLAGE

NAMES = st.sampled_from("甲乙丙丁戊己庚辛")
OPENED = datetime(2026, 1, 5, tzinfo=UTC)


def settle(
    many: int, *, village: str = VILLAGE, kind: str = "neighbour", on: date = date(2026, 1, 20)
) -> None:
    """Write so many settled disputes straight into the table."""
    start = Mediation.unscoped.count()
    town = village[:9] + "000"
    Mediation.unscoped.bulk_create(
        Mediation(
            county=COUNTY,
            town=town,
            village=village if village != town else "",
            number=f"T{start + at}",
            kind=kind,
            origin="applied",
            stage="agreed",
            outcome="written",
            opened_at=OPENED,
            agreed_on=on,
        )
        for at in range(many)
    )


@given(st.dictionaries(NAMES, st.integers(0, 40), max_size=8), st.integers(0, 15))
def test_no_rest_is_small(parts: dict[str, int], elsewhere: int) -> None:
    total = sum(parts.values()) + elsewhere
    kept = shown_parts(parts, total)
    rest = total - sum(parts[name] for name in kept)
    assert all(parts[name] >= FLOOR for name in kept)
    assert rest == 0 or rest >= FLOOR or (total < FLOOR and not kept)  # a small total is not told either
    assert {cut(parts[name]) % 10 for name in kept} <= {0}


@pytest.mark.parametrize(("number", "told"), [(0, None), (9, None), (10, 10), (19, 10), (57, 50)])
def test_tens(number: int, told: int | None) -> None:
    assert cut(number) == told


def test_by_area_and_by_kind(world: Any, tuesday: Any) -> None:
    settle(57)
    settle(12, village=SIBLING, kind="family")
    settle(4, village=FAR, kind="wages")
    settle(30, on=date(2026, 3, 5))  # of the month that runs: not counted yet
    assert figures.settled(COUNTY, 2026).words == "70 余件"
    assert figures.settled(COUNTY, 2026).through == date(2026, 2, 28)
    # FAR's four would be the county less the town: the only town that could be told is hidden with it
    assert figures.settled_below(COUNTY, 2026) == ()
    assert figures.settled(VILLAGE, 2026).at_least is None
    # four of another kind: the smaller of the two others is hidden as well
    assert [(one.code, one.at_least) for one in figures.settled_by_kind(COUNTY, 2026)] == [("neighbour", 50)]
    settle(6, village=FAR, kind="wages")
    told = {one.code: one.at_least for one in figures.settled_below(COUNTY, 2026)}
    assert told == {TOWN: 60, TOWN2: 10}
    told = {one.code: one.at_least for one in figures.settled_below(TOWN, 2026)}
    assert told == {VILLAGE: 50, SIBLING: 10}
    assert figures.settled(VILLAGE, 2026).words == "50 余件"
    assert figures.settled(CITY, 2026).at_least == 70
    assert figures.settled(OTHER, 2026).words == "不足 10 件，不显示"


def test_one_more_matter_is_not_seen(world: Any, tuesday: Any) -> None:
    settle(14)
    before = figures.settled(COUNTY, 2026)
    settle(1)
    assert figures.settled(COUNTY, 2026) == before


def test_kinds_are_told_of_counties_only(world: Any, tuesday: Any) -> None:
    for area in (CITY, TOWN, VILLAGE):
        with pytest.raises(Invalid):
            figures.settled_by_kind(area, 2026)
    for area, year in (("", 2026), ("41160200", 2026), (COUNTY, 2031)):
        with pytest.raises(Invalid):
            figures.settled(area, year)


def test_boards_read_them_by_the_api(world: Any, tuesday: Any) -> None:
    settle(57)
    secret = issue_token(actor=world.actor("town"), account=world.accounts["town"], label="x")[1]
    headers = {"Authorization": f"Bearer {secret}"}
    client = world.client()
    answer = client.get(f"/api/v1/mediation-figures/{VILLAGE}", headers=headers).json()
    assert (answer["total"]["at_least"], answer["total"]["words"]) == (50, "50 余件")
    assert client.get(f"/api/v1/mediation-figures/{FAR}", headers=headers).status_code == 404
