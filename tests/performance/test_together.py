"""Writers of one county at the same time: no ring of waiting, no lost count; a check sees one moment."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connections

from jinlin.performance.actions import check_counters, rebuild_counters
from jinlin.performance.models import OpenCount
from tests.world import COUNTY, FAR, SIBLING, VILLAGE

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 4, 6


def test_many_writers_and_a_check_meanwhile(live_world) -> None:
    faults: list[object] = []

    def write(number: int) -> None:
        try:
            for at in range(EACH):
                place = (VILLAGE, SIBLING, FAR)[(number + at) % 3]
                case = live_world.report(
                    f"第{number}人第{at}件", place=place, category="FAC-02" if at % 2 else ""
                )
                if place == VILLAGE:
                    live_world.do("grid", "accept", case)
                    live_world.do("grid", "categorise", case, category="ENV-01")
                    live_world.do("grid", "escalate", case, reason="网格处理不了")
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    writers = [Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        verdict = check_counters()
        assert not verdict.wrong, verdict.differences
    for writer in writers:
        writer.join()
    assert not faults
    assert check_counters().cases == WRITERS * EACH
    assert sum(OpenCount.objects.filter(cut=0, area=COUNTY).values_list("n", flat=True)) == WRITERS * EACH
    rebuild_counters()
    assert not check_counters().wrong
