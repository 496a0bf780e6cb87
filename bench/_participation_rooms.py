"""Eight writers want the same room at overlapping times, a thousand times: no two may have it."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from bench._participation_town import Town


def run(town: Town, asked: Any) -> dict[str, Any]:
    """Let the writers try, then count overlaps among what was confirmed, from the bookings and from the half hours."""
    from jinlin.gatherings.actions import VenueFacts, open_venue  # noqa: PLC0415  Django is ready by now
    from jinlin.gatherings.models import Booking, BookingSlot  # noqa: PLC0415
    from jinlin.gatherings.rules import slots  # noqa: PLC0415
    from tests.world import VILLAGE  # noqa: PLC0415

    facts = VenueFacts("会客厅", "parlour", "一号", 40, needs_approval=False, quiet=((720, 840),))  # data
    venue = open_venue(actor=town.world.actor("village"), place=VILLAGE, facts=facts)
    told: Counter[str] = Counter()
    lock, each = threading.Lock(), asked.tries // asked.writers
    start = time.perf_counter()
    writers = [
        threading.Thread(target=_writer, args=(venue, number, each, told, lock))
        for number in range(asked.writers)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    held = list(Booking.unscoped.filter(venue=venue, state="confirmed").values_list("starts_at", "ends_at"))
    halves = sum(len(slots.slots_of(*span)) for span in held)
    overlaps = slots.overlaps(held)
    rows = BookingSlot.objects.filter(venue=venue).count()
    return {
        "database": town.database,
        "tries": sum(told.values()),
        "writers": asked.writers,
        "told": dict(told),
        "confirmed": len(held),
        "overlaps": overlaps,
        "half_hours": [rows, halves],
        "seconds": round(time.perf_counter() - start, 1),
        "kept": overlaps == 0 and rows == halves and set(told) <= {"confirmed", "slot_taken", "quiet_hours"},
    }


def _writer(venue: Any, number: int, tries: int, told: Counter[str], lock: threading.Lock) -> None:
    from django.db import connection  # noqa: PLC0415

    from jinlin.gatherings.actions import BookingWish, book_venue  # noqa: PLC0415
    from jinlin.gatherings.rules.slots import wall  # noqa: PLC0415
    from jinlin.kernel import clock  # noqa: PLC0415
    from jinlin.kernel.errors import JinlinError  # noqa: PLC0415
    from jinlin.people.access import ANYONE  # noqa: PLC0415

    rng = random.Random(number)
    for _try in range(tries):
        day = clock.today() + timedelta(days=rng.randint(1, 14))
        starts = wall(day, 480 + 30 * rng.randint(0, 20), clock.LOCAL)
        ends = starts + timedelta(minutes=30 * rng.randint(1, 4))
        wish = BookingWish(
            venue.pk, starts, ends, 5, "talk", nickname="邻居", phone=f"138{number:08d}"
        )  # data
        try:
            said = book_venue(actor=ANYONE, wish=wish).state
        except JinlinError as error:
            said = error.code
        except Exception as error:
            said = type(error).__name__
        with lock:
            told[said] += 1
    connection.close()
