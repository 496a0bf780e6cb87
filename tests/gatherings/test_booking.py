"""Rooms: no overlap by any way, refusals that name the rule, the nearest free times, a public calendar without names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Taken
from jinlin.gatherings.models import Booking, BookingSlot
from jinlin.gatherings.rules import slots
from jinlin.gatherings.rules.slots import House
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.people.access import ANYONE
from jinlin.people.models import SealedContact
from tests.gatherings.town import HOUR, TEN, booked, opened, parlour, undone, wish
from tests.world import VILLAGE

NOW = TEN - timedelta(days=2)


def code(house: House, starts: Any, hours: float, heads: int = 5) -> str:
    found = slots.refusal(
        house, starts, starts + timedelta(hours=hours), heads=heads, now=NOW, zone=clock.LOCAL
    )
    return found.code if found else ""


def test_rules_of_a_room() -> None:
    house = House(quiet=((720, 840),), weekdays="1111100", capacity=20, closed=frozenset({date(2026, 3, 13)}))
    assert code(house, TEN, 1) == ""
    assert code(house, TEN, 2) == "", "up to the quiet hour"
    assert code(house, TEN, 2.5) == "quiet_hours"
    assert code(house, TEN + 4 * HOUR, 1) == "", "from the end of the quiet hour"
    assert code(house, TEN + timedelta(minutes=10), 1) == "off_slot"
    assert code(house, TEN, 0) == "too_short"
    assert code(house, TEN, 4.5) == "too_long"
    assert code(house, NOW - HOUR, 1) == "past"
    assert code(house, TEN + timedelta(days=70), 1) == "too_far"
    assert code(house, TEN + timedelta(days=1), 1) == "closed_day"
    assert code(house, TEN + timedelta(days=2), 1) == "closed_day", "a Saturday"
    assert code(house, TEN - 2.5 * HOUR, 1) == "closed_hours"
    assert code(house, TEN + 10.5 * HOUR, 1) == "closed_hours"
    assert code(house, TEN, 1, heads=21) == "too_many_heads"
    assert code(house, TEN, 1, heads=0) == "no_heads"


@given(
    busy=st.sets(st.integers(0, 25)),
    at=st.integers(0, 20),
    length=st.integers(1, 6),
    quiet=st.tuples(st.integers(18, 30), st.integers(1, 6)),
)
def test_what_is_offered_is_free_and_allowed(
    busy: set[int], at: int, length: int, quiet: tuple[int, int]
) -> None:
    house = House(quiet=((quiet[0] * 30, (quiet[0] + quiet[1]) * 30),), opens=480, closes=1260)
    day = clock.local(TEN).date()
    taken = {slots.wall(day, 480 + 30 * one, clock.LOCAL) for one in busy}
    starts = slots.wall(day, 480 + 30 * at, clock.LOCAL)
    ends = starts + timedelta(minutes=30 * length)
    found = slots.nearest_free(house, starts, ends, taken, now=NOW, zone=clock.LOCAL)
    assert len(found) <= slots.OFFERED
    assert found == sorted(found)
    assert not slots.overlaps(found)
    for begin, end in found:
        assert end - begin == ends - starts
        assert taken.isdisjoint(slots.slots_of(begin, end))
        assert slots.refusal(house, begin, end, heads=1, now=NOW, zone=clock.LOCAL) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("tuesday", "home")
class TestInTown:
    def test_a_resident_asks_and_staff_confirms(self, world: Any) -> None:
        venue = parlour(world)
        row = actions.book_venue(actor=ANYONE, wish=wish(venue))
        assert row.state == "requested"
        assert not BookingSlot.objects.exists()
        with pytest.raises(NotFound):
            actions.confirm_booking(actor=world.actor("village2"), booking_id=row.pk)
        with pytest.raises(NotAllowed):
            actions.confirm_booking(actor=world.actor("grid"), booking_id=row.pk)
        assert [one.pk for one in queries.bookings_to_answer(viewer=world.actor("town"), area=VILLAGE)] == [
            row.pk
        ]
        row = actions.confirm_booking(actor=world.actor("village"), booking_id=row.pk)
        assert row.state == "confirmed"
        assert BookingSlot.objects.count() == 2
        with pytest.raises(RuleBroken):
            actions.deny_booking(actor=world.actor("village"), booking_id=row.pk, reason="来晚了")

    def test_no_two_have_the_room(self, world: Any) -> None:
        venue = parlour(world)
        first, second = (actions.book_venue(actor=ANYONE, wish=wish(venue)) for _ in range(2))
        actions.confirm_booking(actor=world.actor("village"), booking_id=first.pk)
        with pytest.raises(Taken) as told:
            actions.confirm_booking(actor=world.actor("village"), booking_id=second.pk)
        assert told.value.free
        assert "03-12 09:00–10:00" in str(told.value)
        assert Booking.unscoped.get(pk=second.pk).state == "requested"
        with pytest.raises(Taken):
            actions.book_venue(actor=ANYONE, wish=wish(venue, TEN + HOUR / 2))
        denied = actions.deny_booking(actor=world.actor("village"), booking_id=second.pk, reason="时间冲突")
        assert denied.reason == "时间冲突"

    def test_cancelling_frees_the_time(self, world: Any) -> None:
        venue = parlour(world, needs_approval=False)
        row = actions.book_venue(actor=ANYONE, wish=wish(venue))
        assert row.state == "confirmed"
        with pytest.raises(NotFound):
            actions.cancel_booking(actor=ANYONE, booking_id=row.pk, token="x" * 26)
        token = queries.link_token("booking", row.pk)
        actions.cancel_booking(actor=ANYONE, booking_id=row.pk, token=token)
        assert actions.book_venue(actor=ANYONE, wish=wish(venue)).state == "confirmed"

    def test_staff_cancel_with_a_reason(self, world: Any) -> None:
        row = booked(world, parlour(world))
        with pytest.raises(Invalid):
            actions.cancel_booking(actor=world.actor("village"), booking_id=row.pk)
        done = actions.cancel_booking(actor=world.actor("village"), booking_id=row.pk, reason="停电")
        assert (done.state, done.reason) == ("cancelled", "停电")

    def test_the_calendar_names_nobody(self, world: Any) -> None:
        venue = parlour(world, needs_approval=False)
        actions.book_venue(actor=ANYONE, wish=wish(venue, words="家里的事"))
        actions.close_day(
            actor=world.actor("village"), venue_id=venue.pk, day=date(2026, 3, 14), reason="刷墙"
        )
        days = queries.calendar(venue=venue, first=date(2026, 3, 9))
        assert [len(day.busy) for day in days] == [0, 0, 0, 1, 0, 0, 0]
        assert days[3].busy[0].purpose == "talk"
        assert "老邻居" not in repr(days)
        assert "家里" not in repr(days)
        assert days[5].closed == "刷墙"
        with pytest.raises(Conflict):
            actions.close_day(
                actor=world.actor("village"), venue_id=venue.pk, day=date(2026, 3, 12), reason="x"
            )
        with pytest.raises(RuleBroken, match="不开放"):
            actions.book_venue(actor=ANYONE, wish=wish(venue, TEN + timedelta(days=2)))

    def test_a_gathering_holds_its_room(self, world: Any) -> None:
        venue = parlour(world)
        row = opened(world, venue_id=venue.pk, capacity=20)
        with pytest.raises(Taken):
            booked(world, venue)
        with pytest.raises(Conflict):
            actions.cancel_booking(actor=world.actor("village"), booking_id=row.booking_id, reason="要用")
        actions.cancel_gathering(actor=world.actor("village"), gathering_id=row.pk, reason="下雨")
        assert booked(world, venue).state == "confirmed"

    def test_a_contact_goes_after_seven_days(self, world: Any) -> None:
        venue = parlour(world, needs_approval=False)
        row = actions.book_venue(actor=ANYONE, wish=wish(venue))
        with clock.fixed(row.ends_at + timedelta(days=7) - HOUR):
            assert actions.forget_people() == 0
        with clock.fixed(row.ends_at + timedelta(days=7, seconds=1)):
            assert actions.forget_people() == 1
            assert actions.forget_people() == 0
        contact = SealedContact.objects.get(pk=row.contact_id)
        assert contact.erased_at
        assert not contact.phone_sealed
        kept = Booking.unscoped.get(pk=row.pk)
        assert (kept.nickname, kept.contact_id) == ("", None)

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        deeds=st.lists(
            st.tuples(st.integers(0, 12), st.integers(1, 4), st.sampled_from(("ask", "answer", "cancel"))),
            max_size=12,
        )
    )
    def test_no_history_makes_two_overlap(self, world: Any, deeds: list[tuple[int, int, str]]) -> None:
        with undone():
            self.live(world, deeds)

    @staticmethod
    def live(world: Any, deeds: list[tuple[int, int, str]]) -> None:
        venue, clerk, asked = parlour(world), world.actor("village"), list[Booking]()
        for at, length, deed in deeds:
            try:
                if deed == "ask":
                    span = wish(venue, TEN - 2 * HOUR + HOUR / 2 * at, length / 2)
                    asked.append(actions.book_venue(actor=ANYONE, wish=span))
                elif asked and deed == "answer":
                    actions.confirm_booking(actor=clerk, booking_id=asked[at % len(asked)].pk)
                elif asked:
                    actions.cancel_booking(actor=clerk, booking_id=asked[at % len(asked)].pk, reason="改期")
            except (Conflict, RuleBroken):
                pass
            held = list(
                Booking.unscoped.filter(venue=venue, state="confirmed").values_list("starts_at", "ends_at")
            )
            assert not slots.overlaps(held)
            assert BookingSlot.objects.filter(venue=venue).count() == sum(
                len(slots.slots_of(*span)) for span in held
            )
            assert all(
                slots.refusal(venue.house(), *span, heads=1, now=NOW, zone=clock.LOCAL) is None
                for span in held
            )
