"""Calling somebody: the number is opened for a purpose that is written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jinlin.gatherings import actions, queries
from jinlin.kernel.errors import JinlinError
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import draw


@permits("contact.open")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: Any, kind: str, row_id: UUID) -> HttpResponse:
    """Ask what for, then show the number once."""
    row = queries.place_of(viewer=request.actor, kind=kind, row_id=row_id)
    frame: dict[str, Any] = {"typed": request.POST, "back": request.headers.get("Referer", "")}
    status = 200
    if request.method == "POST":
        try:
            purpose = str(request.POST.get("purpose", ""))
            found = actions.open_number(actor=request.actor, kind=kind, row_id=row_id, purpose=purpose)
            frame["opened"] = found
        except JinlinError as error:
            if error.http_status == 404:
                raise
            frame["wrong"] = getattr(error, "fields", None) or {"": [str(error)]}
            status = error.http_status
    return draw(request, "gatherings/contact.html", frame, area=row, status=status)
