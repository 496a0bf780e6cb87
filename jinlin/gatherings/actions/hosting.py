"""At the door without an account: a resident who hosts takes arrivals by code and counts the others, by a link.

No name is opened by it and nothing is closed: the list and the close stay with the community.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.actions.arriving import add_walk_ins, arrive, by_code
from jinlin.gatherings.actions.signing import fresh_code
from jinlin.gatherings.actions.step import attendance_of, by_staff, locked, noted
from jinlin.gatherings.models import Attendance, Gathering
from jinlin.gatherings.queries.hosting import hosting_by_link
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
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
    seat = by_code(row, code)
    if seat is None:
        raise Invalid({"code": [_("没有这个号码。请核对后再输，或请社区帮忙。")]})
    if seat.pk == host.pk:
        raise NotAllowed("own_arrival", _("这是您自己的号码。您的到场请社区或另一位主持人登记。"))
    if arrive(row, seat, at, by=host.pk):
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
