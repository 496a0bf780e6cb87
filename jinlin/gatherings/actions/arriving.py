"""At the door and after: who came, who left, how many more; closing with a figure; corrections by somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.actions import counting
from jinlin.gatherings.actions.step import (
    attendance_of,
    by_staff,
    expect_version,
    locked,
    noted,
    required,
    seen_at,
)
from jinlin.gatherings.events import GatheringHeld
from jinlin.gatherings.models import Attendance, FigureCorrection, Gathering, StayCorrection
from jinlin.gatherings.rules import moves, service
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.people.access import Actor

MOST: Final = 100_000
MOST_AT_DOOR: Final = (
    2_000  # counted by taps where no room sets a limit; a greater figure is given at the close
)
ROOM_OVER: Final = 3  # people come and go: a room is counted over this many times
DOOR_AHEAD: Final = timedelta(hours=1)  # the door opens so long before the start


@once("gathering.arrive")
def note_arrival(
    *,
    actor: Actor,
    gathering_id: UUID,
    code: str = "",
    attendance_id: UUID | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Attendance:
    """Note that somebody came: by the code they show, or by the name on the list.

    `at` is when the host tapped, which may be hours ago without a network. Somebody waiting gets in while a seat is
    free; else they are counted at the door. A second tap for the same person changes nothing.
    """
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    seat = attendance_of(row, attendance_id) if attendance_id is not None else by_code(row, code)
    if seat is None:
        raise Invalid({"code": [_("没有这个号码。请核对，或在名单里找。")]})
    is_new = arrive(row, seat, at, by=actor.account_id)
    if is_new:
        noted(actor, "gathering.arrive", row)
    return seat


def by_code(row: Gathering, code: str) -> Attendance | None:
    """Return the sign-up whose number somebody shows at the door, None where nobody has it."""
    digits = "".join(str(int(mark)) for mark in code if mark.isdecimal())
    found = Attendance.unscoped.filter(county=row.county, gathering=row, code=digits)
    return found.first() if digits else None


def arrive(row: Gathering, seat: Attendance, at: datetime | None, *, by: UUID | None) -> bool:
    """Let somebody of a locked gathering in, and tell whether that is new.

    `by` is the account of the host, or the line on the list of a resident who hosts.
    """
    _refuse_unopened(row)
    if seat.state in moves.CAME:
        return False
    moves.require(moves.SEAT, seat.state, "in")
    if seat.state == "waiting":
        if row.capacity is not None and row.seats_taken >= row.capacity:
            raise Conflict("no_seat", _("名额已满。可以请他进场，记在现场人数里。"))
        row.waiting -= 1
        row.seats_taken += 1
    seat.state, seat.in_at, seat.out_at = "in", seen_at(at), None
    if (
        row.state == "held"
    ):  # noted without a network, sent after the close: it counts, and ends with the gathering
        seat.in_at = min(seat.in_at, row.ends_at)
        seat.state, seat.out_at = "out", row.ends_at
    seat.in_by = by
    seat.save(update_fields=["state", "in_at", "out_at", "in_by"])
    if seat.role == "resident":
        row.arrived += 1
        if row.state == "held":
            counting.served(row, 1)
    row.save(update_fields=["arrived", "waiting", "seats_taken"])
    return True


@once("gathering.leave")
def note_leaving(
    *, actor: Actor, attendance_id: UUID, at: datetime | None = None, key: str | None = None
) -> Attendance:
    """Note that somebody left; their time ends here."""
    row, seat, actor = _one(actor, attendance_id)
    if seat.state == "out":
        return seat
    moves.require(moves.SEAT, seat.state, "out")
    assert seat.in_at is not None
    seat.state, seat.out_at, seat.out_by = "out", max(seen_at(at), seat.in_at), actor.account_id
    seat.save(update_fields=["state", "out_at", "out_by"])
    noted(actor, "gathering.leave", row)
    return seat


@once("gathering.not_here")
def undo_arrival(*, actor: Actor, attendance_id: UUID, key: str | None = None) -> Attendance:
    """Take an arrival back: the host tapped the wrong name."""
    row, seat, actor = _one(actor, attendance_id)
    if row.state == "held":
        raise RuleBroken("held", _("活动已结束登记。到场时间有误，请由另一位主持人更正。"))
    moves.require(moves.SEAT, seat.state, "signed")
    seat.state, seat.in_at, seat.in_by = "signed", None, None
    seat.save(update_fields=["state", "in_at", "in_by"])
    if seat.role == "resident":
        row.arrived -= 1
        row.save(update_fields=["arrived"])
    noted(actor, "gathering.not_here", row)
    return seat


@once("gathering.walk_ins")
def count_walk_ins(*, actor: Actor, gathering_id: UUID, more: int, key: str | None = None) -> Gathering:
    """Add people who came without signing up; a number, no names. A negative number takes a slip back."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    add_walk_ins(row, more)
    noted(actor, "gathering.walk_ins", row)
    return row


def add_walk_ins(row: Gathering, more: int) -> None:
    """Add to the count at the door of a locked gathering."""
    _refuse_unopened(row)
    if row.state == "held":
        raise RuleBroken("held", _("活动已结束登记，人数请由另一位主持人更正。"))
    found = (row.served_anonymous or 0) + more
    if more == 0 or found < 0:
        raise Invalid({"more": [_("请填写现场来了几位，总数不能少于 0。")]})
    most = ROOM_OVER * row.venue.capacity if row.venue else MOST_AT_DOOR
    if more > 0 and found > most:
        sentence = _("现场最多记到 %(n)d 人，请核对。确实更多，请社区在结束登记时填写总数。")
        raise Invalid({"more": [sentence % {"n": most}]})
    row.served_anonymous = found
    row.save(update_fields=["served_anonymous"])


@once("gathering.hold")
def hold_gathering(
    *,
    actor: Actor,
    gathering_id: UUID,
    walk_ins: int | None = None,
    expect: int | None = None,
    key: str | None = None,
) -> Gathering:
    """Close a gathering that took place, with the figure of those served: checked in plus counted at the door.

    `walk_ins` sets the count at the door (0 is a figure); without it the count kept so far is taken, and without
    either the deed is refused. Those still inside leave at its end; who was signed and didn't come is noted so.
    """
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    expect_version(row, expect)
    moves.require(moves.GATHERING, row.state, "held")
    if row.starts_at > clock.now():
        raise RuleBroken("not_begun", _("活动还没有开始，开始以后才能结束登记。"))
    if walk_ins is not None:
        if not 0 <= walk_ins <= MOST:
            raise Invalid({"walk_ins": [_("请填写现场来了几位，没有就填 0。")]})
        row.served_anonymous = walk_ins
    if row.served_anonymous is None:
        raise RuleBroken("no_figure", _("请先填写没有报名、直接来的有几位（没有就填 0），再结束登记。"))
    row.state, row.held_at, row.held_by = "held", clock.now(), actor.account_id
    row.version += 1
    row.save(update_fields=["state", "held_at", "held_by", "served_anonymous", "version"])
    counting.served(row, row.served, times=1)
    _close_stays(row)
    seats = Attendance.unscoped.filter(county=row.county, gathering=row, state="signed")
    seats.update(state="no_show", in_by=actor.account_id)
    bus.announce(GatheringHeld(row.pk, row.county, row.village, row.kind, row.served, clock.now()))
    noted(actor, "gathering.hold", row)
    return row


def _close_stays(row: Gathering) -> None:
    """Let those still inside leave at the gathering's end, never before they came."""
    end = min(clock.now(), row.ends_at)
    for seat in Attendance.unscoped.filter(county=row.county, gathering=row, state="in"):
        assert seat.in_at is not None
        seat.state, seat.out_at = "out", max(end, seat.in_at)
        seat.save(update_fields=["state", "out_at"])


@once("gathering.correct_stay")
def correct_stay(
    *,
    actor: Actor,
    attendance_id: UUID,
    came: datetime,
    left: datetime,
    reason: str,
    key: str | None = None,
) -> StayCorrection:
    """Correct when somebody came and left: a new row by another host than those whose times count so far."""
    row, seat, actor = _one(actor, attendance_id)
    if row.state != "held":
        raise RuleBroken("not_held", _("活动还没有结束登记，结束登记以后才能更正时间。"))
    if seat.state not in moves.CAME:
        raise RuleBroken("not_in", _("没有到场记录，不能更正时间。"))
    newest = seat.corrections.order_by("-made_at", "-pk").first()
    own = (seat.in_by, seat.out_by, row.held_by, newest and newest.by)
    if actor.account_id is None or actor.account_id in own:
        raise NotAllowed("own_figure", _("自己登记或更正的时间，要请另一位主持人更正。"))
    if left <= came or left > clock.now():
        raise Invalid({"left": [_("离场要晚于到场，也不能晚于现在。")]})
    if not service.is_beside(came, left, row.starts_at, row.ends_at):
        raise Invalid({"came": [_("到场和离场要在这一场的前后 12 小时以内，请核对日期和时间。")]})
    found = StayCorrection.objects.create(
        county=row.county,
        attendance=seat,
        in_at=came,
        out_at=left,
        reason=required(reason, "reason"),
        by=actor.account_id,
        made_at=clock.now(),
    )
    noted(actor, "gathering.correct_stay", row, purpose=found.reason)
    return found


@once("gathering.correct_figure")
def correct_figure(
    *, actor: Actor, gathering_id: UUID, walk_ins: int, reason: str, key: str | None = None
) -> FigureCorrection:
    """Correct the count at the door of a held gathering: another host than the one who gave it; both numbers stay."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    if row.state != "held":
        raise RuleBroken("not_held", _("活动还没有结束登记，直接改现场人数就行。"))
    if actor.account_id is None or actor.account_id == row.held_by:
        raise NotAllowed("own_figure", _("自己填的人数要请另一位主持人更正。"))
    if not 0 <= walk_ins <= MOST:
        raise Invalid({"walk_ins": [_("请填写现场来了几位，没有就填 0。")]})
    found = FigureCorrection.objects.create(
        county=row.county,
        gathering=row,
        before=row.served_anonymous or 0,
        after=walk_ins,
        reason=required(reason, "reason"),
        by=actor.account_id,
        made_at=clock.now(),
    )
    counting.served(row, walk_ins - found.before)
    row.served_anonymous = walk_ins
    row.save(update_fields=["served_anonymous"])
    noted(actor, "gathering.correct_figure", row, purpose=found.reason)
    return found


def _one(actor: Actor, attendance_id: UUID) -> tuple[Gathering, Attendance, Actor]:
    """Return the locked gathering of a sign-up, the sign-up, and the actor as its host."""
    known = Attendance.unscoped.filter(pk=attendance_id).first()
    if known is None:
        raise NotFound("attendance")
    row = locked(Gathering, known.gathering_id)
    return row, attendance_of(row, attendance_id), by_staff(actor, "gathering.host", row)


def _refuse_unopened(row: Gathering) -> None:
    if row.state == "cancelled":
        raise RuleBroken("cancelled", _("活动已取消：{reason}"), reason=row.reason)
    if clock.now() < row.starts_at - DOOR_AHEAD:
        raise RuleBroken("too_early", _("还没到登记的时间，开始前一小时起可以登记。"))
