"""A resident who hosts takes arrivals on the own phone by a link: no name, no close, void when changed or when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jinlin.audit.models import AuditEntry
from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Person
from jinlin.gatherings.models import Attendance, Gathering
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.people.access import ANYONE
from tests.gatherings.town import HOUR, TEN, opened, parlour, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]


def hosted(world: Any) -> tuple[Gathering, Attendance, dict[str, Any]]:
    """An open gathering, the host's line on its list, and what the link proves."""
    row = opened(world)
    seat = actions.sign_up(
        actor=world.actor("village"), gathering_id=row.pk, who=Person("赵阿姨", role="host")
    )
    return row, seat, {"actor": ANYONE, "seat_id": seat.pk, "token": queries.host_token(seat)}


def test_the_host_takes_arrivals_and_counts(world: Any, at: Any) -> None:
    row, host, link = hosted(world)
    guest = signed(row)
    with at(TEN):
        came = actions.note_arrival_by_link(**link, code=guest.code)
        again = actions.note_arrival_by_link(**link, code=guest.code)
        actions.count_walk_ins_by_link(**link, more=5)
        with pytest.raises(Invalid):
            actions.note_arrival_by_link(**link, code="000000" if guest.code != "000000" else "000001")
        with pytest.raises(Invalid):
            actions.count_walk_ins_by_link(**link, more=-6)
    assert (came.state, came.in_by, again.in_at) == ("in", host.pk, came.in_at)
    row.refresh_from_db()
    assert (row.arrived, row.served_anonymous, row.served) == (1, 5, 6)
    noted = AuditEntry.objects.filter(purpose=f"host {host.number}").count()
    assert noted == 2, "a second tap is no second arrival"


def test_the_link_ends_with_the_gathering(world: Any, at: Any) -> None:
    row, _host, link = hosted(world)
    guest = signed(row)
    with at(row.ends_at + timedelta(hours=1)):
        actions.count_walk_ins_by_link(**link, more=3)
    with at(row.ends_at + timedelta(hours=2, seconds=1)), pytest.raises(NotFound, match="失效"):
        actions.count_walk_ins_by_link(**link, more=1)
    with at(row.ends_at):
        actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk)
        with pytest.raises(NotFound, match="失效"):
            actions.note_arrival_by_link(**link, code=guest.code)
    other, _host, second = hosted(world)
    actions.cancel_gathering(actor=world.actor("village"), gathering_id=other.pk, reason="下雨")
    with pytest.raises(NotFound):
        queries.hosting_by_link(seat_id=second["seat_id"], token=second["token"])


def test_a_changed_link_is_void_and_no_other_opens(world: Any, at: Any) -> None:
    row, host, link = hosted(world)
    guest = signed(row)
    clerk = world.actor("village")
    for wrong in (
        {**link, "token": "x" * 26},
        {**link, "token": queries.link_token("seat", host.pk)},
        {**link, "seat_id": guest.pk},
        {**link, "seat_id": guest.pk, "token": queries.host_token(guest)},
    ):
        with pytest.raises(NotFound):
            actions.count_walk_ins_by_link(**wrong, more=1)
    with pytest.raises((NotFound, NotAllowed)):
        actions.change_host_link(actor=world.actor("village2"), gathering_id=row.pk, attendance_id=host.pk)
    with pytest.raises(NotFound):
        actions.change_host_link(actor=clerk, gathering_id=row.pk, attendance_id=guest.pk)
    fresh = actions.change_host_link(actor=clerk, gathering_id=row.pk, attendance_id=host.pk)
    with pytest.raises(NotFound):
        actions.count_walk_ins_by_link(**link, more=1)
    token = queries.host_token(fresh)
    with at(TEN):
        found = actions.count_walk_ins_by_link(actor=ANYONE, seat_id=host.pk, token=token, more=1)
    assert found.served_anonymous == 1
    actions.withdraw(actor=clerk, attendance_id=host.pk)
    with pytest.raises(NotFound):
        queries.hosting_by_link(seat_id=host.pk, token=token)


def test_the_door_opens_an_hour_before_the_start(world: Any, at: Any) -> None:
    row, _host, link = hosted(world)
    guest, clerk = signed(row), world.actor("village")
    with at(TEN - HOUR - timedelta(seconds=1)):
        for tap in (
            lambda: actions.count_walk_ins_by_link(**link, more=5),
            lambda: actions.note_arrival_by_link(**link, code=guest.code),
            lambda: actions.count_walk_ins(actor=clerk, gathering_id=row.pk, more=5),
            lambda: actions.note_arrival(actor=clerk, gathering_id=row.pk, code=guest.code),
        ):
            with pytest.raises(RuleBroken, match="开始前一小时"):
                tap()
    with at(TEN - HOUR):
        actions.count_walk_ins_by_link(**link, more=5)
        actions.note_arrival_by_link(**link, code=guest.code)
    row.refresh_from_db()
    assert (row.arrived, row.served_anonymous) == (1, 5)


def test_the_count_at_the_door_stays_within_reason(world: Any, at: Any) -> None:
    _row, _host, link = hosted(world)
    with at(TEN):
        actions.count_walk_ins_by_link(**link, more=2000)
        with pytest.raises(Invalid, match="2000"):
            actions.count_walk_ins_by_link(**link, more=1)
        actions.count_walk_ins_by_link(**link, more=-1)
    small = opened(world, title="小屋里谈事", venue_id=parlour(world, capacity=10).pk)
    clerk = world.actor("village")
    with at(TEN):
        actions.count_walk_ins(actor=clerk, gathering_id=small.pk, more=30)
        with pytest.raises(Invalid, match="30"):
            actions.count_walk_ins(actor=clerk, gathering_id=small.pk, more=1)


def test_a_host_is_checked_in_by_somebody_else(world: Any, at: Any) -> None:
    row, host, link = hosted(world)
    with at(TEN):
        with pytest.raises(NotAllowed, match="请社区"):
            actions.note_arrival_by_link(**link, code=host.code)
        done = actions.note_arrival(actor=world.actor("village"), gathering_id=row.pk, code=host.code)
    assert done.state == "in"


def test_the_pages(world: Any, at: Any) -> None:
    row, host, link = hosted(world)
    guest = signed(row, 7)
    address = f"/together/host/{host.pk}/{link['token']}"
    staff = world.client("village").get(f"/gatherings/{row.pk}").content.decode()
    assert address in staff
    assert "不限，已报 1 人" in staff
    own = f"/together/seat/{guest.pk}/{queries.link_token('seat', guest.pk)}"
    assert "把这个号码告诉主持人" in world.client("").get(own).content.decode()
    assert address not in world.client("").get(f"/together/gatherings/{row.pk}").content.decode()
    phone = world.client("")
    shown = phone.get(address)
    assert shown.status_code == 200
    assert guest.nickname not in shown.content.decode()
    assert "赵阿姨" not in shown.content.decode()
    with at(TEN + HOUR / 2):
        unknown = phone.post(address, {"code": "12"})
        assert unknown.status_code == 422
        assert "请核对后再输，或请社区帮忙" in unknown.content.decode()
        assert "名单里找" not in unknown.content.decode(), "a host by link has no list"
        assert phone.post(address, {"code": guest.code}).status_code == 302
        assert phone.post(address, {"more": "5"}).status_code == 302
        assert "名单上到了 1 人，现场 5 人" in phone.get(address).content.decode()
    answer = world.client("village").post(f"/gatherings/{row.pk}/do/link", {"seat": str(host.pk)})
    assert answer.status_code == 302
    assert phone.get(address).status_code == 404


def test_who_noted_it_by_the_link_is_corrected_by_the_community(world: Any, at: Any) -> None:
    row, _host, link = hosted(world)
    guest = signed(row)
    with at(TEN):
        actions.note_arrival_by_link(**link, code=guest.code)
    with at(row.ends_at):
        actions.hold_gathering(actor=world.actor("town"), gathering_id=row.pk, walk_ins=0)
        with pytest.raises(NotAllowed):
            actions.correct_stay(
                actor=world.actor("town"), attendance_id=guest.pk, came=TEN, left=TEN + HOUR, reason="早走"
            )
        with pytest.raises(RuleBroken):
            actions.undo_arrival(actor=world.actor("village"), attendance_id=guest.pk)
        done = actions.correct_stay(
            actor=world.actor("village"), attendance_id=guest.pk, came=TEN, left=TEN + HOUR, reason="早走"
        )
    assert done.out_at == TEN + HOUR
