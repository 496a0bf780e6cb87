"""The log of a job, written as a job writes it: outside of any transaction."""

from __future__ import annotations

import pytest

from jinlin.insight.actions import forget_old_runs, group_county, running
from jinlin.insight.models import Run
from jinlin.kernel.errors import Invalid

pytestmark = pytest.mark.django_db(transaction=True)
COUNTY = "411602000000"


def test_a_job_keeps_its_log_outside_of_a_transaction() -> None:
    assert group_county(COUNTY) == 0
    row = Run.objects.get()
    assert (row.job, row.state, len(row.lines)) == ("hot", "done", 2)
    assert forget_old_runs() == 0


def test_what_went_wrong_stands_in_the_log() -> None:
    with pytest.raises(Invalid):
        _fail()
    row = Run.objects.get()
    assert (row.state, row.lines[-1][1]) == ("failed", "坏了")  # data


def _fail() -> None:
    with running("hot", county=COUNTY) as run:
        run.progress(1, 2)
        raise Invalid({}, "坏了")  # data
