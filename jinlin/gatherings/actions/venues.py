"""Rooms: open one, change its rules, close it for a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.actions.step import by_staff, located, locked, noted, required
from jinlin.gatherings.models import BookingSlot, Venue, VenueClosure
from jinlin.gatherings.rules.slots import DAY, SLOT
from jinlin.gatherings.rules.words import VENUE_KINDS
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_point
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor

MOST_HEADS: Final = 5000


@dataclass(frozen=True)
class VenueFacts:
    """What a room is and by which rules it is lent; times of day in minutes on half hours."""

    name: str
    kind: str
    address: str
    capacity: int
    opens: int = 8 * 60
    closes: int = 21 * 60
    weekdays: str = "1111111"
    quiet: Sequence[tuple[int, int]] = ()
    longest: int = 240
    days_ahead: int = 60
    needs_approval: bool = True
    step_free: bool | None = None
    accessible_toilet: bool | None = None
    hearing_loop: bool | None = None
    house_rules: str = ""
    lon: float | None = None
    lat: float | None = None


@once("venue.open")
def open_venue(
    *, actor: Actor, place: str, facts: VenueFacts, unit: UUID | None = None, key: str | None = None
) -> Venue:
    """Offer a room to the neighbours; `unit` is whose room it is (default: the unit of the actor's post)."""
    row = Venue(**located(place), made_at=clock.now())
    actor = by_staff(actor, "venue.manage", row)
    owner = unit or (actor.post.unit if actor.post else None) or orgs.desk_of(row.village).pk
    row.organisation = orgs.unit(owner)
    _write(row, facts)
    if Venue.objects.filter(county=row.county, village=row.village, name=row.name).exists():
        raise Invalid({"name": [_("这个社区已有同名的场地，请换个名字。")]})
    row.save(force_insert=True)
    noted(actor, "venue.open", row)
    return row


@once("venue.change")
def change_venue(
    *, actor: Actor, venue_id: UUID, facts: VenueFacts, is_open: bool = True, key: str | None = None
) -> Venue:
    """Change the rules of a room; what is booked already stays booked."""
    row = locked(Venue, venue_id)
    actor = by_staff(actor, "venue.manage", row)
    _write(row, facts)
    if (
        Venue.objects.filter(county=row.county, village=row.village, name=row.name)
        .exclude(pk=row.pk)
        .exists()
    ):
        raise Invalid({"name": [_("这个社区已有同名的场地，请换个名字。")]})
    row.is_open = is_open
    row.save()
    noted(actor, "venue.change", row)
    return row


@once("venue.close_day")
def close_day(
    *, actor: Actor, venue_id: UUID, day: date, reason: str, key: str | None = None
) -> VenueClosure:
    """Close a room for one day; bookings of that day have to be answered first."""
    venue = locked(Venue, venue_id)
    actor = by_staff(actor, "venue.manage", venue)
    if day < clock.today():
        raise Invalid({"day": [_("这一天已经过去了，请选以后的日子。")]})
    starts = [clock.local(at).date() for at in _taken(venue)]
    if day in starts:
        raise Conflict("booked_day", _("这一天已有人订好，请先和他们商量改期，再停用。"))
    row, _made = VenueClosure.objects.update_or_create(
        county=venue.county, venue=venue, day=day, defaults={"reason": required(reason, "reason", longest=80)}
    )
    noted(actor, "venue.close_day", venue, purpose=row.reason)
    return row


def _taken(venue: Venue) -> list[datetime]:
    now = clock.now()
    rows = BookingSlot.objects.filter(county=venue.county, venue=venue, starts_at__gte=now)
    return list(rows.values_list("starts_at", flat=True))


def _write(row: Venue, facts: VenueFacts) -> None:
    wrong = _wrong(facts)
    if wrong:
        raise Invalid(wrong)
    row.name = clean(facts.name, max_length=60, field="name", required=True)
    row.address = clean(facts.address, max_length=120, field="address", required=True)
    row.house_rules = clean(facts.house_rules, max_length=1000, field="house_rules", multiline=True)
    row.kind, row.capacity = facts.kind, facts.capacity
    row.opens, row.closes, row.weekdays = facts.opens, facts.closes, facts.weekdays
    row.quiet = [[since, until] for since, until in facts.quiet]
    row.longest, row.days_ahead, row.needs_approval = facts.longest, facts.days_ahead, facts.needs_approval
    row.step_free, row.accessible_toilet = facts.step_free, facts.accessible_toilet
    row.hearing_loop = facts.hearing_loop
    if facts.lon is not None:
        row.lon, row.lat = clean_point(facts.lon, facts.lat)


def _wrong(facts: VenueFacts) -> dict[str, list[str]]:
    """Return what is wrong with the rules of a room, by field."""
    borders = all(0 <= minute <= DAY and minute % SLOT == 0 for minute in (facts.opens, facts.closes))
    quiet = all(
        0 <= since < until <= DAY and since % SLOT == 0 and until % SLOT == 0 for since, until in facts.quiet
    )
    days = len(facts.weekdays) == 7 and set(facts.weekdays) <= {"0", "1"} and "1" in facts.weekdays
    checks = (
        ("kind", facts.kind in VENUE_KINDS, _("请从列表里选场地的类型。")),
        ("capacity", 1 <= facts.capacity <= MOST_HEADS, _("请填写最多容纳几个人，1 到 5000。")),
        ("opens", borders and facts.opens < facts.closes, _("开放时间要写整点或半点，开门早于关门。")),
        ("quiet", quiet, _("安静时段请写成 12:30-14:00，整点或半点。")),
        ("weekdays", days, _("请至少选一个开放的日子。")),
        (
            "longest",
            SLOT <= facts.longest <= DAY and facts.longest % SLOT == 0,
            _("一次最多订多久：半小时的倍数，最多 24 小时。"),
        ),
        ("days_ahead", 1 <= facts.days_ahead <= 365, _("最多提前几天预订：1 到 365。")),
    )
    return {field: [sentence] for field, fine, sentence in checks if not fine}
