"""Arrays as one compressed block of bytes and back: small, the same on every machine, no code inside (no pickles)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


def packed(arrays: Arrays) -> bytes:
    """Return arrays as compressed bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, NDArray[Any]]:
    """Return what `packed` was given."""
    with np.load(io.BytesIO(bytes(data)), allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def digest(arrays: Arrays) -> str:
    """Return a print of the contents: the same arrays give the same one, whatever the compression."""
    mark = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        mark.update(f"{name}|{array.dtype.str}|{array.shape}|".encode())
        mark.update(array.tobytes())
    return mark.hexdigest()


def id_array(ids: list[UUID]) -> NDArray[Any]:
    """Return ids as (k, 16) bytes."""
    return np.frombuffer(b"".join(one.bytes for one in ids), np.uint8).reshape(-1, 16)


def ids_of(array: NDArray[Any]) -> list[UUID]:
    """Return the ids of an `id_array`."""
    return [UUID(bytes=bytes(row.tobytes())) for row in np.ascontiguousarray(array)]
