"""Where a request came from, for the limits on knocking; pages and API ask here alike."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address; a forwarding header is believed only from a listed proxy."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if direct in settings.TRUSTED_PROXIES:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        return forwarded or direct
    return direct
