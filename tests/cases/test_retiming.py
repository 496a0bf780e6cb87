"""The calendar, office hours and lengths change: what moves is told before, moved once, written down, carried on by a job."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.audit.models import AuditEntry
from jinlin.cases.actions import Part, retiming
from jinlin.cases.actions.calendars import (
    drop_calendar_day,
    drop_office_hours,
    set_calendar_day,
    set_office_hours,
    unsaved_day,
)
from jinlin.cases.actions.timetable import StageRule, Terms, drop_stage_time, set_stage_time
from jinlin.cases.models import Case, CaseEvent, Clock, OfficeHours, Retiming
from jinlin.cases.queries import story
from jinlin.cases.queries.retiming import Change, preview
from jinlin.cases.queries.timing import calendar_of
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.orgs.queries import category
from tests.world import CITY, COUNTY, OTHER, OTHER_VILLAGE, VILLAGE

pytestmark = pytest.mark.usefixtures("tuesday")  # 2026-03-10 10:00
WEDNESDAY = date(2026, 3, 11)


def accepted(world: Any, category: str = "FAC-02", place: str = VILLAGE) -> Case:
    """A case of five working days: due on 17 March at 18:00."""
    case = world.report("路灯不亮", category=category, place=place)
    return world.do("grid", "accept", case) if place == VILLAGE else case


def due(case: Case, stage: str = "resolve") -> str:
    return f"{clock.local(Clock.objects.get(case=case, stage=stage, stopped_at=None).due_at):%m-%d %H:%M}"


def day_off(
    world: Any, who: str = "county", region: str = COUNTY, day: date = WEDNESDAY, works: bool = False
) -> None:
    set_calendar_day(actor=world.actor(who), region_code=region, day=day, is_workday=works, source="庙会放假")


def retimed(case: Case) -> list[CaseEvent]:
    return list(CaseEvent.objects.filter(case=case, verb="retime"))


def test_a_local_day_off_moves_open_clocks_once_and_tells_the_resident(world: Any) -> None:
    case, version = accepted(world), 0
    version = case.version
    day_off(world)
    assert due(case) == "03-18 18:00"
    after = Case.unscoped.get(pk=case.pk)
    assert (clock.local(after.result_due_at).day, after.version) == (18, version)
    line = story(viewer=world.resident(case), case=after).lines[-1]
    assert (line.label, line.who) == ("最迟答复时间有调整", "系统")
    assert line.words == (
        "川汇区3月11日改为休息（依据：庙会放假）。最迟答复时间由 3月17日 18:00 改为 3月18日 18:00。"
    )
    assert AuditEntry.objects.filter(verb="calendar.set").count() == 1
    day_off(world)
    assert len(retimed(case)) == 1, "the same facts again change nothing"


def test_taking_the_day_back_moves_them_back(world: Any) -> None:
    case = accepted(world)
    day_off(world)
    drop_calendar_day(actor=world.actor("county"), region_code=COUNTY, day=WEDNESDAY)
    assert due(case) == "03-17 18:00"
    assert len(retimed(case)) == 2
    with pytest.raises(NotFound):
        drop_calendar_day(actor=world.actor("county"), region_code=COUNTY, day=WEDNESDAY)


def test_the_narrower_region_wins(world: Any) -> None:
    admin = world.actor("admin")
    set_calendar_day(actor=admin, region_code=CITY, day=WEDNESDAY, is_workday=False, source="全市停工")
    assert not calendar_of(COUNTY).is_workday(WEDNESDAY)
    day_off(world, works=True)
    assert calendar_of(COUNTY).is_workday(WEDNESDAY)
    assert not calendar_of(OTHER).is_workday(WEDNESDAY)


def test_other_counties_and_clock_hours_stay(world: Any) -> None:
    far = world.report("路灯不亮", category="FAC-02", place=OTHER_VILLAGE)
    urgent = accepted(world, "FAC-01")
    before = {row.pk: row.due_at for row in Clock.objects.filter(case__in=(far, urgent), stopped_at=None)}
    day_off(world)
    after = {row.pk: row.due_at for row in Clock.objects.filter(case__in=(far, urgent), stopped_at=None)}
    assert before == after
    assert not retimed(far) + retimed(urgent)


def test_what_would_move_is_counted_before_it_is_saved(world: Any) -> None:
    cases = [accepted(world) for _n in range(3)]
    quick = accepted(world, "ENV-01")  # due today
    row = unsaved_day(COUNTY, WEDNESDAY, False, "庙会")
    found = preview(viewer=world.actor("county"), change=Change(COUNTY, days=(row,)))
    assert (found.cases, found.later, found.earlier, found.total) == (3, 3, 0, 4)
    assert not retimed(quick) + retimed(cases[0]), "looking changes nothing"
    day_off(world)
    dropped = preview(viewer=world.actor("county"), change=Change(COUNTY, dropped=(WEDNESDAY,)))
    assert (dropped.cases, dropped.earlier) == (3, 3)


def test_a_paused_clock_is_measured_when_it_runs_on(world: Any, tuesday: Any, at: Any) -> None:
    case = world.to_department(category="FAC-02")
    world.do("dept", "ask", case, kind="suspension", reason="雨", why="weather", until=date(2026, 3, 20))
    world.do("county", "decide", case, granted=True, reason="同意")
    day_off(world, day=date(2026, 3, 16))
    assert not retimed(case)
    with at(tuesday + timedelta(days=1)):
        world.do("dept", "resume", case)
    assert due(case) == "03-18 18:00", "12 March is the first day; 16 March is off"


def test_an_extension_survives(world: Any) -> None:
    case = world.to_department(category="FAC-02")
    world.do("dept", "ask", case, kind="extension", reason="等料", days=2)
    world.do("county", "decide", case, granted=True, reason="同意")
    assert due(case) == "03-19 18:00"
    day_off(world)
    assert due(case) == "03-20 18:00"


def test_office_hours_move_working_hours_and_closing_time(world: Any) -> None:
    quick, usual = accepted(world, "ENV-01"), accepted(world)
    assert due(quick) == "03-10 16:30"
    actor = world.actor("county")
    summer = [("08:00", "12:00"), ("15:00", "18:30")]
    set_office_hours(
        actor=actor, region_code=COUNTY, spans=summer, valid_from=date(2026, 3, 10), source="夏令作息"
    )
    assert (due(quick), due(usual)) == ("03-10 17:00", "03-17 18:30")
    set_office_hours(
        actor=actor,
        region_code=COUNTY,
        spans=[("09:00", "17:00")],
        valid_from=date(2026, 3, 16),
        source="冬令",
    )
    assert due(usual) == "03-17 17:00"
    drop_office_hours(actor=actor, region_code=COUNTY, valid_from=date(2026, 3, 16))
    assert due(usual) == "03-17 18:30"
    assert OfficeHours.objects.count() == 1
    with pytest.raises(NotFound):
        drop_office_hours(actor=actor, region_code=COUNTY, valid_from=date(2026, 3, 10))


@pytest.mark.parametrize(
    "spans",
    [[], [("12:00", "08:00")], [("08:00", "12:00"), ("11:00", "18:00")], [("8点", "12点")], [("08:00", "")]],
)
def test_office_hours_without_sense_are_refused(world: Any, spans: Any) -> None:
    with pytest.raises(Invalid) as told:
        set_office_hours(
            actor=world.actor("county"),
            region_code=COUNTY,
            spans=spans,
            valid_from=date(2026, 3, 11),
            source="x",
        )
    assert list(told.value.fields) == ["spans"]


def test_only_ones_own_region_and_nothing_below_a_county(world: Any) -> None:
    for who, region in (
        ("county", CITY),
        ("county", OTHER),
        ("county2", COUNTY),
        ("city", CITY),
        ("dept", COUNTY),
    ):
        with pytest.raises(NotAllowed):
            day_off(world, who, region)
    with pytest.raises(Invalid):
        day_off(world, "county", VILLAGE)


def test_new_lengths_touch_open_clocks_only_when_asked(world: Any) -> None:
    admin, case = world.actor("admin"), accepted(world)
    rule = StageRule("resolve", 3, "working_day", "P3")
    set_stage_time(actor=admin, rule=rule, terms=Terms("本市办法"))
    assert (due(case), retimed(case)) == ("03-17 18:00", [])
    set_stage_time(actor=admin, rule=rule, terms=Terms("本市办法", also_open=True))
    assert due(case) == "03-13 18:00"
    assert "依据：本市办法" in retimed(case)[0].words
    assert "办结：03-17 18:00 改为 03-13 18:00" in retimed(case)[0].note


def test_a_rule_moves_only_clocks_that_follow_it(world: Any) -> None:
    """P2's length is not ENV-01's, which has its own; a leaf's own length ends and the class holds again."""
    admin = world.actor("admin")
    leaf, of_class = accepted(world, "ENV-01"), accepted(world, "TRA-01")
    assert category("TRA-01").sla_class == "P2"
    rule = StageRule("resolve", 2, "working_day", "P2")
    set_stage_time(actor=admin, rule=rule, terms=Terms("本市办法", also_open=True))
    assert (due(leaf), due(of_class)) == ("03-10 16:30", "03-12 18:00")
    drop_stage_time(actor=admin, category="ENV-01", stage="resolve")
    assert due(leaf) == "03-10 16:30", "clocks that run keep theirs"
    assert due(accepted(world, "ENV-01")) == "03-12 18:00"


def test_a_step_inside_moves_without_a_word_to_the_resident(world: Any) -> None:
    case = world.report("路灯不亮", category="FAC-02")
    rule = StageRule("accept", 1, "working_hour")
    set_stage_time(actor=world.actor("admin"), rule=rule, terms=Terms("本市办法", also_open=True))
    assert due(case, "accept") == "03-10 11:00"
    assert retimed(case)[0].words == ""
    assert [line.verb for line in story(viewer=world.resident(case), case=case).lines] == ["report"]


def test_many_cases_are_left_to_the_job_which_goes_on_where_it_broke_off(
    world: Any, tuesday: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [accepted(world) for _n in range(7)]
    monkeypatch.setattr(retiming, "AT_ONCE", 2)
    day_off(world)
    row = Retiming.objects.get()
    assert (row.total, row.seen, row.finished_at) == (7, 0, None)
    assert due(cases[0]) == "03-17 18:00"
    monkeypatch.setattr(retiming, "BUDGET", -1.0)  # no time: the job stops before its first batch
    assert retiming.run_retimings() == 0
    monkeypatch.setattr(retiming, "BUDGET", 20.0)
    broken = monkeypatch.context()
    with broken as patch:
        real, calls = retiming._go_over, []

        def breaks(*given: Any) -> list[int]:
            calls.append(given)
            if len(calls) > 2:
                raise RuntimeError("power cut")
            return real(*given)

        patch.setattr(retiming, "_go_over", breaks)
        with pytest.raises(RuntimeError):
            retiming.run_retimings()
    row.refresh_from_db()
    assert (row.seen, row.moved, row.finished_at) == (4, 4, None)
    assert retiming.run_retimings() == 3
    row.refresh_from_db()
    assert (row.seen, row.moved, row.finished_at is not None) == (7, 7, True)
    assert [len(retimed(case)) for case in cases] == [1] * 7
    assert retiming.run_retimings() == 0


def test_clocks_started_by_a_process_that_had_not_heard_are_caught_up(
    world: Any, tuesday: Any, at: Any
) -> None:
    day_off(world)
    case = accepted(world)
    Clock.objects.filter(case=case, stage="resolve").update(due_at=clock.now() + timedelta(days=7))
    assert retiming.run_retimings() == 0, "other processes may still remember the old calendar"
    with at(tuesday + timedelta(minutes=2)):
        assert retiming.run_retimings() == 1
        assert due(case) == "03-18 18:00"
        assert Retiming.objects.get().is_settled
        assert retiming.run_retimings() == 0


def test_a_part_keeps_the_pauses_of_its_whole(world: Any, tuesday: Any, at: Any) -> None:
    case = world.to_department(category="FAC-02")
    world.do("dept", "ask", case, kind="suspension", reason="雨", why="weather", until=date(2026, 3, 20))
    world.do("county", "decide", case, granted=True, reason="同意")
    with at(tuesday + timedelta(days=2)):
        world.do("dept", "resume", case)
        world.do("county", "convene", case, kind="joint", reason="要几家一起")
        told = {"outcome": "先分清责任", "held_on": clock.today()}
        world.do("county", "settle", case, to_unit=world.unit("HCB"), **told)
        world.do("county", "recall", case, reason="拆开来办")
        parts = [Part(world.unit("CMB"), "接线"), Part(world.unit("HCB"), "换灯杆")]
        whole = world.do("county", "split", case, parts=parts)
        part = Case.unscoped.filter(part_of=whole).first()
        promise = due(part)
        day_off(world, day=date(2026, 12, 15))
        assert (due(part), retimed(part)) == (promise, []), "a day that has nothing to do with it"
        day_off(world, day=date(2026, 3, 16))
        assert due(part) == due(whole)


def test_the_second_look_goes_on_where_it_broke_off(
    world: Any, tuesday: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _case in range(3):
        accepted(world)
    day_off(world)
    monkeypatch.setattr(retiming, "AT_ONCE", 1)
    monkeypatch.setattr(retiming, "BUDGET", 1.0)
    ticks = iter(n * 0.4 for n in range(1000))
    monkeypatch.setattr(retiming.time, "monotonic", lambda: next(ticks))
    with at(tuesday + timedelta(minutes=3)):
        runs = 0
        while not Retiming.objects.get().is_settled:
            retiming.run_retimings()
            runs += 1
            assert runs < 9, "a look that is cut short must not begin again each time"
    assert runs > 1
