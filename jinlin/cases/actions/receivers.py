"""Finding and checking the unit a case goes to: up the block, down the block, across to a line."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions.step import Step
from jinlin.cases.models import Case
from jinlin.cases.rules.dispatching import check_receiver
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.orgs.rules import TOWN, VILLAGE, Part, case_chain


def receiver(step: Step, unit_id: UUID, part: Part = "lead") -> Organisation:
    """Return a unit that exists, works now, serves the area of the case, and may take it by the duty lists.

    The lists bind what belongs to a township or village: its desk and its own departments. They are asked by
    category, so a case without one goes no further down than the county.
    """
    case = step.case
    unit = Organisation.objects.on(clock.today()).filter(pk=unit_id).first()
    if unit is None or unit.region_code not in case_chain(case.county, case.town, case.village):
        raise Invalid({"to_unit": [_("请从列表里选一个管这个地方的单位。")]})
    if unit.level >= TOWN and (unit.is_desk or unit.kind == "department"):
        if case.category is None:
            raise RuleBroken(
                "category_first",
                _("请先定类别再派给街道（乡镇）或社区（村）：能不能派，要按类别查履职清单。"),
            )
        place = case.village if unit.level == VILLAGE else case.town
        duty = orgs.duty_kind(case.category.code, town=place, level=unit.level)
        check_receiver(duty_kind=duty, level=unit.level, part=part)
    return unit


def desk_above(case: Case) -> Organisation:
    """Return the desk one level above the holder of a case; a level without a desk is passed over."""
    codes = {5: case.village, 4: case.town, 3: case.county, 2: case.county[:4] + "00000000"}
    for level in range(case.level - 1, 1, -1):
        if not codes[level]:
            continue
        try:
            desk = orgs.desk_of(codes[level])
        except NotFound:
            break
        if desk.level < case.level and desk.pk != case.holder_unit or case.level == 6:
            return desk
    raise RuleBroken("no_upper", _("上一级还没有设立受理单位，请联系管理员登记后再上报。"))
