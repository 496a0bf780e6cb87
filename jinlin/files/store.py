"""Where cleaned pictures lie: JINLIN_HOME/files/<2>/<id>.jpg with mode 0600, outside of every served folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings


def folder() -> Path:
    """Return the folder of all pictures."""
    return Path(settings.JINLIN_HOME) / "files"


def path_of(file_id: UUID, *, thumb: bool = False) -> Path:
    """Return where a picture (or its thumbnail) lies; spread by the random end of its id."""
    return folder() / file_id.hex[-2:] / f"{file_id.hex}{'-s' if thumb else ''}.jpg"


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and on the disk before the row that names it is committed."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def remove(file_id: UUID) -> None:
    """Remove a picture and its thumbnail; nothing there is fine."""
    for thumb in (False, True):
        with suppress(FileNotFoundError):
            path_of(file_id, thumb=thumb).unlink()


def remove_all(file_ids: Iterable[UUID]) -> None:
    """Remove pictures and their thumbnails."""
    for file_id in file_ids:
        remove(file_id)


def every_file() -> Iterator[tuple[UUID | None, Path]]:
    """Walk the folder: (id or None for a half-written file, path)."""
    for path in folder().glob("*/*"):
        try:
            yield UUID(hex=path.stem.removesuffix("-s")) if path.suffix == ".jpg" else None, path
        except ValueError:
            yield None, path
