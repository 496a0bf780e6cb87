"""The ladder climbs: who is told at which moment, once; late, twice and after a standstill alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jinlin.cases.actions import ladder
from jinlin.cases.actions.supervising import answer_supervision, decide_answer
from jinlin.cases.models import Case, Clock, JointMeeting, MonthlyTopic, Supervision
from jinlin.cases.queries.ladder import next_checkpoint
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.notices.actions import climb_ladder
from jinlin.notices.models import Notice
from tests.conftest import A_TUESDAY
from tests.world import COUNTY, GRID, TOWN, VILLAGE


def at(day: int, hour: int = 10, minute: int = 0, month: int = 3) -> datetime:
    """A moment of March 2026 by the wall clock in China."""
    return datetime(2026, month, day, hour, minute, tzinfo=clock.LOCAL).astimezone(UTC)


def told(case: Case | None = None) -> set[tuple[str, str]]:
    rows = Notice.unscoped.filter(case=case) if case else Notice.unscoped.all()
    return {(row.rung, row.stage) for row in rows}


def climb(moment: datetime) -> None:
    with clock.fixed(moment):
        climb_ladder()


@pytest.fixture
def worked(world: Any) -> Case:
    """A case 城管 works on since Tuesday 10 March 10:00, due in five working days: Tuesday 17 March 18:00."""
    with clock.fixed(A_TUESDAY):
        return world.to_department(category="ENV-07")


def test_each_rung_at_its_moment(world: Any, worked: Case) -> None:
    dept, county = world.unit("CMB"), world.unit(COUNTY)
    due = Clock.objects.get(case=worked, stage="resolve")
    assert due.due_at == at(17, 18)
    climb(at(10, 11))
    assert told(worked) == set()
    climb(at(13, 9, 14))  # of 40.5 office hours 20.25 are left at 9:15
    assert told(worked) == set()
    climb(at(13, 9, 15))
    assert told(worked) == {("half", "resolve")}
    climb(at(16, 16, 53))  # 8.1 are left at 16:54
    assert told(worked) == {("half", "resolve")}
    climb(at(16, 16, 54))
    assert told(worked) == {("half", "resolve"), ("most", "resolve")}
    climb(at(17, 18))
    assert ("due", "resolve") in told(worked)
    climb(at(18, 17, 59))
    assert ("leader", "resolve") not in told(worked)
    climb(at(18, 18))
    assert ("leader", "resolve") in told(worked)
    assert {row.unit for row in Notice.unscoped.filter(case=worked)} == {dept}
    climb(at(20, 18))
    row = Notice.unscoped.get(case=worked, rung="supervise")
    assert (row.unit, row.audience) == (county, "above")
    daily = Supervision.unscoped.get()
    assert (daily.unit, daily.opener_unit, daily.kind, daily.opened_by) == (dept, county, "daily", None)
    assert daily.due_at == at(25, 18)
    assert Case.unscoped.get(pk=worked.pk).supervised == 1


def test_running_twice_or_late_tells_nothing_twice(world: Any, worked: Case) -> None:
    climb(at(20, 18))
    first = list(Notice.unscoped.order_by("pk").values_list("pk", "rung", "unit"))
    for _again in range(3):
        climb(at(20, 18))
        Clock.objects.update(look_at=A_TUESDAY)  # as after a crash between the notices and the clocks
        climb(at(20, 18))
    assert list(Notice.unscoped.order_by("pk").values_list("pk", "rung", "unit")) == first
    assert Supervision.unscoped.count() == 1


def test_after_a_long_standstill_nobody_hears_of_half_time(world: Any, worked: Case) -> None:
    climb(at(30, 9))
    assert told(worked) == {("leader", "resolve"), ("supervise", "resolve")}
    assert Supervision.unscoped.count() == 1


def test_the_database_refuses_a_second_notice_of_one_thing(world: Any, worked: Case) -> None:
    climb(at(17, 18))
    row = Notice.unscoped.filter(rung="due").first()
    row.pk = row.id = Notice._meta.pk.get_default()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_an_extension_moves_the_rungs_by_itself(world: Any, worked: Case) -> None:
    climb(at(16, 9))
    with clock.fixed(at(16, 10)):
        world.do("dept", "ask", worked, kind="extension", reason="要等设备", days=5)
        world.do("county", "decide", worked, granted=True, reason="同意")
    climb(at(17, 18))
    assert ("due", "resolve") not in told(worked)
    moved = Clock.objects.get(case=worked, stage="resolve")
    climb(moved.due_at)
    assert ("due", "resolve") in told(worked)


def test_a_standing_clock_is_not_looked_at(world: Any, worked: Case) -> None:
    with clock.fixed(at(11)):
        until = clock.today() + timedelta(days=20)
        world.do("dept", "ask", worked, kind="suspension", reason="等汛期过去", until=until, **_why())
        world.do("county", "decide", worked, granted=True, reason="同意")
    climb(at(30, 9))
    assert ("due", "resolve") not in told(worked)
    assert not Supervision.unscoped.exists()


def _why() -> dict[str, str]:
    """A pause names its reason where the move asks for one."""
    from jinlin.cases.rules.moves import BY_VERB

    return {"why": "weather"} if any(need.name == "why" for need in BY_VERB["ask"].needs) else {}


def test_the_national_holiday_is_no_time(world: Any) -> None:
    """Due Tuesday 30 Sep 2025 18:00; 1-8 Oct off, Sat 11 Oct a make-up day: +1 is the 9th, +3 the 11th."""
    start = datetime(2025, 9, 23, 2, tzinfo=UTC)
    with clock.fixed(start):
        case = world.to_department(category="ENV-07")
    due = Clock.objects.get(case=case, stage="resolve").due_at
    assert clock.local(due).strftime("%m-%d %H:%M") in ("09-29 18:00", "09-30 18:00")
    day = 9 if clock.local(due).day == 30 else None
    climb(datetime(2025, 10, 8, 15, tzinfo=UTC))
    if day:
        assert ("leader", "resolve") not in told(case)
    climb(datetime(2025, 10, 9, 10, tzinfo=UTC))
    assert ("leader", "resolve") in told(case)
    climb(datetime(2025, 10, 11, 10, tzinfo=UTC))
    assert Supervision.unscoped.filter(matters__case=case).exists()


def test_a_grid_s_case_goes_to_its_worker_then_to_the_community(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        case = world.report(category="ENV-07")
        world.do("grid", "accept", case)
    climb(at(16, 9))
    row = Notice.unscoped.get(case=case, rung="half")
    assert (row.grid, row.unit) == (GRID, world.unit(VILLAGE))
    climb(at(17, 10))
    rows = {(row.grid, row.audience) for row in Notice.unscoped.filter(case=case, rung="most")}
    assert rows == {(GRID, "handler"), ("", "desk")}
    climb(at(18, 18))
    assert Notice.unscoped.get(case=case, rung="leader", stage="resolve").unit == world.unit(TOWN)


def test_a_late_check_is_the_checker_s(world: Any, worked: Case) -> None:
    with clock.fixed(at(11)):
        world.do("dept", "report_done", worked, words="清完了", claim="solved")
    climb(at(16, 18))
    row = Notice.unscoped.get(case=worked, rung="due", stage="verify", audience="desk")
    assert row.unit == world.unit(VILLAGE)


def test_two_reworks_make_a_meeting_that_fixes_the_lead(world: Any, worked: Case) -> None:
    for _round in range(2):
        with clock.fixed(at(11)):
            world.do("dept", "report_done", worked, words="清完了", claim="solved")
            world.do("grid", "verify", worked, passed=False, words="还有")
    climb(at(11, 11))
    meeting = JointMeeting.objects.get()
    assert (meeting.cause, meeting.convener_unit) == ("rework", world.unit(COUNTY))
    assert meeting.due_at == at(13, 18)
    units = set(Notice.unscoped.filter(rung="meeting").values_list("unit", flat=True))
    assert {world.unit(COUNTY), world.unit("CMB")} <= units
    climb(at(11, 12))
    assert JointMeeting.objects.count() == 1
    with clock.fixed(at(12)):
        case = world.do(
            "county",
            "settle",
            worked,
            held_on=clock.today(),
            to_unit=world.unit("HCB"),
            assist=[world.unit("CMB")],
            outcome="住建主办，城管协办",
        )
    assert (case.state, case.holder_unit, case.ruled, case.meet_by) == (
        "dispatched",
        world.unit("HCB"),
        True,
        None,
    )
    assert not Notice.unscoped.filter(rung="meeting", ended_at=None).exists()
    assert JointMeeting.objects.get().is_held


def test_a_case_nobody_takes_goes_to_the_government_office(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        case = world.report("两不管的空地", category="ENV-07")
        for who in ("grid", "village", "town"):
            world.do(who, "escalate", case, reason="本级办不了")
        world.do("county", "dispatch", case, to_unit=world.unit("CMB"))
        world.do("dept", "object", case, reason="不在建成区，不归城管")
        world.do("county", "rule", case, upheld=True, reason="成立，收回")
    climb(at(10, 16))
    assert not JointMeeting.objects.exists()
    climb(at(10, 17))  # the desk's four working hours are over
    meeting = JointMeeting.objects.get()
    assert (meeting.kind, meeting.cause, meeting.convener_unit) == ("office", "no_unit", world.unit(COUNTY))
    with clock.fixed(at(12)):
        words = {"held_on": clock.today(), "outcome": "住建牵头"}
        case = world.do("county", "settle", case, to_unit=world.unit("HCB"), **words)
        world.do("dept2", "sign", case)
        with pytest.raises(RuleBroken):
            world.do("dept2", "object", case, reason="还是不归我们")


def test_last_month_s_frequent_matters_are_proposed_once(world: Any) -> None:
    with clock.fixed(at(10)):
        for n in range(6):
            world.report(f"垃圾{n}", category="ENV-01")
        world.report("灯", category="FAC-02")
    with clock.fixed(at(1, 9, month=4)):
        climb_ladder()
        climb_ladder()
    topic = MonthlyTopic.objects.get()
    assert (topic.category.code, topic.seen, topic.month.isoformat()) == ("ENV-01", 6, "2026-03-01")
    assert Notice.unscoped.filter(rung="topic").count() == 1


def test_a_batch_asks_as_little_for_300_clocks_as_for_10(world: Any, worked: Case) -> None:
    def cost(copies: int) -> int:
        row = Clock.objects.get(case=worked, stage="resolve")
        for n in range(copies):
            row.pk = row.id = Clock._meta.pk.get_default()
            row.stage = f"x{copies}-{n}"[:12]
            row.look_at = A_TUESDAY
            row.save(force_insert=True)
        with clock.fixed(at(17, 10)), CaptureQueriesContext(connection) as seen, transaction.atomic():
            ladder.climb()
        return len(seen)

    cost(1)
    few, many = cost(10), cost(300)
    assert many <= few + 4  # bulk_update writes in pieces


def test_the_next_checkpoint_is_an_honest_date(world: Any, worked: Case) -> None:
    with clock.fixed(at(16)):
        assert next_checkpoint(Case.unscoped.get(pk=worked.pk)) is None
    with clock.fixed(at(18, 9)):
        found = next_checkpoint(Case.unscoped.get(pk=worked.pk))
        assert found is not None
        assert (found.code, found.at) == ("leader", at(18, 18))
    climb(at(20, 18))
    with clock.fixed(at(21, 9)):
        found = next_checkpoint(Case.unscoped.get(pk=worked.pk))
        assert found is not None
        assert (found.code, found.at) == ("supervision", at(25, 18))
    closed = Case.unscoped.get(pk=worked.pk)
    closed.is_open = False
    assert next_checkpoint(closed) is None


def test_an_answer_that_does_not_come_is_told_once_and_chased(world: Any, worked: Case) -> None:
    climb(at(20, 18))
    row = Supervision.unscoped.get(state="waiting")
    climb(at(25, 17))
    assert not Notice.unscoped.filter(rung="sup_late").exists(), "the day has not passed"
    climb(at(26, 9))
    climb(at(26, 10))
    late = Notice.unscoped.filter(rung="sup_late", ref=row.pk)
    assert {notice.unit for notice in late} == {row.unit, row.opener_unit}
    assert late.count() == 2
    with clock.fixed(at(26, 9)):
        found = next_checkpoint(Case.unscoped.get(pk=worked.pk))
        assert found is not None
        assert (found.code, found.at) == ("sup_late", at(26, 18))
    with clock.fixed(at(27, 9)):
        assert next_checkpoint(Case.unscoped.get(pk=worked.pk)) is None, "no day is made up"
        answer_supervision(actor=world.actor("dept"), supervision_id=row.pk, words="在等配件")
        assert not late.filter(ended_at=None).exists()
        decide_answer(
            actor=world.actor("county"), supervision_id=row.pk, accepted=False, words="没有说日期", days=1
        )
    climb(at(31, 9))
    assert late.filter(ended_at=None).count() == 2, "the new day has passed too"


def test_a_taken_answer_does_not_end_the_waiting(world: Any, worked: Case) -> None:
    climb(at(20, 18))
    row = Supervision.unscoped.get(state="waiting")
    with clock.fixed(at(23, 9)):
        answer_supervision(actor=world.actor("dept"), supervision_id=row.pk, words="在等配件")
        decide_answer(actor=world.actor("county"), supervision_id=row.pk, accepted=True, words="")
        found = next_checkpoint(Case.unscoped.get(pk=worked.pk))
        assert found is not None
        assert found.at == at(26, 18)
    climb(at(25, 18))
    assert not Supervision.unscoped.filter(is_open=True).exists()
    climb(at(26, 18))
    assert Supervision.unscoped.filter(is_open=True, kind="daily").count() == 1


def test_the_new_day_a_resident_was_told_is_waited_for(world: Any, worked: Case) -> None:
    climb(at(20, 18))
    row = Supervision.unscoped.get(state="waiting")
    with clock.fixed(at(23, 9)):
        until = date(2026, 4, 3)
        world.do("dept", "new_date", worked, until=until, words="配件下周到")
        answer_supervision(actor=world.actor("dept"), supervision_id=row.pk, words="在等配件")
        decide_answer(actor=world.actor("county"), supervision_id=row.pk, accepted=True, words="")
    climb(at(31, 18))
    assert not Supervision.unscoped.filter(is_open=True).exists()
    climb(at(3, 18, month=4))
    assert Supervision.unscoped.filter(is_open=True).exists()
