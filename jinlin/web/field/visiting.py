"""走访 on the phone: what people said at the door, a sentence per matter; going is not recorded, only what it brought."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.cases.actions import Caller, Said
from jinlin.cases.actions.visiting import record_visit
from jinlin.cases.queries import grids_of, usual_categories
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.web.access import permits
from jinlin.web.errors import wants_json
from jinlin.web.field import shown
from jinlin.web.field.patrol import own_grid
from jinlin.web.moves import answer, key_of, made_at
from jinlin.web.ui.offline import keep_offline

MATTERS: Final = 3


@permits("field.view")
@require_http_methods(["GET", "HEAD", "POST"])
@keep_offline
def visit(request: Any) -> HttpResponse:
    """Ask what was said, or take it; each matter becomes an appeal that goes its ordinary way."""
    if request.method != "POST":
        return _form(request)
    post = request.POST
    try:
        row = record_visit(
            actor=request.actor,
            matters=_matters(request),
            caller=Caller(phone=post.get("phone", ""), name=post.get("name", "")),
            channel="parlour" if post.get("channel") == "parlour" else "visit",
            at=made_at(request),
            key=key_of(request),
        )
    except JinlinError as error:
        if wants_json(request) or not isinstance(error, Invalid):
            raise
        return _form(request, error)
    done = _("已记下 %(n)d 件，已经转到待办里。") % {"n": row.matters}
    if not wants_json(request):
        messages.success(request, done)
    return answer(request, reverse("field:home"), done)


def _matters(request: Any) -> list[Said]:
    """Return one thing said per filled line, in the order of the page."""
    post, place = request.POST, own_grid(request)
    rows = zip(post.getlist("text"), post.getlist("category"), strict=False)
    return [
        Said(text=text.strip(), category=code, kind="help", place=place, place_text=post.get("address", ""))
        for text, code in rows
        if text.strip()
    ]


def _form(request: Any, error: Invalid | None = None) -> HttpResponse:
    grids = grids_of(request.actor)
    post = request.POST
    texts = [*post.getlist("text"), "", "", ""][:MATTERS]
    codes = [*post.getlist("category"), "", "", ""][:MATTERS]
    words = {
        "lines": [
            {"number": at, "text": text, "code": code}
            for at, (text, code) in enumerate(zip(texts, codes, strict=True), start=1)
        ],
        "values": post.dict() if error else {"grid": grids[0][0] if grids else "", "channel": "visit"},
        "errors": error.fields if error else {},
        "grids": grids,
        "usual": [
            ("", _("由社区判断")),
            *((node.code, node.label) for node in usual_categories(viewer=request.actor)),
        ],
        "channels": [("visit", _("上门走访")), ("parlour", _("会客厅"))],
        "tabs": shown.tabs("new"),
    }
    return render(request, "field/visit.html", words, status=error.http_status if error else 200)
