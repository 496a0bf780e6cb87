"""Pictures that came with evidence, rounds, findings and sheets of paper: for the staff of the place, and the seat.

What everybody reads of an item are its words: a picture of a site or of an activity may show who was there.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from jinlin.files.models import StoredFile
from jinlin.initiatives.models import Initiative, Milestone, PaperTally, Pass, Resolution, SiteVisit
from jinlin.initiatives.rules import kinds
from jinlin.kernel.errors import NotFound
from jinlin.people import areas
from jinlin.people.access import Actor

OWNERS: Final[dict[str, Any]] = {
    model._meta.label_lower: model for model in (Milestone, PaperTally, Resolution, SiteVisit)
}
OF_SITE: Final = (Resolution, SiteVisit)


def may_see_photo(*, viewer: Actor, file_id: UUID) -> StoredFile:
    """Return a picture for the staff of the item's place; NotFound otherwise (at most three queries).

    Sheets carry signatures: they are for those who look after the item, applications for the venture office.
    """
    stored, row = _owned(file_id)
    if not areas.covers_area(viewer, verb_for(row.initiative, row), row.initiative.area):
        raise NotFound("photo")
    return stored


def verb_for(item: Initiative, row: Any = None) -> str:
    """Return what a post must allow to see pictures of an item, or of one row of it."""
    if item.kind == kinds.VENTURE:
        return "venture.run"
    return "initiative.handle" if isinstance(row, PaperTally) else "initiative.view"


def seat_photo(*, seat: Pass | None, file_id: UUID) -> StoredFile:
    """Return a picture of the site for a supervisor's live seat on it; NotFound otherwise (at most two queries)."""
    stored, row = _owned(file_id)
    if seat is None or seat.conflict != "none" or seat.initiative_id != row.initiative_id:
        raise NotFound("photo")
    if not isinstance(row, OF_SITE):
        raise NotFound("photo")
    return stored


def _owned(file_id: UUID) -> tuple[StoredFile, Any]:
    stored = StoredFile.objects.filter(pk=file_id, owner_kind__in=OWNERS).first()
    if stored is None:
        raise NotFound("photo")
    rows = OWNERS[stored.owner_kind].objects.select_related("initiative")
    row = rows.filter(pk=stored.owner_id).first()
    if row is None:
        raise NotFound("photo")
    return stored, row


def sheets(item: Initiative) -> list[PaperTally]:
    """Return the sheets of paper supports of an item, the newest first; for its host (one query)."""
    return list(PaperTally.objects.filter(initiative=item).order_by("-at")[:20])
