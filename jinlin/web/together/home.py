"""The first page of 共治: what neighbours can do together, in one look."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jinlin.web.resident.proof import resident
from jinlin.web.together.frame import SECTIONS, draw


@resident("together.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the sections that have pages."""
    return draw(request, "together/home.html", {"sections": [one for one in SECTIONS if one.url]})
