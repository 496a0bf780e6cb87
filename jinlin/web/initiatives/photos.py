"""Pictures of evidence, rounds, findings and sheets, for the staff of the item's place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jinlin.initiatives.queries import may_see_photo
from jinlin.web.access import permits
from jinlin.web.public.photos import picture


@permits("initiative.view")
@require_safe
def photo(request: Any, file_id: UUID) -> HttpResponse:
    """Send a picture in full."""
    return picture(may_see_photo(viewer=request.actor, file_id=file_id), thumb=False)


@permits("initiative.view")
@require_safe
def thumb(request: Any, file_id: UUID) -> HttpResponse:
    """Send a picture small."""
    return picture(may_see_photo(viewer=request.actor, file_id=file_id), thumb=True)
