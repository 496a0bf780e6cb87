"""Dead spots, through the whole house: act without a network, reload, reconnect; once each, at the time of the tap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from jinlin.cases.models import Appeal, Case, CaseEvent, CasePhoto, Verification
from jinlin.kernel.models import IdempotencyRecord
from tests.e2e.town import Person, Town, picture
from tests.world import GRID

Windows = dict[str, tuple[datetime, datetime]]
FOUND = "健身器材的螺丝松了"


def phone_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the phone's own clock is what is tested


@contextmanager
def tap(page: Page, taps: Windows, name: str) -> Iterator[None]:
    """Remember between which moments something was tapped, and see that the phone says it has it."""
    before = phone_time().replace(microsecond=0)
    count = len(taps) + 1
    yield
    expect(page.locator("[data-outbox-line]")).to_contain_text(f"{count} 条存在手机里")
    taps[name] = (before, phone_time())


def test_every_act_of_a_grid_worker_in_a_dead_spot(town: Town) -> None:
    cases = laid_out(town)
    grid = town.phone("grid")
    grid.refusals = (502,)
    grid.go("/field/")
    pages = [f"/field/case/{cases[name].tracking}" for name in ("up", "check")]
    grid.ready_offline("/field/", "/field/new", *pages)
    began = CaseEvent.objects.count()
    grid.cut()
    taps = acts(grid, cases)
    comes_back_to_the_list(grid, cases)
    assert CaseEvent.objects.count() == began

    reconnected = phone_time()
    grid.line.loses = 1  # the first answer is lost: the same tap is sent again and must not count again
    grid.connect()
    town.until(lambda: CaseEvent.objects.count() > began, "the first tap arrives")
    grid.page.reload()
    town.until(lambda: CaseEvent.objects.count() >= began + 5, "every tap arrives")
    expect(grid.page.locator("[data-outbox-line]")).to_contain_text("5 条已送出")
    arrived_once(cases, taps, reconnected)
    grid.go("/field/")
    expect(grid.page.locator("[data-waiting]")).to_have_count(0)
    assert CaseEvent.objects.count() == began + 5


def laid_out(town: Town) -> dict[str, Case]:
    """Return a day's work: one to take, one to solve, one to send up, one to look at."""
    world = town.world
    up = world.report("河边护栏断了一截", category="FAC-01", key="report-up-1")
    world.do("grid", "accept", up)
    check = world.to_department()
    world.do("dept", "report_done", check, words="已经清走", claim="solved")
    return {
        "take": world.report("楼道灯不亮", category="FAC-04"),
        "solve": world.report("井盖翘起来了", category="FAC-02"),
        "up": up,
        "check": check,
    }


def acts(grid: Person, cases: dict[str, Case]) -> Windows:
    """Take, solve, send up with a reason, report a find with a photo, look at what is done with a photo."""
    taps: Windows = {}
    page = grid.page
    with tap(page, taps, "accept"):
        row(page, cases["take"]).get_by_role("button", name=re.compile("^接单")).click()
    with tap(page, taps, "solve_on_spot"):
        row(page, cases["solve"]).get_by_role("button", name=re.compile("^当场解决")).click()
    expect(row(page, cases["solve"]).locator("[data-waiting]")).to_contain_text("当场解决")
    expect(row(page, cases["solve"]).get_by_role("button")).to_have_count(0)  # nobody taps twice

    page.goto(f"/field/case/{cases['up'].tracking}#m-escalate")
    page.fill("#f-escalate-reason", "要焊接")
    with tap(page, taps, "escalate"):
        page.locator("#m-escalate form button.button-primary").click()

    page.goto("/field/new")
    page.fill("#f-text", FOUND)
    page.set_input_files("#f-photos", [picture()])
    expect(page.locator(".photo canvas")).to_have_count(1)
    with tap(page, taps, "report"):
        page.get_by_role("button", name="提交", exact=True).click()

    page.goto(f"/field/case/{cases['check'].tracking}")
    page.fill("#f-verify-words", "到现场看了，确实清了")
    page.locator("#m-verify label:has([name=on_spot])").click()
    page.set_input_files("#m-verify input[type=file]", [picture("after.jpg")])
    expect(page.locator("#m-verify .photo canvas")).to_have_count(1)
    with tap(page, taps, "verify"):
        page.locator("#m-verify button[name=passed][value=yes]").click()
    return taps


def row(page: Page, case: Case) -> Locator:
    return page.locator(f"[data-case='{case.tracking}']")


def comes_back_to_the_list(grid: Person, cases: dict[str, Case]) -> None:
    """Reload in the dead spot: the day's list is still there and says what waits."""
    page = grid.page
    page.goto("/field/")
    page.reload()
    expect(page.locator("[data-outbox-line]")).to_contain_text("5 条存在手机里")
    for name in ("take", "solve", "up", "check"):
        expect(row(page, cases[name]).locator("[data-waiting]")).to_have_count(1)
    page.goto("/track")  # not kept: other pages need a network, and say so
    expect(page.locator("h1")).to_have_text("现在没有网络")
    page.goto("/field/")
    page.wait_for_timeout(1200)  # so that the time of the tap and the time of arrival can't be mistaken


def arrived_once(cases: dict[str, Case], taps: Windows, reconnected: datetime) -> None:
    """Read the database: one event for each tap, made when it was tapped, received later; results as wanted."""
    found = Appeal.unscoped.get(text=FOUND).case
    acted = {
        "accept": cases["take"],
        "solve_on_spot": cases["solve"],
        "escalate": cases["up"],
        "report": found,
        "verify": cases["check"],
    }
    made = []
    for verb, (before, after) in taps.items():
        (event,) = CaseEvent.objects.filter(case=acted[verb], verb=verb)
        assert before <= event.made_at <= after, verb
        assert event.at >= reconnected > event.made_at, verb
        made.append(event.made_at)
    assert made == sorted(made)
    appeal = Appeal.unscoped.get(text=FOUND)
    assert taps["report"][0] <= appeal.made_at <= taps["report"][1]
    assert appeal.received_at >= reconnected
    assert (found.grid, found.channel, found.photos.count()) == (GRID, "patrol", 1)
    check = Verification.objects.get(case=cases["check"])
    assert (check.passed, check.on_spot) == (True, True)
    assert CasePhoto.objects.filter(case=cases["check"]).count() == 1
    states = {name: Case.unscoped.get(pk=case.pk).state for name, case in cases.items()}
    assert states == {"take": "accepted", "solve": "closed", "up": "accepted", "check": "follow_up"}
    used = IdempotencyRecord.objects.filter(created_at__gte=reconnected).values_list("verb", flat=True)
    assert sorted(name.removeprefix("case.") for name in used if name.startswith("case.")) == sorted(taps)


def test_a_resident_in_a_dead_spot(town: Town) -> None:
    """Reported with a photo where there is no network: one report, at its own time, and the code is there afterwards."""
    person = town.phone()
    page = person.go("/")
    person.ready_offline("/")
    person.cut()
    page.reload()
    expect(page.locator("html.js")).to_have_count(1)
    before = phone_time().replace(microsecond=0)
    page.fill("#f-text", "东门口的树枝压到电线")
    page.fill("#f-place_text", "柳河街道柳岸社区东门")
    page.set_input_files("#f-photos", [picture()])
    expect(page.locator(".photo canvas")).to_have_count(1)
    page.fill("#f-phone", "13900139000")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("[data-outbox-saved]")).to_contain_text("已存在手机里")
    after = phone_time()
    page.reload()
    expect(page.locator("[data-outbox-line]")).to_contain_text("1 条存在手机里")
    page.wait_for_timeout(1200)
    assert not Appeal.unscoped.exists()
    reconnected = phone_time()
    person.connect()
    town.until(lambda: Appeal.unscoped.exists(), "the report arrives")
    expect(page.locator("[data-outbox-line]")).to_contain_text("1 条已送出")

    appeal = Appeal.unscoped.get()
    assert before <= appeal.made_at <= after < reconnected <= appeal.received_at
    assert CaseEvent.objects.get(verb="report").made_at == appeal.made_at
    assert (appeal.case.village, appeal.case.photos.count()) == ("411602001001", 1)
    page.click("[data-outbox-open]")
    page.locator("#outbox-drafts a").first.click()
    page.wait_for_url("**/done/*")
    expect(page.locator(".track-code")).to_have_text(appeal.case.shown_code)
