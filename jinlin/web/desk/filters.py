"""What a list is narrowed to: read from the address, written back to it, kept by name in a signed cookie."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.utils.translation import gettext as _

from jinlin.cases.queries import Filters, views_for
from jinlin.cases.queries.drills import DRILLS, is_line
from jinlin.cases.queries.rows import VIEWS
from jinlin.cases.rules import words as w
from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor
from jinlin.places import queries as places

COOKIE: Final = "jl_desk"
MOST: Final = 6
NAME_MAX: Final = 16
QUERY_MAX: Final = 300
YEAR: Final = 365 * 24 * 3600
PICKABLE: Final = frozenset(
    {"mine", "grid", "open", "overdue", "due_today", "late"}
)  # lists with boxes to tick
SLA: Final = ("P0", "P1", "P2", "P3", "P4", "P5", "CONSULT")

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Chosen:
    """A view with its filters, and the address that shows the same again."""

    view: str
    filters: Filters
    errors: dict[str, list[str]]

    @property
    def query(self) -> str:
        """The address's query, without what is empty."""
        pairs = {"view": self.view, **asdict(self.filters)}
        return urlencode({name: value for name, value in pairs.items() if value})

    def other(self, view: str) -> str:
        """The query of another view under the same filters."""
        return Chosen(view, self.filters, {}).query

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(asdict(self.filters).values())


def chosen(actor: Actor, asked: Any) -> Chosen:
    """Read a view and filters from a query; a value nobody could have chosen counts as not chosen."""
    view = asked.get("view", "")
    if view not in VIEWS and view not in DRILLS:
        view = views_for(actor)[0]
    errors: dict[str, list[str]] = {}
    found = {field.name: str(asked.get(field.name, "")).strip() for field in fields(Filters)}
    try:
        found["q"] = clean(found["q"], max_length=60, field="q")
    except Invalid as error:
        errors, found["q"] = error.fields, ""
    known: dict[str, Collection[str]] = {
        "state": w.STATES,
        "channel": w.CHANNELS,
        "sla": SLA,
        "category": orgs.categories().by_code,
        "end": w.END_KINDS,
        "exit": w.EXITS,
    }
    for name, values in known.items():
        found[name] = found[name] if found[name] in values else ""
    found["line"] = found["line"] if is_line(found["line"]) else ""
    for name in ("since", "until"):
        found[name] = found[name] if _is_day(found[name]) else ""
    place = found["place"]
    found["place"] = place if place.isascii() and place.isdigit() and len(place) in (12, 15) else ""
    return Chosen(view, Filters(**found), errors)


def _is_day(text: str) -> bool:
    try:
        return date(2000, 1, 1) <= date.fromisoformat(text) <= date(2100, 1, 1)
    except ValueError:
        return False


def options(actor: Actor, filters: Filters) -> dict[str, Options]:
    """Return what the select boxes of the list offer this person (two queries)."""
    tree = orgs.categories()
    matters: list[tuple[str, Options]] = [
        (root.label, [(root.code, _("%(root)s（全部）") % {"root": root.label})]) for root in tree.roots
    ]
    by_root = {root.code: group[1] for root, group in zip(tree.roots, matters, strict=True)}
    for leaf in tree.leaves:
        by_root[leaf.parent].append((leaf.code, leaf.label))
    return {
        "categories": matters,  # type: ignore[dict-item]
        "places": _places(actor, filters.place),
        "states": [(key, _(label)) for key, (label, _plain) in w.STATES.items()],
        "channels": [(key, _(label)) for key, label in w.CHANNELS.items()],
        "sla": [(key, key) for key in SLA],
    }


def _places(actor: Actor, current: str) -> Options:
    """Return the areas right below the widest post, and the chosen one if it lies deeper."""
    posts = sorted((post for post in actor.posts if post.place), key=lambda post: post.level)
    if not posts:
        return []
    place = posts[0].place[:12]
    found: Options
    if posts[0].level >= 5:
        found = [(grid.code, grid.name) for grid in places.grids_of(place)]
    else:
        found = [(region.code, region.name) for region in places.children(place)]
    if current and current not in dict(found):
        found.append((current, places.area_name(current) or current))
    return found


def saved(request: Any) -> list[dict[str, str]]:
    """Return the named filters of this account on this computer; a broken cookie holds none."""
    try:
        rows = json.loads(request.get_signed_cookie(COOKIE, default="[]", salt=_salt(request)))
    except (BadSignature, ValueError):
        return []
    return [row for row in rows if isinstance(row, dict) and {"name", "query"} <= row.keys()][:MOST]


def _salt(request: Any) -> str:
    return f"desk-filters-{request.actor.account_id}"


def keep(request: Any, response: HttpResponse, rows: list[dict[str, str]]) -> None:
    """Write the named filters back."""
    response.set_signed_cookie(
        COOKIE,
        json.dumps(rows, ensure_ascii=True),
        salt=_salt(request),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/desk/",
    )


def with_saved(request: Any, name: str, query: str) -> list[dict[str, str]]:
    """Return the named filters with one more, the oldest dropped when there are too many; Invalid for a bad name."""
    name = clean(name, max_length=NAME_MAX, field="name", required=True)
    rows = [row for row in saved(request) if row["name"] != name]
    return [*rows, {"name": name, "query": query[:QUERY_MAX]}][-MOST:]
