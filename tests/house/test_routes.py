"""The list of routes misses none, no two stand for the same door, and each declares who may go through it."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import RegexPattern, URLResolver
from ninja import NinjaAPI

from jinlin.people import rules
from tests.house.routes import _walk, all_routes, cells, declared, readable, relations
from tests.world import PEOPLE


def test_each_door_is_listed_once() -> None:
    routes = all_routes()
    assert any(route.is_api for route in routes)
    assert any(not route.is_api for route in routes)
    twice = [key for key, count in Counter(route.key for route in routes).items() if count > 1]
    assert not twice, f"two routes under one address: {twice}"


def test_every_page_has_a_name() -> None:
    nameless = [route.path for route in all_routes() if not route.is_api and not route.name]
    assert not nameless, f"give these addresses a name: {nameless}"


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    found = {route.key: route.permission for route in all_routes()}
    known = {key: row["permission"] for key, row in declared().items()}
    assert found.keys() - known.keys() == set(), "new routes: declare them in tests/house/permissions.csv"
    assert known.keys() - found.keys() == set(), "rows without a route"
    assert {key: (found[key], known[key]) for key in found if found[key] != known[key]} == {}
    unknown = set(found.values()) - set(rules.VERBS) - rules.OPEN_VERBS - {"public", "signed_in"}
    assert not unknown, "every route asks for a verb somebody may have"
    assert found.keys() == cells().keys(), "run `make docs`"


def test_every_account_and_every_relation_is_declared() -> None:
    assert set(relations()) == set(PEOPLE)
    kinds = {cell[1:] for row in relations().values() for cell in list(row.values())[1:]}
    assert kinds == {"own", "parent", "sibling", "child", "other department", "none"}
    assert {PEOPLE[name][0] for name in relations()} | {"grid_leader", "micro_head"} == set(rules.ROLES)


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
