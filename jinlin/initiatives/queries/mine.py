"""What one link opens: the own proposals and supports with what is new about them; never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from jinlin.initiatives.models import Answer, Initiative, Pass, StageEntry, Support
from jinlin.initiatives.rules import kinds

MOST = 100


@dataclass(frozen=True)
class Own:
    """One item of a resident's page: put in or supported, with the news since the last look."""

    item: Initiative
    is_mine: bool
    is_supported: bool
    moved_from: str  # the title it was supported under, before a merge
    news: tuple[StageEntry, ...]
    may_answer: bool
    says: str


def own_items(passed: Pass) -> list[Own]:
    """Return what was done through a link, the newest news first (four queries)."""
    supports = {
        row.initiative_id: row for row in Support.objects.filter(passed=passed).select_related("first")[:MOST]
    }
    rows = list(
        Initiative.unscoped.filter(Q(proposed_by=passed) | Q(pk__in=supports)).order_by("-moved_at")[:MOST]
    )
    fresh: dict[object, list[StageEntry]] = {}
    news = StageEntry.objects.filter(initiative__in=rows).exclude(public_text="")
    if passed.seen_until:
        news = news.filter(at__gt=passed.seen_until)
    for entry in news.order_by("-at")[: 3 * MOST]:
        fresh.setdefault(entry.initiative_id, []).append(entry)
    said = dict(Answer.objects.filter(passed=passed).values_list("initiative_id", "says"))
    return [
        Own(
            item=row,
            is_mine=row.proposed_by_id == passed.pk,
            is_supported=row.pk in supports,
            moved_from=_moved(supports.get(row.pk), row),
            news=tuple(fresh.get(row.pk, ()))[:5],
            may_answer=row.stage in (kinds.ACCEPTED, kinds.REVIEWED),
            says=said.get(row.pk, ""),
        )
        for row in rows
    ]


def _moved(support: Support | None, row: Initiative) -> str:
    return support.first.title if support is not None and support.first_id != row.pk else ""
