"""Clocks in the product: milestones, pauses with a ceiling, parts, reopening, offline time, honest new dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from jinlin.cases.actions import Part
from jinlin.cases.actions.timetable import CeilingRule, StageRule, Terms, set_ceiling, set_stage_time
from jinlin.cases.actions.working import resume_at_ceilings
from jinlin.cases.models import Case, CaseEvent, Clock, Pause
from jinlin.cases.queries import case_detail, story, visible_case
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, RuleBroken

pytestmark = pytest.mark.usefixtures("tuesday")  # 2026-03-10 10:00, a working day


def fresh(case: Case) -> Case:
    return Case.unscoped.get(pk=case.pk)


def running(case: Case) -> dict[str, Clock]:
    return {row.stage: row for row in Clock.objects.filter(case=case, stopped_at=None)}


def local(row: Clock) -> str:
    return f"{clock.local(row.due_at):%m-%d %H:%M}"


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL)


def staged(world: Any) -> Case:
    """A case of illegal building that 城管 has in hand: stop work, penalty and removal run beside the rest."""
    return world.to_department("楼顶搭棚", category="HSG-05")


def pause(world: Any, case: Case, **asked: Any) -> Case:
    asked = {"kind": "suspension", "reason": "等鉴定", "why": "legal", "until": date(2026, 3, 17)} | asked
    world.do("dept", "ask", case, **asked)
    return world.do("county", "decide", case, granted=True, reason="同意")


# milestones


def test_milestones_run_as_clocks_of_their_own(world: Any) -> None:
    case = staged(world)
    found = running(case)
    assert {stage: row.name for stage, row in found.items() if row.name} == {
        "step1": "责令停工",
        "step2": "作出处罚决定",
        "step3": "拆除",
    }
    assert [local(found[stage]) for stage in ("step1", "step2", "step3")] == [
        "03-10 16:30",
        "03-19 18:00",
        "04-08 18:00",
    ]
    assert local(found["resolve"]) == "04-08 18:00", "the leaf's own length goes before its class"
    assert (case.open_milestones, case.due_at) == (3, found["step1"].due_at)


def test_a_milestone_is_reached_with_one_tap_and_nobody_is_overruled(
    world: Any, tuesday: Any, at: Any
) -> None:
    case = staged(world)
    with at(tuesday + timedelta(hours=1)):
        after = world.do("dept", "milestone", case)
    assert (after.version, after.state, after.open_milestones) == (case.version, case.state, 2)
    row = Clock.objects.get(case=case, stage="step1")
    assert (row.is_late, row.stopped_by) == (False, "milestone")
    with at(tuesday + timedelta(days=20)):
        world.do("dept", "milestone", case, step="step2")
    assert Clock.objects.get(case=case, stage="step2").is_late, "late is counted"
    told = story(viewer=world.resident(case), case=fresh(case))
    assert [(line.label, line.target) for line in told.lines[-2:]] == [
        ("完成了一个阶段", "责令停工"),
        ("完成了一个阶段", "作出处罚决定"),
    ]


def test_who_reaches_a_milestone_and_which(world: Any) -> None:
    case = staged(world)
    with pytest.raises(NotAllowed):
        world.do("county", "milestone", case)
    with pytest.raises(Invalid):
        world.do("dept", "milestone", case, step="step9")
    plain = world.to_department()
    with pytest.raises(RuleBroken) as told:
        world.do("dept", "milestone", plain)
    assert told.value.code == "no_step"


def test_a_done_report_ends_the_milestones_and_rework_does_not_bring_them_back(world: Any) -> None:
    case = staged(world)
    world.do("dept", "report_done", case, words="已拆除")
    assert set(running(case)) == {"verify"}
    assert fresh(case).open_milestones == 0
    world.do("grid", "verify", case, passed=False, words="还剩一角")
    assert set(running(case)) == {"rework"}


def test_an_objection_and_a_new_dispatch_keep_the_milestones(world: Any, tuesday: Any, at: Any) -> None:
    case = world.report("楼顶搭棚", category="HSG-05")
    for who in ("grid", "village", "town"):
        world.do(who, "escalate", case, reason="要部门办")
    assert {"step2", "step3"} <= running(case).keys()
    assert "step1" not in running(case), "stop work begins with the dispatch"
    world.do("county", "dispatch", case, to_unit=world.unit("CMB"))
    began = running(case)["step1"].started_at
    with at(tuesday + timedelta(hours=1)):
        world.do("dept", "object", case, reason="不归我们")
        world.do("county", "rule", case, upheld=True, reason="改派", to_unit=world.unit("HCB"))
    assert running(case)["step1"].started_at == began


def test_another_category_brings_other_milestones_and_tells_the_new_date(world: Any) -> None:
    case = world.do("grid", "accept", world.report("楼顶搭棚", category="ENV-01"))
    world.do("grid", "categorise", case, category="HSG-05")
    assert {row.name for row in running(case).values() if row.name} == {"作出处罚决定", "拆除"}
    assert local(running(case)["resolve"]) == "04-08 18:00"
    line = story(viewer=world.resident(case), case=fresh(case)).lines[-1]
    assert line.words == "类别改为“违法搭建”。最迟答复时间由 3月10日 16:30 改为 4月8日 18:00。"
    back = world.do("grid", "categorise", case, category="ENV-01")
    assert (back.open_milestones, local(running(back)["resolve"])) == (0, "03-10 16:30")
    assert set(Clock.objects.filter(case=case, stage="step2").values_list("stopped_by", flat=True)) == {
        "categorise"
    }


def test_a_reopened_case_asks_only_for_what_was_not_reached(world: Any) -> None:
    case = world.do("grid", "accept", world.report("楼顶搭棚", category="HSG-05"))
    world.do("grid", "milestone", case, step="step2")
    world.do("village", "answer", case, words="已责令恢复原状")
    assert not running(case)
    world.do(world.resident(case), "reopen", case, reason="还在搭")
    assert set(running(case)) == {"accept"}
    world.do("village", "accept", case)
    assert {row.name for row in running(case).values() if row.name} == {"拆除"}
    assert fresh(case).result_due_at == running(case)["resolve"].due_at


def test_parts_keep_the_promise_of_the_whole(world: Any, tuesday: Any, at: Any) -> None:
    case = world.report("楼顶搭棚", category="HSG-05")
    for who in ("grid", "village", "town"):
        world.do(who, "escalate", case, reason="要部门办")
    promise = running(case)["resolve"].due_at
    with at(tuesday + timedelta(days=7)):
        parts = [Part(world.unit("CMB"), "责令停工"), Part(world.unit("HCB"), "鉴定结构")]
        whole = world.do("county", "split", case, parts=parts)
        for part in Case.unscoped.filter(part_of=case):
            assert running(part)["resolve"].due_at == promise, "dividing a case makes no new time"
            assert part.open_milestones == 0, "the milestones stay with the whole"
            assert local(running(part)["sign"]) == "03-17 12:00"
        world.do("county", "milestone", whole)
    assert whole.result_due_at == promise


# pauses


def test_a_pause_is_a_row_and_what_ran_stays_run(world: Any, tuesday: Any, at: Any) -> None:
    case = pause(world, staged(world))
    row = Pause.objects.get(case=case)
    assert (row.why, row.until, row.ended_at) == ("legal", date(2026, 3, 17), None)
    assert local_moment(row.ceiling_at) == "09-07 18:00", "180 days, then the close of that working day"
    with at(tuesday + timedelta(days=7)):
        world.do("dept", "resume", case)
    row.refresh_from_db()
    assert row.ended_by == "resume"
    assert local(running(case)["resolve"]) == "04-14 18:00", "11, 12, 13 and 16 March stood still"
    found = case_detail(
        viewer=world.actor("dept"), case=visible_case(viewer=world.actor("dept"), tracking=case.tracking)
    )
    resolve = next(timer for timer in found.timers if timer.stage == "resolve")
    assert "暂停，其间不计" in resolve.sentence
    assert len(resolve.working["pauses"]) == 1
    told = story(viewer=world.resident(case), case=fresh(case)).promised
    assert "暂停的时间不算在内" in told.plain


def local_moment(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"


def test_at_its_ceiling_a_pause_ends_by_itself_and_only_once(world: Any, tuesday: Any, at: Any) -> None:
    case = pause(world, staged(world), why="party", until=date(2026, 3, 20))
    ceiling = Pause.objects.get(case=case).ceiling_at
    assert local_moment(ceiling) == "04-09 18:00"
    with at(ceiling - timedelta(minutes=1)):
        assert resume_at_ceilings() == 0
    with at(ceiling + timedelta(days=3)):
        assert resume_at_ceilings() == 1
        assert resume_at_ceilings() == 0
    after = fresh(case)
    assert after.state == "in_progress"
    assert Pause.objects.get(case=case).ended_at == ceiling, (
        "the clocks run from the ceiling, however late the job"
    )
    line = story(viewer=world.resident(case), case=after).lines[-1]
    assert (line.label, line.reason, line.who) == ("已恢复办理", "暂停已到最长期限，自动恢复计时", "系统")
    assert CaseEvent.objects.filter(case=case, verb="resume").count() == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"why": ""}, "why"),
        ({"why": "funds"}, "why"),  # a reason of the ledger
        ({"why": "party", "until": date(2026, 4, 10)}, "until"),  # beyond 30 days
        ({"until": date(2026, 3, 10)}, "until"),
        ({"until": None}, "until"),
    ],
)
def test_a_pause_without_a_reason_or_beyond_its_ceiling_is_refused(
    world: Any, asked: Any, field: str
) -> None:
    case = staged(world)
    with pytest.raises(Invalid) as told:
        pause(world, case, **asked)
    assert list(told.value.fields) == [field]
    assert fresh(case).pending == ""


def test_a_pause_does_not_wash_an_overdue_clock_clean(world: Any, tuesday: Any, at: Any) -> None:
    case = world.to_department()  # four working hours
    due = running(case)["resolve"].due_at
    with at(tuesday + timedelta(days=1)):
        pause(world, case)
    with at(tuesday + timedelta(days=6)):
        resumed = world.do("dept", "resume", case)
        assert running(resumed)["resolve"].due_at == due
        done = world.do("dept", "report_done", resumed, words="办好了")
    assert Clock.objects.get(case=done, stage="resolve").is_late


def test_a_case_that_ends_in_a_pause_ends_the_pause(world: Any) -> None:
    case = pause(world, staged(world))
    world.do(world.resident(case), "withdraw", case)
    assert Pause.objects.get(case=case).ended_by == "end"
    assert not running(case)


# extensions


def test_an_extension_is_capped_by_class_in_days_and_times(world: Any) -> None:
    case = staged(world)  # P4: once, at most 15 working days
    with pytest.raises(Invalid) as told:
        world.do("dept", "ask", case, kind="extension", reason="等料", days=16)
    assert "1 到 15 个工作日" in told.value.fields["days"][0]
    world.do("dept", "ask", case, kind="extension", reason="等料", days=15)
    granted = world.do("county", "decide", case, granted=True, reason="同意")
    assert local(running(granted)["resolve"]) == "04-29 18:00"
    with pytest.raises(RuleBroken) as again:
        world.do("dept", "ask", granted, kind="extension", reason="还要", days=1)
    assert again.value.code == "extension_again"


def test_a_class_that_allows_no_extension_says_so(world: Any) -> None:
    rule = CeilingRule("extension", "P4", 0)
    set_ceiling(actor=world.actor("admin"), rule=rule, terms=Terms("本市规定"))
    with pytest.raises(RuleBroken) as told:
        world.do("dept", "ask", staged(world), kind="extension", reason="等料", days=1)
    assert told.value.code == "extension_never"


# whose time counts


def test_a_time_sent_along_from_a_desk_never_makes_a_late_step_good(
    world: Any, tuesday: Any, at: Any
) -> None:
    case = world.to_department()
    with at(tuesday + timedelta(days=2)):
        world.do("dept", "report_done", case, words="办好了", at=tuesday + timedelta(hours=1))
    assert Clock.objects.get(case=case, stage="resolve").is_late


def test_the_grid_keeps_its_own_time_when_it_was_out_of_reach(world: Any, tuesday: Any, at: Any) -> None:
    said = world.report(category="ENV-01")
    with at(tuesday + timedelta(days=1)):
        world.do("grid", "accept", said, at=tuesday + timedelta(minutes=20))
    assert not Clock.objects.get(case=said, stage="accept").is_late
    done = world.do("dept", "report_done", world.to_department(), words="办好了")
    with at(tuesday + timedelta(days=9)):
        world.do("grid", "verify", done, passed=True, at=tuesday + timedelta(hours=3))
    assert not Clock.objects.get(case=done, stage="verify").is_late
    with at(tuesday + timedelta(days=20)):
        me = world.resident(done)
        world.do(me, "follow_up", done, solved="yes", at=tuesday + timedelta(hours=4))
    assert Clock.objects.get(case=done, stage="follow_up").is_late


# the broken promise


def test_a_broken_promise_gets_an_honest_new_date_and_stays_late(world: Any, tuesday: Any, at: Any) -> None:
    case = world.to_department()
    with pytest.raises(RuleBroken) as early:
        world.do("dept", "new_date", case, until=date(2026, 3, 12), words="快了")
    assert early.value.code == "in_time"
    with at(tuesday + timedelta(days=1)):
        told = story(viewer=world.resident(case), case=fresh(case)).promised
        assert (told.is_broken, told.expected_on) == (True, None)
        assert told.check_on == date(2026, 3, 11), "due the day before + 1 working day"
        for wrong in (date(2026, 3, 10), date(2028, 1, 1)):
            with pytest.raises(Invalid):
                world.do("dept", "new_date", case, until=wrong, words="车坏了")
        with pytest.raises(Invalid):
            world.do("dept", "new_date", case, until=date(2026, 3, 13), words=" ")
        after = world.do("dept", "new_date", case, until=date(2026, 3, 13), words="清运车坏了，正在修")
        assert (after.version, after.expected_on) == (case.version, date(2026, 3, 13))
        told = story(viewer=world.resident(case), case=after)
        assert (told.promised.expected_on, told.is_late) == (date(2026, 3, 13), True)
        assert told.lines[-1].words == "清运车坏了，正在修"
    with at(tuesday + timedelta(days=5)):
        passed = story(viewer=world.resident(case), case=fresh(case)).promised
        assert passed.expected_on is None, "a new day that has passed too is not told any more"
        assert passed.check_on is not None
        world.do("dept", "report_done", case, words="办好了")
        assert Clock.objects.get(case=case, stage="resolve").is_late
        assert story(viewer=world.resident(case), case=fresh(case)).promised is None
        assert fresh(case).expected_on is None


def test_a_promise_says_in_plain_words_how_it_is_counted(world: Any, at: Any) -> None:
    with at(china("2025-09-28 10:00")):
        case = world.report("小区路灯不亮", category="FAC-02")
        world.do("grid", "accept", case)
        told = story(viewer=world.resident(case), case=fresh(case)).promised
    assert told.plain.startswith("最迟 10月11日（周六）18:00：按 5 个工作日计算")
    assert "国庆节、中秋节放假" in told.plain
    assert "调休上班" in told.plain


# lengths as dated data


def test_a_length_is_dated_and_old_clocks_keep_theirs(world: Any, tuesday: Any, at: Any) -> None:
    admin = world.actor("admin")
    before = world.do("grid", "accept", world.report("路灯不亮", category="FAC-02"))
    rule = StageRule("resolve", 3, "working_day", "P3")
    set_stage_time(actor=admin, rule=rule, terms=Terms("本市办法", date(2026, 3, 12)))
    same_day = world.do("grid", "accept", world.report("路灯又不亮", category="FAC-02"))
    assert local(running(same_day)["resolve"]) == "03-17 18:00", "not in force yet"
    with at(tuesday + timedelta(days=2)):
        later = world.do("grid", "accept", world.report("路灯还不亮", category="FAC-02"))
        assert local(running(later)["resolve"]) == "03-17 18:00", "three working days from 12 March"
        assert running(later)["resolve"].amount == 3
    assert local(running(before)["resolve"]) == "03-17 18:00"
    assert running(before)["resolve"].amount == 5


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (StageRule("resolve", 0, "working_day", "P3"), "amount"),
        (StageRule("resolve", 1.5, "working_day", "P3"), "amount"),
        (StageRule("resolve", 1, "week", "P3"), "unit"),
        (StageRule("resolve", 1, "working_day", "P9"), "sla_class"),
        (StageRule("nap", 1, "working_day", "P3"), "stage"),
        (StageRule("review", 1, "working_day", "P3"), "stage"),
        (StageRule("resolve", 1, "working_day", "*", "XXX-99"), "category"),
        (StageRule("resolve", 1, "working_day", "*", "ENV"), "category"),
        (StageRule("step4", 1, "working_day", "*", "HSG-05", "", "accepted"), "name"),
        (StageRule("step4", 1, "working_day", "*", "HSG-05", "公示", "sometimes"), "begins"),
    ],
)
def test_a_rule_without_meaning_is_refused_by_field(world: Any, rule: StageRule, field: str) -> None:
    with pytest.raises(Invalid) as told:
        set_stage_time(actor=world.actor("admin"), rule=rule, terms=Terms("依据"))
    assert list(told.value.fields) == [field]


def test_terms_need_a_source_and_no_past(world: Any) -> None:
    rule = StageRule("resolve", 4, "working_day", "P3")
    for terms, field in (
        (Terms(""), "source"),
        (Terms("依据", date(2026, 3, 9)), "valid_from"),
        (Terms("依据", date(2026, 3, 11), also_open=True), "also_open"),
    ):
        with pytest.raises(Invalid) as told:
            set_stage_time(actor=world.actor("admin"), rule=rule, terms=terms)
        assert list(told.value.fields) == [field]
    with pytest.raises(NotAllowed):
        set_stage_time(actor=world.actor("county"), rule=rule, terms=Terms("依据"))
