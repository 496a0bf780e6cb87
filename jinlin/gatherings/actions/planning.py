"""A gathering before it happens: plan it, announce it, change it, cancel it, set its agenda."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from jinlin.gatherings.actions.booking import hold_room, place_of, release
from jinlin.gatherings.actions.signing import promote
from jinlin.gatherings.actions.step import by_staff, expect_version, located, locked, noted, required
from jinlin.gatherings.events import GatheringCancelled
from jinlin.gatherings.models import AgendaItem, Gathering, Venue
from jinlin.gatherings.rules import moves
from jinlin.gatherings.rules.minutes import AGENDAS
from jinlin.gatherings.rules.words import GATHERING_KINDS
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Invalid, RuleBroken, gettext
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor

LONGEST: Final = timedelta(hours=24)
MOST_ITEMS: Final = 30
MOST_SEATS: Final = 20_000
PURPOSE: Final = {
    "activity": "culture",
    "service": "care",
    "parlour": "talk",
}  # of the booking; meetings else


@dataclass(frozen=True)
class Plan:
    """What meets when and where; `venue_id` or `place` with `place_words`; capacity None means no limit."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    words: str = ""
    place: str = ""
    venue_id: UUID | None = None
    place_words: str = ""
    capacity: int | None = None
    is_public: bool = True
    agenda: Sequence[str] = ()


@once("gathering.plan")
def plan_gathering(
    *,
    actor: Actor,
    plan: Plan,
    unit: UUID | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Gathering:
    """Plan a gathering and hold its room; residents see it once it is announced.

    `unit` is the host (default: the unit of the actor's post). An empty agenda takes the usual one of the kind.
    """
    venue = locked(Venue, plan.venue_id) if plan.venue_id else None
    where = place_of(venue) if venue else located(plan.place)
    row = Gathering(**where, kind=plan.kind, made_at=at or clock.now())
    actor = by_staff(actor, "gathering.host", row)
    host = unit or (actor.post.unit if actor.post else None) or orgs.desk_of(row.village).pk
    row.organisation = orgs.unit(host)
    _write(row, plan, venue)
    _hold(row, venue)
    row.save(force_insert=True)
    titles = [title for title in plan.agenda if title.strip()]
    usual = [gettext(title) for title in AGENDAS[row.kind]]
    _set_items(row, [(None, title) for title in titles or usual])
    noted(actor, "gathering.plan", row)
    return row


@once("gathering.announce")
def announce_gathering(*, actor: Actor, gathering_id: UUID, key: str | None = None) -> Gathering:
    """Let everybody see it and sign up."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    moves.require(moves.GATHERING, row.state, "open")
    if row.ends_at <= clock.now():
        raise RuleBroken("past", _("这个时间已经过去了，请先改时间再发布。"))
    row.state, row.announced_at = "open", clock.now()
    row.version += 1
    row.save(update_fields=["state", "announced_at", "version"])
    noted(actor, "gathering.announce", row)
    return row


@once("gathering.change")
def change_gathering(
    *, actor: Actor, gathering_id: UUID, plan: Plan, expect: int | None = None, key: str | None = None
) -> Gathering:
    """Change what was planned; more seats are given to those waiting at once, in order."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    expect_version(row, expect)
    if row.state not in ("planned", "open"):
        raise RuleBroken("wrong_state", _("已举行或已取消的不能再改安排。"))
    venue = locked(Venue, plan.venue_id) if plan.venue_id else None
    where = place_of(venue) if venue else located(plan.place or row.grid or row.village)
    if where["village"] != row.village:
        raise Invalid({"place": [_("活动不能挪到别的社区，请在那边另外发起。")]})
    before = (row.venue_id, row.starts_at, row.ends_at, row.capacity)
    _write(row, plan, venue)
    if row.capacity is not None and row.capacity < row.seats_taken:
        raise Invalid({"capacity": [_("已有 %(n)d 人报上名，名额不能比这少。") % {"n": row.seats_taken}]})
    if before != (row.venue_id, row.starts_at, row.ends_at, row.capacity):
        _rebook(row, venue)
    promote(row)
    row.version += 1
    row.save()
    noted(actor, "gathering.change", row)
    return row


@once("gathering.cancel")
def cancel_gathering(
    *, actor: Actor, gathering_id: UUID, reason: str, expect: int | None = None, key: str | None = None
) -> Gathering:
    """Cancel it for a reason everybody reads; it stays visible as cancelled and gives its room back."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    expect_version(row, expect)
    moves.require(moves.GATHERING, row.state, "cancelled")
    row.state, row.reason = "cancelled", required(reason, "reason")
    row.version += 1
    row.save(update_fields=["state", "reason", "version"])
    if row.booking is not None and row.booking.state == "confirmed":
        release(row.booking, row.reason)
    bus.announce(GatheringCancelled(row.pk, row.county, row.village, clock.now()))
    noted(actor, "gathering.cancel", row)
    return row


@once("gathering.agenda")
def set_agenda(
    *, actor: Actor, gathering_id: UUID, items: Sequence[tuple[UUID | None, str]], key: str | None = None
) -> Gathering:
    """Put the agenda in order: (id of an item that stands or None, its title); items left out go, unless they were talked about."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    if row.state == "cancelled":
        raise RuleBroken("wrong_state", _("活动已取消，不用再改议程。"))
    _set_items(row, [(item, title) for item, title in items if title.strip()])
    noted(actor, "gathering.agenda", row)
    return row


def _set_items(row: Gathering, items: Sequence[tuple[UUID | None, str]]) -> None:
    if len(items) > MOST_ITEMS:
        raise Invalid({"agenda": [_("议程最多 30 项，请合并一些。")]})
    standing = {one.pk: one for one in AgendaItem.objects.filter(county=row.county, gathering=row)}
    kept = {item for item, _title in items if item}
    if kept - standing.keys():
        raise Invalid({"agenda": [_("议程刚被改过，请刷新再改。")]})
    gone = [one for pk, one in standing.items() if pk not in kept]
    if any(one.said or one.outcome for one in gone):
        raise RuleBroken("talked_about", _("已有记录的议程不能删掉，可以改标题。"))
    AgendaItem.objects.filter(pk__in=[one.pk for one in gone]).delete()
    # out of the way first, so that no two ever stand in one place of the order
    AgendaItem.objects.filter(county=row.county, gathering=row).update(position=F("position") + 1000)
    for position, (item, title) in enumerate(items, 1):
        words = clean(title, max_length=80, field="agenda", required=True)
        if item:
            AgendaItem.objects.filter(pk=item).update(position=position, title=words)
        else:
            AgendaItem.objects.create(county=row.county, gathering=row, position=position, title=words)


def _write(row: Gathering, plan: Plan, venue: Venue | None) -> None:
    wrong = _wrong(row, plan, venue)
    if wrong:
        raise Invalid(wrong)
    row.kind, row.venue, row.is_public = plan.kind, venue, plan.is_public
    row.title = clean(plan.title, max_length=60, field="title", required=True)
    row.words = clean(plan.words, max_length=2000, field="words", multiline=True)
    row.place_words = clean(plan.place_words, max_length=80, field="place_words", required=venue is None)
    row.starts_at, row.ends_at = plan.starts_at, plan.ends_at
    row.capacity = plan.capacity if plan.capacity is not None or venue is None else venue.capacity


def _wrong(row: Gathering, plan: Plan, venue: Venue | None) -> dict[str, list[str]]:
    """Return what is wrong with a plan, by field."""
    wrong: dict[str, list[str]] = {}
    if plan.kind not in GATHERING_KINDS:
        wrong["kind"] = [_("请选择是哪一种。")]
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST:
        wrong["ends_at"] = [_("结束时间要晚于开始时间，最长 24 小时。")]
    if plan.capacity is not None and not 1 <= plan.capacity <= MOST_SEATS:
        wrong["capacity"] = [_("名额请填 1 到 20000，不限就留空。")]
    elif venue is not None and plan.capacity is not None and plan.capacity > venue.capacity:
        wrong["capacity"] = [_("场地最多容纳 %(n)d 人，请减少名额或换场地。") % {"n": venue.capacity}]
    return wrong


def _hold(row: Gathering, venue: Venue | None) -> None:
    """Book the room of a gathering in the same deed."""
    if venue is None:
        row.booking = None
        return
    row.booking = hold_room(
        venue,
        (row.starts_at, row.ends_at),
        heads=row.capacity or 1,
        purpose=PURPOSE.get(row.kind, "meeting"),
        unit=row.organisation_id,
    )


def _rebook(row: Gathering, venue: Venue | None) -> None:
    """Give the old room back and take the new time; the deed fails as a whole when it isn't free."""
    old = row.booking
    if old is not None:
        row.booking = None
        row.save(update_fields=["booking"])
        if old.state == "confirmed":
            release(old, _("活动改了时间或地点"))
    _hold(row, venue)
