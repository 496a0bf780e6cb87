"""From a point, or from words of an address, to a grid or region."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry import shape

from jinlin.places import rules
from jinlin.places.models import Compound, Grid, Region
from jinlin.places.queries import memory

SHORTEST, LONGEST, READ = 2, 16, 400  # characters: of a name, and how much of a text is read


@dataclass(frozen=True)
class GridHit:
    """The grid a point lies in, with the regions above it."""

    code: str
    name: str
    village: str
    town: str
    county: str


@dataclass(frozen=True)
class _Tree:
    index: shapely.STRtree
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]]
    grids: tuple[GridHit, ...]


def _build() -> _Tree | None:
    fields = ("code", "name", "village", "town", "county", "geometry", "kind")
    rows = list(Grid.objects.current().filter(geometry__isnull=False).order_by("code").values_list(*fields))
    if not rows:
        return None
    # exclusive grids first: a market inside a basic grid answers for itself
    rows.sort(key=lambda row: (row[6] != "exclusive", row[0]))
    shapes = np.array([shape(row[5]) for row in rows], dtype=object)
    shapely.prepare(shapes)
    return _Tree(shapely.STRtree(shapes), shapes, tuple(GridHit(*row[:5]) for row in rows))


def locate(lon: float, lat: float) -> GridHit | None:
    """Return the drawn grid a WGS84 point lies in, None outside of all; microseconds, no query once a second.

    A point on a border belongs to the grid with the lowest code; an exclusive grid goes before a basic one.
    """
    tree = memory.remembered("grids", _build)
    if tree is None:
        return None
    found = tree.index.query(shapely.Point(lon, lat), predicate="intersects")
    return tree.grids[int(found.min())] if len(found) else None


@dataclass(frozen=True)
class PlaceGuess:
    """The place some words speak of: a region or grid code and the name that told."""

    code: str
    name: str


_Names = dict[str, tuple[str, ...]]


def _names() -> _Names:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, name, level in (
        Region.objects.current().filter(level__gte=3).values_list("code", "name", "level")
    ):
        found[name].add(code)
        found[rules.short_name(name)].add(code)
        if level == 3 and len(core := rules.stem(name, 3)) >= SHORTEST:
            found[core].add(code)
    for code, name in Grid.objects.current().filter(is_drawn=True).values_list("code", "name"):
        found[name].add(code)
    for name, grid in Compound.objects.values_list("name", "grid__code"):
        found[name].add(grid)
    return {name: tuple(sorted(codes)) for name, codes in found.items() if SHORTEST <= len(name) <= LONGEST}


LEVEL_OF_LENGTH: Final = {15: 6}


def _level(code: str) -> int:
    return LEVEL_OF_LENGTH.get(len(code)) or rules.level_of(code)


def find_place_in_text(text: str, *, within: str = "") -> PlaceGuess | None:
    """Return the finest place that words name without doubt, None when they name none or leave a doubt.

    Longest names win; a village counts only if it fits the county and town that are named too, and lies inside
    `within`. Of a long text the first 400 characters are read.
    """
    names = memory.remembered("place-names", _names)
    hits = _hits(text[:READ], names)
    prefix = rules.prefix_of(within) if within else ""
    by_level: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for name, codes in hits:
        for code in codes:
            if code.startswith(prefix):
                by_level[_level(code)].append((code, name))
    frame = ""
    guess: PlaceGuess | None = None
    for level in (3, 4, 5, 6):
        fitting = {code: name for code, name in by_level[level] if code.startswith(frame)}
        if len(fitting) == 1:
            code, name = next(iter(fitting.items()))
            guess = PlaceGuess(code, name)
            frame = rules.prefix_of(code) if len(code) == 12 else code
        elif len(fitting) > 1 and by_level[level]:
            # several of one name: only a finer, single name may still decide
            continue
    return guess


def _hits(text: str, names: _Names) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    at = 0
    while at < len(text):
        for length in range(min(LONGEST, len(text) - at), SHORTEST - 1, -1):
            word = text[at : at + length]
            if word in names:
                found.append((word, names[word]))
                at += length - 1
                break
        at += 1
    return found
