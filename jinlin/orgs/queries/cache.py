"""What a process remembers of this room: copies by version token, and unit names for a minute."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import transaction

from jinlin.audit.context import request_id
from jinlin.kernel import clock, rows
from jinlin.orgs.models import OrgsVersion

NAMES_KEPT: Final = timedelta(seconds=60)
NAMES_MOST: Final = 20_000

_TOKEN: Final = f'SELECT token FROM "{OrgsVersion._meta.db_table}" WHERE id = %s'  # noqa: S608  our own table

T = TypeVar("T")
_copies: dict[str, tuple[str, Any]] = {}
_names: dict[UUID, tuple[str, datetime]] = {}
_asked: ContextVar[tuple[str, str | None] | None] = ContextVar("jinlin_orgs_version", default=None)


def remembered(what: str, load: Callable[[], T]) -> T:
    """Return this process's copy, loaded again when the version token has changed (one query, plus the load).

    The token is random, not a counter, so that a rolled-back write can never pass for a later one.
    """
    return remembered_all(**{what: load})[what]  # type: ignore[no-any-return]


def remembered_all(**loads: Callable[[], Any]) -> dict[str, Any]:
    """Return several copies after looking at the token, once in a request."""
    token = _token()
    found: dict[str, Any] = {}
    for what, load in loads.items():
        kept = _copies.get(what)
        if token is None or kept is None or kept[0] != token:
            found[what] = load()
            if token is not None:
                _copies[what] = (token, found[what])
        else:
            found[what] = kept[1]
    return found


def _token() -> str | None:
    """Return the version token: asked at most once in a request, each time outside of one."""
    number, asked = request_id(), _asked.get()
    if number and asked is not None and asked[0] == number:
        return asked[1]
    row = rows.run(_TOKEN, (1,)).fetchone()
    token = str(row[0]) if row else None
    _asked.set((number, token))
    return token


def known_names(ids: set[UUID]) -> dict[UUID, str]:
    """Return the names remembered less than a minute ago."""
    now = clock.now()
    kept = {key: _names[key] for key in ids if key in _names}
    return {key: name for key, (name, until) in kept.items() if now < until <= now + NAMES_KEPT}


def keep_names(found: dict[UUID, str]) -> None:
    """Remember names for a minute."""
    if len(_names) + len(found) > NAMES_MOST:
        _names.clear()
    until = clock.now() + NAMES_KEPT
    _names.update({key: (name, until) for key, name in found.items()})


def forget() -> None:
    """Drop remembered names now and again at commit, when readers of the old rows have gone."""
    _names.clear()
    _asked.set(None)
    transaction.on_commit(_names.clear)
