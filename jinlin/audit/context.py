"""The number of the request or job that is running, so that audit rows can be joined to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("jinlin_request_id", default="")


def request_id() -> str:
    """Return the number of the running request or job, or "" outside of one."""
    return _request_id.get()


@contextmanager
def request(number: str) -> Iterator[str]:
    """Name the running request or job inside the block (at most 40 characters are kept)."""
    token = _request_id.set(number[:40])
    try:
        yield number
    finally:
        _request_id.reset(token)
