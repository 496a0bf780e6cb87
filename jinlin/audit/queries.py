"""Reading the audit chain: for the resident who asks who saw their data, and for whoever checks the chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from jinlin.kernel.suites import as_suite

from . import rules
from .models import AuditEntry, AuditHead

PAGE = 100


@dataclass(frozen=True)
class Look:
    """One time somebody opened a person's data: when, why, which department, which fields."""

    at: datetime
    purpose: str
    department: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ChainReport:
    """What checking one county's day found; `root` is what the public page prints."""

    county: str
    day: date
    rows: int
    root: str
    broken_at: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether the chain is sound."""
        return self.broken_at is None


def who_saw(object_kind: str, object_id: object, page: int = 1) -> list[Look]:
    """Return who opened personal data of one thing, newest first, 100 to a page (pages count from 1).

    The officer's name is not here: the department answers to the resident (design/trust.md section 6).
    """
    start = (max(page, 1) - 1) * PAGE
    entries = (
        AuditEntry.objects.filter(object_id=str(object_id), object_kind=object_kind.lower(), allowed=True)
        .exclude(fields="")
        .order_by("-at", "-id")
    )
    return [Look(e.at, e.purpose, e.unit_name, e.opened) for e in entries[start : start + PAGE]]


def check_chain(county: str, day: date) -> ChainReport:
    """Recompute one county's day from its rows and compare it with its head and with the day before."""
    head = AuditHead.objects.filter(county=county, day=day).first()
    if head is None:
        orphans = AuditEntry.objects.filter(county=county, day=day).exists()
        return ChainReport(county, day, 0, "", 0 if orphans else None, "headless" if orphans else "")
    before = AuditHead.objects.filter(county=county, day__lt=day).order_by("-day").first()
    if head.prev_root != (before.hash if before is not None else ""):
        return ChainReport(county, day, 0, head.hash, 0, "unlinked")
    suite = as_suite(head.suite)
    opening = rules.opening_hash(county, day.isoformat(), head.prev_root, suite)
    rows = (
        AuditEntry.objects.filter(county=county, day=day)
        .order_by("seq")
        .values_list(*rules.COVERED, "hash")
        .iterator(chunk_size=5000)
    )
    count, found = rules.first_break(rows, opening=opening, last_seq=head.seq, root=head.hash, suite=suite)
    if found is None:
        return ChainReport(county, day, count, head.hash)
    return ChainReport(county, day, count, head.hash, found.seq, found.why)


def check_open_days() -> Iterator[ChainReport]:
    """Check the open day of every county, as the server does when it starts."""
    for county, day in AuditHead.objects.filter(closed=False).values_list("county", "day"):
        yield check_chain(county, day)


def roots(county: str, *, days: int = 31) -> list[tuple[date, int, str]]:
    """Return (day, entries, root) of the county's latest days, newest first, for the public page."""
    heads = AuditHead.objects.filter(county=county).order_by("-day")[:days]
    return [(head.day, head.seq, head.hash) for head in heads]
