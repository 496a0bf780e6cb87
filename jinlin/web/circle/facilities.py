"""Facilities and what residents say is wrong with them; a correction takes hold at once and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.circle import actions, queries
from jinlin.circle.actions import FacilityFacts
from jinlin.circle.queries import FacilityRow
from jinlin.circle.rules.words import FACILITY_STATES, OUTCOMES
from jinlin.people import access
from jinlin.web import moves
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle.frame import area_name, draw, one_of, write
from jinlin.web.circle.gates import change_words

LISTED = 200


@permits("circle.view")
@require_safe
def facilities(request: Any, area: str) -> HttpResponse:
    """Show facilities by category and name, and what residents say is wrong."""
    area_name(area)
    category, text = str(request.GET.get("category", ""))[:12], str(request.GET.get("q", ""))[:40].strip()
    names = queries.category_names()
    category = category if category in names else ""
    rows = queries.facilities(viewer=request.actor, area=area, category=category, q=text)
    frame = {
        "rows": [_shown(row) for row in rows[:LISTED]],
        "hidden": max(0, len(rows) - LISTED),
        "categories": [("", _("全部类别")), *names.items()],
        "category": category,
        "q": text,
        "flags": queries.flags(viewer=request.actor, area=area),
        "outcomes": words.choices(OUTCOMES),
    }
    return draw(request, "circle/facilities.html", frame, area=area, tab="facilities")


def _shown(row: FacilityRow) -> dict[str, Any]:
    return {
        "row": row,
        "url": reverse("circle:facility", args=[row.id]),
        "status": _(FACILITY_STATES.get(row.status, row.status)),
        "tone": "done" if row.status == "open" else "none",
        "accessible": words.yes_no(row.accessible),
        "who": _("谁都能用") if row.public else _("只供本院居民"),
    }


@permits("circle.view")
@require_http_methods(["GET", "HEAD", "POST"])
def facility(request: Any, facility_id: UUID) -> HttpResponse:
    """Show one facility with its agreements and history; those who may, correct it."""
    found = queries.facility(viewer=request.actor, facility_id=facility_id)
    if request.method != "POST":
        return _page(request, found, {}, {}, 200)
    typed = request.POST

    def save() -> object:
        access.require(request.actor, "circle.edit")
        facts = FacilityFacts(
            name=str(typed.get("name", "")),
            hours=str(typed.get("hours", "")),
            status=str(typed.get("status", "")),
            accessible=one_of(str(typed.get("accessible", ""))),
            public=typed.get("public") == "yes",
            source=str(typed.get("source", "")),
        )
        return actions.correct_facility(
            actor=request.actor,
            facility_id=facility_id,
            facts=facts,
            words=str(typed.get("words", "")),
            key=moves.key_of(request),
        )

    return write(
        request,
        save,
        back=reverse("circle:facility", args=[facility_id]),
        again=lambda errors, code: _page(request, found, typed, errors, code),
    )


def _page(
    request: Any, found: Any, typed: Mapping[str, Any], errors: Mapping[str, list[str]], code: int
) -> HttpResponse:
    row: FacilityRow = found.row
    flag = {True: "yes", False: "no", None: ""}[row.accessible]
    values = {name: getattr(row, name) for name in ("name", "hours", "status", "source")}
    frame = {
        "facility": _shown(row),
        "rules": found.rules,
        "history": [change_words(one) for one in found.history],
        "flags": found.flags,
        "outcomes": words.choices(OUTCOMES),
        "values": typed or values | {"accessible": flag, "public": "yes" if row.public else "no"},
        "errors": errors,
        "states": words.choices(FACILITY_STATES),
        "yes_no": [("", _("不清楚")), ("yes", _("是")), ("no", _("否"))],
        "who": [("yes", _("谁都能用")), ("no", _("只供本院居民和约定的小区"))],
        "map_url": reverse("circle:walls-map", args=[row.village]),
        "centre": f"{row.lon},{row.lat},17" if row.lon else "",
    }
    return draw(request, "circle/facility.html", frame, area=row.village, tab="facilities", status=code)


@permits("circle.edit")
@require_POST
def flag(request: Any, flag_id: UUID) -> HttpResponse:
    """Answer what a resident said is wrong."""
    post = request.POST
    back = str(post.get("back", ""))
    safe = back if back.startswith("/circle/") else reverse("circle:home")

    def save() -> object:
        return actions.settle_flag(
            actor=request.actor,
            flag_id=flag_id,
            outcome=str(post.get("outcome", "")),
            answer=str(post.get("answer", "")),
            key=moves.key_of(request),
        )

    def again(errors: Mapping[str, list[str]], _code: int) -> HttpResponse:
        for sentences in errors.values():
            for sentence in sentences:
                messages.error(request, sentence)
        return HttpResponseRedirect(safe)

    return write(request, save, back=safe, again=again, said=_("已记下核实的结果。"))
