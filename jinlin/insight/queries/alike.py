"""Cases that tell what a case tells, nearby and lately: scored on demand within a bounded window, no index to keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import numpy as np

from jinlin.cases.models import Appeal, Case
from jinlin.cases.models.case import CaseQuerySet
from jinlin.cases.queries import PublicCase, open_nearby
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.insight.likeness.near import same
from jinlin.insight.likeness.space import space_of
from jinlin.insight.likeness.texts import letters, repost_groups
from jinlin.kernel import clock
from jinlin.people import access
from jinlin.people.access import Actor

WINDOW: Final = timedelta(days=180)  # design/insight.md 2.2
NEAR, WIDE = 150, 150  # the latest cases of the village, and of the town, that are read: about 30 ms
SHOWN: Final = 6
LIKELY: Final = 0.35  # less is chance
SAME_GRID, SAME_TOWN, OTHER_MATTER = 1.1, 0.85, 0.8  # beside the words: the same grid first, the town last
APPEALS_READ: Final = 600


@dataclass(frozen=True)
class AlikeRow:
    """A case that tells the same: as a line of a list, and how sure that is."""

    row: CaseRow
    score: float


@dataclass(frozen=True)
class Alike:
    """What resembles a case: the same place and matter, and apart from it word for word the same."""

    rows: tuple[AlikeRow, ...]
    reposts: tuple[AlikeRow, ...]


def alike_cases(*, viewer: Actor, case: Case) -> Alike:
    """Return cases the viewer may see that tell what this one tells, best first (at most 8 queries).

    Read are the latest cases of half a year in the same village and town, open or closed; nothing else.
    """
    lately = access.visible(viewer, Case.objects.all()).filter(
        county=case.county, opened_at__gte=clock.now() - WINDOW, part_of=None
    )
    found = _bounded(lately.exclude(pk=case.pk), case)
    words = _words(case.county, [case.pk, *(one.pk for one in found)])
    own = words.get(case.pk, ("", ""))
    scored, copies = _scored(own, [words.get(one.pk, ("", "")) for one in found])
    best: dict[bool, list[tuple[float, Case]]] = {True: [], False: []}
    for one, score, copy in zip(found, scored, copies, strict=True):
        score *= _beside(case, one)
        if copy or score >= LIKELY:
            best[copy].append((min(1.0, score), one))
    return Alike(_lines(best[False], viewer), _lines(best[True], viewer))


def nearest_open(
    *, category: str, village: str, title: str, text: str, limit: int = 5
) -> tuple[PublicCase, ...]:
    """Return open cases of the place and matter that a neighbour may join, those that tell the same first (5 queries).

    Words only put in order what place and category show anyway, so that nobody can ask by guessing words what others
    said; nothing of anybody's words is returned.
    """
    rows = open_nearby(category=category, village=village, limit=NEAR)
    if len(rows) < 2 or not letters(f"{title}{text}"):
        return rows[:limit]
    words = _words(village[:6] + "000000", [row.id for row in rows])
    scored, _copies = _scored((title, text), [words.get(row.id, ("", "")) for row in rows])
    order = sorted(range(len(rows)), key=lambda at: (-round(scored[at], 3), at))
    return tuple(rows[at] for at in order[:limit])


def _bounded(rows: CaseQuerySet, case: Case) -> list[Case]:
    """Return the latest cases of the village, then of the town (two queries)."""
    found = {one.pk: one for one in rows.filter(village=case.village).order_by("-opened_at")[:NEAR]}
    if case.town:
        for one in rows.filter(town=case.town).order_by("-opened_at")[:WIDE]:
            found.setdefault(one.pk, one)
    return list(found.values())


def _words(county: str, cases: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the title and the texts of each case, as far as they are read (one query)."""
    rows = Appeal.unscoped.filter(county=county, case__in=cases, withdrawn_at=None).order_by("-made_at")
    titles: dict[UUID, str] = {}
    texts: dict[UUID, list[str]] = defaultdict(list)
    for case, title, text in rows.values_list("case_id", "title", "text")[:APPEALS_READ]:
        titles[case] = title
        texts[case].append(text)
    return {case: (titles[case], " ".join(reversed(told))) for case, told in texts.items()}


def _scored(own: tuple[str, str], others: Sequence[tuple[str, str]]) -> tuple[list[float], list[bool]]:
    """Return how surely each tells the same as `own`, and whether it is word for word the same."""
    if not others:
        return [], []
    titles = [letters(title) for title, _text in (own, *others)]
    texts = [letters(text) for _title, text in (own, *others)]
    space = space_of(titles, texts)
    there = np.arange(1, len(texts), dtype=np.int64)
    scores = same(space, np.zeros(len(there), np.int64), there)
    group = repost_groups(titles, texts)
    return scores.tolist(), [bool(texts[0]) and bool(each == group[0]) for each in group[1:]]


def _beside(case: Case, other: Case) -> float:
    place = SAME_TOWN
    if other.village == case.village:
        place = SAME_GRID if case.grid and other.grid == case.grid else 1.0
    apart = case.category_id and other.category_id and case.category_id != other.category_id
    return place * (OTHER_MATTER if apart else 1.0)


def _lines(best: list[tuple[float, Case]], viewer: Actor) -> tuple[AlikeRow, ...]:
    """Return the best as lines, open ones before closed ones of the same score (3 queries, none for none)."""
    chosen = sorted(best, key=lambda pair: (-round(pair[0], 2), not pair[1].is_open, str(pair[1].pk)))[:SHOWN]
    if not chosen:
        return ()
    lines = as_rows([case for _score, case in chosen], viewer)
    return tuple(AlikeRow(line, score) for line, (score, _case) in zip(lines, chosen, strict=True))
