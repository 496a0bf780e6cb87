"""Where a merged case went and what was merged into one: its people follow it to the end of the chain."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jinlin.cases.models import Case, CaseLink

LONGEST: Final = 20


def merged_chain(case: Case) -> list[Case]:
    """Return the cases a case was merged into, one after the other, the one that goes on last (a query each)."""
    chain: list[Case] = []
    seen = {case.pk}
    here = case
    while here.end_kind == "duplicate" and len(chain) < LONGEST:
        link = CaseLink.objects.filter(case=here, kind="duplicate").select_related("other").first()
        if link is None or link.other_id in seen:
            break
        here = link.other
        seen.add(here.pk)
        chain.append(here)
    return chain


def merged_here(county: str, case_id: UUID) -> frozenset[UUID]:
    """Return a case and every case merged into it, over however many steps: their words are all its own now.

    It costs one query where nothing was merged and one more for each step.
    """
    found = {case_id}
    last = {case_id}
    while last:
        links = CaseLink.objects.filter(county=county, kind="duplicate", other__in=last)
        last = set(links.values_list("case_id", flat=True)) - found
        found |= last
    return frozenset(found)
