"""Found on patrol: a word or a button, a photo, the place; twenty seconds, also without a network."""

from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.cases.actions import ACTIONS, Said, Source, report_case
from jinlin.cases.queries import grids_of, usual_categories
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.orgs import queries as orgs
from jinlin.web.access import permits
from jinlin.web.errors import wants_json
from jinlin.web.field import shown
from jinlin.web.moves import answer, key_of, made_at, store_photos
from jinlin.web.ui.offline import keep_offline


@permits("field.view")
@require_http_methods(["GET", "HEAD", "POST"])
@keep_offline
def new(request: Any) -> HttpResponse:
    """Ask for the least that is needed, or take it; "solved" reports and closes in one go."""
    if request.method != "POST":
        return _form(request)
    try:
        said = _said(request)
        appeal = report_case(
            actor=request.actor,
            said=said,
            source=Source(channel="patrol"),
            at=made_at(request),
            key=key_of(request),
        )
    except JinlinError as error:
        if wants_json(request) or not isinstance(error, Invalid):
            raise
        return _form(request, error)
    return _took(request, appeal)


def _took(request: Any, appeal: Any) -> HttpResponse:
    case = appeal.case
    url, done = reverse("field:case", args=[case.tracking]), _("已记下：{title}").format(title=case.title)
    if request.POST.get("solved") == "yes":
        key = key_of(request)
        solve: Any = ACTIONS["solve_on_spot"]
        solve(
            actor=request.actor,
            case_id=case.pk,
            at=made_at(request),
            key=f"{key[:57]}-solved" if key else None,
        )
        url, done = reverse("field:home"), _("已记下并当场解决：{title}").format(title=case.title)
    if not wants_json(request):
        messages.success(request, done)
    return answer(request, url, done)


def _said(request: Any) -> Said:
    """Return what was found; the name of the chosen button stands in when no words were typed."""
    post = request.POST
    code = post.get("other_category") or post.get("category") or ""
    node = orgs.categories().get(code) if code else None
    text = post.get("text", "").strip() or (node.name if node else "")
    if not text:
        raise Invalid({"text": [_("写一句看到了什么，或点一个类别。")]})
    lon, lat = _point(post)
    return Said(
        text=text,
        kind="help",
        category=code,
        place=own_grid(request),
        place_text=post.get("address", ""),
        lon=lon,
        lat=lat,
        datum=post.get("datum") or "wgs84",
        accuracy_m=_number(post.get("accuracy", "")),
        photos=store_photos(request),
    )


def own_grid(request: Any) -> str:
    """Return the posted grid if it is one of the worker's own."""
    own = [code for code, _name in grids_of(request.actor)]
    wanted = str(request.POST.get("grid") or (own[0] if own else ""))
    if wanted not in own:
        raise Invalid({"grid": [_("请选自己负责的网格。")]})
    return wanted


def _point(post: Any) -> tuple[float | None, float | None]:
    lon, lat = post.get("lon", "").strip(), post.get("lat", "").strip()
    if not lon and not lat:
        return None, None
    found = _number(lon), _number(lat)
    if None in found:
        raise Invalid({"address": [_("位置没有取对，请再点一次“用我现在的位置”，或只写地址。")]})
    return found


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _form(request: Any, error: Invalid | None = None) -> HttpResponse:
    grids = grids_of(request.actor)
    usual = usual_categories(viewer=request.actor)
    tree = orgs.categories()
    branches = [(root.label, tree.children(root.code)) for root in tree.roots]
    words = {
        "values": request.POST.dict() if error else {"grid": grids[0][0] if grids else ""},
        "errors": error.fields if error else {},
        "grids": grids,
        "usual": usual,
        "branches": branches,
        "tabs": shown.tabs("new"),
    }
    return render(request, "field/new.html", words, status=error.http_status if error else 200)
