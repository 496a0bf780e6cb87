"""Reading pictures. Whether this viewer may is decided by the owner's room before it asks here."""

from __future__ import annotations

from django.db import models

from jinlin.kernel import crypto
from jinlin.kernel.errors import NotFound

from . import store
from .models import StoredFile


def read_file(stored: StoredFile, *, thumb: bool = False) -> bytes:
    """Return the JPEG bytes of a picture or of its thumbnail (320 px); NotFound if the disk has lost it."""
    try:
        data = store.path_of(stored.pk, thumb=thumb).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("files.storedfile") from error
    return crypto.open_bytes(data, aad=stored.aad(thumb=thumb)) if stored.sealed else data


def files_of(owner: models.Model) -> models.QuerySet[StoredFile]:
    """Return the pictures of one row, oldest first; the caller has checked that the viewer may see the row."""
    return StoredFile.objects.filter(owner_kind=owner._meta.label_lower, owner_id=str(owner.pk)).order_by(
        "created_at", "id"
    )
