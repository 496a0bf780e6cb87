"""Notices to oneself: nobody else's can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jinlin.notices.models import PersonalNotice
from jinlin.notices.rules import PERSONAL
from jinlin.people.access import Actor


@dataclass(frozen=True)
class OwnNotice:
    """One sentence, always the same for its kind, and where to look."""

    words: str
    url: str
    at: datetime


def own_notices(viewer: Actor, limit: int = 20) -> tuple[OwnNotice, ...]:
    """Return what one has not looked at yet, the newest first (one query; none for a resident)."""
    if viewer.kind != "staff" or viewer.account_id is None:
        return ()
    rows = PersonalNotice.objects.filter(account=viewer.account_id, seen_at=None).order_by("-made_at")[:limit]
    return tuple(OwnNotice(_(PERSONAL[row.about][0]), PERSONAL[row.about][1], row.made_at) for row in rows)
