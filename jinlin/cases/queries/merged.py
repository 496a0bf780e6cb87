"""Where a merged case went: its people follow it to the end of the chain."""

from __future__ import annotations

from typing import Final

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
