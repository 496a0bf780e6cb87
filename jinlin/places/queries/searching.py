"""Search of the region tree by Chinese name, for people who type."""

from __future__ import annotations

from django.db.models import Q

from jinlin.places import rules
from jinlin.places.models import Region


def search_regions(text: str, *, within: str = "", limit: int = 20) -> list[Region]:
    """Return regions whose name fits the words: exact first, then beginning, then containing (at most 2 queries).

    Several words narrow: "川汇 七一路" finds 七一路街道 in 川汇区.
    """
    words = [word for word in text.split() if word][:4]
    if not words:
        return []
    rows = Region.objects.current().select_related("parent")
    if within:
        rows = rows.between("code", rules.code_range(within))
    *above, last = words
    for word in above:
        codes = list(
            Region.objects.current()
            .filter(level__lte=4, name__contains=word)
            .values_list("code", flat=True)[:50]
        )
        if not codes:
            return []
        inside = Q()
        for code in codes:
            low, high = rules.code_range(code)
            inside |= Q(code__gte=low, code__lt=high)
        rows = rows.filter(inside)
    if last.isdigit():
        return list(
            rows.filter(code__gte=last.ljust(12, "0")[:12], code__lt=last[:12] + "9").order_by("code")[:limit]
        )
    found = list(rows.filter(Q(name__contains=last) | Q(stem=last)).order_by("level", "code")[: limit * 5])
    found.sort(key=lambda row: (_rank(row, last), row.level, row.code))
    return found[:limit]


def _rank(row: Region, word: str) -> int:
    if word in (row.name, row.stem, rules.short_name(row.name)):
        return 0
    return 1 if row.name.startswith(word) else 2
