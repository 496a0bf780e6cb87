"""The nightly scan of a county: what it counts, whom it counts once, and that a second run changes nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.insight import actions
from jinlin.insight.actions.hearing import said
from jinlin.insight.models import Night, Run, Setting, Warning
from jinlin.insight.queries import warnings as queries
from jinlin.kernel import clock
from tests.insight.findings import raised
from tests.world import COUNTY, GRID2, SIBLING, VILLAGE, World

pytestmark = pytest.mark.django_db

DAYS = 56  # of quiet weeks before the burst


def _report(world: World, days_ago: int, number: int, **words: Any) -> Any:
    day = clock.today() - timedelta(days=days_ago)
    moment = datetime.combine(day, time(9, number % 60), clock.LOCAL)
    with clock.fixed(moment):
        return world.report(**{"category": "ENV-01", "phone": f"1390000{number:04}", **words})


@pytest.fixture
def quiet(world: World, tuesday: Any) -> World:
    """One report of rubbish every fourth day, in two communities, for eight weeks."""
    for index, days_ago in enumerate(range(DAYS, 8, -4)):
        _report(world, days_ago, index)
        _report(world, days_ago - 1, index + 20, place=SIBLING)
    return world


def _burst(world: World, first: int = 6, **words: Any) -> None:
    for index in range(10):
        _report(world, 1 + index % first, 200 + index, place=SIBLING, **words)


def test_a_rise_becomes_one_warning_however_often_the_night_is_run(quiet: World) -> None:
    _burst(quiet)
    made = actions.scan_county(COUNTY)
    assert len(made.raised) == 1
    sentences = [line for _at, line in Run.objects.get(county=COUNTY).lines]
    assert "1 类事项" in sentences[0]
    assert "新预警 1 条" in sentences[-1]
    warning = Warning.unscoped.get()
    assert (warning.centre[:12], warning.observed, warning.reporters) == (SIBLING, 10, 10)
    assert 0 < warning.expected < 3
    assert warning.last_day == clock.today() - timedelta(days=1)
    before = (Night.objects.count(), warning.observed, warning.extensions)
    again = actions.scan_county(COUNTY)
    assert (again.raised, Warning.unscoped.count()) == ((), 1)
    warning.refresh_from_db()
    assert (Night.objects.count(), warning.observed, warning.extensions) == before


def test_one_person_ten_times_is_no_rise(quiet: World) -> None:
    _burst(quiet, phone="13900009999")
    assert actions.scan_county(COUNTY).raised == ()
    found = said(COUNTY, clock.today())
    assert found is not None
    assert found.city.events.counts(0)[-8:].sum() == 1


def test_what_was_told_goes_on_and_is_not_told_again(quiet: World) -> None:
    _burst(quiet)
    actions.scan_county(COUNTY)
    for index in range(5):
        _report(quiet, 0, 300 + index, place=SIBLING)
    with clock.fixed(clock.now() + timedelta(days=1)):
        made = actions.scan_county(COUNTY)
    assert (made.raised, len(made.extended), Warning.unscoped.count()) == ((), 1, 1)
    assert Warning.unscoped.get().observed > 10


def test_a_budget_of_the_office_and_matters_it_does_not_watch(quiet: World) -> None:
    _burst(quiet)
    Setting.objects.create(
        county=COUNTY, alarms_per_60_days=1, minimum=11, made_at=clock.now(), reason="十人以上才提"
    )
    made = actions.scan_county(COUNTY)
    assert made.raised == ()
    Setting.objects.update(minimum=5, is_watched=False)
    assert actions.scan_county(COUNTY).raised == ()
    Setting.objects.update(is_watched=True)
    assert len(actions.scan_county(COUNTY).raised) == 1


def test_a_rise_everywhere_names_places_not_neighbours(world: World, tuesday: Any) -> None:
    row = raised((VILLAGE, 12, 3.0), (SIBLING, 6, 2.0), method="whole")
    sentence = queries.as_warnings([row])[0].sentence
    assert "等 2 处" in sentence
    assert "周边" not in sentence


def test_too_short_a_past_is_said_in_the_log(world: World, tuesday: Any) -> None:
    _burst(world)
    assert actions.scan_county(COUNTY) == actions.Recorded()
    run = Run.objects.get()
    assert (run.state, len(run.lines)) == ("done", 1)
    assert "满 42 天" in run.lines[0][1]
    assert not Night.objects.exists()


def test_every_county_once_a_night_and_again_when_it_failed(quiet: World, monkeypatch: Any) -> None:
    assert actions.scan_due() == 1
    assert actions.scan_due() == 0
    Run.objects.update(state="failed")
    assert [actions.scan_due(), actions.scan_due()] == [1, 0]
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(0, 10), clock.LOCAL)
    with clock.fixed(midnight):
        assert actions.scan_due() == 0
    with clock.fixed(midnight + timedelta(hours=1)):
        assert actions.scan_due() == 1


def test_a_night_that_was_killed_is_tried_again(quiet: World) -> None:
    one = datetime.combine(clock.today() + timedelta(days=1), time(1), clock.LOCAL)
    Run.objects.create(job="scan", county=COUNTY, started_at=one)
    with clock.fixed(one + timedelta(hours=1)):
        assert actions.scan_due() == 0  # it may still be under way
    with clock.fixed(one + timedelta(hours=3)):
        assert actions.scan_due() == 1
        assert actions.scan_due() == 0
    assert sorted(Run.objects.values_list("state", flat=True)) == ["done", "failed"]


def test_the_queries_of_a_night_do_not_grow_with_the_cases(quiet: World, monkeypatch: Any) -> None:
    log = import_module("jinlin.insight.actions.running")
    monkeypatch.setattr(log, "SAID_EVERY", float("inf"))  # signs of life go by the clock
    actions.scan_county(COUNTY)
    counted = []
    for index in (0, 1):
        with clock.fixed(clock.now() + timedelta(days=index + 1)), CaptureQueriesContext(connection) as seen:
            actions.scan_county(COUNTY)
        counted.append(len(seen))
        for number in range(6):
            _report(quiet, 9, 400 + number, category="ENV-02")
    assert counted[0] == counted[1]
    assert counted[0] <= 26


def test_a_sensitive_matter_is_counted_by_village(quiet: World) -> None:
    from jinlin.orgs.models import Category  # noqa: PLC0415

    quiet_codes = said(COUNTY, clock.today())
    assert quiet_codes is not None
    assert GRID2 in quiet_codes.city.events.places
    Category.objects.filter(code="ENV-01").update(sensitive=True)
    found = said(COUNTY, clock.today())
    assert found is not None
    assert {len(place) for place in found.city.events.places} == {12}
