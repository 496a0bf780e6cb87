"""A neighbour signs up by phone, the host takes arrivals in a dead spot, closes with a figure and publishes the minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from jinlin.gatherings.models import Attendance, Gathering
from jinlin.kernel import clock
from tests.e2e.town import Town
from tests.gatherings.town import opened
from tests.world import VILLAGE

SPILLS = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def talk(town: Town, home: Any) -> Gathering:
    """A meeting that has just begun, announced to everybody."""
    now = clock.now()
    return opened(
        town.world,
        kind="parlour",
        title="楼道堆物大家谈",
        starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(hours=2),
        capacity=20,
        agenda=("楼道堆物怎么清",),
    )


def test_from_signing_up_to_the_minutes(town: Town, talk: Gathering) -> None:
    neighbour = town.phone()
    page = neighbour.go(f"/together/gatherings?place={VILLAGE}")
    page.get_by_role("link", name="楼道堆物大家谈").click()
    page.get_by_label("怎么称呼您").fill("三号楼老张")
    page.get_by_label("手机号").fill("13800138007")
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_role("heading", name="报上名了")).to_be_visible()
    code = page.locator(".track-code").inner_text().strip()
    assert not page.evaluate(SPILLS)

    host = town.phone("grid")
    door = host.go(f"/gatherings/{talk.pk}/door")
    expect(door.get_by_text("三号楼老张")).to_have_count(0)
    host.cut()
    door.get_by_label("六位号码").fill(code)
    door.get_by_role("button", name="到了").click()
    expect(door.locator("#outbox")).to_be_visible()
    assert Attendance.unscoped.get().state == "signed", "nothing got through"
    host.connect()
    door = host.go(f"/gatherings/{talk.pk}/door")
    expect(door.locator("#outbox")).to_contain_text("已送出", timeout=15_000)
    door.get_by_role("button", name="加 5 人").click()
    door.wait_for_timeout(500)
    names = host.go(f"/gatherings/{talk.pk}/names")
    expect(names.get_by_text("名单上到了 1 人，现场 5 人")).to_be_visible()
    assert not names.evaluate(SPILLS)

    desk = town.desktop("village")
    page = desk.go(f"/gatherings/{talk.pk}/minutes")
    page.get_by_label("说了什么").fill("两家说好周六一起清，物业出车")
    page.get_by_label("结果").select_option("settled")
    expect(page.get_by_label("没报名、直接来的有几位")).to_have_value("5")
    page.get_by_role("button", name="公布纪要").click()
    expect(page.get_by_text("纪要已公布")).to_be_visible()
    assert Gathering.unscoped.get().served == 6

    page = neighbour.go(f"/together/gatherings/{talk.pk}")
    expect(page.get_by_text("两家说好周六一起清")).to_be_visible()
    expect(page.get_by_text("6 人")).to_be_visible()
    expect(page.get_by_text("三号楼老张")).to_have_count(0)
    page = desk.go(f"/gatherings/area/{VILLAGE}/figures")
    expect(page.get_by_role("row", name="合计")).to_contain_text("1")
