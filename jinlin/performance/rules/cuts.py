"""Which rows a change is added to: the roll-ups a board reads, so that no page ever sums what it doesn't show.

A cut is one way of dividing the counters: by area, and by none, some or all of category, line and channel, for a day or
a month. Days are kept for the whole of each area, and with one division for counties; everything finer is kept by
month. `DEEP` rows stand under the smallest place a case is known to lie in, so that the grids of a village are a
range, and `BASE` rows there carry all divisions: whatever is not rolled up is a sum over a range of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from jinlin.performance.rules.counting import Changes, Gauge, Place, gauged

CATEGORY, LINE, CHANNEL = 1, 2, 4  # bits of a cut: what it is divided by
MONTHLY: Final = 10  # added to a cut by day, it is the same by month
DEEP, DEEP_MONTH, BASE = 8, 18, 19
SINGLES: Final = (0, CATEGORY, LINE, CHANNEL)
ALL: Final = CATEGORY | LINE | CHANNEL
COUNTY_CUTS: Final = (*SINGLES, *(MONTHLY + bits for bits in range(8)))
TOWN_CUTS: Final = (0, *(MONTHLY + bits for bits in (*SINGLES, ALL)))
VILLAGE_CUTS: Final = (0, MONTHLY, MONTHLY + CATEGORY, MONTHLY + CHANNEL)
DEEP_CUTS: Final = (DEEP, DEEP_MONTH, BASE)
OPEN_COUNTY_CUTS: Final = (*SINGLES, CATEGORY | LINE, LINE | CHANNEL)
OPEN_TOWN_CUTS: Final = (0,)


class Row(NamedTuple):
    """The key of a row of counters; rows are always written in its order."""

    county: str
    cut: int
    area: str
    day: str
    category: str
    line: str
    channel: str


Rows = dict[Row, Mapping[str, int]]
_ABOUT: Final[dict[int, tuple[int, bool]]] = {
    **{bits: (bits, False) for bits in range(8)},
    **{MONTHLY + bits: (bits, True) for bits in range(8)},
    DEEP: (0, False),
    DEEP_MONTH: (0, True),
    BASE: (ALL, True),
}


def month_of(day: str) -> str:
    """Return the first day of the month of an ISO day."""
    return day[:8] + "01"


def deepest(county: str, place: Place) -> str:
    """Return the smallest place a case is known to lie in."""
    return place.grid or place.village or place.town or county


@lru_cache(maxsize=1_024)  # the cases of a place move several times a day
def rows_of(county: str, place: Place, line: str, day: str) -> tuple[Row, ...]:
    """Return every row of flows that one case of this place and line adds to on a day, widest first."""
    areas = [
        (county, COUNTY_CUTS),
        (place.town, TOWN_CUTS),
        (place.village, VILLAGE_CUTS),
        (deepest(county, place), DEEP_CUTS),
    ]
    return tuple(_row(county, cut, area, day, place, line) for area, cuts in areas if area for cut in cuts)


def _row(county: str, cut: int, area: str, day: str, place: Place, line: str) -> Row:
    bits, monthly = _ABOUT[cut]
    return Row(
        county,
        cut,
        area,
        month_of(day) if monthly else day,
        place.category if bits & CATEGORY else "",
        line if bits & LINE else "",
        place.channel if bits & CHANNEL else "",
    )


@lru_cache(maxsize=1_024)
def open_rows_of(county: str, place: Place, cell: Gauge) -> tuple[Row, ...]:
    """Return every row of open cases that one in this cell stands in; `BASE` here is by due day."""
    keys = [_row(county, cut, county, cell.due, place, cell.line) for cut in OPEN_COUNTY_CUTS]
    if place.town:
        keys += [_row(county, cut, place.town, cell.due, place, cell.line) for cut in OPEN_TOWN_CUTS]
    area = deepest(county, place)
    return (*keys, Row(county, BASE, area, cell.due, place.category, cell.line, place.channel))


def spread(
    rows: Rows, county: str, place: Place, changes: Mapping[tuple[str, str, str], int], sign: int = 1
) -> None:
    """Add changes of one case to every row they belong to."""
    cells: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for (line, day, measure), n in changes.items():
        if n:
            cells.setdefault((line, day), []).append((measure, n * sign))
    for (line, day), many in cells.items():
        _add(rows, rows_of(county, place, line, day), dict(many))


def spread_open(rows: Rows, county: str, place: Place, cell: Gauge | None, n: int) -> None:
    """Add one open case to every row it stands in, or take it out."""
    if cell is None:
        return
    _add(rows, open_rows_of(county, place, cell), dict(gauged(cell, n)))


def _add(rows: Rows, keys: Iterable[Row], many: Mapping[str, int]) -> None:
    """Add the same to several rows; those that held nothing share it, so what a row holds is never changed in place."""
    for key in keys:
        held = rows.get(key)
        if held is not None:
            more = {measure: held.get(measure, 0) + n for measure, n in many.items()}
            rows[key] = {**held, **more}
        else:
            rows[key] = many


def without_zeros(rows: Rows) -> Rows:
    """Return rows without measures that stay as they are, and without rows that have none."""
    found: Rows = {}
    for key, many in rows.items():
        if 0 not in many.values():
            found[key] = many
        elif kept := {measure: n for measure, n in many.items() if n}:
            found[key] = kept
    return found


__all__ = ["Changes", "Row", "Rows", "open_rows_of", "rows_of", "spread", "spread_open", "without_zeros"]
