"""The living circle on the desk: the same in words as on the map, gates by two people, what-ifs, studies, versions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from jinlin.circle import actions
from jinlin.circle.actions import GateQuestion
from jinlin.circle.models import FactChange, Flag, Gate, Study
from tests.world import COUNTY, FAR, VILLAGE
from tests.world.circle import Neighbourhood, assess, draw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
AREA = f"/circle/{VILLAGE}"
TABS = ("", "/compounds", "/gates", "/gates/new", "/openings", "/sites", "/facilities", "/data", "/versions")


@pytest.fixture
def near(world: Any, home: Any, tmp_path: Path) -> Neighbourhood:
    return draw(tmp_path)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:400])
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("tab", TABS)
def test_empty_states_say_what_to_do(world: Any, tab: str) -> None:
    actions.seed_standard()
    page = text(world.client("village").get(AREA + tab))
    assert re.search(r"导入|安排|还没有|加一道门|走一圈|先看|先把", page)


@pytest.mark.parametrize(("who", "area", "status"), [
    ("village", VILLAGE, 200), ("town", VILLAGE, 200), ("county", COUNTY, 200), ("grid", VILLAGE, 200),
    ("village", FAR, 404), ("village", COUNTY, 404), ("county2", COUNTY, 404), ("admin", VILLAGE, 403),
])  # fmt: skip
def test_areas_open_only_to_their_posts(world: Any, who: str, area: str, status: int) -> None:
    actions.seed_standard()
    assert world.client(who).get(f"/circle/{area}").status_code == status
    assert world.client().get(f"/circle/{area}")["Location"].startswith("/login")


def test_home_opens_the_own_area(world: Any) -> None:
    assert world.client("village").get("/circle/")["Location"] == AREA


def test_the_gap_map_says_in_its_table_what_it_draws(world: Any, near: Neighbourhood) -> None:
    client = world.client("village")
    page = text(client.get(f"{AREA}?category=EDU-PS"))
    drawn = client.get(f"{AREA}/gaps.geojson?category=EDU-PS").json()["features"]
    blocks = [one["properties"] for one in drawn if one["properties"]["kind"] == "block"]
    people = {
        status: sum(one["people"] for one in blocks if one["status"] == status)
        for status in ("covered", "not_covered", "not_mapped")
    }
    assert people["not_covered"] > 0
    assert people["not_mapped"] == 40, "the lane nobody mapped is no gap"
    legend = re.findall(r'swatch is-(\w+)".*?<b class="num">([^<]*)</b>', page)
    told = dict(legend)
    for status, count in people.items():
        assert told[status] == f"{count} 人", (status, told)
    assert "柳荫小区（演示·手绘）" in page
    assert "画出来的示范小区" in page
    assert all(one["words"] for one in blocks)


def test_the_address_carries_the_switches(world: Any, near: Neighbourhood) -> None:
    client = world.client("village")
    page = text(client.get(f"{AREA}?category=COM-MK&tier=10&profile=slow&moment=workday_morning"))
    assert '<option value="COM-MK" selected>' in page
    assert '<option value="slow" selected>' in page
    assert "profile=slow" in re.search(r'data-polygons="([^"]+)"', page)[1]  # type: ignore[index]
    none = text(client.get(f"{AREA}?profile=wheelchair&moment=night"))
    assert "还没有评估过" in none
    assert client.get(f"{AREA}?version={near.gate}").status_code == 404
    assert client.get(f"{AREA}?category=x&tier=9&profile=ghost&version=1").status_code == 200


def test_a_missing_list_is_no_gap(world: Any, near: Neighbourhood) -> None:
    page = text(world.client("village").get(f"{AREA}?category=FIN-BK"))
    assert "没有名录不等于缺口" in page


def test_a_compound_tells_reach_gaps_and_detours(world: Any, near: Neighbourhood) -> None:
    page = text(world.client("village").get(f"/circle/compounds/{near.home}"))
    for words in ("5 分钟内", "10 分钟内", "15 分钟内", "缺什么", "邻居可以共享什么", "小学", "绕得太远"):
        assert words in page
    assert world.client("county2").get(f"/circle/compounds/{near.home}").status_code == 404


def test_a_facility_stands_in_the_band_of_the_walk_that_is_shown(world: Any, near: Neighbourhood) -> None:
    page = text(world.client("village").get(f"/circle/compounds/{near.home}"))
    told = page[page.index("5 分钟内") : page.index("缺什么")]
    for band in re.split(r"(?<!\d)(?=(?:5|10|15) 分钟内)", told):
        most = re.match(r"(5|10|15) 分钟内", band)
        for minutes in re.findall(r"步行 (\d+) 分钟", band):
            assert most is not None
            assert int(minutes) <= int(most[1]), band


def gate_form(**changed: str) -> dict[str, str]:
    return {"status": "open", "access": "public", "confidence": "surveyed", "hours": "06:00-22:00", "name": "两院之间的墙",
            "source": "到现场看过", "words": "议事会商定", "barrier_free": "yes", **changed}  # fmt: skip


def test_a_gate_changes_when_a_second_person_agrees(world: Any, near: Neighbourhood) -> None:
    first, second = world.client("village"), world.client("grid")
    url = f"/circle/gates/{near.gate}"
    assert first.post(url, gate_form()).status_code == 302
    change = FactChange.objects.get(thing=near.gate)
    assert Gate.objects.get(pk=near.gate).status == "proposed"
    mine = text(first.get(url))
    assert "自己记的不能自己核实" in mine
    assert "核实无误" not in mine
    first.post(f"/circle/changes/{change.pk}", {"verb": "agree", "back": url})
    assert Gate.objects.get(pk=near.gate).status == "proposed"
    assert "核实无误，生效" in text(second.get(f"{AREA}/gates"))
    answer = second.post(f"/circle/changes/{change.pk}", {"verb": "agree", "back": url})
    assert answer["Location"] == url
    assert Gate.objects.get(pk=near.gate).status == "open"
    assert "撤销这次改动" in text(first.get(url))
    first.post(f"/circle/changes/{change.pk}", {"verb": "undo", "back": "https://evil.example/"})
    assert Gate.objects.get(pk=near.gate).status == "proposed"


def test_a_compound_of_the_next_community_stays_beyond_the_wall(world: Any, near: Neighbourhood) -> None:
    gate = Gate.objects.get(pk=near.gate)
    assert gate.other is not None
    gate.other.village = FAR
    gate.other.save()
    page = text(world.client("village").get(f"/circle/gates/{near.gate}"))
    assert f'<option value="{gate.other_id}" selected>' in page


def test_a_bad_gate_comes_back_with_a_sentence(world: Any, near: Neighbourhood) -> None:
    client = world.client("village")
    page = text(client.post(f"/circle/gates/{near.gate}", gate_form(hours="随时", length_m="很长")), 422)
    assert "请填写数字" in page
    assert text(client.post(f"/circle/gates/{near.gate}", gate_form(hours="随时")), 422).count("开放时间")
    page = text(client.post(f"{AREA}/gates/new", gate_form(lon="1", lat="2")), 422)
    assert "请选这道门开在哪个小区的墙上" in page
    assert not FactChange.objects.exists()


def test_a_way_across_a_wall_becomes_a_gate_without_the_map(world: Any, near: Neighbourhood) -> None:
    client = world.client("village")
    page = text(client.get(f"{AREA}/gates"))
    assert "穿墙的路" in page
    link = re.search(r'href="(/circle/\d+/gates/new\?crossing=[^"]+)"', page)
    assert link
    form = client.get(link[1])
    body = text(form)
    compound = re.search(r'<option value="([^"]+)" selected>[^<]*粮食局', body)
    lon, lat = (re.search(rf'name="{name}" value="([\d.]+)"', body) for name in ("lon", "lat"))
    assert compound
    assert lon
    assert lat
    sent = gate_form(compound=compound[1], lon=lon[1], lat=lat[1])
    assert client.post(f"{AREA}/gates/new", sent)["Location"] == f"{AREA}/gates"
    assert FactChange.objects.filter(verb="add", state="waiting").count() == 1


def test_openings_say_who_gains_and_whose_wall_and_try_plans(world: Any, near: Neighbourhood) -> None:
    county = world.actor("county")
    actions.run_study(actions.order_study(actor=county, area=COUNTY, question=GateQuestion()).pk)
    study = Study.objects.get(kind="gates")
    assert study.state == "done", study.error
    client = world.client("county")
    page = text(client.get(f"/circle/{COUNTY}/openings"))
    assert "柳荫小区（演示·手绘）" in page
    assert "开谁家的墙" in page
    order = next(row["order"] for row in study.answer["rows"] if row["gate_id"] == str(near.gate))
    tried = text(client.get(f"/circle/{COUNTY}/openings?study={study.pk}&a={order}&b=1&b=2"))
    assert "方案甲" in tried
    assert "方案乙" in tried
    assert "绕行系数" in tried
    assert client.get(f"/circle/{COUNTY}/openings?a=9999&by=zzz").status_code == 200
    assert world.client("village").post(f"{AREA}/openings", {}).status_code == 403


def test_siting_tells_the_certified_bound_in_plain_words(world: Any, near: Neighbourhood) -> None:
    client = world.client("county")
    wrong = text(client.post(f"/circle/{COUNTY}/sites", {"category": "", "budget": "0"}), 422)
    assert "请选要建的是哪一种设施" in wrong
    assert client.post(f"/circle/{COUNTY}/sites", {"category": "MUN-TL", "budget": "2"}).status_code == 302
    study = Study.objects.get(kind="sites")
    actions.run_study(study.pk)
    page = text(client.get(f"/circle/{COUNTY}/sites"))
    assert re.search(r"再好的方案最多也只能多覆盖 \d+\.\d%。", page)


def test_versions_compare_before_and_after(world: Any, near: Neighbourhood) -> None:
    kept = re.search(
        r'<option value="([^"]+)" selected>河湾',
        text(world.client("village").get(f"/circle/gates/{near.gate}")),
    )
    assert kept, "what lies behind the wall stays as it was"
    world.client("village").post(f"/circle/gates/{near.gate}", gate_form(other=kept[1]))
    change = FactChange.objects.get(thing=near.gate)
    world.client("grid").post(f"/circle/changes/{change.pk}", {"verb": "agree"})
    after = assess("开门以后")
    client = world.client("village")
    page = text(client.get(f"{AREA}/compare?a={near.assessment}&b={after}"))
    row = re.search(r"柳荫小区（演示·手绘）</a></th><td[^>]*>小学</td>(.*?)</tr>", page)
    assert row
    was, now = (float(found) for found in re.findall(r">(\d+\.\d)<", row[1]))
    assert was > 2.0
    assert now < 1.4
    assert text(client.get(f"{AREA}/compare?a=x&b=y"), 422).count("请选两个不同的版本")


def test_flags_are_answered_and_facilities_corrected_and_taken_back(world: Any, near: Neighbourhood) -> None:
    client = world.client("village")
    assert (
        world.client().post(f"/15/wrong/{near.pharmacy}", {"kind": "hours", "words": "周日不开"}).status_code
        == 302
    )
    flag = Flag.objects.get()
    assert "周日不开" in text(client.get(f"{AREA}/facilities"))
    client.post(f"/circle/flags/{flag.pk}", {"outcome": "corrected", "back": f"{AREA}/facilities"})
    assert not Flag.objects.get().is_open
    url = f"/circle/facilities/{near.pharmacy}"
    form = {
        "name": "北街药店",
        "status": "open",
        "hours": "Mo-Sa 08:00-21:00",
        "public": "yes",
        "source": "看过",
    }
    assert client.post(url, form).status_code == 302
    assert "Mo-Sa 08:00-21:00" in text(client.get(url))
    assert text(client.post(url, form | {"hours": "白天"}), 422)
    change = FactChange.objects.get(kind="facility")
    client.post(f"/circle/changes/{change.pk}", {"verb": "undo", "back": url})
    assert "08:00-21:00" in text(client.get(url))


def test_standards_show_marks_and_change_as_a_new_version(world: Any, near: Neighbourhood) -> None:
    client = world.client("county")
    assert "待核对" in text(client.get("/manage/circle"))
    page = text(client.get("/manage/circle/EDU-PS"))
    form = {
        name: (re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or [None, ""])[1]
        for name in ("name", "minutes", "metres", "size", "serves", "source")
    }
    form |= {
        "tier": "10",
        "need": "B",
        "assessed": "on",
        "mark_metres": "D",
        "mark_need": "K",
        "minutes": "30",
        "metres": "2000",
    }
    form |= {"edition": "放宽小学", "why": "本地规定", "valid_from": "2026-03-10"}
    shown = text(client.post("/manage/circle/EDU-PS", form))
    assert "还没有保存" in shown
    assert client.post("/manage/circle/EDU-PS", form | {"confirm": "1"}).status_code == 302
    assert "放宽小学" in text(client.get("/manage/circle"))
    assert text(client.post("/manage/circle/EDU-PS", form | {"minutes": "-3"}), 422)
    assert client.get("/manage/circle/NO").status_code == 404


def test_a_failed_study_says_why_and_a_running_one_how_far(world: Any, near: Neighbourhood) -> None:
    Gate.objects.all().delete()
    row = actions.order_study(actor=world.actor("county"), area=COUNTY, question=GateQuestion())
    client = world.client("county")
    assert f"/circle/{COUNTY}/progress/study/{row.pk}" in text(client.get(f"/circle/{COUNTY}/openings"))
    assert "排着队" in text(
        client.get(f"/circle/{COUNTY}/progress/study/{row.pk}", headers={"HX-Request": "true"})
    )
    actions.run_study(row.pk)
    assert "请先在图上提出要开的门" in text(client.get(f"/circle/{COUNTY}/openings"))
    assert "没有算成" in text(client.get(f"/circle/{COUNTY}/progress/study/{row.pk}"))
    assert world.client("county2").get(f"/circle/{COUNTY}/progress/study/{row.pk}").status_code == 404
