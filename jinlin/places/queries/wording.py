"""From words of an address to a place."""

from __future__ import annotations

from dataclasses import dataclass

from jinlin.places import rules
from jinlin.places.models import Compound, Grid, Region
from jinlin.places.queries import memory
from jinlin.places.rules.wording import Names, find, gather


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """The place some words speak of: its code (12 or 15 digits), the word that told, and the columns a row takes."""

    code: str
    name: str
    level: int
    county: str = ""
    town: str = ""
    village: str = ""
    grid: str = ""


def _names() -> Names:
    regions = Region.objects.current().filter(level__gte=2).values_list("code", "name", "level")
    grids = Grid.objects.current().filter(is_drawn=True).values_list("code", "name")
    compounds = Compound.objects.values_list("grid__code", "name")
    return gather(regions.iterator(chunk_size=10_000), [*grids, *compounds])


def find_place_in_text(text: str, *, within: str = "") -> PlaceGuess | None:
    """Return the finest place that words name without doubt, None when they name none inside `within`.

    A village counts only if it fits the town and county named with it; among several that fit, the area that holds
    them all is returned (never a guess). Names are kept in memory: no query, some tenths of a millisecond.
    """
    found = find(text, memory.remembered("place-names", _names), within)
    if found is None:
        return None
    code, word = found
    level = rules.level_of(code)
    return PlaceGuess(
        code=code,
        name=word,
        level=level,
        county=rules.county_of(code, level),
        town=rules.town_of(code),
        village=code[:12] if level >= 5 else "",
        grid=code if level == 6 else "",
    )
