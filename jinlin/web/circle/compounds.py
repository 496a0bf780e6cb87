"""One compound: what its people reach on foot, what is missing, what a neighbour could share, through which gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.circle import queries
from jinlin.circle.queries import CompoundPage, Reach
from jinlin.circle.rules.words import ENCLOSURES
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle.frame import area_name, draw
from jinlin.web.circle.gates import gate_words


@permits("circle.view")
@require_safe
def compounds(request: Any, area: str) -> HttpResponse:
    """Show the compounds of an area in their own order, never by a figure."""
    area_name(area)
    text = str(request.GET.get("q", ""))[:40].strip()
    rows = [
        {"row": row, "kind": _(ENCLOSURES.get(row.kind, row.kind)), "people": words.people(row.people)}
        for row in queries.compounds(viewer=request.actor, area=area)
        if text in row.name
    ]
    return draw(request, "circle/compounds.html", {"rows": rows, "q": text}, area=area, tab="compounds")


@permits("circle.view")
@require_safe
def compound(request: Any, compound_id: UUID) -> HttpResponse:
    """Show one compound."""
    found = queries.compound(viewer=request.actor, compound_id=compound_id)
    row = found.row
    frame = {
        "page": found,
        "kind": _(ENCLOSURES.get(row.kind, row.kind)),
        "people": words.people(row.people),
        "bands": _bands(found.reach),
        "missing": [_reach(one) for one in found.missing],
        "detours": _detours(found),
        "shares": [
            {
                "row": one,
                "metres": words.metres(one.metres),
                "minutes": words.minutes(one.minutes),
                "people": words.people(one.people),
            }
            for one in found.could_share
        ],
        "gates": [gate_words(one) for one in found.gates],
        "unknown": [_reach(one) for one in found.reach if one.status in ("not_mapped", "no_data")],
        "map_url": reverse("circle:walls-map", args=[row.village]),
        "centre": _centre(found),
    }
    return draw(request, "circle/compound.html", frame, area=row.village, tab="compounds")


def _reach(one: Reach) -> dict[str, Any]:
    return {
        "row": one,
        "tier": words.tier(one.tier),
        "need": words.need(one.need),
        "metres": words.metres(one.metres),
        "minutes": words.minutes(one.minutes),
        "slow": words.minutes(one.slow_minutes),
        "status": words.status(one.status),
        "tone": words.TONES.get(one.status, "none"),
        "failed": _(words.FAILED[one.failed]) if one.failed in words.FAILED else "",
        "detour": words.ratio(one.detour),
    }


def _bands(rows: Sequence[Reach]) -> list[dict[str, Any]]:
    """Return what is reached within 5, 10 and 15 minutes by the walk that is shown, each facility in its first band."""
    bands = ((_("5 分钟内"), -1, 5), (_("10 分钟内"), 5, 10), (_("15 分钟内"), 10, 15))
    known = [(one, one.minutes) for one in rows if one.minutes is not None]
    return [
        {"label": label, "rows": [_reach(one) for one, minutes in known if low < minutes <= upto]}
        for label, low, upto in bands
    ]


def _detours(found: CompoundPage) -> list[dict[str, Any]]:
    """Return the ways that are much longer than the straight line, the worst first."""
    far = [one for one in found.detours if one.detour is not None and one.detour > words.DETOUR_ALARM]
    return [_reach(one) for one in sorted(far, key=lambda one: -(one.detour or 0))]


def _centre(found: CompoundPage) -> str:
    """Return where the map opens: the middle of the gates, "" to show the whole village."""
    gates = found.gates
    if not gates:
        return ""
    lon, lat = (sum(getattr(gate, name) for gate in gates) / len(gates) for name in ("lon", "lat"))
    return f"{lon:.6f},{lat:.6f},16"
