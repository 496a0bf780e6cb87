"""Pages of time: how a due moment was counted, milestones by one tap, honest dates, and what the managers edit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.audit.models import AuditEntry
from jinlin.cases.actions import retiming
from jinlin.cases.models import CalendarDay, Case, Ceiling, Clock, OfficeHours, Retiming, SlaStage
from jinlin.cases.queries import link_token
from tests.world import CITY, COUNTY

pytestmark = pytest.mark.usefixtures("tuesday")  # 2026-03-10 10:00


def staged(world: Any) -> Case:
    return world.to_department("楼顶搭棚", category="HSG-05")


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def shown_to_resident(world: Any, case: Case) -> str:
    appeal = case.appeals.get_queryset().visible_to(world.actor("system")).get()
    return text(world.client().get(f"/t/{case.shown_code}/{link_token(appeal.pk)}", follow=True))


def test_the_desk_shows_every_clock_with_its_working(world: Any) -> None:
    case = staged(world)
    page = text(world.client("dept").get(f"/desk/case/{case.tracking}"))
    assert page.count('<details class="working">') == 4
    assert "经批准延长" not in page
    assert "4月4日至6日清明节放假" in page
    assert "责令停工：已完成" in page
    masked = text(world.client("supervisor").get(f"/desk/case/{case.tracking}"))
    assert "责令停工：已完成" not in masked
    assert "怎么算的" in masked, "who oversees may check the counting too"


def test_one_tap_reaches_the_milestone_named(world: Any) -> None:
    case = staged(world)
    client = world.client("dept")
    answer = client.post(f"/desk/case/{case.tracking}/milestone", {"step": "step2"})
    assert answer.status_code == 302
    assert not Clock.objects.filter(case=case, stage="step2", stopped_at=None).exists()
    assert "完成一个阶段" not in text(client.get(f"/desk/case/{case.tracking}"))
    assert "阶段完成：作出处罚决定" in text(client.get(f"/desk/case/{case.tracking}"))
    asked = text(client.get(f"/desk/case/{case.tracking}/milestone"))
    assert "责令停工" in asked
    assert "作出处罚决定" not in asked
    assert client.post(f"/desk/case/{case.tracking}/milestone", {"step": "step2"}).status_code == 422


def test_the_resident_reads_how_it_is_counted_and_what_now(world: Any, tuesday: Any, at: Any) -> None:
    case = staged(world)
    page = shown_to_resident(world, case)
    assert "按 20 个工作日计算，从第二天算起，周末不算；4月4日至6日清明节放假。" in page
    with at(tuesday + timedelta(days=40)):
        late = shown_to_resident(world, case)
        assert "原来说好最迟 4月8日 18:00 前给您结果，没有做到。" in late
        assert re.search(
            r"承办单位还没有说，已经在催问。最迟 4月\d+日由\w+过问；问到了日期，会写在这里。", late
        )
        assert "督办" not in late
        desk = text(world.client("dept").get(f"/desk/case/{case.tracking}"))
        assert "超期了，请给居民一个新的日期" in desk
        assert "还没有告诉居民哪天能办好" in desk
        assert "待给新日期" in text(world.client("dept").get("/desk/?view=overdue"))
        form = {"until": "2026-04-30", "words": "当事人阻拦，已申请强制执行"}
        assert world.client("dept").post(f"/desk/case/{case.tracking}/new_date", form).status_code == 302
        told = shown_to_resident(world, case)
        assert "承办单位说最迟 4月30日办好。" in told
        assert "当事人阻拦，已申请强制执行" in told
        assert "最迟4月30日办好" in told
        assert "已告诉居民新的时间：2026-04-30" in text(
            world.client("dept").get(f"/desk/case/{case.tracking}")
        )


def test_a_late_step_tells_who_looks_next_also_before_anything_was_promised(
    world: Any, tuesday: Any, at: Any
) -> None:
    case = world.report("路灯不亮，晚上看不见路")
    page = shown_to_resident(world, case)
    assert "按 2 个工作小时计算，只算办公时间（08:30—12:00、14:30—18:00）" in page, "the next step too"
    with at(tuesday + timedelta(hours=6)):
        late = shown_to_resident(world, case)
        assert "这一步晚了，已经在催。最迟 3月11日由单位负责人过问。" in late
        token = link_token(case.appeals.get_queryset().visible_to(world.actor("system")).get().pk)
        told = world.client().post(
            f"/api/v1/track/{case.tracking}", {"token": token}, content_type="application/json"
        )
        assert told.json()["check_on"] == "2026-03-11"
        assert told.json()["next_plain"].startswith("最迟 3月10日（周二）")


def test_a_promise_of_next_year_names_the_year(world: Any, tuesday: Any, at: Any) -> None:
    with at(tuesday.replace(month=12, day=15)):
        page = shown_to_resident(world, staged(world))
        assert "最迟 2027年1月12日 18:00 前给您" in page
        assert "最迟 12月15日" in page, "this year goes without saying"


def test_a_broken_promise_still_shows_how_it_was_counted(world: Any, tuesday: Any, at: Any) -> None:
    case = staged(world)
    with at(tuesday + timedelta(days=40)):
        late = shown_to_resident(world, case)
        assert "按 20 个工作日计算，从第二天算起，周末不算；4月4日至6日清明节放假。" in late


def test_case_pages_cost_little_also_when_late_and_paused(world: Any, tuesday: Any, at: Any) -> None:
    case = staged(world)
    for who, asked in (
        ("ask", {"kind": "suspension", "reason": "等鉴定", "why": "legal", "until": date(2026, 3, 17)}),
    ):
        world.do("dept", who, case, **asked)
    world.do("county", "decide", case, granted=True, reason="同意")
    world.do("dept", "resume", case)
    with at(tuesday + timedelta(days=60)):
        shown_to_resident(world, case)
        client = world.client()
        appeal = case.appeals.get_queryset().visible_to(world.actor("system")).get()
        client.get(f"/t/{case.shown_code}/{link_token(appeal.pk)}")
        with CaptureQueriesContext(connection) as asked_for:
            assert client.get(f"/t/{case.shown_code}").status_code == 200
        assert len(asked_for) <= 15, [query["sql"][:80] for query in asked_for]


def test_the_api_tells_the_working(world: Any) -> None:
    from jinlin.people.actions import issue_token

    case = staged(world)
    secret = issue_token(actor=world.actor("dept"), account=world.accounts["dept"], label="测试")[1]
    headers = {"Authorization": f"Bearer {secret}"}
    told = world.client().get(f"/api/v1/cases/{case.tracking}", headers=headers).json()
    by_stage = {timer["stage"]: timer for timer in told["timers"]}
    resolve = by_stage["resolve"]["working"]
    assert (resolve["unit"], resolve["amount"], resolve["due"]) == (
        "working_day",
        20.0,
        "2026-04-08T18:00:00+08:00",
    )
    assert {
        "first": "2026-04-04",
        "last": "2026-04-06",
        "why": "holiday",
        "names": ["清明节"],
    }.items() <= next(run for run in resolve["runs"] if run["why"] == "holiday").items()
    assert by_stage["step1"]["step"] == "step1"
    assert by_stage["step1"]["working"]["office_time"][0]["end"] == "12:00:00"
    token = link_token(case.appeals.get_queryset().visible_to(world.actor("system")).get().pk)
    mine = world.client().post(
        f"/api/v1/track/{case.tracking}", {"token": token}, content_type="application/json"
    )
    assert mine.json()["promised"]["plain"].startswith("最迟 4月8日")


# the managers' pages

MANAGED = (
    "times", "times/leaf/HSG-05", "times/leaf/ENV-04", "limits", f"days?region={COUNTY}&year=2025",
    f"days?region={CITY}&year=2030", "days?year=abcd", "days?region=999", "hours", f"hours?region={COUNTY}",
)  # fmt: skip


@pytest.mark.parametrize("page", MANAGED)
def test_pages_open_for_managers_only(world: Any, page: str) -> None:
    for who in ("county", "city", "admin"):
        assert text(world.client(who).get(f"/manage/{page}")).count("<h1") == 1
    assert world.client("town").get(f"/manage/{page}").status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "times/P3/resolve", "times/P3/accept", "times/*/verify", "times/leaf/ENV-04/contact", "times/leaf/HSG-05/step1",
        "limits/suspension/new", "limits/ledger/plan", "limits/extension/*",
    ],
)  # fmt: skip
def test_forms_open_for_the_administrator_only(world: Any, page: str) -> None:
    assert text(world.client("admin").get(f"/manage/{page}")).count("<h1") == 1
    assert world.client("county").get(f"/manage/{page}").status_code == 403


def test_the_year_shows_holidays_make_up_days_and_local_days(world: Any) -> None:
    CalendarDay.objects.create(region_code=CITY, day=date(2025, 9, 1), is_workday=False, source="全市停工")
    page = text(world.client("county").get("/manage/days?year=2025"))
    assert page.count('class="month"') == 12
    assert 'class="day-holiday" title="国庆节、中秋节"' in page
    assert 'class="day-make_up"' in page
    assert 'class="day-local_off" title="全市停工"' in page
    assert "周口" in page
    assert "全年上班 247 天" in page
    assert 'name="drop"' not in page, "the city's day is not the county's to take away"
    assert "还没公布" in text(world.client("county").get("/manage/days?year=2031"))
    looking = text(world.client("city").get(f"/manage/days?region={COUNTY}&year=2025"))
    assert 'name="source"' not in looking


def test_a_day_that_would_move_clocks_is_confirmed_first(world: Any) -> None:
    case = world.to_department(category="FAC-02")
    client = world.client("county")
    form = {"region_code": COUNTY, "day": "2026-03-11", "is_workday": "no", "source": "庙会"}
    asked = text(client.post("/manage/days", form))
    assert "在办 1 件里，有 1 件的时限会变。" in asked
    assert "推后 1 件，提前 0 件。" in asked
    assert not CalendarDay.objects.exists()
    assert client.post("/manage/days", form | {"confirm": "1"}).status_code == 302
    assert Retiming.objects.get().moved == 1
    back = text(client.get("/manage/days?year=2026"))
    assert "川汇区3月11日改为休息" in back
    drop = {"region_code": COUNTY, "day": "2026-03-11", "drop": "1"}
    assert "提前 1 件" in text(client.post("/manage/days", drop))
    assert client.post("/manage/days", drop | {"confirm": "1"}).status_code == 302
    assert not CalendarDay.objects.exists()
    assert Clock.objects.filter(case=case, stage="resolve", due_at__day=17).exists()
    assert {"calendar.set", "calendar.drop"} <= set(AuditEntry.objects.values_list("verb", flat=True))


@pytest.mark.parametrize(
    "form",
    [
        {"day": "", "is_workday": "no", "source": "庙会"},
        {"day": "第三天", "is_workday": "no", "source": "庙会"},
        {"day": "2014-12-31", "is_workday": "no", "source": "庙会"},
        {"day": "2026-03-11", "is_workday": "no", "source": ""},
        {"day": "2026-03-11", "is_workday": "no", "source": "庙会", "region_code": "41160200100"},
    ],
)
def test_a_day_without_sense_is_told_and_not_saved(world: Any, form: dict[str, str]) -> None:
    answer = world.client("county").post("/manage/days", {"region_code": COUNTY} | form)
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()
    assert not CalendarDay.objects.exists()


def test_office_hours_are_set_looked_at_and_taken_back(world: Any) -> None:
    world.to_department()
    client = world.client("county")
    form = {
        "region_code": COUNTY, "valid_from": "2026-03-10", "source": "夏令作息",
        "start1": "08:00", "end1": "12:00", "start2": "15:00", "end2": "18:30",
    }  # fmt: skip
    asked = text(client.post("/manage/hours", form))
    assert "有 1 件的时限会变" in asked
    assert 'value="15:00"' in asked, "what was typed stays"
    assert client.post("/manage/hours", form | {"confirm": "1"}).status_code == 302
    assert "08:00—12:00、15:00—18:30" in text(client.get("/manage/hours"))
    later = form | {"valid_from": "2026-10-01", "start1": "09:00"}
    assert client.post("/manage/hours", later).status_code == 302
    drop = {"region_code": COUNTY, "valid_from": "2026-10-01", "drop": "1"}
    assert client.post("/manage/hours", drop).status_code == 302
    assert OfficeHours.objects.count() == 1
    assert client.post("/manage/hours", form | {"end1": "16:00"}).status_code == 422
    assert client.post("/manage/hours", form | {"region_code": CITY}).status_code == 403


def test_progress_is_shown_while_the_job_works(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.to_department(category="FAC-02")
    monkeypatch.setattr(retiming, "AT_ONCE", 0)
    client = world.client("county")
    form = {"region_code": COUNTY, "day": "2026-03-11", "is_workday": "no", "source": "庙会", "confirm": "1"}
    client.post("/manage/days", form)
    row = Retiming.objects.get()
    page = text(client.get(f"/manage/retimings/{row.pk}"))
    assert 'hx-trigger="every 3s"' in page
    assert "正在算：0 / 1" in page
    monkeypatch.setattr(retiming, "AT_ONCE", 100)
    retiming.run_retimings()
    part = text(client.get(f"/manage/retimings/{row.pk}", HTTP_HX_REQUEST="true"))
    assert "<h1" not in part
    assert "算完了：看了 1 件，1 件的时限有变" in part


def test_a_length_is_closed_and_opened_anew_with_its_past_in_sight(world: Any) -> None:
    admin = world.client("admin")
    form = {"amount": "4", "unit": "working_day", "source": "本市办法", "valid_from": "2026-03-20"}
    assert admin.post("/manage/times/P3/resolve", form).status_code == 302
    page = text(admin.get("/manage/times"))
    assert "03-20 起 4 工作日" in page
    assert "已定 2026-03-20 起改为 4" in text(admin.get("/manage/times/P3/resolve"))
    assert (
        admin.post("/manage/times/P3/resolve", form | {"valid_from": "2026-03-10", "amount": "3"}).status_code
        == 302
    )
    rows = list(
        SlaStage.objects.filter(sla_class="P3", category="", stage="resolve").order_by("valid_from", "amount")
    )
    assert [(row.amount, row.valid_from, row.valid_to) for row in rows] == [
        (5, date(2025, 1, 1), date(2026, 3, 10)),
        (3, date(2026, 3, 10), None),
        (4, date(2026, 3, 20), date(2026, 3, 20)),  # never held
    ]
    history = text(admin.get("/manage/times/P3/resolve"))
    assert "5 工作日" in history
    assert "4 工作日" not in history
    assert admin.post("/manage/times/P3/resolve", form | {"valid_from": "2026-03-01"}).status_code == 422
    assert admin.get("/manage/times/P9/resolve").status_code == 404
    assert world.client("county").post("/manage/times/P3/resolve", form).status_code == 403


def test_a_length_for_open_clocks_too_is_confirmed_first(world: Any) -> None:
    case = world.to_department(category="FAC-02")
    admin = world.client("admin")
    form = {"amount": "4", "unit": "working_day", "source": "本市办法", "also_open": "1"}
    assert "有 1 件的时限会变" in text(admin.post("/manage/times/P3/resolve", form))
    assert admin.post("/manage/times/P3/resolve", form | {"confirm": "1"}).status_code == 302
    assert Clock.objects.get(case=case, stage="resolve").amount == 4


def test_milestones_are_added_changed_and_ended(world: Any) -> None:
    admin = world.client("admin")
    assert admin.get("/manage/times/leaf?code=TRA-01")["Location"] == "/manage/times/leaf/TRA-01"
    assert admin.get("/manage/times/leaf?code=nothing")["Location"] == "/manage/times"
    assert "没有阶段" in text(admin.get("/manage/times/leaf/TRA-01"))
    form = {
        "name": "通知挪车",
        "begins": "accepted",
        "amount": "1",
        "unit": "working_hour",
        "source": "交警大队规定",
    }
    assert admin.post("/manage/times/leaf/TRA-01", form | {"name": ""}).status_code == 422
    assert admin.post("/manage/times/leaf/TRA-01", form).status_code == 302
    case = world.do("grid", "accept", world.report("车堵路", category="TRA-01"))
    assert Clock.objects.get(case=case, stage="step1").name == "通知挪车"
    assert "阶段 通知挪车" in text(admin.get("/manage/times"))
    changed = form | {"name": "电话通知", "amount": "2"}
    assert admin.post("/manage/times/leaf/TRA-01/step1", changed).status_code == 302
    assert "电话通知" in text(admin.get("/manage/times/leaf/TRA-01"))
    assert admin.post("/manage/times/leaf/TRA-01/step1", {"drop": "1"}).status_code == 302
    assert "没有阶段" in text(admin.get("/manage/times/leaf/TRA-01"))
    assert admin.get("/manage/times/leaf/TRA-01/step1").status_code == 404
    own = {"amount": "6", "unit": "working_hour", "source": "本市办法"}
    assert admin.post("/manage/times/leaf/TRA-01/resolve", own).status_code == 302
    assert "本类别单独规定" in text(admin.get("/manage/times/leaf/TRA-01"))
    assert world.client("county").post("/manage/times/leaf/TRA-01", form).status_code == 403


def test_ceilings_and_reasons_are_edited(world: Any) -> None:
    admin = world.client("admin")
    assert "恶劣天气或汛期，不能施工" in text(admin.get("/manage/limits"))
    form = {"days": "90", "unit": "calendar_day", "name": "汛期", "source": "本市办法"}
    assert admin.post("/manage/limits/suspension/weather", form).status_code == 302
    assert Ceiling.objects.get(kind="suspension", code="weather", valid_to=None).days == 90
    assert admin.post("/manage/limits/ledger/new", form | {"name": "等拆迁"}).status_code == 302
    made = Ceiling.objects.get(kind="ledger", name="等拆迁")
    asked = text(world.client("dept").get(f"/desk/case/{world.to_department().tracking}/ask"))
    assert "挂账：等拆迁（最长 90 天）" in asked
    assert admin.post(f"/manage/limits/ledger/{made.code}", {"drop": "1"}).status_code == 302
    assert "等拆迁" not in text(admin.get("/manage/limits"))
    twice = {"days": "10", "times": "2", "source": "本市办法"}
    assert admin.post("/manage/limits/extension/P3", twice).status_code == 302
    for wrong in ({"days": "很久"}, {"days": "0"}, {"days": "1001"}, {"name": ""}, {"unit": "clock_hour"}):
        assert admin.post("/manage/limits/suspension/weather", form | wrong).status_code == 422, wrong
    for lost in ("extension/new", "suspension/nothing", "nap/weather"):
        assert admin.get(f"/manage/limits/{lost}").status_code == 404
    assert world.client("county").get("/manage/limits/suspension/weather").status_code == 403


def test_who_may_only_look_gets_no_link_that_is_refused(world: Any) -> None:
    client = world.client("county")
    for page in ("times", "limits", "ladder", "times/leaf/HSG-05"):
        shown = text(client.get(f"/manage/{page}"))
        for link in set(re.findall(r'href="(/manage/[^"?]+)"', shown)):
            assert client.get(link).status_code == 200, (page, link)
    assert "P1<br>" in text(client.get("/manage/times"))
    assert "民生急难和隐患" in text(client.get("/manage/limits"))


@pytest.mark.parametrize("stage", ["accept", "dispatch", "sign", "contact", "resolve", "rework"])
def test_danger_to_life_is_never_given_more_time_than_what_is_less_urgent(world: Any, stage: str) -> None:
    from jinlin.cases.queries.timing import stage_time

    first, second = stage_time("P0", None, stage), stage_time("P1", None, stage)
    assert first is not None
    assert second is not None
    assert first[1] == "clock_hour", "day and night"
    assert first[0] <= max(second[0], 2)
