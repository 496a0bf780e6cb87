"""The golden loop through the actions: one thing said once, until it is closed."""

from __future__ import annotations

from typing import Any

from jinlin.cases.models import Case, Tally
from jinlin.cases.queries import story


def test_golden_loop(world: Any, tuesday: Any) -> None:
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运垃圾", claim="solved")
    world.do("grid", "verify", case, passed=True, on_spot=True)
    me = world.resident(case)
    world.do(me, "follow_up", case, solved="partly", words="还剩一点")
    assert Case.unscoped.get(pk=case.pk).state == "rework"
    world.do("dept", "report_done", case, words="已全部清完", claim="solved")
    world.do("grid", "verify", case, passed=True)
    world.do(me, "follow_up", case, solved="yes", satisfied=5)
    case = Case.unscoped.get(pk=case.pk)
    assert (case.state, case.end_kind, case.is_open, case.rework_count) == ("closed", "solved", False, 1)
    told = story(viewer=me, case=case)
    assert [line.label for line in told.lines][0] == "已收到您反映的事"
    assert not Tally.objects.filter(measure="due", county=case.county).exclude(n=0).exists()
