"""Seven days after, nothing tells who came, who booked or who asked; numbers stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from jinlin.gatherings.models import Attendance, Booking, Match, Offer
from jinlin.gatherings.rules.seats import KEPT_DAYS
from jinlin.kernel import clock
from jinlin.people.access import SYSTEM
from jinlin.people.actions import erase_contact

BATCH: Final = 200
STALE_DAYS: Final = 60  # what nobody ended by then keeps no number either, as long as a micro-wish lives
ENDED: Final = ("done", "expired", "withdrawn", "refused")


def forget_people() -> int:
    """Erase contacts and nicknames whose seven days are over, in small transactions; returns how many rows."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    known = Q(contact_id__isnull=False) | ~Q(nickname="")
    stale = clock.now() - timedelta(days=STALE_DAYS)
    return (
        _in_batches(lambda: Attendance.unscoped.filter(~Q(nickname=""), gathering__ends_at__lt=before), _seat)
        + _in_batches(
            lambda: Booking.unscoped.filter(known, Q(ends_at__lt=before) | _refused_before(before)), _name
        )
        + _in_batches(
            lambda: Offer.unscoped.filter(
                known, Q(state__in=ENDED, settled_at__lt=before) | Q(expires_at__lt=stale)
            ),
            _name,
        )
        + _in_batches(
            lambda: Match.objects.filter(known, Q(settled_at__lt=before) | Q(made_at__lt=stale)), _name
        )
    )


def _refused_before(before: Any) -> Q:
    return Q(state__in=("denied", "cancelled"), settled_at__lt=before)


def _in_batches(rows: Callable[[], Any], forget: Callable[[Any], None]) -> int:
    done = 0
    while True:
        with transaction.atomic():
            found = list(rows().select_for_update(of=("self",)).order_by("pk")[:BATCH])
            for row in found:
                forget(row)
        done += len(found)
        if len(found) < BATCH:
            return done


def _seat(row: Attendance) -> None:
    """Keep that somebody came; who only signed up, waited, or didn't come leaves no row."""
    if row.contact_id:
        erase_contact(actor=SYSTEM, contact_id=row.contact_id)
    if row.state not in ("in", "out"):
        row.delete()
        return
    row.nickname, row.contact_id, row.contact_mark = "", None, None
    row.save(update_fields=["nickname", "contact_id", "contact_mark"])


def _name(row: Any) -> None:
    if row.contact_id:
        erase_contact(actor=SYSTEM, contact_id=row.contact_id)
    row.nickname, row.contact_id = "", None
    row.save(update_fields=["nickname", "contact_id"])
