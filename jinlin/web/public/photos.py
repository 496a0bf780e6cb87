"""Photos of cases, only for who may see and read the case; never executed, never kept by a shared cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jinlin.cases.queries import may_see_photo
from jinlin.files.queries import read_file
from jinlin.kernel.errors import NotFound
from jinlin.web.access import permits
from jinlin.web.middleware import resident_of

if TYPE_CHECKING:
    from jinlin.files.models import StoredFile

HOUR = 3600


def _send(request: Any, file_id: UUID, *, thumb: bool) -> HttpResponse:
    try:
        photo = may_see_photo(viewer=request.actor, file_id=file_id)
    except NotFound:  # staff who are residents at home see the photos of the case they proved
        photo = may_see_photo(viewer=resident_of(request), file_id=file_id)
    return picture(photo.stored, thumb=thumb)


def picture(stored: StoredFile, *, thumb: bool) -> HttpResponse:
    """Answer with a picture the viewer may see, so that no browser runs it and no shared cache keeps it."""
    data = read_file(stored, thumb=thumb)
    size = "-s" if thumb else ""
    return HttpResponse(
        data,
        content_type="image/jpeg",
        headers={
            "Cache-Control": f"private, max-age={HOUR}",
            "Content-Disposition": f'inline; filename="{stored.pk}{size}.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


@permits("case.track")
@require_safe
def photo(request: Any, file_id: UUID) -> HttpResponse:
    """Send a photo in full."""
    return _send(request, file_id, thumb=False)


@permits("case.track")
@require_safe
def thumb(request: Any, file_id: UUID) -> HttpResponse:
    """Send a photo small."""
    return _send(request, file_id, thumb=True)
