"""The arithmetic of the chain: how entries are bound to each other and how a break is found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jinlin.kernel import suites
from jinlin.kernel.suites import Suite

# The order of the values that a hash covers; `hash` and `id` are not among them.
COVERED = (
    "county",
    "day",
    "seq",
    "at",
    "actor_key",
    "post_ref",
    "unit",
    "unit_name",
    "verb",
    "object_kind",
    "object_id",
    "purpose",
    "fields",
    "allowed",
    "request_id",
    "prev_hash",
)

_dump = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=lambda v: v.isoformat()).encode


@dataclass(frozen=True)
class Break:
    """Where a chain stops making sense (`seq` of the entry, 0 for the day's opening) and why."""

    seq: int
    why: str


def digest(values: Any, suite: Suite) -> str:
    """Return 64 hex characters over the canonical JSON of `values` (SHA-256, or SM3 for the gm suite)."""
    return suites.digest(suite, _dump(values).encode("ascii")).hex()


def opening_hash(county: str, day: str, prev_root: str, suite: Suite) -> str:
    """Return the hash a day starts from, which holds the root of the county's day before."""
    return digest(["opening", county, day, prev_root], suite)


def entry_hash(values: tuple[Any, ...], suite: Suite) -> str:
    """Return the hash of one entry from its values in the order of COVERED (moments in UTC)."""
    return digest(values, suite)


def first_break(
    rows: Iterable[tuple[Any, ...]], *, opening: str, last_seq: int, root: str, suite: Suite
) -> tuple[int, Break | None]:
    """Walk a day's rows (values of COVERED, then the stored hash; ordered by seq) and find the first break.

    Returns how many rows were read and the break, or None for a sound chain that ends at `last_seq`, `root`.
    """
    seq_at, prev_at, size = COVERED.index("seq"), COVERED.index("prev_hash"), len(COVERED)
    previous, count = opening, 0
    for row in rows:
        count += 1
        if row[seq_at] != count:
            return count, Break(count, "missing")
        if row[prev_at] != previous:
            return count, Break(count, "unlinked")
        previous = entry_hash(row[:size], suite)
        if row[size] != previous:
            return count, Break(count, "altered")
    if count != last_seq:
        return count, Break(count + 1, "missing")
    if previous != root:
        return count, Break(count, "root")
    return count, None
