"""Millions of histories from a few thousand real ones: each case of the bench lives as some real case lived, elsewhere.

A pattern is what one real case was counted as, by the product's own rule from its own timeline. A case of the bench is
a pattern moved to another place, category, source and day, which moves what is counted of it and changes nothing else
(`tests/performance/test_bulk.py` plays the same cases through the product's own way and compares every counter).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from jinlin.performance.rules.adding import AT, Adding, Names
from jinlin.performance.rules.counting import Place
from jinlin.performance.rules.cuts import deepest

Flows = Mapping[tuple[str, str, str], int]
Ints = Any
AT_ONCE = 50_000


@dataclass(frozen=True)
class Pattern:
    """What one case was counted as: days are counted from the day it was reported."""

    cells: tuple[tuple[str, int], ...]  # line, day after the report
    entries: tuple[tuple[int, int, int], ...]  # cell, measure, n
    length: int


def pattern(flows: Flows, opened: str) -> Pattern:
    """Return the pattern of what a case was counted as."""
    first, at, entries = date.fromisoformat(opened), dict[tuple[str, int], int](), []
    for (line, day, measure), n in flows.items():
        if n:
            key = line, (date.fromisoformat(day) - first).days
            entries.append((at.setdefault(key, len(at)), AT[measure], n))
    return Pattern(tuple(at), tuple(entries), max((day for _line, day in at), default=0))


@dataclass(frozen=True)
class Lives:
    """Which case lives where, when and how: arrays of one length, numbers into the lists beside them."""

    county: str
    places: Sequence[Place]  # town, village, grid; category and channel are blank
    categories: Sequence[str]
    channels: Sequence[str]
    first: date
    place: Ints
    category: Ints
    channel: Ints
    pattern: Ints
    day: Ints  # after `first`


def drawn(
    rng: Any, number: int, county: str, lists: dict[str, Any], patterns: Sequence[Pattern], days: int
) -> Lives:
    """Draw lives as unevenly as life deals them: a few matters and places make most of the work."""
    sizes = {name: len(lists[name]) for name in ("places", "categories", "channels")}
    category = _uneven(rng, sizes["categories"], number, 1.0)
    channel = _uneven(rng, sizes["channels"], number, 1.2)
    which = rng.integers(0, len(patterns), number)
    longest = np.array([one.length for one in patterns])
    day = (rng.random(number) * np.maximum(days - longest[which], 1)).astype(np.int64)
    return Lives(county, lists["places"], lists["categories"], lists["channels"], lists["first"],
                 _uneven(rng, sizes["places"], number, 0.4), category, channel, which, day)  # fmt: skip


def _uneven(rng: Any, size: int, number: int, steep: float) -> Ints:
    weights = 1.0 / np.arange(1, size + 1) ** steep
    return rng.choice(size, number, p=weights / weights.sum())


def added_up(lives: Lives, patterns: Sequence[Pattern], *, below: bool = True) -> Adding:
    """Return the sums of all these lives, taken in parts; without `below` only those of the county itself."""
    words, numbers = _words(lives, patterns)
    found = Adding(lives.county, [Names(several) for several in words])
    for first in range(0, len(lives.day), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        some = {
            name: getattr(lives, name)[part] for name in ("place", "category", "channel", "pattern", "day")
        }
        found.add(*_cells(replace(lives, **some), patterns, numbers), below=below)
    return found


def _cells(lives: Lives, patterns: Sequence[Pattern], numbers: dict[str, Any]) -> tuple[Ints, Ints]:
    """Return the cells and entries of these lives."""
    lengths = np.array([len(one.cells) for one in patterns])
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    lines = np.array([numbers["line"][line] for one in patterns for line, _day in one.cells])
    after = np.array([day for one in patterns for _line, day in one.cells])
    each = lengths[lives.pattern]
    case, inside = _repeated(each)
    cell = starts[lives.pattern][case] + inside
    cells = np.empty((len(cell), 7), dtype=np.int64)
    for column, name in enumerate(("town", "village", "area")):
        cells[:, column] = np.array(numbers[name])[lives.place][case]
    cells[:, 3] = lives.day[case] + after[cell] - numbers["early"]
    cells[:, 4] = np.array(numbers["category"])[lives.category][case]
    cells[:, 5] = lines[cell]
    cells[:, 6] = np.array(numbers["channel"])[lives.channel][case]
    return cells, _entries(lives, patterns, np.cumsum(each) - each)


def _repeated(each: Ints) -> tuple[Ints, Ints]:
    """Return (which, how manieth) of everything repeated so often."""
    which = np.repeat(np.arange(len(each)), each)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(each) - each, each)


def _entries(lives: Lives, patterns: Sequence[Pattern], first_cell: Ints) -> Ints:
    lengths = np.array([len(one.entries) for one in patterns])
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    flat = np.array([entry for one in patterns for entry in one.entries], dtype=np.int64)
    case, inside = _repeated(lengths[lives.pattern])
    entries = flat[starts[lives.pattern][case] + inside]
    entries[:, 0] += first_cell[case]
    return entries


def _words(lives: Lives, patterns: Sequence[Pattern]) -> tuple[list[Any], dict[str, Any]]:
    """Return the words of each column in order, and the number of each of the lives' own."""
    columns = {
        "town": [place.town for place in lives.places],
        "village": [place.village for place in lives.places],
        "area": [deepest(lives.county, place) for place in lives.places],
        "category": list(lives.categories),
        "channel": list(lives.channels),
    }
    lines = {line for one in patterns for line, _day in one.cells}
    early = min((day for one in patterns for _line, day in one.cells), default=0)
    late = max((day for one in patterns for _line, day in one.cells), default=0) + int(lives.day.max())
    days = [(lives.first + timedelta(days=at)).isoformat() for at in range(early, late + 1)]
    words = {name: sorted(set(found)) for name, found in columns.items()} | {
        "line": sorted(lines),
        "day": days,
    }
    at = {name: {word: place for place, word in enumerate(found)} for name, found in words.items()}
    numbers: dict[str, Any] = {name: [at[name][word] for word in found] for name, found in columns.items()}
    numbers |= {"line": at["line"], "early": early}
    order = ("town", "village", "area", "day", "category", "line", "channel")
    return [words[name] for name in order], numbers


def one_by_one(lives: Lives, patterns: Sequence[Pattern]) -> Iterator[tuple[Place, Flows]]:
    """Yield the same lives case by case, as the product counts them."""
    measures = {at: measure for measure, at in AT.items()}
    for place, category, channel, which, day in zip(
        lives.place, lives.category, lives.channel, lives.pattern, lives.day, strict=True
    ):
        held, opened = patterns[which], lives.first + timedelta(days=int(day))
        found = {}
        for cell, measure, n in held.entries:
            line, after = held.cells[cell]
            found[line, (opened + timedelta(days=after)).isoformat(), measures[measure]] = n
        where = lives.places[place]
        yield (
            where._replace(category=lives.categories[category], channel=lives.channels[channel]),
            found,
        )
