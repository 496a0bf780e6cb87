"""Hostile input over what residents and the community do together: real things, every role, nothing half-written.

Every call is taken back, so that each meets the thing as it was made; what was refused must have written no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection

from jinlin.cli.routes import all_routes
from jinlin.gatherings.queries import link_token
from jinlin.initiatives.models import Initiative
from jinlin.initiatives.rules import moves
from jinlin.people.rules import role_may
from tests.api import hostile
from tests.api.test_hostile import FEW, OPERATIONS, SHAPES, call, names, path_of
from tests.gatherings.town import undone
from tests.world import PEOPLE, VILLAGE, together
from tests.world.together import Ids

ROOMS = {
    "/together/": together.met,
    "/gatherings": together.met,
    "/bookings/": together.met,
    "/offers/": together.met,
    "/initiatives": together.hoped,
    "/campaigns": together.reached,
    "/visits": together.reached,
    "/reached/": together.reached,
}
HERE = [
    one for one in OPERATIONS if any(one[1].startswith("/api/v1" + room) for room in (*ROOMS, "/mediation"))
]
WITH_BODY = [one for one in HERE if "requestBody" in one[2] and "{verb}" not in one[1]]
OWN = {"seats": "seat_id", "bookings": "booking_id", "matches": "match_id"}  # whose links open what
WRONG = (None, "x", -1, 2**70, 1e308, [["\ud800"]])
NASTY = ("", " ", "\ud800", "字" * 20_000, "-1", "9999-12-31", str(UUID(int=7)), None, 2**70)
TOWNS = ("campaign.open", "venture.run")  # what the township's own row asks for
PERMISSIONS = {route.name: route.permission for route in all_routes() if route.is_api}
IDLE = ("kernel_throttle", "django_session")  # counts of knocks are kept on purpose


def doors(operation: dict[str, Any]) -> list[str]:
    """Name one account of every role that may use an operation, whoever owns the row first; "" for anybody."""
    if not operation.get("security"):
        return ["", "village", "leader"]
    verb = PERMISSIONS[operation["operationId"]]
    found = [name for name in PEOPLE if role_may(PEOPLE[name][0], verb)]
    return sorted(found, key=lambda name: ("town" if verb in TOWNS else "village") != name)


def made(world: Any, path: str) -> Ids:
    """Make what an address is about."""
    if "/mediation" in path:
        return together.sealed(world, path.rpartition("/")[2])
    return next(make for room, make in ROOMS.items() if path.startswith("/api/v1" + room))(world)


def told(path: str, ids: Ids) -> dict[str, Any]:
    """Return what a good body of an operation says."""
    owned = next((name for part, name in OWN.items() if f"/{part}/" in path), "")
    token = link_token(owned.removesuffix("_id"), ids[owned]) if owned in ids else ""
    return {
        **ids,
        "token": token,
        "phone": "13800138011",
        "place": VILLAGE,
        "area": VILLAGE,
        "slot": "evidence",
    }


def rows() -> dict[str, int]:
    """Count the rows of every table."""
    tables = sorted({model._meta.db_table for model in apps.get_models() if model._meta.managed})
    tables = [table for table in tables if table not in IDLE]
    with connection.cursor() as cursor:
        found = {}
        for at in range(0, len(tables), 50):
            part = tables[at : at + 50]
            cursor.execute("SELECT " + ", ".join(f'(SELECT count(*) FROM "{table}")' for table in part))
            found |= dict(zip(part, cursor.fetchone(), strict=True))
    return found


class Before:
    """The rows that stood before; each kind of refusal is held against them once, for to count them all takes long."""

    def __init__(self) -> None:
        self.rows = self.counted()
        self.told: set[tuple[Any, ...]] = set()

    def holds(self, *refusal: Any) -> bool:
        """Tell whether a refusal left no row."""
        if refusal in self.told:
            return True
        self.told.add(refusal)
        return self.counted() == self.rows

    def counted(self) -> dict[str, int]:
        """Count the rows of every table."""
        return rows()


def knock(program: Any, method: str, path: str, who: str, body: Any, before: Before) -> int:
    """Call once, take it back; a refusal is a sentence and leaves no row."""
    with undone():
        answer = call(program, method, path, who, body)
        if answer.status_code >= 400:
            told = answer.json()
            detail = told["detail"]
            assert re.search("[一-鿿]", detail), (path, body, detail)
            assert detail.endswith(("。", "！", "？")), (path, body, detail)
            refusal = (path, who, answer.status_code, detail, *sorted(told["fields"] or ()))
            assert before.holds(*refusal), (path, body, detail)
        return int(answer.status_code)


def spoiled(operation: dict[str, Any], path: str, ids: Ids, *, each: bool = True) -> Iterator[Any]:
    """Yield the good body, wrong kinds, all texts replaced; `each`: then every field spoiled by itself."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    body = hostile.example(schema, SHAPES, told(path, ids))
    yield from (body, None, [], "x", hostile.deep(15))
    yield from (hostile.replaced(body, text) for text in hostile.TEXTS)
    for at, (name, value) in enumerate(body.items() if each else ()):
        bad = NASTY if isinstance(value, str) else WRONG
        yield from (body | {name: one} for one in bad[at % 3 :: 3])


@pytest.mark.parametrize(("method", "path", "operation"), WITH_BODY, ids=names(WITH_BODY))
def test_bodies_on_things_that_exist(
    program: Any, world: Any, method: str, path: str, operation: dict[str, Any], settings: Any
) -> None:
    settings.JINLIN_RATE_LIMITS = False
    ids = made(world, path)
    where = path_of(path, operation, ids)
    people = doors(operation)
    for who in people:
        if who:
            program.secret(who)
    before = Before()
    bodies = list(spoiled(operation, path, ids))
    for body in bodies:
        knock(program, method, where, people[0], body, before)
    for at, who in enumerate(people[1:]):
        for body in (bodies[0], *bodies[at :: 3 * len(people)]):
            knock(program, method, where, who, body, before)


@pytest.mark.parametrize(("method", "path", "operation"), HERE, ids=names(HERE))
def test_addresses_beside_things_that_exist(
    program: Any, world: Any, method: str, path: str, operation: dict[str, Any], settings: Any
) -> None:
    settings.JINLIN_RATE_LIMITS = False
    ids = made(world, path)
    who = doors(operation)[0]
    places = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
    asked = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    texts = [quote(text[:300].encode("utf-8", "surrogatepass")) for text in hostile.TEXTS]
    for word in texts:
        for name in places:
            call(program, method, path_of(path, operation, ids | {name: word or "%20"}), who, {})
        for name in asked if method == "get" else ():
            call(program, method, path_of(path, operation, ids) + f"?{name}={word}", who)


@pytest.mark.parametrize("name", ["initiative_id", "topic", "works", "venture"])
def test_every_move_of_an_initiative(program: Any, world: Any, name: str, settings: Any) -> None:
    settings.JINLIN_RATE_LIMITS = False
    ids = together.hoped(world)
    item = Initiative.unscoped.get(pk=ids[name])
    (operation,) = [one for _method, path, one in HERE if path.endswith("/moves/{verb}")]
    who = {"works": "town", "venture": "town"}.get(name, "village")
    program.secret(who)
    before = Before()
    for at, move in enumerate(moves.moves_from(item.kind, item.stage)):
        path = f"/api/v1/initiatives/{item.pk}/moves/{move.verb}"
        for body in spoiled(operation, path, ids, each=at == 0):
            knock(program, "post", path, who, body, before)
    for verb in (*moves.VERBS, *map(quote, ("查", "a%00b", "../x"))):
        for text in FEW:
            knock(
                program,
                "post",
                f"/api/v1/initiatives/{item.pk}/moves/{verb}",
                who,
                {"public_text": text},
                before,
            )
