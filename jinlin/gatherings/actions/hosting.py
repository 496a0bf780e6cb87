"""At the door without an account: a resident who hosts takes arrivals by code and counts the others, by a link.

No name is opened by it and nothing is closed: the list and the close stay with the community.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from jinlin.gatherings.actions.arriving import add_walk_ins, arrive
from jinlin.gatherings.actions.signing import fresh_code
from jinlin.gatherings.actions.step import attendance_of, by_staff, locked, noted
from jinlin.gatherings.models import Attendance, Gathering
from jinlin.gatherings.queries.hosting import hosting_by_link
from jinlin.kernel.errors import NotFound
from jinlin.kernel.idempotency import once
from jinlin.people import access
from jinlin.people.access import Actor


@once("gathering.host_arrive")
def note_arrival_by_link(
    *, actor: Actor, seat_id: UUID, token: str, code: str, at: datetime | None = None, key: str | None = None
) -> Attendance:
    """Note that somebody came, by the code they show; the host's line on the list says who noted it."""
    access.require(actor, "together.join")
    row, host = _hosted(seat_id, token)
    seat, is_new = arrive(row, code, None, at, seen_by=host.pk)
    if is_new:
        noted(actor, "gathering.arrive", row, purpose=f"host {host.number}")
    return seat


@once("gathering.host_walk_ins")
def count_walk_ins_by_link(
    *, actor: Actor, seat_id: UUID, token: str, more: int, key: str | None = None
) -> Gathering:
    """Add people who came without signing up; a number, no names."""
    access.require(actor, "together.join")
    row, host = _hosted(seat_id, token)
    add_walk_ins(row, more)
    noted(actor, "gathering.walk_ins", row, purpose=f"host {host.number}")
    return row


@once("gathering.host_link")
def change_host_link(
    *, actor: Actor, gathering_id: UUID, attendance_id: UUID, key: str | None = None
) -> Attendance:
    """Void the link of a host whose phone is lost or who passed it on; the new one is on the page of the gathering."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    seat = attendance_of(row, attendance_id)
    if seat.role != "host":
        raise NotFound("host")
    seat.code = fresh_code(row)
    seat.save(update_fields=["code"])
    noted(actor, "gathering.host_link", row)
    return seat


def _hosted(seat_id: UUID, token: str) -> tuple[Gathering, Attendance]:
    """Return the locked gathering of a link and the host's line; asked again under the lock, for it may just have ended."""
    row = locked(Gathering, hosting_by_link(seat_id=seat_id, token=token).gathering_id)
    return row, hosting_by_link(seat_id=seat_id, token=token)
