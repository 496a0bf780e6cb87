"""The gate editor: walls, gates, ways drawn across a wall; from a list or the map, a second person confirms, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.circle import actions, queries
from jinlin.circle.actions import GateFacts
from jinlin.circle.queries import ChangeRow, GateRow
from jinlin.circle.rules.words import ACCESS, CHANGE_STATE_NAMES, CONFIDENCE, GATE_STATES
from jinlin.kernel.errors import Invalid
from jinlin.web import moves
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle.address import is_uuid
from jinlin.web.circle.frame import area_name, draw, number, one_of, uuids, write

STATE_TONES: Final = {"open": "done", "closed": "none", "proposed": "action"}
CHANGE_TONES: Final = {"waiting": "wait", "confirmed": "done", "refused": "none", "undone": "none"}


def gate_words(row: GateRow) -> dict[str, Any]:
    """Return a gate as its list shows it."""
    between = _("{one} ↔ {other}").format(one=row.compound, other=row.other or _("外面"))
    return {
        "row": row,
        "url": reverse("circle:gate", args=[row.id]),
        "between": between,
        "status": _(GATE_STATES.get(row.status, row.status)),
        "tone": STATE_TONES.get(row.status, "none"),
        "access": _(ACCESS.get(row.access, row.access)),
        "barrier_free": words.yes_no(row.barrier_free),
        "confidence": _(CONFIDENCE.get(row.confidence, row.confidence)),
    }


def change_words(row: ChangeRow) -> dict[str, Any]:
    """Return a change with what it was and what it becomes."""
    return {
        "row": row,
        "state": _(CHANGE_STATE_NAMES.get(row.state, row.state)),
        "tone": CHANGE_TONES.get(row.state, "none"),
        "url": reverse(f"circle:{row.kind}", args=[row.subject_id])
        if row.kind in ("gate", "facility")
        else "",
    }


@permits("circle.view")
@require_safe
def gates(request: Any, area: str) -> HttpResponse:
    """Show gates, what waits for a second person, and ways that cross a wall; the list is enough without the map."""
    area_name(area)
    status = str(request.GET.get("status", ""))
    status = status if status in GATE_STATES else ""
    rows = queries.gates(viewer=request.actor, area=area, status=status)
    frame = {
        "rows": [gate_words(row) for row in rows],
        "waiting": [change_words(row) for row in queries.waiting_changes(viewer=request.actor, area=area)],
        "crossings": queries.crossings(viewer=request.actor, area=area),
        "states": words.choices(GATE_STATES, _("全部")),
        "status": status,
        "map_url": reverse("circle:walls-map", args=[area]),
    }
    return draw(request, "circle/gates.html", frame, area=area, tab="gates")


@permits("circle.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, area: str) -> HttpResponse:
    """Say where there is a gate, or where one is proposed; a way across a wall brings its place along."""
    area_name(area)
    if request.method == "POST":
        typed = request.POST

        def save() -> object:
            compound = uuids([typed.get("compound", "")], "compound")
            if not compound:
                raise Invalid({"compound": [_("请选这道门开在哪个小区的墙上。")]})
            return actions.propose_gate(
                actor=request.actor, compound_id=compound[0], facts=facts_of(typed), key=moves.key_of(request)
            )

        return write(
            request,
            save,
            back=reverse("circle:gates", args=[area]),
            again=lambda errors, code: _new_form(request, area, typed, errors, code),
            said=_("已记下，等另一位同事核实后生效。"),
        )
    return _new_form(request, area, _from_crossing(request, area), {}, 200)


def _from_crossing(request: Any, area: str) -> dict[str, Any]:
    """Return what is known when the form was opened from a way across a wall."""
    asked = str(request.GET.get("crossing", ""))
    if not is_uuid(asked):
        compound = str(request.GET.get("compound", ""))
        return {"compound": compound if is_uuid(compound) else "", "status": "open"}
    rows = queries.crossings(viewer=request.actor, area=area)
    row = next((row for row in rows if str(row.id) == asked), None)
    if row is None:
        return {"status": "open"}
    return {
        "compound": str(row.compound_id),
        "lon": row.lon,
        "lat": row.lat,
        "status": "open",
        "crossing": asked,
    }


def _new_form(
    request: Any, area: str, typed: Mapping[str, Any], errors: Mapping[str, list[str]], code: int
) -> HttpResponse:
    frame = {
        "typed": typed,
        "errors": errors,
        "compounds": _compound_choices(request, area),
        "map_url": reverse("circle:walls-map", args=[area]),
        **_choices(),
    }
    return draw(request, "circle/gate_new.html", frame, area=area, tab="gates", status=code)


def _compound_choices(request: Any, area: str) -> list[tuple[str, str]]:
    rows = queries.compound_choices(viewer=request.actor, area=area)
    return [("", _("请选择")), *((str(compound_id), name) for compound_id, name in rows)]


def _with_other(choices: list[tuple[str, str]], row: GateRow) -> list[tuple[str, str]]:
    """Return the choices with the compound beyond the wall: in another community's list it would be lost unseen."""
    if row.other_id is None or str(row.other_id) in dict(choices):
        return choices
    return [*choices, (str(row.other_id), row.other)]


def _choices() -> dict[str, Any]:
    return {
        "states": words.choices(GATE_STATES),
        "accesses": words.choices(ACCESS),
        "confidences": words.choices(CONFIDENCE),
        "yes_no": [("", _("不清楚")), ("yes", _("是")), ("no", _("否"))],
    }


def facts_of(post: Mapping[str, Any]) -> GateFacts:
    """Return the facts a form says about a gate; Invalid names each field that can't be read."""
    other = uuids([str(post.get("other", ""))], "other")
    return GateFacts(
        name=str(post.get("name", "")),
        lon=number(str(post.get("lon", "")), "place"),
        lat=number(str(post.get("lat", "")), "place"),
        datum=str(post.get("datum", "")) or "wgs84",
        status=str(post.get("status", "")),
        access=str(post.get("access", "")),
        hours=str(post.get("hours", "")),
        barrier_free=one_of(str(post.get("barrier_free", ""))),
        length_m=number(str(post.get("length_m", "")), "length_m"),
        source=str(post.get("source", "")),
        confidence=str(post.get("confidence", "")),
        verified_on=_day(str(post.get("verified_on", ""))),
        other_id=other[0] if other else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({"verified_on": [_("日期请写成 2026-03-01 这样。")]}) from None


@permits("circle.view")
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: Any, gate_id: UUID) -> HttpResponse:
    """Show one gate with its history; those who may, correct it."""
    found = queries.gate(viewer=request.actor, gate_id=gate_id)
    if request.method != "POST":
        return _gate_page(request, found, {}, {}, 200)
    typed = request.POST

    def save() -> object:
        return actions.correct_gate(
            actor=request.actor,
            gate_id=gate_id,
            facts=facts_of(typed),
            words=str(typed.get("words", "")),
            key=moves.key_of(request),
        )

    return write(
        request,
        save,
        back=reverse("circle:gate", args=[gate_id]),
        again=lambda errors, code: _gate_page(request, found, typed, errors, code),
        said=_("已记下，等另一位同事核实后生效。"),
    )


def _gate_page(
    request: Any, found: Any, typed: Mapping[str, Any], errors: Mapping[str, list[str]], code: int
) -> HttpResponse:
    row: GateRow = found.row
    village = row.village
    frame = {
        "gate": gate_words(row),
        "values": typed or _values(row),
        "errors": errors,
        "history": [change_words(one) for one in found.history],
        "map_url": reverse("circle:walls-map", args=[village]),
        "centre": f"{row.lon},{row.lat},17",
        "compounds": _with_other(_compound_choices(request, village), row),
        **_choices(),
    }
    return draw(request, "circle/gate.html", frame, area=village, tab="gates", status=code)


def _values(row: GateRow) -> dict[str, Any]:
    flag = {True: "yes", False: "no", None: ""}[row.barrier_free]
    names = ("name", "lon", "lat", "status", "access", "hours", "length_m", "source", "confidence")
    return {name: getattr(row, name) for name in names} | {
        "barrier_free": flag,
        "other": str(row.other_id or ""),
    }


@permits("circle.edit")
@require_POST
def change(request: Any, change_id: UUID) -> HttpResponse:
    """Confirm, refuse or undo a change; the person who made it can't confirm it."""
    post = request.POST
    back = str(post.get("back", ""))
    verb, note, key = str(post.get("verb", "")), str(post.get("words", "")), moves.key_of(request)

    def save() -> object:
        if verb == "undo":
            return actions.undo_change(actor=request.actor, change_id=change_id, words=note, key=key)
        return actions.confirm_change(
            actor=request.actor, change_id=change_id, agreed=verb == "agree", words=note, key=key
        )

    safe = back if back.startswith("/circle/") else reverse("circle:home")
    said = {"agree": _("已核实，生效了。"), "undo": _("已撤销，恢复到原来的样子。")}.get(
        verb, _("已退回，原来的样子不变。")
    )
    return write(request, save, back=safe, again=lambda errors, code: _told(request, errors, safe), said=said)


def _told(request: Any, errors: Mapping[str, list[str]], back: str) -> HttpResponse:

    for sentences in errors.values():
        for sentence in sentences:
            messages.error(request, sentence)
    return HttpResponseRedirect(back)
