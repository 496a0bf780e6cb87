"""The list of routes misses none and no two stand for the same door."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import RegexPattern, URLResolver
from ninja import NinjaAPI

from tests.house.routes import _walk, all_routes, readable


def test_each_door_is_listed_once() -> None:
    routes = all_routes()
    assert any(route.is_api for route in routes)
    assert any(not route.is_api for route in routes)
    twice = [key for key, count in Counter(route.key for route in routes).items() if count > 1]
    assert not twice, f"two routes under one address: {twice}"


def test_every_page_has_a_name() -> None:
    nameless = [route.path for route in all_routes() if not route.is_api and not route.name]
    assert not nameless, f"give these addresses a name: {nameless}"


def test_it_bites() -> None:
    api = NinjaAPI(urls_namespace="bad-sample", docs_url=None, openapi_url=None)

    @api.get("/things")
    def things(request: HttpRequest) -> str:
        return ""

    @api.post("/things")
    def add_thing(request: HttpRequest) -> str:
        return ""

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    patterns = [path("a/", include([path("b/<int:n>", page, name="deep")])), path("api/", api.urls)]
    keys = {route.key for route in _walk(URLResolver(RegexPattern(r"^/"), patterns), "/")}
    assert {"/a/b/<int:n>", "GET /api/things", "POST /api/things"} <= keys
    assert readable(r"^static/(?P<path>.*)$") == "static/<path>"
