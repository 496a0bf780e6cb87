"""Passes: links instead of accounts. The secret part is made from the id by a key and stands in no table."""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import constant_time_compare

from jinlin.initiatives.models import Pass
from jinlin.kernel import crypto
from jinlin.kernel.errors import NotFound
from jinlin.kernel.text import clean
from jinlin.people.rules import normal_phone

SECRET = 26


def secret_of(pass_id: UUID) -> str:
    """Return the secret part of a pass's link."""
    return crypto.token_hash(f"initiatives-pass|{pass_id}")[:SECRET]


def pass_by_link(pass_id: UUID, secret: str) -> Pass:
    """Return the pass a kept link opens; NotFound for a wrong, ended or invented one (one query)."""
    found = Pass.objects.filter(pk=pass_id, ended_at=None).select_related("initiative", "round").first()
    if found is None or not constant_time_compare(secret_of(pass_id), secret[:64]):
        raise NotFound("pass")
    return found


def pass_of(pass_id: UUID | None, kind: str = "") -> Pass | None:
    """Return a pass this visit has opened, None when it ended or is of another kind (one query)."""
    if pass_id is None:
        return None
    found = Pass.objects.filter(pk=pass_id, ended_at=None).select_related("initiative", "round").first()
    return found if found is not None and (not kind or found.kind == kind) else None


def resident_index(county: str, phone: str) -> bytes:
    """Return the blind id of a resident in a county; b"" for what is no number.

    The same for all items of a county, or a merge could not tell the same resident twice; the number is kept nowhere.
    """
    digits = normal_phone(clean(phone, max_length=30, field="phone"))
    return crypto.blind_index(digits, column=f"initiatives.resident|{county}") if digits else b""
