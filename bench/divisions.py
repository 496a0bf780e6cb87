"""Importing a province's divisions beside a bare insert of the same rows, and locating points beside a bare box tree.

    python -m bench.divisions [FILE]      # default: Henan 2023 beside the checkout, else the shipped Zhoukou table

SQLite in a temporary folder, or the empty database that DATABASE_URL names (`python -m tests.pg python -m
bench.divisions`). Prints rows/s, the ratio import : bare `executemany` of ready tuples into the same table, and
microseconds a point for `places.locate` and for the STRtree query inside it. Each figure is the best of three.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HENAN = ROOT.parent / "shared" / "data" / "geo" / "admin_henan_2023.csv.gz"
SHIPPED = ROOT / "jinlin" / "places" / "data" / "zhoukou_2023.csv.gz"
AS_OF = date(2023, 6, 30)
ROUNDS = 3
GRID_SIDE = 72  # 72 x 72 = 5,184 grids, about the villages of a prefecture
POINTS = 20_000
COUNTY, TOWN = "411602000000", "411602002000"
Pause = Callable[[], None]


def best(run: Callable[[], Any], before: Pause = lambda: None) -> float:
    """Return the shortest of three runs in seconds; `before` is not counted."""
    times = []
    for _n in range(ROUNDS):
        before()
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def divisions(file: Path) -> None:
    """Time the import of a file, the second import, and the bare insert of what it inserted."""
    from django.db import connection, transaction

    from jinlin.places.actions import import_divisions
    from jinlin.places.models import Edition, Region

    def wipe() -> None:
        """Empty both tables without looking for references row by row."""
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("TRUNCATE places_region, places_edition CASCADE")
            return
        with connection.constraint_checks_disabled(), transaction.atomic():
            Region.objects.all()._raw_delete("default")
            Edition.objects.all()._raw_delete("default")

    first = best(lambda: import_divisions(file, as_of=AS_OF), wipe)
    count = Region.objects.count()
    again = best(lambda: import_divisions(file, as_of=AS_OF))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM places_region ORDER BY level, code")
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    sql = f"INSERT INTO places_region ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    least = best(bare, wipe)
    print(f"{file.name} on {connection.vendor}: {count} divisions")
    print(f"  import        {count / first:9.0f} rows/s  {first:6.2f} s")
    print(f"  second import {count / again:9.0f} rows/s  {again:6.2f} s  (0 added, 0 changed)")
    print(f"  bare insert   {count / least:9.0f} rows/s  {least:6.2f} s")
    print(f"  ratio import : bare insert = {first / least:.2f}")


def points() -> None:
    """Time locating points among some 5,000 drawn grids."""
    import shapely

    from jinlin.places import queries
    from jinlin.places.actions import import_divisions, import_grids
    from jinlin.places.queries import memory

    villages = [f"{TOWN[:9]}{n:03d}" for n in range(1, 1 + GRID_SIDE)]
    rows = [{"code": TOWN, "parent": COUNTY, "level": "4", "name": "演示街道"}]
    rows += [{"code": code, "parent": TOWN, "level": "5", "name": f"演示{code[9:]}社区"} for code in villages]
    import_divisions(
        [{"code": COUNTY, "parent": "411600000000", "level": "3", "name": "川汇区"}, *rows], as_of=AS_OF
    )
    west, south, size = 114.58, 33.55, 0.002
    features = [
        _square(west + x * size, south + y * size, size, villages[y])
        for y in range(GRID_SIDE)
        for x in range(GRID_SIDE)
    ]
    started = time.perf_counter()
    report = import_grids({"type": "FeatureCollection", "features": features}, datum="wgs84")
    print(f"{report.added} grids drawn in {time.perf_counter() - started:.2f} s ({report.refused} refused)")
    rnd = random.Random(7)
    wide = size * (GRID_SIDE + 4)
    spots = [(west + rnd.random() * wide, south + rnd.random() * wide) for _n in range(POINTS)]
    memory.forget()
    started = time.perf_counter()
    queries.locate(*spots[0])
    print(f"  first look (tree built)  {(time.perf_counter() - started) * 1e3:8.1f} ms")
    tree = memory.remembered("grids", dict).index  # type: ignore[attr-defined]
    ours = best(lambda: [queries.locate(*spot) for spot in spots])
    least = best(lambda: [tree.query(shapely.Point(spot), predicate="intersects") for spot in spots])
    many = best(lambda: queries.locate_many([s[0] for s in spots], [s[1] for s in spots]))
    print(f"  locate                   {ours / POINTS * 1e6:8.1f} us a point")
    print(f"  bare STRtree query       {least / POINTS * 1e6:8.1f} us a point")
    print(f"  locate_many              {many / POINTS * 1e6:8.1f} us a point")
    print(f"  ratio locate : bare query = {ours / least:.2f}")


def _square(west: float, south: float, size: float, village: str) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "geometry": shape, "properties": {"village": village}}


def main() -> None:
    """Run both benches on a database of their own."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else (HENAN if HENAN.exists() else SHIPPED)
    with tempfile.TemporaryDirectory(prefix="jinlin-bench-") as home:
        os.environ["JINLIN_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "jinlin.config.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        divisions(given)
        points()


if __name__ == "__main__":
    main()
