"""三长连心桥: the seats the community keeps, and the public board that hangs in a stairwell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.kernel.errors import NotFound
from jinlin.orgs import actions
from jinlin.orgs import queries as orgs
from jinlin.orgs.actions import Head
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of, short_name
from jinlin.web.access import permits, public
from jinlin.web.manage.forms import key_of
from jinlin.web.party import frame

DUTIES = ("grid_leader", "building_head", "unit_head")


@permits("party.view")
@require_http_methods(["GET", "HEAD", "POST"])
def heads(request: Any, area: str) -> HttpResponse:
    """Show the seats of a community and put a head on the board; a wider area chooses a community first."""
    is_village = level_of(area) >= frame.VILLAGE

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        words = {
            "rows": _rows(orgs.heads(viewer=request.actor, village=area), area) if is_village else [],
            "below": []
            if is_village
            else [(row.code, short_name(row.name)) for row in places.children(area)],
            "kinds": orgs.head_kinds(),
            "grids": frame.grids(area) if is_village else [],
            **more,
        }
        return frame.draw(request, "party/heads.html", words, area=area, tab="heads", status=status)

    if request.method != "POST":
        return page()
    return frame.post(request, lambda: _save(request), page, back=reverse("party:heads", args=[area]))


def _save(request: Any) -> object:
    post = request.POST
    if post.get("unseat"):
        seat = frame.chosen(post.get("unseat", ""), "unseat")
        assert seat is not None
        return actions.unseat_head(actor=request.actor, seat=seat, key=key_of(request))
    head = Head(
        kind=post.get("kind", ""),
        grid=post.get("grid", ""),
        spot=post.get("spot", ""),
        office_phone=post.get("office_phone", ""),
        shown_name=post.get("shown_name", ""),
        agreed=bool(post.get("agreed")),
    )
    return actions.seat_head(actor=request.actor, head=head, key=key_of(request))


def _rows(found: list[Any], area: str) -> list[tuple[str, list[Any]]]:
    """Return the seats by grid, grid heads first."""
    names = places.grid_names(area)
    order = {kind: place for place, (kind, _label) in enumerate(orgs.head_kinds())}
    by_grid: dict[str, list[Any]] = {}
    for row in sorted(found, key=lambda one: (one.grid, order[one.kind], one.spot)):
        by_grid.setdefault(row.grid, []).append(row)
    return [(names.get(code, code), rows) for code, rows in by_grid.items()]


@public
@require_safe
def board(request: HttpRequest, village: str) -> HttpResponse:
    """Show the board of a community to everybody, fit to be printed: office numbers, duties, names agreed to."""
    if not is_region_code(village) or level_of(village) < frame.VILLAGE:
        raise NotFound("region", _("三长连心桥按村、社区公示，请先选到村或社区。"))
    region = places.region(village)
    duties = {row.code: row for row in orgs.methods(county=village[:6] + "000000")}
    words = {
        "name": short_name(region.name),
        "village": village,
        "rows": _rows(orgs.heads_of(village), village),
        "duties": [
            (label, [step["words"] for step in duties[kind].steps])
            for kind, label in orgs.head_kinds()
            if kind in duties
        ],
    }
    return render(request, "party/board.html", words)
