"""Picking a place from the tree, step by step or by its name; works with plain submits, swaps a part with HTMX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.kernel.text import clean
from jinlin.places import queries as places
from jinlin.places.rules import is_grid_code, is_region_code, level_of, short_name

if TYPE_CHECKING:
    from jinlin.places.models import Region

FOUND = 12
COUNTY, VILLAGE = 3, 5


@dataclass(frozen=True)
class Pick:
    """How far a place is picked: the way down to it, what may follow, what a search found."""

    code: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    children: tuple[tuple[str, str], ...] = ()
    find: str = ""
    found: tuple[tuple[str, str, str], ...] = ()  # code, name, where it lies
    is_open: bool = False

    @property
    def name(self) -> str:
        """The picked place in words."""
        return " › ".join(name for _code, name in self.trail)


def pick(code: str, *, find: str = "", is_open: bool = False) -> Pick:
    """Return the state of the picker; an unknown code counts as nothing picked."""
    trail = _trail(code)
    code = trail[-1][0] if trail else ""
    children = _below(code)
    find = searched(find)
    return Pick(code, trail, children, find, search(find, within=""), is_open or bool(code) or bool(find))


def _below(code: str) -> tuple[tuple[str, str], ...]:
    """Return what may be picked next: regions, and the grids of a village that has several."""
    if code and level_of(code) >= VILLAGE:
        grids = places.grids_of(code) if len(code) == 12 else []
        return tuple((row.code, row.name) for row in grids) if len(grids) > 1 else ()
    rows = places.children(code) if code else _first()
    return tuple((row.code, short_name(row.name)) for row in rows)


def _first() -> list[Region]:
    """Return the first level that leaves a choice: nobody has to say which province they live in."""
    rows = places.children(settings.JINLIN_DEFAULT_PLACE)
    while len(rows) == 1 and rows[0].level < COUNTY:
        rows = places.children(rows[0].code)
    return rows


def _trail(code: str) -> tuple[tuple[str, str], ...]:
    if not (is_region_code(code) or is_grid_code(code)):
        return ()
    try:
        region = places.region(code[:12])
        grid = places.grid(code) if len(code) == 15 else None
    except JinlinError:
        return ()
    rows = [(row.code, short_name(row.name)) for row in (*places.ancestors(code[:12]), region)]
    if grid is not None:
        rows.append((grid.code, grid.name))
    found = tuple(dict(rows).items())
    return tuple(row for row in found if level_of(row[0]) >= COUNTY) or found


def searched(text: str) -> str:
    """Return the words of a search through the input gate; what can't be a name finds nothing."""
    try:
        return clean(text[:200], max_length=40, field="q")
    except Invalid:
        return ""


def search(text: str, *, within: str) -> tuple[tuple[str, str, str], ...]:
    """Return places found by name as (code, name, where it lies)."""
    if not text:
        return ()
    rows = places.search_regions(text, within=within, limit=FOUND)
    above = places.area_names(
        {row.code[:6] + "000000" for row in rows} | {row.code[:9] + "000" for row in rows}
    )
    return tuple((row.code, short_name(row.name), where(row.code, above)) for row in rows)


def where(code: str, names: Mapping[str, str]) -> str:
    """Return the county and town around a place in words."""
    above = [code[:6] + "000000", code[:9] + "000"]
    return " ".join(short_name(names[up]) for up in above if up != code and names.get(up))


def asked(post: Mapping[str, Any]) -> tuple[str, str]:
    """Return (code, words to search) from a posted form: a step back, a found place, a step down, or as it was."""
    names = ("place_to", "place_found", "place_next", "place")
    code = next((str(post.get(name)) for name in names if post.get(name)), "")
    if post.get("place_to") == "none":
        code = ""
    return code[:20], str(post.get("find", ""))
