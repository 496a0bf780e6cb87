"""A photo as bytes, for whoever may see its case."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from jinlin.cases import queries
from jinlin.files.queries import read_file
from jinlin.people.access import Actor


def picture(viewer: Actor, photo: UUID, *, thumb: bool) -> HttpResponse:
    """Return the JPEG; NotFound when the viewer may not see the case or read its texts."""
    found = queries.may_see_photo(viewer=viewer, file_id=photo)
    response = HttpResponse(read_file(found.stored, thumb=thumb), content_type="image/jpeg")
    response["Content-Disposition"] = f'attachment; filename="{photo}.jpg"'
    response["Cache-Control"] = "private, no-store"
    return response
