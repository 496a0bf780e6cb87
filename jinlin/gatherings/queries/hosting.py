"""The link of a resident who hosts: opens the door page of one gathering, until it is over or the link is changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.gatherings.models import Attendance
from jinlin.gatherings.queries.links import link_token, proves
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound

AFTER: Final = timedelta(hours=2)  # for those who are counted when it is over; then the community closes it


def host_token(seat: Attendance) -> str:
    """Return the secret part of a host's link; a new number on the list voids the old link."""
    return link_token("host", seat.pk, int(seat.code))


def hosting_by_link(*, seat_id: UUID, token: str) -> Attendance:
    """Return the host's own line of the list with its gathering; NotFound once it has ended (one query)."""
    rows = Attendance.unscoped.select_related("gathering", "gathering__venue", "gathering__organisation")
    seat = rows.filter(pk=seat_id, role="host").exclude(state="withdrawn").first()
    if seat is None or not proves("host", seat_id, token, int(seat.code)):
        raise NotFound("host")
    row = seat.gathering
    if row.state not in ("planned", "open") or clock.now() > row.ends_at + AFTER:
        raise NotFound("host", _("活动已经结束或取消，这个链接随之失效。还要补登，请联系社区。"))
    return seat
