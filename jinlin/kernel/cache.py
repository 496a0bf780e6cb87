"""The cache of one process: what is put in comes out as it is, where Django's own would copy it at every look."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class ObjectCache(LocMemCache):
    """Keeps objects without pickling them; only what nobody changes may be put in (frozen tables, calendars)."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the very object that was put in, or the default once its time is over."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:  # type: ignore[attr-defined]
            if self._has_expired(key):  # type: ignore[attr-defined]
                self._delete(key)  # type: ignore[attr-defined]
                return default
            return self._cache[key]  # type: ignore[attr-defined]

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep an object for `timeout` seconds."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:  # type: ignore[attr-defined]
            self._set(key, value, timeout)  # type: ignore[attr-defined]

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep an object unless one is kept under this key; tells whether it was."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:  # type: ignore[attr-defined]
            if not self._has_expired(key):  # type: ignore[attr-defined]
                return False
            self._set(key, value, timeout)  # type: ignore[attr-defined]
            return True

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Refuse to count: what is shared by all threads without a copy is not to be changed in place."""
        raise NotImplementedError("count in the database; this cache keeps what nobody changes")
