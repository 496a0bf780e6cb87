"""Search of the region tree by Chinese name, for people who type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Q

from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean
from jinlin.places import rules
from jinlin.places.models import Region

LONGEST = 60
_LAST_CHARACTER = "\U0010ffff"


def search_regions(text: str, *, within: str = "", limit: int = 20) -> list[Region]:
    """Return standing regions whose name fits: exact first, then beginning with, then containing the words.

    "川汇 七一路" finds 七一路街道 inside 川汇区; digits find codes that begin with them. At most 3 queries: the areas
    that earlier words name, then names by index, and a scan only when those are too few.
    """
    try:
        words = clean(text, max_length=LONGEST, field="text").split()
    except Invalid:
        return []
    if not words:
        return []
    *above, last = words
    rows = Region.objects.current().select_related("parent")
    if within:
        rows = rows.between("code", rules.code_range(within))
    if above:
        inside = _inside(above)
        if inside is None:
            return []
        rows = rows.filter(inside)
    if last.isascii() and last.isdigit():
        return _by_code(rows, last[:12], limit)
    found = list(rows.filter(_begins(last)).order_by("level", "code")[: limit * 3])
    if len(found) < limit:
        known = [row.pk for row in found]
        found += rows.filter(name__contains=last).exclude(pk__in=known).order_by("level", "code")[:limit]
    found.sort(key=lambda row: (_rank(row, last), row.level, row.code))
    return found[:limit]


def _by_code(rows: Any, digits: str, limit: int) -> list[Region]:
    high = str(int(digits) + 1).rjust(len(digits), "0")
    if len(high) > len(digits):  # 99 has no follower of its length, and no region
        return []
    return list(rows.between("code", (digits, high)).order_by("level", "code")[:limit])


def _begins(word: str) -> Q:
    """Names that begin with a word, by the index: a range where text is compared by bytes, LIKE where it is not."""
    if connection.vendor == "sqlite":
        begins = Q(name__gte=word, name__lt=word + _LAST_CHARACTER)
    else:
        begins = Q(name__startswith=word)
    return begins | Q(stem__in=sorted({rules.stem(word, level) for level in (3, 4, 5)}))


def _inside(words: Iterable[str]) -> Q | None:
    """Return the areas that all the words name together, None when they name none (one query)."""
    wanted = list(words)[:3]
    named = Q()
    for word in wanted:
        named |= _begins(word)
    found = list(
        Region.objects.current()
        .filter(named, level__lte=4)
        .values_list("code", "name", "stem")
        .order_by("code")[:200]
    )
    ranges: list[tuple[str, str]] = [("0", "9")]
    for word in wanted:
        mine = [
            rules.code_range(code)
            for code, name, core in found
            if name.startswith(word) or word.startswith(core)
        ]
        ranges = [both for a in ranges for b in mine if (both := _narrower(a, b))]
    if not ranges:
        return None
    within = Q()
    for low, high in ranges[:50]:
        within |= Q(code__gte=low, code__lt=high)
    return within


def _narrower(a: tuple[str, str], b: tuple[str, str]) -> tuple[str, str] | None:
    low, high = max(a[0], b[0]), min(a[1], b[1])
    return (low, high) if low < high else None


def _rank(row: Region, word: str) -> int:
    if word in (row.name, row.stem, rules.short_name(row.name)):
        return 0
    return 1 if row.name.startswith(word) else 2
