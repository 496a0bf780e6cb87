"""Taking, attaching and erasing pictures. Decoding and disk writes stay outside of the database's gate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from jinlin.kernel import clock, crypto
from jinlin.kernel.errors import Conflict, Invalid
from jinlin.kernel.idempotency import clean_key, once
from jinlin.kernel.ids import new_id

from . import rules, store
from .models import StoredFile
from .rules import CleanImage

LOOSE_FOR = timedelta(hours=24)


class Doer(Protocol):
    """What files needs to know of an actor."""

    @property
    def key(self) -> str:
        """Who it is, without a name."""


def store_image(
    *,
    actor: Doer,
    county: str,
    data: bytes | BinaryIO,
    name: str = "",
    sealed: bool = False,
    key: str | None = None,
) -> StoredFile:
    """Take a picture from anybody, cleaned; Invalid({"photo": [sentence]}) if it isn't one.

    The picture belongs to nobody until `attach`, and goes after 24 hours if that never comes. `name` is what
    the device called the file: never trusted, never stored. `sealed` encrypts it on the disk.
    """
    if key:
        clean_key(key)
    image = rules.clean_image(_read(data))
    file_id = new_id()
    for thumb, jpeg in ((False, image.jpeg), (True, image.thumb)):
        aad = StoredFile(pk=file_id).aad(thumb=thumb)
        written = crypto.seal_bytes(jpeg, aad=aad) if sealed else jpeg
        store.write(store.path_of(file_id, thumb=thumb), written)
    kept: UUID | None = None
    try:
        stored = _keep(actor=actor, key=key, county=county, image=image, sealed=sealed, at=file_id)
        kept = stored.pk
        return stored
    finally:
        if kept != file_id:  # refused, or a repeat whose picture is here already
            store.remove(file_id)


def _read(data: bytes | BinaryIO) -> bytes:
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data)
    return data.read(rules.MAX_BYTES + 1)


@once("files.store_image")
def _keep(
    *, actor: Doer, key: str | None, county: str, image: CleanImage, sealed: bool, at: UUID
) -> StoredFile:
    """Write the row; `at` is the picture's id, which a repeat does not share and which is not compared."""
    return StoredFile.objects.create(
        id=at,
        county=county,
        width=image.width,
        height=image.height,
        size=len(image.jpeg),
        sha256="" if sealed else image.sha256,  # a print of a sealed picture would tell who else has it
        sealed=sealed,
        stored_by=actor.key[:80],
    )


def attach(
    *, file_ids: Iterable[UUID], owner: models.Model, county: str, sealed: bool = False
) -> list[StoredFile]:
    """Give loose pictures to a row of the calling room, inside that room's transaction, in the order given.

    Repeating it for the same owner changes nothing. Invalid for an unknown picture; Conflict for one that
    another row owns. The caller has checked that the actor may add to `owner`. A picture taken for a sealed file is
    given to no other row, and no other picture to a sealed one.
    """
    wanted = list(dict.fromkeys(file_ids))
    with transaction.atomic(savepoint=False):
        found = {f.pk: f for f in StoredFile.objects.select_for_update().filter(pk__in=wanted)}
        if len(found) != len(wanted) or any(one.sealed != sealed for one in found.values()):
            raise Invalid({"photo": [_("照片已经过期，请重新上传。")]})
        kind, owner_id = owner._meta.label_lower, str(owner.pk)
        for stored in found.values():
            if stored.attached and (stored.owner_kind, stored.owner_id) != (kind, owner_id):
                raise Conflict("file_taken", _("这张照片已经用在另一件事上，请重新上传。"))
            stored.owner_kind, stored.owner_id, stored.county = kind, owner_id, county
        StoredFile.objects.filter(pk__in=wanted).update(owner_kind=kind, owner_id=owner_id, county=county)
    return [found[file_id] for file_id in wanted]


def erase_files(*, owner: models.Model) -> int:
    """Erase every picture of a row, from the disk and the table, and return how many there were."""
    return _erase(StoredFile.objects.filter(owner_kind=owner._meta.label_lower, owner_id=str(owner.pk)))


def forget_loose_files() -> int:
    """Erase pictures that nobody attached within 24 hours, and files on the disk that no row names."""
    edge = clock.now() - LOOSE_FOR
    gone = _erase(StoredFile.objects.filter(owner_kind="", created_at__lt=edge))
    old = [(file_id, path) for file_id, path in store.every_file() if path.stat().st_mtime < edge.timestamp()]
    return gone + _remove_unnamed(old)


def _erase(files: models.QuerySet[StoredFile]) -> int:
    """Delete rows first, then the disk: a crash between leaves an unnamed file, which the next run removes."""
    with transaction.atomic():
        ids = list(files.select_for_update().values_list("pk", flat=True))
        StoredFile.objects.filter(pk__in=ids).delete()
        transaction.on_commit(partial(store.remove_all, ids))
    return len(ids)


def _remove_unnamed(found: list[tuple[UUID | None, Path]]) -> int:
    gone = 0
    for start in range(0, len(found), 500):
        part = found[start : start + 500]
        ids = {file_id for file_id, _path in part if file_id is not None}
        named = set(StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True))
        for file_id, path in part:
            if file_id not in named:
                path.unlink(missing_ok=True)
                gone += 1
    return gone
