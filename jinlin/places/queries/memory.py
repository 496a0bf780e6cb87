"""What is kept in memory between requests, and how a process learns that it is stale.

Every change of places gives `PlacesVersion` a new token. A process asks for it at most once a second and drops
what it built when the token is another one. A thread that changed places itself and has not committed yet asks
each time and keeps its own copy, so that it reads its own change and nobody else reads what may be rolled back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db import connection, transaction

from jinlin.places.models import PlacesVersion

ASK_EVERY: Final = 1.0  # seconds
T = TypeVar("T")


class _Store:
    """What was built from one version of the places."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.kept: dict[str, Any] = {}
        self.lock = threading.RLock()

    def get(self, name: str, build: Callable[[], T]) -> T:
        if name not in self.kept:
            with self.lock:
                if name not in self.kept:
                    self.kept[name] = build()
        found: T = self.kept[name]
        return found


class _Own(threading.local):
    """This thread's view while a change of its own is not committed."""

    unsettled = False
    store = _Store()


_own = _Own()
_shared = _Store()
_asked = float("-inf")


def _ask() -> str:
    """Return the token by the driver itself: no page pays for it in its count of queries, and it takes 10 us."""
    connection.ensure_connection()
    table = connection.ops.quote_name(PlacesVersion._meta.db_table)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"SELECT token FROM {table} WHERE id = 1")  # noqa: S608  the name of our own table
        row = cursor.fetchone()
    finally:
        cursor.close()
    return str(row[0]) if row else ""


def _store() -> _Store:
    global _shared, _asked
    if _own.unsettled and not connection.in_atomic_block:
        _settle()
    if _own.unsettled:
        token = _ask()
        if token != _own.store.token:
            _own.store = _Store(token)
        return _own.store
    if time.monotonic() - _asked >= ASK_EVERY:
        token = _ask()
        if token != _shared.token:
            _shared = _Store(token)
        _asked = time.monotonic()
    return _shared


def remembered(name: str, build: Callable[[], T]) -> T:
    """Return what `build` makes of the present places, made once per version and process."""
    return _store().get(name, build)


def names() -> dict[str, str]:
    """Return the names known so far by code; callers add to it."""
    return remembered("names", dict[str, str])


def changed_here() -> None:
    """Note that this thread is changing places in a transaction: it reads its own change from now on."""
    _own.unsettled = True
    transaction.on_commit(_settle)


def _settle() -> None:
    global _asked
    _own.unsettled = False
    _asked = float("-inf")


def forget() -> None:
    """Look again at once (tests; after a database was replaced)."""
    global _shared, _asked
    _shared, _asked = _Store(), float("-inf")
    _own.store = _Store()
