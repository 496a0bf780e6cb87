"""The first page of 共治: what neighbours can do together, in one look, and what this visitor has signed up for."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.kernel.errors import gettext_noop
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import kept, where
from jinlin.web.together.frame import SECTIONS, draw

ROUTES = {
    "seat": ("together:seat", gettext_noop("我报名的")),
    "booking": ("together:booking", gettext_noop("我预订的")),
    "offer": ("together:offer", gettext_noop("我提的")),
    "match": ("together:match", gettext_noop("我认领的")),
    "group": ("together:group", gettext_noop("联户组")),
    "book": ("together:hours", gettext_noop("志愿时数")),
}


@resident("together.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the sections that have pages, and one's own links of this visit."""
    if request.GET.get("place"):
        where(request)  # who comes from a community's own link stays there on every page that follows
    mine = [
        {
            "url": reverse(ROUTES[row["kind"]][0], args=[row["id"], row["token"]]),
            "title": row["title"],
            "meta": [_(ROUTES[row["kind"]][1])],
        }
        for row in kept(request)
        if row["kind"] in ROUTES
    ]
    sections = [one for one in SECTIONS if one.url]
    return draw(request, "together/home.html", {"sections": sections, "mine": mine})
