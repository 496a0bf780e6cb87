"""What is kept in memory between requests, and how a process learns that it is stale.

Every change of places gives `PlacesVersion` a new token; a process asks for it at most once a second and drops
what it built when the token is another one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar
from uuid import UUID

from jinlin.places.models import PlacesVersion

ASK_EVERY: Final = 1.0
T = TypeVar("T")

_lock = threading.RLock()
_token: UUID | None = None
_asked: float = float("-inf")
_kept: dict[str, Any] = {}


def _fresh() -> dict[str, Any]:
    """Return the store of this version of the places (one query a second at most)."""
    global _token, _asked, _kept
    now = time.monotonic()
    if now - _asked >= ASK_EVERY:
        token = PlacesVersion.objects.filter(pk=1).values_list("token", flat=True).first()
        with _lock:
            if token != _token:
                _token, _kept = token, {}
            _asked = now
    return _kept


def remembered(name: str, build: Callable[[], T]) -> T:
    """Return what `build` makes of the present places, made once per version and process."""
    kept = _fresh()
    if name not in kept:
        with _lock:
            if name not in kept:
                kept[name] = build()
    found: T = kept[name]
    return found


def names() -> dict[str, str]:
    """Return the names known so far by code; callers add to it."""
    return remembered("names", dict[str, str])


def forget() -> None:
    """Drop everything: places changed in this process, or a transaction was rolled back."""
    global _asked, _kept
    with _lock:
        _asked, _kept = float("-inf"), {}
