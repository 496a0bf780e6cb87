"""Lists and calendars ask the database the same number of questions at 100 rows and at 100,000, in about the same time."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

from bench._participation_town import Town

FEW = 100
ASKED = 15


def run(town: Town, asked: Any) -> dict[str, Any]:
    """Measure every page at 100 rows of each kind, fill up, and measure again."""
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
        "kept": all(small[path][0] == large[path][0] <= 12 for path in small),
    }


def _paths(town: Town) -> list[tuple[str, str]]:
    from jinlin.gatherings.models import Venue  # noqa: PLC0415  Django is ready by now
    from jinlin.kernel import clock  # noqa: PLC0415
    from tests.world import COUNTY, VILLAGE  # noqa: PLC0415

    venue = Venue.objects.get(name="日历厅")  # data
    year = clock.today().year
    return [
        ("", f"/together/gatherings?place={VILLAGE}"),
        ("", f"/together/gatherings?place={VILLAGE}&when=past"),
        ("", f"/together/gatherings.ics?place={VILLAGE}"),
        ("", f"/together/venues/{venue.pk}"),
        ("", f"/together/lists?place={VILLAGE}&list=need"),
        ("", f"/together/lists?place={VILLAGE}&list=project"),
        ("village", f"/gatherings/area/{VILLAGE}"),
        ("village", f"/gatherings/area/{VILLAGE}/bookings"),
        ("village", f"/gatherings/area/{VILLAGE}/offers"),
        ("county", f"/gatherings/area/{COUNTY}"),
        ("county", f"/gatherings/area/{COUNTY}/figures?year={year}"),
    ]


def _measured(town: Town) -> dict[str, tuple[int, float]]:
    """Return statements and the median milliseconds of each page."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    found = {}
    for who, path in _paths(town):
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
        found[f"{who or 'anybody'} {path.split('?')[0][:48]}"] = (
            statements,
            round(statistics.median(took), 1),
        )
    return found


def _fill(town: Town, count: int) -> None:
    """Write gatherings around today, bookings, needs and what came of them, spread over two communities."""
    from django.db import connection, transaction  # noqa: PLC0415

    from jinlin.gatherings.actions import VenueFacts, open_venue  # noqa: PLC0415
    from jinlin.gatherings.models import Booking, Gathering, Match, Offer, Venue  # noqa: PLC0415
    from jinlin.kernel import clock  # noqa: PLC0415
    from tests.world import COUNTY, SIBLING, TOWN, VILLAGE  # noqa: PLC0415

    venue = Venue.objects.filter(name="日历厅").first()  # data
    if venue is None:
        facts = VenueFacts("日历厅", "hall", "一号", 40)  # data
        venue = open_venue(actor=town.world.actor("village"), place=VILLAGE, facts=facts)
    now, unit = clock.now(), town.world.units[VILLAGE]
    before = Gathering.unscoped.count()

    def where(number: int) -> dict[str, Any]:
        return {"county": COUNTY, "town": TOWN, "village": VILLAGE if number % 2 else SIBLING}

    def when(number: int) -> Any:  # half are over, half are to come, all within ten months
        return now + timedelta(minutes=((number * 7919) % 432_000) - 216_000)

    with transaction.atomic():
        for first in range(before, before + count, 5000):
            numbers = range(first, min(first + 5000, before + count))
            Gathering.unscoped.bulk_create(
                Gathering(
                    **where(n), kind="activity", title=f"活动{n}", organisation=unit, place_words="广场",  # data
                    starts_at=when(n), ends_at=when(n) + timedelta(hours=2), made_at=now, announced_at=now,
                    state="held" if when(n) < now else "open", held_at=now, served_anonymous=n % 50,
                )
                for n in numbers
            )  # fmt: skip
            Booking.unscoped.bulk_create(
                Booking(
                    **where(1), venue=venue, starts_at=when(n), ends_at=when(n) + timedelta(minutes=30),
                    state="confirmed" if n % 3 else "cancelled", reason="改期", heads=5, purpose="talk",  # data
                    made_at=now,
                )
                for n in numbers
            )  # fmt: skip
            needs = Offer.unscoped.bulk_create(
                Offer(
                    **where(n), side="need" if n % 2 else "resource", kind="skill", title=f"需求{n}",  # data
                    state="open" if n % 4 else "done", made_at=when(n), expires_at=now + timedelta(days=90),
                )
                for n in numbers
            )  # fmt: skip
            Match.objects.bulk_create(
                Match(**where(n), need=need, made_at=when(n), state="confirmed", settled_at=when(n))
                for n, need in zip(numbers, needs, strict=True)
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
