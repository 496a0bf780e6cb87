"""From a gap to a wish: the words become a case of the category CIR, the gap is noted beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions import Caller, Said, Source, report_case
from jinlin.cases.models import Case
from jinlin.circle.events import GapWished
from jinlin.circle.models import Assessment, Cover, GapNote
from jinlin.circle.queries.standards import category_names
from jinlin.circle.rules.words import STATUSES
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.models import Compound
from jinlin.places.rules import is_region_code, level_of

ROOT: Final = "CIR"
DETOUR_LEAF: Final = "CIR-03"


@dataclass(frozen=True)
class Wish:
    """What somebody wishes: which facility, for which compound or community, in their own words, by which leaf."""

    category_code: str
    compound_id: UUID | None = None
    place: str = ""
    words: str = ""
    leaf: str = "CIR-01"


@once("circle.wish")
def wish_from_gap(
    *,
    actor: Actor,
    wish: Wish,
    caller: Caller | None = None,
    channel: str = "web",
    at: datetime | None = None,
    key: str | None = None,
) -> GapNote:
    """Report the wish as a case and note the gap as it is known now; the note leads to the case."""
    names = category_names()
    if wish.category_code not in names:
        raise Invalid({"category_code": [_("请从列表里选缺少的设施。")]})
    if not wish.leaf.startswith(ROOT):
        raise Invalid({"leaf": [_("请从生活圈的类别里选择。")]})
    village, compound = _where(wish)
    found = _gap(village, compound, wish.category_code)
    name = names[wish.category_code]
    where = compound.name if compound else places.area_name(village)
    said = Said(
        text=wish.words or _("%(where)s附近缺少%(name)s，希望能有。") % {"where": where, "name": name},
        title=_("愿望：%(name)s（%(where)s）") % {"name": name, "where": where[:20]},
        kind="proposal",
        category=wish.leaf,
        place=village,
        place_text=compound.name if compound else "",
    )
    appeal = report_case(actor=actor, said=said, caller=caller, source=Source(channel=channel), at=at)
    case = Case.unscoped.get(pk=appeal.case_id)
    note = GapNote.objects.create(
        case=case,
        county=case.county,
        village=village,
        compound=compound,
        category=wish.category_code,
        status=_status(found),
        nearest_m=found.near_m if found else None,
        people=_people(found),
        assessment=found.assessment if found else None,
        made_at=clock.now(),
    )
    version = str(found.assessment_id) if found else ""
    bus.announce(
        GapWished(case.pk, case.county, village, wish.category_code, note.status, note.people, version)
    )
    return note


def _where(wish: Wish) -> tuple[str, Compound | None]:
    if wish.compound_id is not None:
        compound = Compound.objects.filter(pk=wish.compound_id).first()
        if compound is None:
            raise NotFound("compound")
        return compound.village, compound
    if not (is_region_code(wish.place) and level_of(wish.place) == 5 and places.stands(wish.place)):
        raise Invalid({"place": [_("请选择您所在的社区（村）或小区。")]})
    return wish.place, None


def _gap(village: str, compound: Compound | None, code: str) -> Cover | None:
    county = village[:6] + "000000"
    done = Assessment.objects.filter(county=county, state="done").order_by("-finished_at").values("pk")
    rows = Cover.objects.filter(county=county, category=code, place=village).select_related("assessment")
    rows = rows.filter(compound=compound) if compound else rows.filter(level=5)
    return rows.filter(assessment__in=done).order_by("-assessment__finished_at").first()


def _people(found: Cover | None) -> int | None:
    return None if found is None else int(found.people[STATUSES.index("not_covered")])


def _status(found: Cover | None) -> str:
    """Return what is known of most people there; "not_mapped" where nothing was ever computed."""
    if found is None or not any(found.people):
        return "not_mapped"
    return STATUSES[max(range(len(STATUSES)), key=lambda at: found.people[at])]
