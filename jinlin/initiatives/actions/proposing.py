"""Putting something on the way: a wish or topic by anybody, works by the community; passes instead of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.models import Case
from jinlin.initiatives.actions import counting
from jinlin.initiatives.actions.stepping import Words, entry, locked
from jinlin.initiatives.models import CaseLink, Initiative, Pass
from jinlin.initiatives.queries.numbers import number
from jinlin.initiatives.rules import deciding, kinds, phases, procedures
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_point
from jinlin.orgs import queries as orgs
from jinlin.people import access, areas
from jinlin.people.access import SYSTEM, Actor
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of

BY_RESIDENTS = frozenset({kinds.WISH, kinds.TOPIC})
BY_STAFF = frozenset({kinds.WISH, kinds.TOPIC, kinds.WORKS})
GROWS = {  # what may grow out of what, so that one line leads from the wish to what became of it
    kinds.WISH: (kinds.TOPIC, kinds.WORKS),
    kinds.TOPIC: (kinds.WORKS, kinds.TOPIC),
    kinds.WORKS: (kinds.TOPIC,),
}


@dataclass(frozen=True)
class Idea:
    """What is wished, to be talked over, or to be built; the area is a community, or for the staff also a street."""

    title: str
    area: str
    text: str = ""
    kind: str = kinds.WISH
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    eligibility: str = "residents"
    procedure: str = procedures.PLAIN
    common_parts: bool = False


@dataclass(frozen=True)
class Origin:
    """Whence an item comes, when it was not simply proposed."""

    source: str = "direct"
    grown_from: Initiative | None = None
    case: Case | None = None
    gap: tuple[str, int | None, str] | None = None  # facility code, people in the gap, version


@once("initiative.propose")
def propose_initiative(
    *, actor: Actor, idea: Idea, passed: UUID | None = None, is_demo: bool = False, key: str | None = None
) -> Initiative:
    """Put a wish, a topic or works on the way; a resident's comes with a pass, which is the link to keep.

    Everything waits for a look by somebody of the community who did not put it in, also what the community proposes.
    """
    if actor.kind == "staff":
        actor = areas.acting(actor, "initiative.handle", checked_area(idea.area))
    else:
        access.require(actor, "initiative.propose")
    allowed = BY_STAFF if actor.kind in ("staff", "system") else BY_RESIDENTS
    if idea.kind not in allowed:
        raise Invalid({"kind": [_("请选择提愿望还是提议题。")]})
    item = laid_down(actor=actor, idea=idea, origin=Origin(), is_demo=is_demo)
    if actor.kind == "resident":
        item.proposed_by = _resident_pass(item.county, passed)
    item.save()
    begun(item, actor)
    return item


def laid_down(*, actor: Actor, idea: Idea, origin: Origin, is_demo: bool = False) -> Initiative:
    """Return an unsaved item from checked words; Invalid naming each field."""
    area = checked_area(idea.area)
    if level_of(area) < 5 and actor.kind == "resident" and origin.source == "direct":
        raise Invalid({"area": [_("请选择您所在的社区（村）。")]})
    lon, lat = (None, None)
    if idea.lon is not None or idea.lat is not None:
        lon, lat = clean_point(idea.lon, idea.lat, idea.datum)
    now = clock.now()
    item = Initiative(
        county=area[:6] + "000000",
        town=area[:9] + "000" if level_of(area) >= 4 else "",
        village=area if level_of(area) >= 5 else "",
        kind=idea.kind,
        title=clean(idea.title, max_length=60, field="title", required=True),
        text=clean(idea.text, max_length=2000, field="text", multiline=True),
        place_text=clean(idea.place_text, max_length=120, field="place_text"),
        lon=lon,
        lat=lat,
        host_unit=orgs.desk_of(area).pk,
        proposer_account=actor.account_id,
        source=origin.source,
        grown_from=origin.grown_from,
        from_case=origin.case,
        eligibility=_one_of(idea.eligibility, kinds.ELIGIBILITY, "eligibility"),
        procedure=_one_of(idea.procedure, procedures.PROCEDURES, "procedure"),
        common_parts=idea.common_parts and kinds.KINDS[idea.kind].common_parts,
        is_demo=is_demo,
        created_at=now,
        moved_at=now,
    )
    if item.common_parts:
        item.common_rule = deciding.DEFAULT_FOR_COMMON_PARTS
    if origin.gap is not None:
        item.gap_code, item.gap_people, item.gap_version = origin.gap
    return item


def begun(item: Initiative, actor: Actor, words: Words | None = None) -> None:
    """Write the first line of a new item, its counters and its audit entry."""
    item.phase = phases.phase_of(item.stage)
    item.is_public = kinds.is_public(item.kind, item.stage, item.stage)
    item.reached = item.stage
    entry(item, actor, "propose", words or Words(), target=item.stage)
    days = number(f"wait_{item.stage}", item.county)
    item.next_by = clock.today() + timedelta(days=days)
    item.save()
    counting.stands(item, item.stage, 1)
    audit.record(actor=actor, verb="initiative.propose", obj=item, county=item.county)


def checked_area(area: str) -> str:
    """Return the code of an area that stands, county or below; Invalid otherwise."""
    if not (is_region_code(area) and level_of(area) >= 3 and places.stands(area)):
        raise Invalid({"area": [_("请选择您所在的社区（村）。")]})
    return area


def _one_of(value: str, table: dict[str, str], field: str) -> str:
    if value not in table:
        raise Invalid({field: [_("请从列表里选择。")]})
    return value


def _resident_pass(county: str, passed: UUID | None) -> Pass:
    return resident_pass(county, passed)


def resident_pass(county: str, passed: UUID | None) -> Pass:
    """Return the resident's pass of this visit in a county, a new one when there is none yet."""
    found = (
        Pass.objects.filter(pk=passed, kind="resident", county=county, ended_at=None).first()
        if passed
        else None
    )
    return found or Pass.objects.create(county=county, kind="resident", made_at=clock.now())


@once("initiative.grow")
def grow_initiative(*, actor: Actor, initiative_id: UUID, idea: Idea, key: str | None = None) -> Initiative:
    """Let a topic or works grow out of an item; the line from the one to the other stays visible to everybody."""
    parent = locked(initiative_id)
    actor = areas.acting(actor, "initiative.handle", parent.area)
    if idea.kind not in GROWS.get(parent.kind, ()):
        raise RuleBroken("grows_not", _("这件事不能直接转成这一类，请重新选择。"))
    if parent.stage in kinds.ENDS or parent.stage == kinds.DRAFT:
        raise RuleBroken("not_now", _("这件事还没有公开或已经结束，不能转下去。"))
    if not idea.area.startswith(parent.county[:6]):
        raise Invalid({"area": [_("要在同一个县（市、区）里。")]})
    item = laid_down(actor=actor, idea=idea, origin=Origin(parent.kind, parent))
    item.save()
    label = kinds.KINDS[item.kind].name
    begun(item, actor, Words(_("由“%(title)s”转来。") % {"title": parent.title}))
    entry(
        parent, actor, "grow", Words(_("转入%(kind)s：%(title)s。") % {"kind": _(label), "title": item.title})
    )
    parent.version += 1
    parent.save()
    return item


@once("initiative.from_case")
def topic_from_case(*, actor: Actor, case_id: UUID, idea: Idea, key: str | None = None) -> Initiative:
    """Make a topic of a case the actor may see; only the words written for everybody are shown, never the case's."""
    case = access.visible(actor, Case.objects.all()).filter(pk=case_id).first()
    if case is None:
        raise NotFound("case")
    if idea.kind not in (kinds.TOPIC, kinds.WORKS):
        raise Invalid({"kind": [_("诉求可以转成议事或改造。")]})
    actor = areas.acting(actor, "initiative.handle", checked_area(idea.area))
    if idea.area[:6] != case.county[:6]:
        raise Invalid({"area": [_("要在同一个县（市、区）里。")]})
    item = laid_down(actor=actor, idea=idea, origin=Origin("case", case=case))
    item.save()
    CaseLink.objects.create(county=item.county, initiative=item, case=case, why="in", at=clock.now())
    begun(item, actor, Words(_("由居民反映的一件事转来。")))
    return item


def wish_from_gap(
    *, case_id: UUID, county: str, village: str, gap: tuple[str, int | None, str], title: str
) -> Initiative | None:
    """Put the wish that came out of a gap of the living circle on the way, once a case; None when it stands already."""
    if Initiative.unscoped.filter(county=county, from_case_id=case_id).exists():
        return None
    case = Case.unscoped.get(pk=case_id)
    idea = Idea(title=title, area=village or county)
    item = laid_down(actor=SYSTEM, idea=idea, origin=Origin("gap", case=case, gap=gap))
    item.is_demo = case.is_demo
    item.save()
    CaseLink.objects.create(county=county, initiative=item, case=case, why="in", at=clock.now())
    begun(item, SYSTEM)
    return item
