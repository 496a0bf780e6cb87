"""The jobs as the tick runs them: really committed, beside somebody who works, and after a crash in the middle."""

from __future__ import annotations

from typing import Any

import pytest

from jinlin.cases.actions import ladder
from jinlin.cases.models import Case, Supervision
from jinlin.jobs.schedule import JOBS
from jinlin.kernel import clock
from jinlin.notices.actions import climb_ladder, seed_quiet_hours
from jinlin.notices.models import Digest, Notice
from tests.conftest import A_TUESDAY
from tests.notices.test_ladder import at

OURS = [job for job in JOBS if job.name in ("climb_ladder", "deliver_digests", "send_outside")]


def tick() -> None:
    for job in OURS:
        job.run()


def test_the_jobs_commit_by_themselves(live_world: Any) -> None:
    assert seed_quiet_hours() == 1
    with clock.fixed(A_TUESDAY):
        case = live_world.to_department(category="ENV-07")
        for _round in range(2):
            live_world.do("dept", "report_done", case, words="补种了", claim="solved")
            live_world.do("grid", "verify", case, passed=False, words="还没有")
    for moment in (at(11, 9), at(20, 18), at(23, 9)):
        with clock.fixed(moment):
            tick()
    assert Case.unscoped.get(pk=case.pk).meet_by is not None
    assert Supervision.unscoped.filter(is_open=True).exists()
    assert Digest.unscoped.exists()


def test_a_crash_between_clocks_and_notices_loses_nothing(
    live_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.fixed(A_TUESDAY):
        live_world.to_department(category="ENV-07")

    def dies(_told: Any) -> None:
        raise RuntimeError("the power went")

    with clock.fixed(at(17, 18)):
        with monkeypatch.context() as broken:
            broken.setattr("jinlin.notices.actions.telling.tell", dies)
            with pytest.raises(RuntimeError):
                climb_ladder()
        assert not Notice.unscoped.exists()
        tick()
        assert Notice.unscoped.filter(rung="due").exists()


def test_two_ladders_at_once_tell_once(live_world: Any) -> None:
    import threading

    from django.db import connections

    with clock.fixed(A_TUESDAY):
        live_world.to_department(category="ENV-07")
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with clock.fixed(at(20, 18)):
                climb_ladder()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert Supervision.unscoped.count() == 1
    assert Notice.unscoped.filter(rung="supervise").count() == 1


def test_the_doctor_asks_for_the_ladder(world: Any, home: Any) -> None:
    from jinlin.cli.doctor import check_ladder

    with clock.fixed(A_TUESDAY):
        assert [mark for mark, _said in check_ladder()] == ["care"]
        ladder.climbed_all()
        assert [mark for mark, _said in check_ladder()] == ["ok"]
    with clock.fixed(at(10, 12)):
        assert [mark for mark, _said in check_ladder()] == ["care"]
