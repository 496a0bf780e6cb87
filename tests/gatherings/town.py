"""Short ways to act in the named town: a parlour, a plan, somebody who signs up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from jinlin.gatherings import actions
from jinlin.gatherings.actions import BookingWish, Draft, Person, Plan, VenueFacts
from jinlin.gatherings.models import Attendance, Booking, Gathering, Offer, Venue
from jinlin.gatherings.queries import link_token
from jinlin.people.access import ANYONE
from tests.world import VILLAGE


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever a history wrote, so that the next one begins anew."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


TEN = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)  # a Thursday, 10:00 on the wall
HOUR = timedelta(hours=1)


def parlour(world: Any, **facts: Any) -> Venue:
    given = {"name": "柳岸会客厅", "kind": "parlour", "address": "柳岸路 1 号", "capacity": 40, **facts}
    given.setdefault("quiet", ((12 * 60, 14 * 60),))
    return actions.open_venue(actor=world.actor("village"), place=VILLAGE, facts=VenueFacts(**given))


def wish(venue: Venue, starts: datetime = TEN, hours: float = 1, **more: Any) -> BookingWish:
    given: dict[str, Any] = {
        "heads": 10,
        "purpose": "talk",
        "nickname": "老邻居",
        "phone": "13800138001",
        **more,
    }
    return BookingWish(venue.pk, starts, starts + timedelta(hours=hours), **given)


def booked(world: Any, venue: Venue, starts: datetime = TEN, hours: float = 1) -> Booking:
    return actions.book_venue(actor=world.actor("village"), wish=wish(venue, starts, hours, phone=""))


def plan(**more: Any) -> Plan:
    given: dict[str, Any] = {
        "kind": "activity",
        "title": "邻里包饺子",
        "starts_at": TEN,
        "ends_at": TEN + 2 * HOUR,
        "place": VILLAGE,
        "place_words": "小区广场",
        **more,
    }
    return Plan(**given)


def opened(world: Any, who: str = "village", **more: Any) -> Gathering:
    row = actions.plan_gathering(actor=world.actor(who), plan=plan(**more))
    return actions.announce_gathering(actor=world.actor(who), gathering_id=row.pk)


def signed(row: Gathering, number: int = 1, **more: Any) -> Attendance:
    who = Person(nickname=f"邻居{number}", phone=f"138{number:08d}", **more)
    return actions.sign_up(actor=ANYONE, gathering_id=row.pk, who=who)


def withdrawn(seat: Attendance) -> Attendance:
    return actions.withdraw(actor=ANYONE, attendance_id=seat.pk, token=link_token("seat", seat.pk))


def posted(kind: str = "micro_wish", side: str = "need", **more: Any) -> Offer:
    given: dict[str, Any] = {
        "title": "想要一副老花镜",
        "place": VILLAGE,
        "nickname": "王奶奶",
        "phone": "13800138002",
        **more,
    }
    return actions.post_offer(actor=ANYONE, draft=Draft(side=side, kind=kind, **given))


def published(world: Any, **more: Any) -> Offer:
    return actions.publish_offer(actor=world.actor("village"), offer_id=posted(**more).pk)
