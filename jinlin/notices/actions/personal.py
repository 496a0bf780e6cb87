"""What is told to one member of staff alone: that something waits, never what."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction

from jinlin.kernel import clock
from jinlin.notices.models import PersonalNotice
from jinlin.people.access import Actor


class Reminded(Protocol):
    """An event that names a member of staff and a reminder of a room whose content may not come here."""

    @property
    def account_id(self) -> UUID:
        """Whom to tell."""

    @property
    def ref(self) -> UUID:
        """The reminder."""

    @property
    def county(self) -> str:
        """Where."""

    @property
    def at(self) -> datetime:
        """When."""


def remind(event: Reminded) -> None:
    """Write a neutral notice to the mediator; in the transaction of the reminder, once for each."""
    PersonalNotice.objects.get_or_create(
        county=event.county,
        account=event.account_id,
        ref=event.ref,
        defaults={"about": "mediation", "made_at": event.at},
    )


def mark_own_seen(*, actor: Actor, about: str) -> int:
    """Note that the actor has been where their own notices lead; returns how many were new."""
    if actor.account_id is None:
        return 0
    waiting = PersonalNotice.objects.filter(account=actor.account_id, about=about, seen_at=None)
    if not waiting.exists():  # a look that finds nothing new writes nothing
        return 0
    with transaction.atomic():
        return waiting.update(seen_at=clock.now())
