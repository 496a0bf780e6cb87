"""Sixteen at once want what there is one of: one gets it, the others are told in one sentence, nothing is half-written."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Person, Taker
from jinlin.gatherings.models import Attendance, Gathering, Match, MonthCount, Offer
from jinlin.gatherings.queries import link_token
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError
from jinlin.people.access import ANYONE
from jinlin.people.models import SealedContact
from tests.gatherings.town import HOUR, opened, published, signed
from tests.kernel.threads import together
from tests.world import VILLAGE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
CROWD = 16


def soon(world: Any, **more: Any) -> Gathering:
    begin = clock.now() + timedelta(days=3)
    return opened(world, starts_at=begin, ends_at=begin + HOUR, **more)


def refusals(told: list[Any]) -> Counter[str]:
    """Return the codes of those refused, each with 409 and one Chinese sentence; anything else fails the test."""
    found = [one for one in told if isinstance(one, Exception)]
    for one in found:
        assert isinstance(one, JinlinError), repr(one)
        assert one.http_status == 409, repr(one)
        assert str(one).endswith(("。", "！")), str(one)
    return Counter(one.code for one in found)


def test_the_last_micro_wish_is_claimed_once_over_the_page(live_world: Any) -> None:
    wish = published(live_world)
    before = SealedContact.objects.count()
    clients = [live_world.client("") for _n in range(CROWD)]

    def claim(number: int) -> tuple[int, str]:
        form = {"nickname": f"热心人{number}", "phone": f"139{number:08d}"}
        answer = clients[number].post(f"/together/lists/{wish.pk}/claim", form)
        return answer.status_code, answer.content.decode()

    told = together(CROWD, claim)
    assert Counter(status for status, _page in told) == {302: 1, 409: CROWD - 1}
    assert all("已经有人先认领了" in page for status, page in told if status == 409)
    assert Match.objects.filter(need=wish).count() == 1
    assert SealedContact.objects.count() == before + 1, "whoever was late left no number"
    wish.refresh_from_db()
    assert (wish.state, wish.left) == ("matched", 0)


def test_the_last_resource_meets_one_need(live_world: Any) -> None:
    resource = published(live_world, kind="goods", side="resource")
    needs = [published(live_world, kind="goods", title=f"要一件{n}") for n in range(CROWD)]
    clerk = live_world.actor("village")

    def match(number: int) -> Match:
        return actions.match_offers(actor=clerk, need_id=needs[number].pk, resource_id=resource.pk)

    assert refusals(together(CROWD, match)) == {"not_enough": CROWD - 1}
    found = Match.objects.get(resource=resource)
    resource.refresh_from_db()
    assert (resource.state, resource.left) == ("matched", 0)
    assert set(Offer.unscoped.filter(side="need", left=0)) == {found.need}
    assert Offer.unscoped.filter(side="need", state="open", left=1).count() == CROWD - 1


def test_dropping_and_matching_the_same_two_at_once(live_world: Any) -> None:
    clerk, quantity = live_world.actor("village"), 2 * CROWD
    need = published(live_world, kind="goods", quantity=quantity)
    resource = published(live_world, kind="goods", side="resource", quantity=quantity)
    pair = {"need_id": need.pk, "resource_id": resource.pk}
    made = [actions.match_offers(actor=clerk, **pair) for _n in range(CROWD // 2)]

    def change(number: int) -> Match:
        if number % 2:
            return actions.match_offers(actor=clerk, **pair)
        return actions.drop_match(actor=clerk, match_id=made[number // 2].pk, reason="改天再说")

    assert not refusals(together(CROWD, change))
    need.refresh_from_db()
    resource.refresh_from_db()
    assert need.left == resource.left == quantity - CROWD // 2
    assert Match.objects.filter(state="agreed").count() == CROWD // 2


def test_a_match_is_confirmed_and_counted_once(live_world: Any) -> None:
    wish = published(live_world)
    clerk, taker = live_world.actor("village"), Taker("热心人", "13900139000")
    match = actions.claim_need(actor=ANYONE, need_id=wish.pk, taker=taker)

    def settle(number: int) -> Match:
        if number % 4:
            return actions.confirm_match(actor=clerk, match_id=match.pk)
        return actions.drop_match(actor=clerk, match_id=match.pk, reason="来不了")

    assert refusals(together(CROWD, settle)) == {"wrong_state": CROWD - 1}
    match.refresh_from_db()
    wish.refresh_from_db()
    counted = MonthCount.objects.filter(name="wishes").first()
    if match.state == "confirmed":
        assert (wish.state, wish.left, counted and counted.n) == ("done", 0, 1)
    else:
        assert (match.state, wish.state, wish.left, counted) == ("dropped", "open", 1, None)


def test_the_last_seat_is_given_once(live_world: Any) -> None:
    row = soon(live_world, capacity=3)
    told = together(CROWD, lambda number: signed(row, number))
    assert not refusals(told)
    states = list(Attendance.unscoped.filter(gathering=row).order_by("number").values_list("number", "state"))
    assert states == [(n, "signed" if n <= 3 else "waiting") for n in range(1, CROWD + 1)]
    row.refresh_from_db()
    assert (row.seats_taken, row.waiting, row.numbers) == (3, CROWD - 3, CROWD)


def test_one_number_signs_up_once(live_world: Any) -> None:
    row = soon(live_world)
    who = Person("邻居", "13800138000")
    told = together(CROWD, lambda _n: actions.sign_up(actor=ANYONE, gathering_id=row.pk, who=who))
    assert refusals(told) == {"already_signed": CROWD - 1}
    row.refresh_from_db()
    assert (row.seats_taken, row.numbers) == (1, 1)


def test_the_list_moves_up_while_those_in_it_leave(live_world: Any) -> None:
    """Every seat's guest leaves, and so does every other one waiting, all at once: whoever stays has a seat, in order."""
    half = CROWD // 2
    row = soon(live_world, capacity=half)
    seats = [signed(row, number) for number in range(2 * CROWD)]
    leaving = [*seats[:half], *seats[half : 2 * CROWD : 3]][:CROWD]

    def leave(number: int) -> Attendance:
        seat = leaving[number]
        return actions.withdraw(actor=ANYONE, attendance_id=seat.pk, token=link_token("seat", seat.pk))

    assert not refusals(together(len(leaving), leave))
    gone = {seat.pk for seat in leaving}
    stay = [seat for seat in seats if seat.pk not in gone]
    now = dict(Attendance.unscoped.filter(gathering=row).values_list("pk", "state"))
    assert [now[seat.pk] for seat in stay] == ["signed"] * half + ["waiting"] * (len(stay) - half)
    assert all(now[pk] == "withdrawn" for pk in gone)
    row.refresh_from_db()
    assert (row.seats_taken, row.waiting) == (half, len(stay) - half)
    assert not Attendance.unscoped.filter(gathering=row, pk__in=gone).exclude(nickname="").exists()


def test_the_last_one_waiting_leaves_while_the_seat_comes(live_world: Any) -> None:
    row = soon(live_world, capacity=1)
    sitting, waiting = signed(row, 1), signed(row, 2)
    pair = (sitting, waiting)

    def leave(number: int) -> Attendance:
        seat = pair[number % 2]
        return actions.withdraw(actor=ANYONE, attendance_id=seat.pk, token=link_token("seat", seat.pk))

    assert refusals(together(CROWD, leave)) == {"wrong_state": CROWD - 2}, "each leaves once"
    row.refresh_from_db()
    assert (row.seats_taken, row.waiting) == (0, 0)
    assert set(Attendance.unscoped.filter(gathering=row).values_list("state", flat=True)) == {"withdrawn"}


def test_a_gathering_is_closed_once_while_people_still_come(live_world: Any) -> None:
    clerk, other = live_world.actor("village"), live_world.actor("town")
    begin = clock.now() - timedelta(minutes=30)
    with clock.fixed(begin - timedelta(days=1)):
        row = opened(live_world, starts_at=begin, ends_at=begin + HOUR)
        seats = [signed(row, number) for number in range(CROWD)]

    def act(number: int) -> Any:
        if number < 2:
            return actions.hold_gathering(actor=(clerk, other)[number], gathering_id=row.pk, walk_ins=5)
        return actions.note_arrival(actor=clerk, gathering_id=row.pk, code=seats[number].code)

    assert refusals(together(CROWD, act)) == {"wrong_state": 1}
    row.refresh_from_db()
    assert (row.state, row.arrived, row.served) == ("held", CROWD - 2, CROWD + 3)
    (month,) = queries.figures(
        area=VILLAGE, since=begin.date().replace(day=1), until=begin.date() + timedelta(days=40)
    )
    assert (month.activities, month.served) == (1, CROWD + 3)
