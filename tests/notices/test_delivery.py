"""Digests: grouped, once a working half-day, quiet at night and on holidays; the gateway seam."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.cases.actions.rungs import Change, seed_ladder, set_rung
from jinlin.cases.models import Case, Clock, Rung
from jinlin.jobs.schedule import JOBS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.notices.actions import climb_ladder, deliver_digests, send_outside
from jinlin.notices.actions.quiet import Hours, seed_quiet_hours, set_quiet_hours
from jinlin.notices.models import Digest, Notice
from jinlin.notices.queries import box, digest_words
from jinlin.people.access import SYSTEM
from tests.conftest import A_TUESDAY
from tests.notices.test_ladder import at
from tests.world import COUNTY, OTHER, VILLAGE


def tick(moment: datetime) -> int:
    with clock.fixed(moment):
        climb_ladder()
        return deliver_digests()


@pytest.fixture
def three(world: Any) -> list[Case]:
    """Three cases of 城管, all due on Tuesday 17 March 18:00."""
    with clock.fixed(A_TUESDAY):
        return [
            world.to_department(f"{code}不好了", category=code) for code in ("ENV-07", "ENV-08", "FAC-02")
        ]


def test_one_digest_groups_what_waits_for_a_unit(world: Any, three: list[Case]) -> None:
    assert tick(at(13, 8)) == 0
    assert tick(at(13, 9, 30)) == 1
    row = Digest.unscoped.get(unit=world.unit("CMB"))
    assert (row.coming, row.late, row.slot) == (3, 0, "2026-03-13/1")
    assert digest_words(row) == "您单位有 3 件将到期。"
    assert [tick(at(13, 9, 35)), tick(at(13, 11)), tick(at(13, 14, 30))] == [0, 0, 0]


def test_two_rungs_of_one_clock_are_one_matter(world: Any, three: list[Case]) -> None:
    with clock.fixed(at(13, 20)):
        climb_ladder()
    with clock.fixed(at(16, 17)):
        climb_ladder()
        deliver_digests()
    assert Notice.unscoped.filter(unit=world.unit("CMB")).count() == 6
    assert Digest.unscoped.get(unit=world.unit("CMB")).coming == 3
    with clock.fixed(at(16, 17)):
        lines = box(viewer=world.actor("dept")).lines
    assert [line.rung for line in lines] == ["most"] * 3


def test_the_second_of_a_half_day_waits_for_the_next(world: Any, three: list[Case]) -> None:
    unit = world.unit("CMB")
    tick(at(16, 16))
    with clock.fixed(at(16, 16, 30)):
        world.to_department("又一件", category="ENV-01")  # P2: due tomorrow evening
    assert tick(at(16, 17, 30)) == 0
    assert Notice.unscoped.filter(unit=unit, digest=None).exists()
    assert tick(at(17, 8, 30)) == 1
    assert not Notice.unscoped.filter(unit=unit, digest=None).exists()


def test_nothing_at_night_nor_on_days_off(world: Any, three: list[Case]) -> None:
    assert tick(at(17, 19)) == tick(at(17, 23)) == tick(at(18, 3)) == tick(at(18, 8)) == 0
    assert tick(at(18, 8, 30)) >= 1
    assert Digest.unscoped.get(unit=world.unit("CMB")).late == 3


def test_nothing_in_the_national_holiday(world: Any) -> None:
    with clock.fixed(datetime(2025, 9, 24, 2, tzinfo=UTC)):
        world.to_department(category="ENV-07")
    for day in range(1, 9):
        assert tick(datetime(2025, 10, day, 10, tzinfo=clock.LOCAL).astimezone(UTC)) == 0
    assert tick(datetime(2025, 10, 9, 9, tzinfo=clock.LOCAL).astimezone(UTC)) >= 1


def test_danger_waits_for_nothing(world: Any) -> None:
    with clock.fixed(at(13, 22)):  # Friday night
        case = world.report("井盖没了", category="FAC-01")
        world.do("grid", "accept", case)
    assert Case.unscoped.get(pk=case.pk).sla_class == "P1"
    assert tick(at(14, 23)) >= 1  # Saturday 23:00, an hour over time
    row = Digest.unscoped.filter(unit=world.unit(VILLAGE), late=1).get()
    assert row.is_urgent
    assert "/" not in row.slot


def test_what_has_been_done_is_not_told_any_more(world: Any, three: list[Case]) -> None:
    with clock.fixed(at(17, 19)):
        climb_ladder()
        for case in three:
            world.do("dept", "report_done", case, words="补种了", claim="solved")
    tick(at(18, 9))
    unit = world.unit("CMB")
    assert not Digest.unscoped.filter(unit=unit).exists()
    assert not Notice.unscoped.filter(unit=unit, ended_at=None).exists()


def test_delivering_asks_as_little_for_many_as_for_few(world: Any, three: list[Case]) -> None:
    def cost(copies: int) -> int:
        Notice.unscoped.all().delete()
        Digest.unscoped.all().delete()
        row = Clock.objects.filter(case=three[0], stage="resolve").get()
        rows = [
            Notice(
                county=COUNTY,
                unit=world.unit("CMB" if n % 2 else "HCB"),
                rung="due",
                ref=Notice._meta.pk.get_default(),
                case=three[0],
                due_at=row.due_at,
                made_at=at(17, 18),
            )
            for n in range(copies)
        ]
        Notice.unscoped.bulk_create(rows)
        with clock.fixed(at(18, 9)), CaptureQueriesContext(connection) as seen:
            assert deliver_digests() == 2
        return len(seen)

    cost(2)
    assert cost(300) <= cost(10) + 4  # bulk_update writes in pieces


def test_the_gateway_gets_counts_and_nothing_else(world: Any, three: list[Case], settings: Any) -> None:
    got: list[dict[str, Any]] = []

    class Gateway(BaseHTTPRequestHandler):
        status = 503

        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(Gateway.status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        tick(at(13, 9, 30))
        assert send_outside() == 0  # off by default
        Notice.unscoped.update(digest=None)
        Digest.unscoped.all().delete()
        settings.JINLIN_NOTICE_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
        tick(at(13, 14, 30))
        with clock.fixed(at(13, 14, 31)):
            assert send_outside() == 0
            Gateway.status = 204
            assert send_outside() == 1
            assert send_outside() == 0
    finally:
        server.shutdown()
        server.server_close()
    assert got[-1]["text"].endswith("有 3 件将到期。")
    assert set(got[-1]) == {"id", "unit_code", "unit_name", "text", "path", "urgent"}
    assert not any(case.title in json.dumps(got, ensure_ascii=False) for case in three)


def test_a_gateway_that_is_down_is_given_up_after_five_times(
    world: Any, three: list[Case], settings: Any
) -> None:
    settings.JINLIN_NOTICE_WEBHOOK = "http://127.0.0.1:9/"
    tick(at(13, 9, 30))
    for _time in range(6):
        assert send_outside() == 0
    row = Digest.unscoped.get(unit=world.unit("CMB"))
    assert (row.attempts, row.waits_outside, row.sent_at) == (5, False, None)


def test_rungs_and_quiet_hours_are_dated_data(world: Any) -> None:
    assert seed_ladder() == 0  # an edit is never overwritten
    with clock.fixed(A_TUESDAY):
        admin = world.actor("admin")
        change = Change(amount=2, unit="working_day", is_on=True, source="县政府办规定")
        set_rung(actor=admin, code="leader", change=change)
        with pytest.raises(NotAllowed):
            set_rung(actor=world.actor("county"), code="leader", change=change)
        for bad in (Change(0, "working_day", True, "x"), Change(9, "week", True, "x")):
            with pytest.raises(Invalid):
                set_rung(actor=admin, code="most" if bad.amount == 0 else "leader", change=bad)
        with pytest.raises(Invalid):  # the index of cases begins at two
            set_rung(actor=admin, code="rework", change=Change(1, "working_day", True, "x", 2))
    rows = Rung.objects.filter(code="leader").order_by("valid_from")
    assert [(row.amount, row.valid_to is None) for row in rows] == [(1, False), (2, True)]
    seed_quiet_hours()
    with clock.fixed(A_TUESDAY):
        hours = Hours(time(12), time(9), False, ("P1",), "x")
        set_quiet_hours(actor=SYSTEM, region_code=COUNTY, hours=hours)
        with pytest.raises(Invalid):
            set_quiet_hours(actor=admin, region_code="1", hours=hours)
        from jinlin.notices.queries import quiet_of

        assert quiet_of(COUNTY).starts == time(12)
        assert quiet_of(OTHER).starts == time(20)


@pytest.mark.parametrize(
    ("code", "change", "field"),
    [
        ("leader", Change(1.5, "working_day", True, "x"), "amount"),
        ("leader", Change(1.5, "calendar_day", True, "x"), "amount"),
        ("supervise", Change(3, "working_day", True, "x", 2.5), "answer_amount"),
        ("no_unit", Change(0.5, "working_day", True, "x", 2), "amount"),
        ("rework", Change(2.5, "working_day", True, "x", 2), "amount"),
        ("topic", Change(2.5, "calendar_day", True, "x", 10), "amount"),
    ],
)
def test_part_of_a_day_or_of_a_count_never_reaches_the_ladder(
    world: Any, three: list[Case], code: str, change: Change, field: str
) -> None:
    with clock.fixed(A_TUESDAY), pytest.raises(Invalid) as refused:
        set_rung(actor=world.actor("admin"), code=code, change=change)
    assert list(refused.value.fields) == [field]
    with clock.fixed(A_TUESDAY):
        set_rung(actor=world.actor("admin"), code="leader", change=Change(1.5, "working_hour", True, "x"))
    tick(at(31, 10))
    assert Notice.unscoped.filter(rung="leader").exists(), "hours may be parted"


def test_a_rung_that_is_switched_off_tells_nobody(world: Any, three: list[Case]) -> None:
    with clock.fixed(A_TUESDAY):
        change = Change(0.5, "working_day", False, "试运行先不提醒")
        set_rung(actor=world.actor("admin"), code="half", change=change)
    tick(at(13, 9, 30))
    assert not Notice.unscoped.filter(rung="half").exists()


def test_the_schedule_runs_the_ladder() -> None:
    names = {job.name: job.every for job in JOBS}
    assert names["climb_ladder"] <= 600
    assert names["deliver_digests"] <= 600
    assert "send_outside" in names


def test_the_form_of_quiet_hours_begins_with_what_holds_and_keeps_what_was_ticked(world: Any) -> None:
    def ticked(answer: Any) -> list[str]:
        return re.findall(r'name="urgent" value="(P\d)" checked', answer.content.decode())

    client = world.client("admin")
    hours = Hours(time(21, 30), time(7), days_off=False, urgent=("P0", "P2"), source="县办法")
    set_quiet_hours(actor=world.actor("admin"), region_code="", hours=hours)
    page = client.get("/manage/ladder/quiet")
    words = page.content.decode()
    assert ticked(page) == ["P0", "P2"]
    assert 'value="21:30"' in words
    assert 'value="07:00"' in words
    assert not re.search(r'name="days_off"[^>]*checked', words)
    again = client.post(
        "/manage/ladder/quiet", {"starts": "22:00", "ends": "", "urgent": ["P3"], "source": "县办法"}
    )
    assert again.status_code == 422
    assert ticked(again) == ["P3"]
    assert 'value="22:00"' in again.content.decode()
