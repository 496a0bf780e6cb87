"""Photos of a case: already stored by `files`, hung on the case here; never demanded unless the category does."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.step import Step
from jinlin.cases.models import Case, CasePhoto
from jinlin.files import actions as files
from jinlin.kernel.errors import Invalid

MAX_PHOTOS = 6


def attach(step: Step, photos: Sequence[UUID]) -> int:
    """Hang stored photos on the case with the move that brought them; returns how many."""
    return hang(step.case, photos, seq=step.case.event_count + 1)


def attach_evidence(step: Step, photos: Sequence[UUID]) -> None:
    """Hang the photos of work said to be done; Invalid without any where the category asks for one."""
    category = step.case.category
    if not attach(step, photos) and category and category.photo_required:
        raise Invalid({"photos": [_("这类事要求附一张办结照片，请补一张。")]})


def hang(case: Case, photos: Sequence[UUID], *, seq: int) -> int:
    """Hang loose stored photos on a case; a file that is already somebody's is refused."""
    wanted = list(dict.fromkeys(photos))
    if not wanted:
        return 0
    if len(wanted) > MAX_PHOTOS:
        raise Invalid({"photos": [_("一次最多传六张照片，请减少。")]})
    stored = files.attach(file_ids=wanted, owner=case, county=case.county)
    CasePhoto.objects.bulk_create(
        CasePhoto(county=case.county, case=case, stored=row, seq=seq) for row in stored
    )
    return len(stored)
