"""Signing up and leaving again: a seat or a place in the waiting list, in order; who leaves makes room for the next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.actions.step import attendance_of, by_link_or_staff, by_staff, locked, noted, person
from jinlin.gatherings.events import SeatGiven
from jinlin.gatherings.models import Attendance, Gathering, VolunteerBook
from jinlin.gatherings.queries.links import proves
from jinlin.gatherings.rules import moves
from jinlin.gatherings.rules.seats import CODE_DIGITS, list_is_full, state_for
from jinlin.gatherings.rules.words import PART_ROLES
from jinlin.kernel import bus, clock, crypto
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.actions import erase_contact


class AlreadySigned(Conflict):
    """This number has a seat or waits already; pages count these, for asking number by number would tell who comes."""


@dataclass(frozen=True)
class Person:
    """Who signs up: a nickname and a phone; a volunteer may bring the book their hours go into (its id and token)."""

    nickname: str
    phone: str = ""
    role: str = "resident"
    book_id: UUID | None = None
    book_token: str = ""


@once("gathering.sign_up")
def sign_up(*, actor: Actor, gathering_id: UUID, who: Person, key: str | None = None) -> Attendance:
    """Take the next seat, or the next place in the waiting list; residents and volunteers do it themselves.

    Hosts may enter somebody without a phone, and experts, supervisors and hosts; only residents take seats.
    """
    access.require(actor, "together.join")
    row = locked(Gathering, gathering_id)
    hosts = actor.kind != "resident" and row.allows(actor, "gathering.host")
    _refuse(row, who, hosts=hosts)
    nickname, contact, digits = person(row.county, who.nickname, who.phone, needs_phone=not hosts)
    mark = contact_mark(row.pk, digits)
    if mark and _stands(row, mark):
        raise AlreadySigned(
            "already_signed", _("这个手机号已经报过名了。要改请用报名时的链接，或请主持人帮忙。")
        )
    state = state_for(row.capacity, row.seats_taken) if who.role == "resident" else "signed"
    if state == "waiting" and list_is_full(row.capacity, row.waiting):
        raise RuleBroken("list_full", _("候补的人已经很多，这次恐怕轮不到了，欢迎下次早点来。"))
    row.numbers += 1
    seat = Attendance(
        county=row.county,
        gathering=row,
        number=row.numbers,
        code=fresh_code(row),
        role=who.role,
        state=state,
        nickname=nickname,
        contact_id=contact,
        contact_mark=mark,
        book=_book(row.county, who),
        signed_at=clock.now(),
    )
    seat.save(force_insert=True)
    if who.role == "resident":
        row.seats_taken += state == "signed"
        row.waiting += state == "waiting"
    row.save(update_fields=["numbers", "seats_taken", "waiting"])
    noted(actor, "gathering.sign_up", row)
    return seat


@once("gathering.withdraw")
def withdraw(*, actor: Actor, attendance_id: UUID, token: str = "", key: str | None = None) -> Attendance:
    """Leave again, by the link or through a host; the first one waiting gets the seat in the same deed."""
    seat = Attendance.unscoped.filter(pk=attendance_id).first()
    if seat is None:
        raise NotFound("attendance")
    row = locked(Gathering, seat.gathering_id)
    actor = by_link_or_staff(actor, "gathering.host", row, kind="seat", row_id=seat.pk, token=token)
    seat = attendance_of(row, attendance_id)
    if row.state not in ("planned", "open"):
        raise RuleBroken("over", _("活动已经结束或取消，不用再退出。"))
    moves.require(moves.SEAT, seat.state, "withdrawn")
    if seat.role == "resident":
        row.seats_taken -= seat.state == "signed"
        row.waiting -= seat.state == "waiting"
    seat.state, seat.nickname, seat.contact_mark = "withdrawn", "", None
    if seat.contact_id:
        erase_contact(actor=actor, contact_id=seat.contact_id)
        seat.contact_id = None
    seat.save(update_fields=["state", "nickname", "contact_mark", "contact_id"])
    promote(row)
    row.save(update_fields=["seats_taken", "waiting"])
    noted(actor, "gathering.withdraw", row)
    return seat


@once("gathering.told")
def note_told(*, actor: Actor, attendance_id: UUID, key: str | None = None) -> Attendance:
    """Note that a host has told somebody of the seat that came free."""
    seat = Attendance.unscoped.select_related("gathering").filter(pk=attendance_id).first()
    if seat is None:
        raise NotFound("attendance")
    actor = by_staff(actor, "gathering.host", seat.gathering)
    seat.told_at = seat.told_at or clock.now()
    seat.save(update_fields=["told_at"])
    noted(actor, "gathering.told", seat.gathering)
    return seat


@once("gathering.book")
def open_book(*, actor: Actor, county: str, key: str | None = None) -> VolunteerBook:
    """Begin a volunteer's own book of hours; its link is all that opens it."""
    access.require(actor, "together.join")
    if not (len(county) == 12 and county.isdigit() and county.endswith("000000")):
        raise Invalid({"county": [_("请选择所在的县（市、区）。")]})
    return VolunteerBook.objects.create(county=county, made_at=clock.now())


@once("gathering.erase_book")
def erase_book(*, actor: Actor, book_id: UUID, token: str, key: str | None = None) -> None:
    """Throw a book of hours away: what was done stays a number, whose hours they were is gone."""
    book = VolunteerBook.objects.filter(pk=book_id).first()
    if book is None or not proves("book", book_id, token):
        raise NotFound("book")
    book.delete()


def promote(row: Gathering) -> list[Attendance]:
    """Give free seats to those waiting, in order; the caller holds the row's lock and saves it."""
    free = row.waiting if row.capacity is None else min(row.waiting, row.capacity - row.seats_taken)
    if free <= 0 or row.state not in ("planned", "open"):
        return []
    waiting = Attendance.unscoped.filter(county=row.county, gathering=row, state="waiting")
    found = list(waiting.order_by("number")[:free])
    for seat in found:
        seat.state, seat.promoted_at = "signed", clock.now()
        seat.save(update_fields=["state", "promoted_at"])
        bus.announce(SeatGiven(row.pk, seat.pk, row.county, clock.now()))
    row.seats_taken += len(found)
    row.waiting -= len(found)
    return found


def contact_mark(gathering_id: UUID, digits: str) -> bytes | None:
    """Return the print of a phone for one gathering: it can't be joined with another gathering's."""
    return crypto.blind_index(f"{gathering_id}|{digits}", column="gatherings.contact") if digits else None


def _refuse(row: Gathering, who: Person, *, hosts: bool) -> None:
    if who.role not in PART_ROLES or not (hosts or who.role in ("resident", "volunteer")):
        raise Invalid({"role": [_("请选择是来参加，还是来做志愿者。")]})
    if not hosts and (not row.is_public or row.announced_at is None):
        raise NotFound("gathering")
    if row.state == "cancelled":
        raise RuleBroken("cancelled", _("活动已取消：{reason}"), reason=row.reason)
    if row.state == "held" or row.ends_at <= clock.now():
        raise RuleBroken("over", _("活动已经结束，欢迎参加下一次。"))
    if row.state == "planned" and not hosts:
        raise RuleBroken("not_open", _("还没有开始报名，请过些时候再来。"))


def _stands(row: Gathering, mark: bytes) -> bool:
    rows = Attendance.unscoped.filter(county=row.county, gathering=row, contact_mark=mark)
    return rows.exists()


def fresh_code(row: Gathering) -> str:
    """Return six digits nobody else of this gathering has."""
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        if not Attendance.unscoped.filter(county=row.county, gathering=row, code=code).exists():
            return code


def _book(county: str, who: Person) -> VolunteerBook | None:
    if who.book_id is None:
        return None
    if who.role == "resident" or not proves("book", who.book_id, who.book_token):
        raise Invalid({"book": [_("时数本的链接不对，请重新打开您的时数本再报名。")]})
    return VolunteerBook.objects.filter(pk=who.book_id, county=county).first()
