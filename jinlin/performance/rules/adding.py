"""Adding up whole histories at once: what `cuts.spread` does for a move, done with arrays for millions of them.

Cells are collected one after another; a chunk of them is sorted and summed for every cut and then forgotten, so that
no more is held than the rows that come out of it. Both ways must give the same rows: a test plays random histories
through both.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
Words = npt.NDArray[np.object_]
Numbered = tuple[Ints, int]  # numbers, and how many there may be
TOWN, VILLAGE, AREA, DAY, IN_CATEGORY, IN_LINE, IN_CHANNEL, MONTH = range(8)
WIDTH: Final = 7  # columns of a cell; the month follows from the day
BITS: Final = (20, 20, 20, 15, 11, 9, 5, 10)  # so many numbers a column may have; the widest key has 63 bits
MEASURES: Final = 256  # more than there are
CHUNK: Final = 600_000  # entries added up at once: some 20,000 cases
TABLE: Final = 500_000  # so many numbers a table of sums may always have
AT: Final[dict[str, int]] = {measure: at for at, measure in enumerate(FLOWS)}
LEVELS: Final = (
    (None, cuts.COUNTY_CUTS), (TOWN, cuts.TOWN_CUTS), (VILLAGE, cuts.VILLAGE_CUTS), (AREA, cuts.DEEP_CUTS),
)  # fmt: skip
assert len(FLOWS) <= MEASURES


def _divided(cut: int, area: int | None) -> tuple[int, ...]:
    """Return the columns that tell the rows of a cut apart, in the order of the key."""
    bits = {DEEP: 0, DEEP_MONTH: 0, BASE: cuts.ALL}.get(cut, cut % MONTHLY)
    by = ((CATEGORY, IN_CATEGORY), (LINE, IN_LINE), (CHANNEL, IN_CHANNEL))
    place = () if area is None else (area,)
    return (*place, MONTH if cut >= MONTHLY else DAY, *(column for bit, column in by if bits & bit))


CUTS: Final = {(cut, area): _divided(cut, area) for area, held in LEVELS for cut in held}


def _packed(columns: Iterable[Numbered]) -> Ints:
    """Return one number for several, in their order."""
    key: Any = 0
    for codes, size in columns:
        key = key * size + codes
    return np.asarray(key, dtype=np.int64)


def _unpacked(key: Ints, sizes: Sequence[int]) -> list[Ints]:
    """Return the several numbers of one."""
    found = []
    for size in reversed(sizes):
        key, code = np.divmod(key, size)
        found.append(code)
    return found[::-1]


def _added(keys: Ints, n: Ints) -> tuple[Ints, Ints]:
    """Return (keys in order, sums), without what adds up to nothing: by a table if that is small, else by sorting."""
    size = int(keys.max()) + 1 if len(keys) else 0
    if size <= max(TABLE, 4 * len(keys)):
        sums = np.bincount(keys, weights=n)
        found = np.flatnonzero(sums)
        return found, sums[found].astype(np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = _starts(ordered)
    sums = np.add.reduceat(n[order], starts)
    keep = sums != 0
    return ordered[starts][keep], sums[keep]


def _starts(ordered: Ints) -> Ints:
    """Return where each run of equal numbers begins."""
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else ordered


class Names:
    """Words turned into small numbers, in the order they come."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.known: dict[str, int] = {word: at for at, word in enumerate(words)}

    def of(self, word: str) -> int:
        """Return the number of a word."""
        found = self.known.get(word)
        if found is None:
            found = self.known[word] = len(self.known)
        return found

    def sorted(self) -> tuple[Words, Ints]:
        """Return the words in order, and the place of each number in that order."""
        words = sorted(self.known)
        place = np.empty(len(words), dtype=np.int64)
        for at, word in enumerate(words):
            place[self.known[word]] = at
        return np.array(words, dtype=object), place


@dataclass(frozen=True)
class Block:
    """Rows of one cut of one level in the order of their keys; what row i counts is starts[i]:starts[i+1].

    `sizes`: how many words each column has, None for one the cut isn't divided by, which then has `words[0]` only.
    """

    county: str
    cut: int
    words: tuple[Words, ...]  # area, day, category, line, channel
    sizes: tuple[int | None, ...]
    keys: Ints
    starts: Ints  # one more than rows
    measures: Ints
    sums: Ints

    def __len__(self) -> int:
        return len(self.keys)

    def part(self, first: int, last: int) -> Block:
        """Return some of the rows."""
        starts = self.starts[first : last + 1]
        inside = slice(starts[0], starts[-1])
        return Block(self.county, self.cut, self.words, self.sizes, self.keys[first:last],
                     starts - starts[0], self.measures[inside], self.sums[inside])  # fmt: skip

    def columns(self) -> list[Words]:
        """Return area, day, category, line and channel of every row."""
        codes = iter(_unpacked(self.keys, [size for size in self.sizes if size is not None]))
        return [
            words[next(codes)] if size is not None else np.full(len(self), words[0], dtype=object)
            for words, size in zip(self.words, self.sizes, strict=True)
        ]

    def rows(self) -> Iterator[tuple[Row, dict[str, int]]]:
        """Yield the rows one by one."""
        names, values = np.array(FLOWS, dtype=object)[self.measures].tolist(), self.sums.tolist()
        starts = self.starts.tolist()
        heads = zip(*(column.tolist() for column in self.columns()), strict=True)
        for head, first, last in zip(heads, starts[:-1], starts[1:], strict=True):
            yield (
                Row(self.county, self.cut, *head),
                dict(zip(names[first:last], values[first:last], strict=True)),
            )


@dataclass
class Adding:
    """The sums of a county, cut by cut; cells and entries are added in chunks, rows come out in order.

    Cells: int array (n, 7) of town, village, area, day, category, line, channel, numbered as in `names`; entries
    (m, 3): which cell, measure, n.
    """

    county: str
    names: list[Names] = field(default_factory=lambda: [Names() for _column in range(WIDTH)])
    sums: dict[tuple[int, int | None], list[tuple[Ints, Ints]]] = field(default_factory=dict)

    def add(self, cells: Ints, entries: Ints, *, below: bool = True) -> None:
        """Add some cells and their entries; without `below` only to the roll-ups of the county itself."""
        if not len(entries):
            return
        for names, bits in zip(self.names, BITS, strict=False):
            if len(names.known) > 1 << bits:
                raise OverflowError(f"more than {1 << bits} of one kind in {self.county}")
        months, month_of_day = self._months()
        whole = np.column_stack((cells, month_of_day[cells[:, DAY]]))
        sizes = [*(len(names.known) for names in self.names), len(months)]
        monthly = self._by_month(whole, entries, sizes)
        for (cut, area), columns in CUTS.items():
            if area is not None and not below:
                continue
            many, much = monthly if cut >= MONTHLY else (whole, entries)
            key = _packed([(many[:, column], sizes[column]) for column in columns])
            found, sums = _added(key[much[:, 0]] * MEASURES + much[:, 1], much[:, 2])
            codes = _unpacked(found, [*(sizes[column] for column in columns), MEASURES])
            room = [*(1 << BITS[column] for column in columns), MEASURES]
            self._keep((cut, area), _packed(zip(codes, room, strict=True)), sums)

    def _months(self) -> tuple[list[str], Ints]:
        """Return the months, numbered as their first day came, and the month of each day."""
        names = Names()
        of_day = [names.of(cuts.month_of(day)) for day in self.names[DAY].known]
        return list(names.known), np.array(of_day, dtype=np.int64)

    def _by_month(self, cells: Ints, entries: Ints, sizes: list[int]) -> tuple[Ints, Ints]:
        """Return the same counts with months for days, added up as far as they go."""
        columns = (AREA, MONTH, IN_CATEGORY, IN_LINE, IN_CHANNEL)
        key = _packed([(cells[:, column], sizes[column]) for column in columns])
        _same, first, group = np.unique(key, return_index=True, return_inverse=True)
        found, sums = _added(group[entries[:, 0]] * MEASURES + entries[:, 1], entries[:, 2])
        return cells[first], np.column_stack((found // MEASURES, found % MEASURES, sums))

    def _keep(self, cut: tuple[int, int | None], keys: Ints, sums: Ints) -> None:
        """Put sums beside earlier ones; two parts of a size are made one, so that each is touched a few times only."""
        parts = self.sums.setdefault(cut, [])
        parts.append((keys, sums))
        while len(parts) > 1 and 2 * len(parts[-1][0]) >= len(parts[-2][0]):
            self._join(parts, 2)

    def _join(self, parts: list[tuple[Ints, Ints]], number: int) -> None:
        last = parts[-number:]
        del parts[-number:]
        keys, sums = (np.concatenate(several) for several in zip(*last, strict=True))
        parts.append(_added(keys, sums))

    def blocks(self) -> Iterator[Block]:
        """Yield every row of flows, without rows that count nothing, cut by cut; the sums are given away."""
        words, places = zip(*(names.sorted() for names in self.names), strict=True)
        months, _of_day = self._months()
        order = sorted(range(len(months)), key=months.__getitem__)
        month_words, month_places = np.array(months, dtype=object)[order], np.argsort(order)
        told = (*words, month_words)
        for cut, area in sorted(self.sums, key=lambda one: (one[0], -1 if one[1] is None else one[1])):
            parts = self.sums.pop((cut, area))
            if len(parts) > 1:
                self._join(parts, len(parts))
            yield self._block(cut, area, parts[0], told, (*places, month_places))

    def _block(
        self,
        cut: int,
        area: int | None,
        added: tuple[Ints, Ints],
        words: Sequence[Words],
        places: Sequence[Ints],
    ) -> Block:
        """Number the words of a cut in their order, and the rows with them."""
        columns = CUTS[cut, area]
        *codes, measures = _unpacked(added[0], [*(1 << BITS[column] for column in columns), MEASURES])
        sizes = [len(words[column]) for column in columns]
        told = [
            (places[column][code], size) for column, code, size in zip(columns, codes, sizes, strict=True)
        ]
        key, sums = _packed([*told, (measures, MEASURES)]), added[1]
        if area in (TOWN, VILLAGE):  # what lies in no town or village has no row there
            somewhere = words[area][told[0][0]] != ""
            key, sums = key[somewhere], sums[somewhere]
        order = np.argsort(key)
        key, sums = key[order], sums[order]
        of_row = key // MEASURES
        starts = _starts(of_row)
        day = MONTH if cut >= MONTHLY else DAY
        shown = (
            area,
            day,
            *(column if column in columns else None for column in (IN_CATEGORY, IN_LINE, IN_CHANNEL)),
        )
        blank = {0: np.array([self.county], dtype=object)}
        return Block(
            self.county,
            cut,
            tuple(
                words[column] if column is not None else blank.get(at, _BLANK)
                for at, column in enumerate(shown)
            ),
            tuple(len(words[column]) if column is not None else None for column in shown),
            of_row[starts],
            np.append(starts, len(key)),
            key % MEASURES,
            sums,
        )

    def rows(self) -> Iterator[tuple[Row, dict[str, int]]]:
        """Yield every row in the order of the index."""
        waiting: list[Block] = []
        for block in self.blocks():
            if waiting and waiting[0].cut != block.cut:
                yield from _merged(waiting)
                waiting = []
            waiting.append(block)
        yield from _merged(waiting)


_BLANK: Final[Words] = np.array([""], dtype=object)


def _merged(blocks: Iterable[Block]) -> Iterator[tuple[Row, dict[str, int]]]:
    return merge(*(block.rows() for block in blocks), key=lambda one: one[0])


@dataclass
class History(Adding):
    """What happened in one county, case after case."""

    cells: array[int] = field(default_factory=lambda: array("i"))
    entries: array[int] = field(default_factory=lambda: array("i"))

    def take(self, place: Place, changes: Mapping[tuple[str, str, str], int]) -> None:
        """Add everything that is counted of one case."""
        towns, villages, areas, days, categories, lines, channels = self.names
        town, village = towns.of(place.town), villages.of(place.village)
        area = areas.of(cuts.deepest(self.county, place))
        category, channel = categories.of(place.category), channels.of(place.channel)
        at: dict[tuple[str, str], int] = {}
        cells, entries = self.cells, self.entries
        for (line, day, measure), n in changes.items():
            if not n:
                continue
            cell = at.get((line, day))
            if cell is None:
                cell = at[line, day] = len(cells) // WIDTH
                cells.extend((town, village, area, days.of(day), category, lines.of(line), channel))
            entries.extend((cell, AT[measure], n))
        if len(entries) > 3 * CHUNK:
            self.settle()

    def settle(self) -> None:
        """Add up what was taken since the last time."""
        cells = np.frombuffer(self.cells, dtype=np.intc).reshape(-1, WIDTH).astype(np.int64)
        entries = np.frombuffer(self.entries, dtype=np.intc).reshape(-1, 3).astype(np.int64)
        self.cells, self.entries = array("i"), array("i")
        self.add(cells, entries)

    def blocks(self) -> Iterator[Block]:
        """Yield every row of flows; see `Adding.blocks`."""
        self.settle()
        return super().blocks()
