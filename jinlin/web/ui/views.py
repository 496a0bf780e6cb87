"""The gallery at /ui, the reader's choices at /prefs, and what the outbox and the service worker ask for."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.web.access import public
from jinlin.web.ui import prefs
from jinlin.web.ui.assets import DIST
from jinlin.web.ui.samples import FRAMES, areas, samples
from jinlin.web.ui.whose import who


@public
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component once, with made-up words; the page people build on and tests look at."""
    return render(request, "gallery/index.html", samples())


@public
@require_safe
def gallery_frame(request: HttpRequest, frame: str) -> HttpResponse:
    """Show one of the four frames (field, desk, board, slip) with sample content."""
    if frame not in FRAMES:
        raise Http404
    return render(request, f"gallery/{frame}.html", samples())


@public
@require_safe
def gallery_areas(request: HttpRequest) -> JsonResponse:
    """Send a few made-up areas (GeoJSON, WGS84) for the gallery's map."""
    return JsonResponse(areas(), content_type="application/geo+json")


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Set elder mode, text size, theme or language and go back; only looks change, so a plain link will do."""
    return prefs.answer(request)


@public
@require_safe
def csrf(request: HttpRequest) -> JsonResponse:
    """Hand the outbox a fresh token and tell whose visit this is: a draft may be days older than its page."""
    body = {"token": get_token(request), "who": who(request)}
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say what still works without a network; kept by the service worker at its installation."""
    return render(request, "ui/offline.html")


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker from the root, so that it may serve every page; an empty one if nothing is built."""
    path = DIST / "sw.js"
    source = path.read_text(encoding="utf-8") if path.exists() else ""
    head = f"self.STATIC={json.dumps(settings.STATIC_URL)};\n"
    return HttpResponse(
        head + source, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )
