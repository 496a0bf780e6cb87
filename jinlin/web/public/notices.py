"""Notices everybody may read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jinlin.web.access import public


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say who uses what people leave here, why, how long, and what they may demand (PIPL articles 17, 44 to 47)."""
    return render(request, "public/privacy.html")
