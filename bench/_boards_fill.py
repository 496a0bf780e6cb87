"""Fills the counters of a city as after millions of cases: one county from histories, the others by copying its roll-ups.

What happened is the sum of the histories of a measured county (`_histories.py`), every row of it. Of the other counties
only the city's page is asked, which reads nothing but their own roll-ups, and those don't depend on a county's places:
each gets the rows of the measured one under its own code, which tests hold against counting the same cases there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from bench import _histories
from jinlin.cases.queries.timelines import timelines
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.orgs import queries as org_queries
from jinlin.performance.actions import bulk, writing
from jinlin.performance.models import Count, OpenCount
from jinlin.performance.rules import cuts
from jinlin.performance.rules.counting import Gauge, Place
from jinlin.performance.rules.measures import FLOWS, STATES
from jinlin.performance.rules.telling import replayed
from jinlin.places.models import Grid

YEARS = 3
OPEN_SHARE = 0.006  # of all cases: a week's worth
CHANNELS = ("hotline", "web", "patrol", "visit", "parlour", "letter")


def fill(number: int, measured: str) -> dict[str, Any]:
    """Fill the counters as if so many cases had lived over the years in all counties, with all rows of the measured."""
    patterns = []
    for _county, lines in timelines():
        told = replayed(lines)
        if told.stands.opened:  # the open cases that fill the lists were not made by moves
            patterns.append(_histories.pattern(told.flows, told.stands.opened))
    days, rng = YEARS * 365, np.random.default_rng(7)
    leaves = [node.code for node in org_queries.categories().leaves]
    grids = Grid.objects.current().filter(kind="basic").order_by("code")
    by_county: dict[str, list[Place]] = {}
    for county, town, village, code in grids.values_list("county", "town", "village", "code"):
        by_county.setdefault(county, []).append(Place(town, village, code, "", ""))
    each, began = number // len(by_county), time.monotonic()
    lists = {"places": by_county[measured], "categories": leaves, "channels": CHANNELS}
    first = {"first": clock.today() - timedelta(days=days)}

    def tell(what: str) -> None:
        sys.stderr.write(f"  {what} {time.monotonic() - began:.0f} s\n")

    with _fast():
        _empty()
        lives = _histories.drawn(rng, each, measured, lists | first, patterns, days)
        with transaction.atomic():
            sums = _histories.added_up(lives, patterns)
            tell("added up")
            written = bulk.write_blocks(Count, sums.blocks())
            tell(f"{written:,} rows written")
            for county in by_county:
                written += copied_county(measured, county) if county != measured else 0
            tell("other counties")
            for county, places in by_county.items():
                still = _open(rng, county, places, leaves, round(each * OPEN_SHARE))
                written += len(still)
                writing.add_rows(OpenCount, still)
            tell("what is open")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    tell("done")
    return {"rows": written, "cpu": f"{time.process_time():.0f} s", "bytes": _size()}


def copied_county(county: str, to: str) -> int:
    """Give a county the roll-ups of another, as if the same cases had lived in it; returns how many rows."""
    rest = ", ".join(("day", "category", "line", "channel", *FLOWS))
    named = ", ".join(str(cut) for cut in cuts.COUNTY_CUTS)
    table = writing.table_of(Count)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (county, cut, area, {rest}) SELECT %s, cut, %s, {rest} FROM {table} "
            f"WHERE county = %s AND area = %s AND cut IN ({named}) ORDER BY cut, day, category, line, channel",
            [to, to, county, county],
        )
        return int(cursor.rowcount)


def _open(rng: Any, county: str, places: list[Place], leaves: list[str], number: int) -> cuts.Rows:
    rows: cuts.Rows = {}
    lines = ("@grid", "@village", "@town", "@county", "CMB", "HCB", "MKT", "PSB", "ECO")
    states = [state for state in STATES if state not in (w.IN_PARTS, w.SUSPENDED)]
    today = clock.today()
    for _one in range(number):
        place = places[int(rng.integers(len(places)))]._replace(
            category=leaves[int(rng.integers(len(leaves)))],
            channel=CHANNELS[int(rng.integers(len(CHANNELS)))],
        )
        due = (today + timedelta(days=int(rng.integers(-20, 30)))).isoformat()
        state = states[int(rng.integers(len(states)))]
        since = (today - timedelta(days=30)).isoformat() if state == w.LEDGERED else ""
        cell = Gauge(lines[int(rng.integers(len(lines)))], due, state, since)
        cuts.spread_open(rows, county, place, cell, 1)
    return rows


def _empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (Count, OpenCount):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')


LOADING = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000")
LOADED = ("cache_size = -65536", "synchronous = FULL", "journal_mode = WAL")


@contextmanager
def _fast() -> Iterator[None]:
    """Load without durability: a file that breaks is loaded again."""
    _set(LOADING)
    yield
    _set(LOADED)


def _set(pragmas: tuple[str, ...]) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")


def _size() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
