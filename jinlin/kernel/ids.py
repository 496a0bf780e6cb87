"""Identifiers: made by the application, sortable by the time they were made."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Make a primary key before the row exists, so that a row and its children can be written together.

    UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then 74 random bits.
    """
    return uuid7()
