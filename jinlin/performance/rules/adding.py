"""Adding up whole histories at once: what `cuts.spread` does for a move, done with arrays for millions of them.

Cells are collected one after another, then every cut is a sort and a sum. Both ways must give the same rows: a test
plays random histories through both.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from jinlin.performance.rules import cuts
from jinlin.performance.rules.counting import Place
from jinlin.performance.rules.cuts import BASE, CATEGORY, CHANNEL, DEEP, DEEP_MONTH, LINE, MONTHLY, Row
from jinlin.performance.rules.measures import FLOWS

Ints = npt.NDArray[np.int64]
TOWN, VILLAGE, AREA, DAY, WIDTH = 0, 1, 2, 3, 7  # columns of the cells; then category, line, channel
LEVELS: Final = (
    (None, cuts.COUNTY_CUTS), (TOWN, cuts.TOWN_CUTS), (VILLAGE, cuts.VILLAGE_CUTS), (AREA, cuts.DEEP_CUTS),
)  # fmt: skip
TABLE: Final = 500_000  # so many numbers a table of sums may always have
AT: Final[dict[str, int]] = {measure: at for at, measure in enumerate(FLOWS)}


def _packed(columns: Sequence[tuple[Ints, int]]) -> Ints:
    """Return one number for several, in their order; `columns` are (numbers, how many there are)."""
    key = np.zeros(len(columns[0][0]), dtype=np.int64)
    for codes, size in columns:
        key = key * size + codes
    return key


def _added(keys: Ints, n: Ints) -> tuple[Ints, Ints]:
    """Return (keys in order, sums), without what adds up to nothing: by a table if that is small, else by sorting."""
    size = int(keys.max()) + 1 if len(keys) else 0
    if size <= max(TABLE, 4 * len(keys)):
        sums = np.bincount(keys, weights=n)
        found = np.flatnonzero(sums)
        return found, sums[found].astype(np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sums = np.add.reduceat(n[order], starts)
    keep = sums != 0
    return ordered[starts][keep], sums[keep]


class Names:
    """Words turned into small numbers, in the order they come."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def of(self, word: str) -> int:
        """Return the number of a word."""
        found = self.known.get(word)
        if found is None:
            found = self.known[word] = len(self.known)
        return found

    def sorted(self) -> tuple[npt.NDArray[np.object_], Ints]:
        """Return the words in order, and the place of each number in that order."""
        words = sorted(self.known)
        place = np.empty(len(words), dtype=np.int64)
        for at, word in enumerate(words):
            place[self.known[word]] = at
        return np.array(words, dtype=object), place


@dataclass
class History:
    """What happened in one county: cells (place, line, day) and what each counts, as plain numbers; ~40 bytes each."""

    county: str
    towns: Names = field(default_factory=Names)
    villages: Names = field(default_factory=Names)
    areas: Names = field(default_factory=Names)
    days: Names = field(default_factory=Names)
    categories: Names = field(default_factory=Names)
    lines: Names = field(default_factory=Names)
    channels: Names = field(default_factory=Names)
    cells: array[int] = field(default_factory=lambda: array("i"))
    entries: array[int] = field(default_factory=lambda: array("i"))

    def take(self, place: Place, changes: Mapping[tuple[str, str, str], int]) -> None:
        """Add everything that is counted of one case."""
        town, village = self.towns.of(place.town), self.villages.of(place.village)
        area = self.areas.of(cuts.deepest(self.county, place))
        category, channel = self.categories.of(place.category), self.channels.of(place.channel)
        at: dict[tuple[str, str], int] = {}
        cells, entries = self.cells, self.entries
        for (line, day, measure), n in changes.items():
            if not n:
                continue
            cell = at.get((line, day))
            if cell is None:
                cell = at[line, day] = len(cells) // WIDTH
                cells.extend((town, village, area, self.days.of(day), category, self.lines.of(line), channel))
            entries.extend((cell, AT[measure], n))

    def arrays(self) -> Cells:
        """Return the cells and entries as arrays, words numbered in their order."""
        cells = np.frombuffer(self.cells, dtype=np.intc).reshape(-1, WIDTH).astype(np.int64)
        entries = np.frombuffer(self.entries, dtype=np.intc).reshape(-1, 3).astype(np.int64)
        words = []
        for at, names in enumerate(
            (self.towns, self.villages, self.areas, self.days, self.categories, self.lines, self.channels)
        ):
            found, place = names.sorted()
            words.append(found)
            if len(cells):
                cells[:, at] = place[cells[:, at]]
        return Cells(self.county, words, cells, entries)


@dataclass
class Cells:
    """Cells as an int array (n, 7): town, village, area, day, category, line, channel; entries (m, 3): cell, measure, n."""

    county: str
    words: list[npt.NDArray[np.object_]]
    cells: Ints
    entries: Ints

    def rows(self, *, deep: bool = True) -> Iterator[tuple[Row, dict[str, int]]]:
        """Yield every row of flows of the county in the order of the index, without rows that count nothing.

        Without `deep`, only the roll-ups of county, towns and villages.
        """
        if not len(self.entries):
            return
        monthly = self._by_month()
        for cut in sorted({*cuts.COUNTY_CUTS, *(cuts.DEEP_CUTS if deep else ())}):
            source = monthly if cut >= MONTHLY else self
            blocks = [source._cut(cut, column) for column, held in LEVELS if cut in held]
            yield from merge(*blocks, key=lambda one: one[0])

    def _by_month(self) -> Cells:
        """Return the same counts with months for days, added up as far as they go: a tenth of the numbers."""
        months = [cuts.month_of(day) for day in self.words[DAY]]
        found = sorted(set(months))
        at = {month: place for place, month in enumerate(found)}
        month_of_day = np.array([at[month] for month in months], dtype=np.int64)
        cells = self.cells.copy()
        cells[:, DAY] = month_of_day[cells[:, DAY]]
        words = [*self.words]
        words[DAY] = np.array(found, dtype=object)
        key = _packed([(cells[:, column], len(words[column])) for column in range(WIDTH)])
        _same, first, group = np.unique(key, return_index=True, return_inverse=True)
        summed, sums = _added(group[self.entries[:, 0]] * len(FLOWS) + self.entries[:, 1], self.entries[:, 2])
        entries = np.column_stack((summed // len(FLOWS), summed % len(FLOWS), sums))
        return Cells(self.county, words, cells[first], entries)

    def _cut(self, cut: int, area: int | None) -> Iterator[tuple[Row, dict[str, int]]]:
        """Yield the rows of one cut; `area`: the column of the cells it stands under, None for the county."""
        bits = {DEEP: 0, DEEP_MONTH: 0, BASE: cuts.ALL}.get(cut, cut % MONTHLY)
        columns: list[tuple[Ints | None, npt.NDArray[np.object_]]] = [
            (self.cells[:, area] if area is not None else None, self._areas(area)),
            (self.cells[:, DAY], self.words[DAY]),
            (self.cells[:, DAY + 1] if bits & CATEGORY else None, self.words[DAY + 1]),
            (self.cells[:, DAY + 2] if bits & LINE else None, self.words[DAY + 2]),
            (self.cells[:, DAY + 3] if bits & CHANNEL else None, self.words[DAY + 3]),
        ]
        key = _packed([(codes, len(words)) for codes, words in columns if codes is not None])
        found, sums = _added(key[self.entries[:, 0]] * len(FLOWS) + self.entries[:, 1], self.entries[:, 2])
        return self._told(cut, columns, found, sums, skip_blank=area in (TOWN, VILLAGE))

    def _areas(self, area: int | None) -> npt.NDArray[np.object_]:
        return self.words[area] if area is not None else np.array([self.county], dtype=object)

    def _told(
        self, cut: int, columns: list[tuple[Any, Any]], found: Ints, sums: Ints, *, skip_blank: bool
    ) -> Iterator[tuple[Row, dict[str, int]]]:
        """Turn sorted (key, measure) numbers back into rows; `skip_blank` leaves out what lies in no town or village."""
        keys, measures = found // len(FLOWS), found % len(FLOWS)
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.array([], np.int64)
        parts: list[npt.NDArray[np.object_]] = []
        rest = keys[starts] if len(keys) else keys
        for codes, words in reversed(columns):
            if codes is None:
                parts.append(np.full(len(rest), words[0] if words is columns[0][1] else "", dtype=object))
                continue
            parts.append(words[rest % len(words)])
            rest = rest // len(words)
        channel, line, category, day, area = parts
        names, values = np.array(FLOWS, dtype=object)[measures].tolist(), sums.tolist()
        ends = [*starts[1:].tolist(), len(keys)] if len(starts) else []
        heads = zip(
            area.tolist(), day.tolist(), category.tolist(), line.tolist(), channel.tolist(), strict=True
        )
        for (where, when, what, who, how), first, last in zip(heads, starts.tolist(), ends, strict=True):
            if skip_blank and not where:
                continue
            row = Row(self.county, cut, where, when, what, who, how)
            yield row, dict(zip(names[first:last], values[first:last], strict=True))
