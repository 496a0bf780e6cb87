"""Joint teams, supervisor seats, the three heads, training, work methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock, text
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken, gettext_noop
from jinlin.kernel.idempotency import once
from jinlin.orgs import rules as units
from jinlin.orgs.actions.gate import region_field
from jinlin.orgs.actions.organisations import county_of
from jinlin.orgs.models import HeadSeat, JointTeam, SupervisorSeat, TeamBody, Training, WorkMethod
from jinlin.orgs.rules import party as rules
from jinlin.people.access import Actor
from jinlin.people.areas import require_area
from jinlin.places import queries as places

VERB: Final = "party.manage"
MOST_BODIES, MOST_STEPS, MOST_PEOPLE = 30, 20, 500


@dataclass(frozen=True)
class Body:
    """One body of a team: which kind, its name, how many people it sends."""

    body: str
    name: str
    people: int = 1


@once("team.form")
def form_team(
    *,
    actor: Actor,
    region_code: str,
    kind: str,
    name: str,
    duty: str = "",
    bodies: Sequence[Body] = (),
    key: str | None = None,
) -> JointTeam:
    """Form a joint team of a place; a 五位一体 team needs its four core bodies and a fifth (see `missing_bodies`)."""
    region = region_field(region_code)
    require_area(actor, VERB, region)
    if kind not in rules.TEAM_KINDS:
        raise Invalid({"kind": [_("请选择五位一体、诉求办理小组或民间监理团。")]})
    chain = units.chain(region)
    row = JointTeam(
        county=county_of(region),
        town=units.slot(chain, units.TOWN),
        village=units.slot(chain, units.VILLAGE),
        region_code=region,
        kind=kind,
        name=text.clean(name, max_length=80, field="name", required=True),
        duty=text.clean(duty, max_length=200, field="duty"),
        checklist=list(rules.CHECKLIST) if kind == "supervisors" else [],
        valid_from=clock.today(),
    )
    if JointTeam.objects.filter(
        county=row.county, region_code=region, name=row.name, valid_to__isnull=True
    ).exists():
        raise Conflict("team_name_taken", gettext_noop("这里已有同名的队伍，请换个名称，或打开原来的修改。"))
    row.save(force_insert=True)
    _set_bodies(row, bodies)
    audit.record(actor=actor, verb="team.form", obj=row, county=row.county)
    return row


@once("team.bodies")
def set_bodies(*, actor: Actor, team: UUID, bodies: Sequence[Body], key: str | None = None) -> JointTeam:
    """Replace the bodies of a team; how many people they send is summed into the team."""
    row = _team(actor, team)
    _set_bodies(row, bodies)
    audit.record(actor=actor, verb="team.bodies", obj=row, county=row.county)
    return row


@once("team.checklist")
def set_checklist(*, actor: Actor, team: UUID, items: Sequence[str], key: str | None = None) -> JointTeam:
    """Say in their own words what the supervisors look at."""
    row = _team(actor, team)
    cleaned = [text.clean(item, max_length=40, field="checklist") for item in items]
    row.checklist = [item for item in cleaned if item][:MOST_STEPS]
    row.save(update_fields=["checklist"])
    audit.record(actor=actor, verb="team.checklist", obj=row, county=row.county)
    return row


@once("team.disband")
def disband_team(*, actor: Actor, team: UUID, key: str | None = None) -> JointTeam:
    """End a team today; what it did keeps its name."""
    row = _team(actor, team)
    row.valid_to = clock.today()
    row.save(update_fields=["valid_to"])
    audit.record(actor=actor, verb="team.disband", obj=row, county=row.county)
    return row


@once("team.seat")
def seat_supervisor(
    *,
    actor: Actor,
    team: UUID,
    alias: str,
    chosen_by: str,
    conflict: str = "",
    stated: bool = False,
    key: str | None = None,
) -> SupervisorSeat:
    """Fill a seat of a supervisor team under an alias, once the statement on conflicts of interest is given.

    An empty `conflict` says that there is none; with one the seat is kept, but shown as not to be sent to that site.
    """
    row = _team(actor, team)
    if row.kind != "supervisors":
        raise RuleBroken("not_supervisors", gettext_noop("只有民间监理团设监督员席位。"))
    if chosen_by not in ("call", "lot"):
        raise Invalid({"chosen_by": [_("请选择公开报名或抽签。")]})
    if not stated:
        raise Invalid({"stated": [_("请先请监督员声明与工程有没有利害关系，再登记席位。")]})
    alias = text.clean(alias, max_length=20, field="alias", required=True)
    if SupervisorSeat.objects.filter(county=row.county, team=row, alias=alias, left_on=None).exists():
        raise Conflict("seat_taken", gettext_noop("这个代号已有人使用，请换一个。"))
    words = text.clean(conflict, max_length=200, field="conflict")
    seat = SupervisorSeat.objects.create(
        county=row.county,
        team=row,
        alias=alias,
        chosen_by=chosen_by,
        has_conflict=bool(words),
        conflict=words,
        stated_on=clock.today(),
    )
    audit.record(actor=actor, verb="team.seat", obj=seat, county=row.county)
    return seat


@once("team.leave")
def leave_seat(*, actor: Actor, seat: UUID, key: str | None = None) -> SupervisorSeat:
    """Free a seat today; the statement goes with it."""
    row = SupervisorSeat.objects.select_for_update().filter(pk=seat).first()
    if row is None:
        raise NotFound(_("席位"))
    _team(actor, row.team_id)
    row.left_on, row.conflict = clock.today(), ""
    row.save(update_fields=["left_on", "conflict"])
    audit.record(actor=actor, verb="team.leave", obj=row, county=row.county)
    return row


@dataclass(frozen=True)
class Head:
    """A head as the board shows it; the name only if the person agreed to it."""

    kind: str
    grid: str
    spot: str = ""
    office_phone: str = ""
    shown_name: str = ""
    agreed: bool = False


@once("head.seat")
def seat_head(*, actor: Actor, head: Head, key: str | None = None) -> HeadSeat:
    """Put a grid, building or stairwell head on the public board, instead of who stood there; office numbers only."""
    grid = text.clean(head.grid, max_length=15, field="grid", required=True)
    if len(grid) != 15 or not places.stands(grid):
        raise Invalid({"grid": [_("没有找到这个网格，请从列表中选择。")]})
    require_area(actor, VERB, grid[:12])
    if head.kind not in rules.HEADS:
        raise Invalid({"kind": [_("请选择网格长、楼栋长或单元长。")]})
    spot = text.clean(head.spot, max_length=60, field="spot", required=head.kind != "grid_leader")
    phone = text.clean(head.office_phone, max_length=32, field="office_phone", required=True)
    if not rules.is_office_number(phone):
        raise Invalid(
            {"office_phone": [_("公示牌上只写办公电话，不写个人手机号，请填社区或网格的固定电话。")]}
        )
    name = text.clean(head.shown_name, max_length=16, field="shown_name")
    if name and not head.agreed:
        raise Invalid({"agreed": [_("本人同意公示后才能写姓名；不同意就只写岗位和办公电话。")]})
    county = county_of(grid[:12])
    today = clock.today()
    with transaction.atomic():
        HeadSeat.objects.filter(
            county=county, village=grid[:12], grid=grid, kind=head.kind, spot=spot, valid_to__isnull=True
        ).update(valid_to=today, shown_name="")
        row = HeadSeat.objects.create(
            county=county,
            village=grid[:12],
            grid=grid,
            kind=head.kind,
            spot=spot,
            shown_name=name,
            agreed_on=today if name else None,
            office_phone=phone,
            valid_from=today,
        )
        audit.record(actor=actor, verb="head.seat", obj=row, county=county)
    return row


@once("head.unseat")
def unseat_head(*, actor: Actor, seat: UUID, key: str | None = None) -> HeadSeat:
    """Take a head off the board today; the name is forgotten at once."""
    row = HeadSeat.objects.select_for_update().filter(pk=seat).first()
    if not isinstance(row, HeadSeat):
        raise NotFound(_("三长公示"))
    require_area(actor, VERB, row.village)
    row.valid_to, row.shown_name = clock.today(), ""
    row.save(update_fields=["valid_to", "shown_name"])
    audit.record(actor=actor, verb="head.unseat", obj=row, county=row.county)
    return row


@once("training.note")
def note_training(
    *,
    actor: Actor,
    region_code: str,
    topic: str,
    held_on: date | None,
    minutes: int,
    came: int,
    key: str | None = None,
) -> Training:
    """Note a training that was held: how long and how many came, never who."""
    region = region_field(region_code)
    require_area(actor, VERB, region)
    if held_on is None or not clock.today().replace(year=clock.today().year - 1) <= held_on <= clock.today():
        raise Invalid({"held_on": [_("请填写一年以内、今天以前的日期。")]})
    if not 10 <= minutes <= 24 * 60:
        raise Invalid({"minutes": [_("时长请填 10 到 1440 分钟。")]})
    if not 1 <= came <= 10_000:
        raise Invalid({"came": [_("参加人数请填 1 到 10000 的整数。")]})
    row = Training.objects.create(
        county=county_of(region),
        region_code=region,
        topic=text.clean(topic, max_length=80, field="topic", required=True),
        held_on=held_on,
        minutes=minutes,
        came=came,
    )
    audit.record(actor=actor, verb="training.note", obj=row, county=row.county)
    return row


@once("method.save")
def save_method(
    *,
    actor: Actor,
    county: str,
    code: str,
    name: str,
    steps: Sequence[Mapping[str, Any]],
    source: str = "",
    key: str | None = None,
) -> WorkMethod:
    """Keep the steps of a work method for a county from today; the version before stays readable."""
    region = region_field(county)
    require_area(actor, VERB, region)
    if units.level_of(region) != units.COUNTY:
        raise Invalid({"county": [_("工作法按县（市、区）保存，请选择县级。")]})
    code = text.clean(code, max_length=20, field="code", required=True)
    with transaction.atomic():
        WorkMethod.objects.filter(county=region, code=code, valid_to__isnull=True).update(
            valid_to=clock.today()
        )
        row = WorkMethod.objects.create(
            county=region,
            code=code,
            name=text.clean(name, max_length=60, field="name", required=True),
            steps=_steps(steps),
            source=text.clean(source, max_length=200, field="source"),
            valid_from=clock.today(),
        )
        audit.record(actor=actor, verb="method.save", obj=row, county=region)
    return row


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    found = []
    for step in steps:
        words = text.clean(str(step.get("words", "")), max_length=200, field="steps")
        if not words:
            continue
        if step.get("kind") not in rules.STEP_KINDS:
            raise Invalid({"steps": [_("每一步请选择走访、立一件事、议事、回访或其他。")]})
        found.append({"kind": str(step["kind"]), "words": words})
    if not found or len(found) > MOST_STEPS:
        raise Invalid({"steps": [_("请写 1 到 20 个步骤。")]})
    return found


def _set_bodies(row: JointTeam, bodies: Sequence[Body]) -> None:
    cleaned = [
        Body(
            text.clean(one.body, max_length=40, field="bodies", required=True),
            text.clean(one.name, max_length=80, field="bodies", required=True),
            one.people,
        )
        for one in bodies
        if one.body.strip() or one.name.strip()
    ]
    if len(cleaned) > MOST_BODIES or any(not 1 <= one.people <= MOST_PEOPLE for one in cleaned):
        raise Invalid({"bodies": [_("一支队伍最多 30 个单位，每个单位派出 1 到 500 人。")]})
    if len({(one.body, one.name) for one in cleaned}) < len(cleaned):
        raise Invalid({"bodies": [_("同一个单位写了两次，请合并成一行。")]})
    lacking = rules.missing_bodies([one.body for one in cleaned]) if row.kind == "five_in_one" else ()
    if lacking:
        raise Invalid({"bodies": [_("五位一体还缺：%(bodies)s。") % {"bodies": "、".join(lacking)}]})
    TeamBody.objects.filter(county=row.county, team=row).delete()
    TeamBody.objects.bulk_create(
        TeamBody(county=row.county, team=row, body=one.body, name=one.name, people=one.people)
        for one in cleaned
    )
    row.people = sum(one.people for one in cleaned)
    row.save(update_fields=["people"])


def _team(actor: Actor, team: UUID) -> JointTeam:
    row = JointTeam.objects.select_for_update().filter(pk=team).first()
    if not isinstance(row, JointTeam):
        raise NotFound(_("队伍"))
    require_area(actor, VERB, row.region_code)
    if row.valid_to is not None:
        raise RuleBroken("team_disbanded", gettext_noop("这支队伍已经解散，不能再修改。"))
    return row
