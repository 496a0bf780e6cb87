"""One page with one form, and a server that can be told to misbehave: what the outbox is tried against."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from jinlin.web.ui.offline import keep_offline

PAGE = """{% extends "layouts/field.html" %}{% load i18n ui %}{% block title %}Form{% endblock %}{% block main %}<h1>Form</h1>
<form id="form" method="post" action="/t/send" enctype="multipart/form-data" data-outbox="Report">{% csrf_token %}{% ui_key %}
{% ui_input name="body" type="textarea" label="Body" required=True %}
{% ui_input name="kind" type="select" label="Kind" choices=kinds %}
{% ui_photos max=2 %}
<button class="button" type="submit" name="verb" value="report">Send</button></form>{% endblock %}"""


@dataclass
class Arrival:
    """One post that reached the server."""

    key: str
    made_at: str
    body: str
    verb: str
    photo: bytes


@dataclass
class Desk:
    """What arrived, and how the server behaves next: ok, refuse, conflict, portal, busy, lost (kept, answer lost)."""

    mode: str = "ok"
    seen: list[Arrival] = field(default_factory=list)
    kept: dict[str, Arrival] = field(default_factory=dict)


DESK = Desk()


@keep_offline
def page(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"kinds": [("a", "Water"), ("b", "Road")]}, request))


def send(request: HttpRequest) -> HttpResponse:
    photo: Any = request.FILES.get("photos")
    arrival = Arrival(
        request.headers.get("Idempotency-Key", ""),
        request.POST.get("made_at", ""),
        request.POST.get("body", "").replace("\r\n", "\n"),
        request.POST.get("verb", ""),
        photo.read() if photo else b"",
    )
    assert arrival.key == request.POST["key"]
    DESK.seen.append(arrival)
    refusal = {"ok": False, "errors": {"body": ["Say where."]}, "message": "Say where."}
    if DESK.mode == "refuse":
        return JsonResponse(refusal, status=422)
    if DESK.mode == "conflict":
        return JsonResponse({"ok": False, "errors": {}, "message": "Already taken."}, status=409)
    if DESK.mode == "portal":
        return HttpResponse("<html>Welcome to the tea house</html>")
    if DESK.mode == "busy":
        return HttpResponse("busy", status=503)
    DESK.kept.setdefault(arrival.key, arrival)
    if DESK.mode == "lost":
        return HttpResponse("gone", status=502)
    return JsonResponse({"ok": True, "url": "/t/done", "message": "Thank you"})


def done(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>done</title><h1>done</h1>")


urlpatterns = [
    path("t", page),
    path("t/send", send),
    path("t/done", done),
    path("", include("jinlin.web.ui.urls")),
]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve(application: Any) -> tuple[WSGIServer, str]:
    """Serve a WSGI application on a free port in a thread; return the server and its address."""
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
