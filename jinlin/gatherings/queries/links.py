"""The links people keep instead of an account: made from the row by a key, stored nowhere."""

from __future__ import annotations

import hmac
from uuid import UUID

from jinlin.kernel import crypto


def link_token(kind: str, row_id: UUID, turn: int = 0) -> str:
    """Return the secret part of a link; kinds: seat, booking, offer, match, book, group. A new `turn` voids the old."""
    return crypto.token_hash(f"gatherings-{kind}|{row_id}|{turn}")[:26]


def proves(kind: str, row_id: UUID, token: str, turn: int = 0) -> bool:
    """Tell whether a token is the one of this row."""
    given = token.encode("utf-8", "replace")
    return hmac.compare_digest(link_token(kind, row_id, turn).encode(), given)
