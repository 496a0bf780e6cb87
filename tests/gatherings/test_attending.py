"""Seats in order, arrivals, the figure of those served, hours that are derived, and what is forgotten."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import AlreadySigned, ItemSaid, Person
from jinlin.gatherings.models import Attendance, Gathering
from jinlin.gatherings.queries import link_token
from jinlin.gatherings.rules import moves, service
from jinlin.gatherings.rules.service import Stay
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, JinlinError, NotAllowed, NotFound, RuleBroken
from jinlin.people.access import ANYONE
from jinlin.people.models import SealedContact
from tests.gatherings.town import HOUR, TEN, opened, parlour, plan, signed, undone, withdrawn
from tests.world import VILLAGE

DURING = TEN + timedelta(minutes=30)
AFTER = TEN + 3 * HOUR
stretches = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 400), st.integers(1, 240)), max_size=8)


@given(stretches)
def test_hours_are_the_union_of_capped_stays(rows: list[tuple[int, int, int]]) -> None:
    stays = [
        Stay(TEN + timedelta(minutes=at), TEN + timedelta(minutes=at + long), timedelta(minutes=cap))
        for at, long, cap in rows
    ]
    each = [service.minutes([stay]) for stay in stays]
    counted = {at + step for at, long, cap in rows for step in range(min(long, cap))}
    assert service.minutes(stays) == len(counted) <= sum(each)
    assert all(one <= cap for one, (_at, _long, cap) in zip(each, rows, strict=True))
    assert service.minutes([Stay(TEN, None, HOUR)]) == 0


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]


def fresh(row: Gathering) -> Gathering:
    return Gathering.unscoped.get(pk=row.pk)


def states(row: Gathering) -> list[str]:
    return list(Attendance.unscoped.filter(gathering=row).order_by("number").values_list("state", flat=True))


def whole(row: Gathering) -> None:
    """What must hold after any history (participation.md 12, item 4)."""
    row = fresh(row)
    seats = list(Attendance.unscoped.filter(gathering=row).order_by("number"))
    residents = [seat for seat in seats if seat.role == "resident"]
    came = [seat for seat in residents if seat.state in moves.CAME]
    waiting = [seat for seat in residents if seat.state == "waiting"]
    assert row.served == len(came) + (row.served_anonymous or 0)
    assert row.waiting == len(waiting)
    assert row.seats_taken == sum(seat.holds_seat for seat in seats)
    assert row.capacity is None or row.seats_taken <= row.capacity
    if row.state in ("planned", "open"):
        assert not waiting or row.seats_taken == row.capacity, "nobody waits beside a free seat"
    promoted = [seat.number for seat in residents if seat.promoted_at]
    never = [seat.number for seat in waiting]
    assert not promoted or not never or max(promoted) < min(never), "in order"


def test_the_next_one_waiting_gets_the_seat(world: Any) -> None:
    row = opened(world, capacity=2)
    seats = [signed(row, n) for n in range(5)]
    assert states(row) == ["signed", "signed", "waiting", "waiting", "waiting"]
    assert queries.seat_by_link(attendance_id=seats[3].pk, token=link_token("seat", seats[3].pk)).place == 2
    withdrawn(seats[0])
    assert states(row) == ["withdrawn", "signed", "signed", "waiting", "waiting"]
    withdrawn(seats[3])
    actions.change_gathering(
        actor=world.actor("village"), gathering_id=row.pk, plan=plan(capacity=3), expect=fresh(row).version
    )
    assert states(row) == ["withdrawn", "signed", "signed", "withdrawn", "signed"]
    with pytest.raises(Invalid, match="名额不能比这少"):
        actions.change_gathering(actor=world.actor("village"), gathering_id=row.pk, plan=plan(capacity=2))
    whole(row)
    gone = Attendance.unscoped.get(pk=seats[0].pk)
    assert (gone.nickname, gone.contact_id, gone.contact_mark) == ("", None, None)


def test_one_seat_for_one_number_and_nobody_else_leaves_it(world: Any) -> None:
    row = opened(world)
    seat = signed(row)
    with pytest.raises(AlreadySigned):
        signed(row)
    for token in ("", "x" * 26):
        with pytest.raises((NotFound, NotAllowed)):
            actions.withdraw(actor=ANYONE, attendance_id=seat.pk, token=token)
    with pytest.raises(Invalid) as told:
        actions.sign_up(actor=ANYONE, gathering_id=row.pk, who=Person("", "12"))
    assert set(told.value.fields) == {"nickname", "phone"}
    assert (
        actions.sign_up(
            actor=world.actor("village"), gathering_id=row.pk, who=Person("不用手机的老人")
        ).contact_id
        is None
    )
    withdrawn(seat)
    assert signed(row).state == "signed", "who left may come back"
    with pytest.raises(NotFound):
        signed(actions.plan_gathering(actor=world.actor("village"), plan=plan()))
    with pytest.raises(NotFound):
        signed(opened(world, is_public=False))


def test_no_figure_no_close(world: Any, at: Any) -> None:
    row = opened(world)
    seat = signed(row)
    clerk = world.actor("village")
    with pytest.raises(RuleBroken, match="还没有开始"):
        actions.hold_gathering(actor=clerk, gathering_id=row.pk, walk_ins=0)
    with at(DURING):
        actions.note_arrival(actor=world.actor("grid"), gathering_id=row.pk, code=seat.code)
        with pytest.raises(RuleBroken) as told:
            actions.hold_gathering(actor=clerk, gathering_id=row.pk)
        assert told.value.code == "no_figure"
        actions.count_walk_ins(actor=clerk, gathering_id=row.pk, more=200)
        actions.count_walk_ins(actor=clerk, gathering_id=row.pk, more=-3)
        with pytest.raises(Invalid):
            actions.count_walk_ins(actor=clerk, gathering_id=row.pk, more=-198)
        with pytest.raises(NotFound):
            actions.note_arrival(actor=world.actor("village2"), gathering_id=row.pk, code=seat.code)
    late = signed(row, 2)
    with at(AFTER):
        held = actions.hold_gathering(actor=clerk, gathering_id=row.pk)
        assert held.served == 198
        assert states(row) == ["out", "no_show"]
        with pytest.raises(NotAllowed):
            actions.correct_figure(actor=clerk, gathering_id=row.pk, walk_ins=199, reason="数错")
        actions.correct_figure(
            actor=world.actor("town"), gathering_id=row.pk, walk_ins=199, reason="照片上多两位"
        )
        assert queries.figure_history(held)[0][:3] == (197, 199, "照片上多两位")
        sent_late = actions.note_arrival(actor=clerk, gathering_id=row.pk, code=late.code, at=DURING)
        assert (sent_late.state, sent_late.in_at) == ("out", DURING), (
            "noted without a network, sent after the close"
        )
        assert fresh(row).served == 201
    whole(row)


def test_a_cancelled_one_stays_and_says_why(world: Any) -> None:
    row = opened(world)
    signed(row)
    with pytest.raises(Invalid):
        actions.cancel_gathering(actor=world.actor("village"), gathering_id=row.pk, reason=" ")
    actions.cancel_gathering(actor=world.actor("village"), gathering_id=row.pk, reason="下大雨")
    with pytest.raises(RuleBroken, match="下大雨"):
        signed(row, 2)
    assert [one.state for one in queries.upcoming(area=VILLAGE)] == ["cancelled"]
    assert [one.reason for one in queries.calendar_rows(area=VILLAGE)] == ["下大雨"]


def test_hours_are_the_volunteers_own(world: Any, at: Any) -> None:
    book = actions.open_book(actor=ANYONE, county=VILLAGE[:6] + "000000")
    token = link_token("book", book.pk)
    rows = [
        opened(world, title=f"第{n}场", starts_at=TEN + n * HOUR, ends_at=TEN + (n + 2) * HOUR)
        for n in (0, 1)
    ]
    seats = [signed(row, role="volunteer", book_id=book.pk, book_token=token) for row in rows]
    with pytest.raises(Invalid):
        signed(rows[0], 2, role="volunteer", book_id=book.pk, book_token="x" * 26)
    for row, seat in zip(rows, seats, strict=True):
        with at(row.starts_at - HOUR / 2):
            actions.note_arrival(actor=world.actor("grid"), gathering_id=row.pk, code=seat.code)
    with at(TEN + 4 * HOUR):
        for row in rows:
            actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk, walk_ins=0)
        found = queries.hours_by_link(book_id=book.pk, token=token)
        assert [one.minutes for one in found.rows] == [120, 120], "at most the gathering's length"
        assert found.total == 180, "the hour in both counts once"
        with pytest.raises(NotAllowed):
            actions.correct_stay(
                actor=world.actor("grid"),
                attendance_id=seats[1].pk,
                came=TEN + HOUR,
                left=TEN + 2 * HOUR,
                reason="x",
            )
        with pytest.raises(Invalid, match="12 小时以内"):
            actions.correct_stay(
                actor=world.actor("town"),
                attendance_id=seats[1].pk,
                came=TEN - timedelta(days=2),
                left=TEN,
                reason="记错了日子",
            )
        actions.correct_stay(
            actor=world.actor("town"),
            attendance_id=seats[1].pk,
            came=TEN + 2 * HOUR,
            left=TEN + 2.5 * HOUR,
            reason="来得晚",
        )
        assert queries.hours_by_link(book_id=book.pk, token=token).total == 150
        with pytest.raises(NotFound):
            queries.hours_by_link(book_id=book.pk, token="x" * 26)
        assert fresh(rows[0]).served == 0, "who helps is not served"
    with at(TEN + timedelta(days=8)):
        actions.forget_people()
        assert queries.hours_by_link(book_id=book.pk, token=token).total == 150, (
            "hours stay, the name is gone"
        )
        actions.erase_book(actor=ANYONE, book_id=book.pk, token=token)
        with pytest.raises(NotFound):
            queries.hours_by_link(book_id=book.pk, token=token)
    assert set(Attendance.unscoped.values_list("nickname", "book_id")) == {("", None)}


def test_names_go_after_seven_days(world: Any, at: Any) -> None:
    row = opened(world)
    came, missed = signed(row, 1), signed(row, 2)
    with at(DURING):
        actions.note_arrival(actor=world.actor("grid"), gathering_id=row.pk, attendance_id=came.pk)
    with at(AFTER):
        actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk, walk_ins=1)
    with at(row.ends_at + timedelta(days=7, seconds=-1)):
        assert actions.forget_people() == 0
    with at(row.ends_at + timedelta(days=7, seconds=1)):
        assert actions.forget_people() == 2
    left = Attendance.unscoped.get(gathering=row)
    assert (left.pk, left.nickname, left.contact_id, left.contact_mark) == (came.pk, "", None, None)
    assert not SealedContact.objects.filter(
        pk__in=(came.contact_id, missed.contact_id), erased_at=None
    ).exists()
    assert fresh(row).served == 2


def test_minutes_in_one_sitting(world: Any, at: Any) -> None:
    venue = parlour(world)
    row = opened(world, kind="parlour", venue_id=venue.pk, capacity=20, agenda=("楼道堆物", "楼上漏水"))
    case = world.report("楼上漏水三个月了")
    items = queries.agenda(row)
    clerk = world.actor("village")
    said = [
        ItemSaid(items[0].id, "两家说好周六一起清", "settled"),
        ItemSaid(items[1].id, "", "", case.tracking),
    ]
    with at(AFTER):
        actions.hold_gathering(actor=clerk, gathering_id=row.pk, walk_ins=6)
        with pytest.raises(Invalid, match="还有议程没有记录"):
            actions.write_minutes(actor=clerk, gathering_id=row.pk, items=said, publish=True)
        said[1] = ItemSaid(items[1].id, "师傅当场修好", "settled", case.tracking)
        with pytest.raises(Invalid, match="查询码"):
            actions.write_minutes(
                actor=clerk, gathering_id=row.pk, items=[ItemSaid(items[1].id, "x", "", "没有这个")]
            )
        done = actions.write_minutes(actor=clerk, gathering_id=row.pk, items=said, publish=True)
        with pytest.raises(RuleBroken):
            actions.write_minutes(actor=clerk, gathering_id=row.pk, items=[])
    assert [one.outcome for one in queries.agenda(done)] == ["settled", "settled"]
    day = clock.local(TEN).date()
    (month,) = queries.figures(area=VILLAGE, since=day.replace(day=1), until=day.replace(month=4, day=1))
    assert (month.meetings, month.met, month.settled, month.activities) == (1, 6, 2, 0)


def test_an_agenda_is_put_in_order(world: Any) -> None:
    row = opened(world, kind="joint", agenda=("甲", "乙", "丙"))
    a, b, c = (one.id for one in queries.agenda(row))
    clerk = world.actor("village")
    actions.set_agenda(actor=clerk, gathering_id=row.pk, items=[(c, "丙"), (None, "丁"), (a, "甲改")])
    assert [one.title for one in queries.agenda(row)] == ["丙", "丁", "甲改"]
    with pytest.raises(Invalid):
        actions.set_agenda(actor=clerk, gathering_id=row.pk, items=[(b, "乙")])


deeds = st.lists(
    st.tuples(st.sampled_from(("sign", "leave", "come", "undo", "walk", "grow", "hold")), st.integers(0, 9)),
    max_size=25,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds, st.integers(1, 3))
def test_no_history_breaks_the_count(world: Any, history: list[tuple[str, int]], capacity: int) -> None:
    with undone():
        row, seats = opened(world, capacity=capacity), list[Attendance]()
        with clock.fixed(DURING):
            for number, (deed, pick) in enumerate(history):
                with suppress(JinlinError):
                    act(world, row, seats, deed, (number, pick))
                whole(row)


def act(world: Any, row: Gathering, seats: list[Attendance], deed: str, at: tuple[int, int]) -> None:
    number, pick = at
    clerk = world.actor("village")
    if deed == "sign":
        seats.append(signed(row, number, role="volunteer" if pick == 9 else "resident"))
    elif deed == "walk":
        actions.count_walk_ins(actor=clerk, gathering_id=row.pk, more=pick - 3)
    elif deed == "grow":
        more = plan(capacity=(fresh(row).capacity or 0) + 1)
        actions.change_gathering(actor=clerk, gathering_id=row.pk, plan=more)
    elif deed == "hold":
        actions.hold_gathering(actor=clerk, gathering_id=row.pk, walk_ins=pick)
    elif seats:
        seat = seats[pick % len(seats)]
        if deed == "leave":
            withdrawn(seat)
        elif deed == "come":
            actions.note_arrival(actor=clerk, gathering_id=row.pk, code=seat.code)
        else:
            actions.undo_arrival(actor=clerk, attendance_id=seat.pk)


def test_a_repeated_tap_counts_once(world: Any, at: Any) -> None:
    row = opened(world)
    who = Person("邻居", "13800000000")
    first, again = (
        actions.sign_up(actor=ANYONE, gathering_id=row.pk, who=who, key="tap-00000001") for _ in range(2)
    )
    assert first.pk == again.pk
    with at(DURING):
        for _ in range(2):
            actions.count_walk_ins(actor=world.actor("grid"), gathering_id=row.pk, more=4, key="tap-00000002")
            actions.note_arrival(
                actor=world.actor("grid"), gathering_id=row.pk, code=first.code, key="tap-00000003"
            )
    assert fresh(row).served == 5
    with at(DURING), pytest.raises(Conflict):
        actions.change_gathering(actor=world.actor("village"), gathering_id=row.pk, plan=plan(), expect=99)


def test_seen_at_is_within_reason(world: Any, at: Any) -> None:
    row = opened(world)
    seat = signed(row)
    with at(DURING):
        found = actions.note_arrival(
            actor=world.actor("grid"),
            gathering_id=row.pk,
            code=seat.code,
            at=datetime(2020, 1, 1, tzinfo=TEN.tzinfo),
        )
    assert found.in_at == DURING
