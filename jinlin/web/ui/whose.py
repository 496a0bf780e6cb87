"""Whose visit a page belongs to, said without a name: one phone may serve two accounts."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest


def who(request: HttpRequest) -> str:
    """Return a short opaque name of the account, so that a phone never sends one account's drafts as another."""
    account_id = getattr(getattr(request, "actor", None), "account_id", None)
    return hashlib.sha256(str(account_id).encode()).hexdigest()[:12] if account_id else ""
