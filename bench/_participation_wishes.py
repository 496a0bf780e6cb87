"""Wish wall, topics, an item, the desk, the figures and a board: as many statements at 100 rows as at 100,000."""

from __future__ import annotations

import random
import statistics
import time
from datetime import datetime, timedelta
from typing import Any

from bench._participation_town import Town

FEW = 100
ASKED = 15


def run(town: Town, asked: Any) -> dict[str, Any]:
    """Measure each page at 100 items, fill up, and measure again."""
    _fill(town, FEW)
    small = _measured(town)
    _fill(town, asked.rows - FEW)
    large = _measured(town)
    rows = {
        path: {"sql": [small[path][0], large[path][0]], "ms": [small[path][1], large[path][1]]}
        for path in small
    }
    return {
        "database": town.database,
        "rows": [FEW, asked.rows],
        "pages": rows,
        "kept": all(small[path][0] == large[path][0] <= 20 for path in small),
    }


def _paths() -> list[tuple[str, str]]:
    from jinlin.initiatives.models import Initiative  # noqa: PLC0415  Django is ready by now
    from tests.world import COUNTY, TOWN, VILLAGE  # noqa: PLC0415

    item = Initiative.unscoped.filter(kind="topic", is_public=True).earliest("created_at")
    return [
        ("", f"/together/wishes?place={VILLAGE}"),
        ("", f"/together/wishes?place={COUNTY}&by=most"),
        ("", f"/together/wishes?place={TOWN}&phase=done"),
        ("", f"/together/topics?place={VILLAGE}"),
        ("", f"/together/wishes/map.geojson?place={TOWN}"),
        ("", f"/together/i/{item.pk}"),
        ("village", "/initiatives/"),
        ("county", "/initiatives/?kind=topic"),
        ("county", "/initiatives/duties"),
        ("county", "/initiatives/figures"),
        ("county", f"/board/{COUNTY}"),
    ]


def _measured(town: Town) -> dict[str, tuple[int, float]]:
    """Return statements and the median milliseconds of each page."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    found = {}
    for who, path in _paths():
        client = town.world.client(who)
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        statements = len(queries)  # now: the next request empties the log
        took = []
        for _time in range(ASKED):
            start = time.perf_counter()
            client.get(path)
            took.append(1000 * (time.perf_counter() - start))
        name = path if "/i/" not in path else "/together/i/<one>"
        found[f"{who or 'anybody'} {name}"] = (statements, round(statistics.median(took), 1))
    return found


def _decided(item: Any, number: int, made: datetime) -> Any:
    """Return a decision on an item, carried out every other time."""
    from jinlin.initiatives.models import Resolution  # noqa: PLC0415

    due = (made + timedelta(days=40)).date()
    return Resolution(
        county=item.county,
        town=item.town,
        village=item.village,
        initiative=item,
        number=1,
        text="定了",  # data
        rule="group_advice",
        verdict="passed",
        owner_name="居委会",  # data
        due=due,
        review_on=due,
        tally={"people": {"total": 9, "present": 9, "yes": 9, "no": 0, "abstain": 0}},
        done_on=due if number % 2 else None,
        at=made,
    )


def _fill(town: Town, count: int) -> None:
    """Write items of two communities in all stages, with a decision each third, and the counters that go with them."""
    from django.db import connection, transaction  # noqa: PLC0415

    from jinlin.initiatives.models import Counted, Initiative, Resolution, StageEntry, Standing  # noqa: PLC0415
    from jinlin.initiatives.rules import kinds, phases  # noqa: PLC0415
    from jinlin.kernel import clock  # noqa: PLC0415
    from tests.world import COUNTY, SIBLING, TOWN, VILLAGE  # noqa: PLC0415

    rng, now, unit = random.Random(count), clock.now(), town.world.unit(VILLAGE)
    standing: dict[tuple[str, str, str], int] = {}
    with transaction.atomic():
        for first in range(0, count, 5000):
            items, decisions, entries = [], [], []
            for number in range(first, min(first + 5000, count)):
                kind = rng.choice((kinds.WISH, kinds.WISH, kinds.TOPIC))
                stage = rng.choice(kinds.KINDS[kind].stages[1:])
                village = rng.choice((VILLAGE, SIBLING))
                made = now - timedelta(minutes=rng.randrange(500_000))
                votes = rng.randrange(300)
                item = Initiative(
                    county=COUNTY, town=TOWN, village=village, kind=kind, stage=stage, reached=stage,
                    phase=phases.phase_of(stage), is_public=True, is_open=stage != kinds.REVIEWED, title=f"愿望 {number}",  # data
                    host_unit=unit, online_count=votes, support_total=votes, entries_count=1,
                    next_by=(made + timedelta(days=30)).date(), created_at=made, moved_at=made,
                )  # fmt: skip
                items.append(item)
                entries.append(
                    StageEntry(
                        county=COUNTY, initiative=item, number=1, verb="propose", target=stage, at=made
                    )
                )
                standing[village, kind, stage] = standing.get((village, kind, stage), 0) + 1
                if number % 3 == 0:
                    decisions.append(_decided(item, number, made))
            Initiative.unscoped.bulk_create(items)
            Resolution.objects.bulk_create(decisions)
            StageEntry.objects.bulk_create(entries)
        for (village, kind, stage), n in standing.items():
            row, _new = Standing.objects.get_or_create(
                county=COUNTY, town=TOWN, village=village, kind=kind, stage=stage
            )
            Standing.objects.filter(pk=row.pk).update(n=row.n + n)
        Counted.objects.get_or_create(
            county=COUNTY,
            town=TOWN,
            village=VILLAGE,
            month=clock.today().replace(day=1),
            name="wishes",
            defaults={"n": count},
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
