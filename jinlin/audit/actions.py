"""Writing to the audit chain, in the transaction of the deed itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from jinlin.kernel import clock, rows
from jinlin.kernel.ids import new_id
from jinlin.kernel.suites import as_suite

from . import context, rules
from .models import AuditEntry, AuditHead

KEPT = timedelta(days=365)
NEVER_BELOW = timedelta(days=183)  # Cybersecurity Law article 21: logs are kept for at least six months


class Doer(Protocol):
    """What audit needs to know of an actor; people.access.Actor is one."""

    @property
    def key(self) -> str:
        """Who it is, without a name."""


def record(
    *,
    actor: Doer,
    verb: str,
    obj: models.Model | None,
    county: str = "",
    purpose: str = "",
    fields: Sequence[str] = (),
    allowed: bool = True,
) -> None:
    """Append one entry to the county's chain of the day, inside the transaction of the deed.

    `fields` names the personal fields that were opened (they make the entry appear on the resident's page);
    `purpose` is a plain sentence without personal data. Costs one lock read, one insert, one update.
    Call it last: the head's lock is held until the commit, and other rows locked after it invite a deadlock.
    """
    county = county or str(getattr(obj, "county", "") or "")
    with transaction.atomic(savepoint=False):
        head = _open_head(county)
        entry = rows.made(
            AuditEntry,
            id=new_id(),
            county=county,
            day=head.day,
            seq=head.seq + 1,
            at=clock.now(),
            actor_key=actor.key[:80],
            verb=verb,
            object_kind=obj._meta.label_lower if obj is not None else "",
            object_id=str(obj.pk) if obj is not None else "",
            purpose=purpose[:200],
            fields=",".join(fields)[:200],
            allowed=allowed,
            request_id=context.request_id(),
            prev_hash=head.hash,
            **_post_of(actor),
        )
        entry.hash = rules.entry_hash(covered_values(entry), as_suite(head.suite))
        rows.insert(entry)
        head.seq, head.hash = entry.seq, entry.hash
        rows.change(head, ("seq", "hash"))


def covered_values(entry: AuditEntry) -> tuple[Any, ...]:
    """Return the values that an entry's hash covers, in the order of rules.COVERED."""
    return tuple(getattr(entry, name) for name in rules.COVERED)


def _post_of(actor: Doer) -> dict[str, str]:
    """Say which post acted: the one in front."""
    posts = tuple(getattr(actor, "posts", ()) or ())
    if not posts:
        return {}
    post = posts[0]
    unit: UUID | str | None = getattr(post, "unit", None)
    name = getattr(post, "unit_name", "") or getattr(post, "name", "")
    return {"post_ref": str(getattr(post, "id", "")), "unit": str(unit or ""), "unit_name": str(name)[:120]}


def _open_head(county: str) -> AuditHead:
    """Return the county's open head under lock, opening a new day when the calendar has turned.

    A moment before the open day (the demo world, a late commit at midnight) joins the open day: chains only
    grow at their end.
    """
    day = clock.today()
    for _attempt in range(10):
        heads = rows.find(AuditHead, lock=True, county=county, closed=False)
        head = heads[0] if heads else None
        if head is not None and head.day >= day:
            return head
        _open_day(county, day, head)
    raise RuntimeError(f"the audit chain of {county or 'the platform'} can't be opened for {day}")


def _open_day(county: str, day: date, before: AuditHead | None) -> None:
    """Close the day before (already locked) and open this one; losing the race to do so is fine."""
    if before is not None:
        AuditHead.objects.filter(pk=before.pk).update(closed=True)
    suite = as_suite(getattr(settings, "JINLIN_CRYPTO_SUITE", "intl"))
    prev_root = before.hash if before is not None else ""
    opening = rules.opening_hash(county, day.isoformat(), prev_root, suite)
    head = AuditHead(county=county, day=day, hash=opening, prev_root=prev_root, suite=suite)
    AuditHead.objects.bulk_create([head], ignore_conflicts=True)


def forget_old_entries(*, kept: timedelta = KEPT) -> int:
    """Delete entries older than `kept` (never less than six months); heads and their roots stay."""
    before = clock.today() - max(kept, NEVER_BELOW)
    with transaction.atomic():
        return AuditEntry.objects.all().expire(before)
