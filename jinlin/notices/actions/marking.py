"""Marks of a unit on its box: "we have it", "we are on it". Who pressed the button is kept nowhere, on purpose.

There are no read receipts of persons and no counts of who opened what (domain.md 5.5), so these two marks leave no
audit entry either: they open no data and decide nothing.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.kernel.idempotency import once
from jinlin.notices.models import Digest, Notice
from jinlin.people import access
from jinlin.people.access import Actor


@once("notice.seen")
def mark_seen(*, actor: Actor, digest_id: UUID, key: str | None = None) -> Digest:
    """Say that the unit has a digest, and with it every earlier one; a second time changes nothing."""
    access.require(actor, "notice.mark")
    row = access.visible(actor, Digest.objects.all()).filter(pk=digest_id).select_for_update().first()
    if row is None:
        raise NotFound(_("这条消息"))
    if row.seen_at is None:
        row.seen_at = clock.now()
        row.save(update_fields=["seen_at"])
        earlier = Digest.unscoped.filter(unit=row.unit, seen_at=None, made_at__lte=row.made_at)
        earlier.update(seen_at=row.seen_at)
    return row


@once("notice.done")
def mark_done(*, actor: Actor, notice_id: UUID, key: str | None = None) -> Notice:
    """Say that the unit is on it; the notice stays until the matter itself has moved on."""
    access.require(actor, "notice.mark")
    row = access.visible(actor, Notice.objects.all()).filter(pk=notice_id).select_for_update().first()
    if row is None:
        raise NotFound(_("这条提醒"))
    if row.done_at is None:
        row.done_at = clock.now()
        row.save(update_fields=["done_at"])
    return row
