"""Maps of the living circle as GeoJSON for the island: what the queries give, with the words and links a reader needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.circle import queries
from jinlin.circle.rules.words import ACCESS, GATE_STATES
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle import address

Feature = dict[str, Any]


def answer(features: Iterable[Feature]) -> JsonResponse:
    """Answer with a collection that no browser keeps."""
    return JsonResponse(
        {"type": "FeatureCollection", "features": list(features)},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )


@permits("circle.view")
@require_safe
def gaps(request: Any, area: str) -> JsonResponse:
    """Give the blocks of an area by what is known of them, with walls and gates: the same as the table says."""
    asked = address.read(area, request.GET)
    chosen = address.assessment_of(queries.assessments(viewer=request.actor, area=area), asked)
    found: dict[str, Any] = {"features": []}
    if chosen.row is not None and asked.category:
        found = queries.gap_map(
            viewer=request.actor,
            area=area,
            category=asked.category,
            assessment_id=chosen.row.id,
            slow=chosen.slow,
        )
    walls = queries.wall_map(viewer=request.actor, area=area)["features"]
    kept = [one for one in walls if _kind(one) != "facility" or _category(one) in ("", asked.category)]
    return answer(map(told, (*found["features"], *kept)))


@permits("circle.view")
@require_safe
def walls(request: Any, area: str) -> JsonResponse:
    """Give walls, gates, ways cut at a wall and facilities of an area."""
    return answer(map(told, queries.wall_map(viewer=request.actor, area=area)["features"]))


def _kind(feature: Feature) -> str:
    return str(feature["properties"].get("kind", ""))


def _category(feature: Feature) -> str:
    facts = feature["properties"]
    return str(facts.get("category") or facts.get("code") or "")


def told(feature: Feature) -> Feature:
    """Return a feature with what to say when it is tapped, and where it leads."""
    facts = dict(feature["properties"])
    say = {"block": _block, "gate": _gate, "facility": _facility, "crossing": _crossing}.get(_kind(feature))
    if say is not None:
        facts["words"], facts["url"] = say(facts)
    return {**feature, "properties": facts}


def _block(facts: dict[str, Any]) -> tuple[str, str]:
    parts = [words.status(str(facts.get("status", ""))), words.people(facts.get("people"))]
    if facts.get("metres") is not None:
        parts.append(_("最近的 {metres}").format(metres=words.metres(facts["metres"])))
    return "，".join(parts), _compound_url(facts.get("compound_id"))  # data


def _compound_url(compound_id: Any) -> str:
    return reverse("circle:compound", args=[compound_id]) if compound_id else ""


def _gate(facts: dict[str, Any]) -> tuple[str, str]:
    parts = [_(GATE_STATES.get(str(facts.get("status")), "")), _(ACCESS.get(str(facts.get("access")), ""))]
    if facts.get("hours"):
        parts.append(str(facts["hours"]))
    said = "，".join(part for part in parts if part)  # data
    return said, reverse("circle:gate", args=[facts["id"]]) if facts.get("id") else ""


def _facility(facts: dict[str, Any]) -> tuple[str, str]:
    url = reverse("circle:facility", args=[facts["id"]]) if facts.get("id") else ""
    return str(facts.get("category_name") or ""), url


def _crossing(facts: dict[str, Any]) -> tuple[str, str]:
    return _("图上有路穿过这段墙，还没有人说这里有没有门"), ""


def told_openly(feature: Feature) -> Feature:
    """Return a feature for everybody: what to say when it is tapped, with a link only to say that it is wrong."""
    facts = dict(told(feature)["properties"])
    facts["url"] = ""
    if _kind(feature) == "facility" and facts.get("id"):
        facts["url"] = reverse("resident:my15-wrong", args=[facts["id"]])
    return {**feature, "properties": facts}
