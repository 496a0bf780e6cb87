"""The demo's Party organisations, joint teams, heads and one whistle: a street covered but for some grids, all marked 演示."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jinlin.cases.actions import whistling
from jinlin.cases.actions.whistling import Call
from jinlin.demo.cast import COUNTY, FIRST, SECOND, STREET, Cast
from jinlin.kernel import clock
from jinlin.orgs import actions as orgs
from jinlin.orgs import queries as org_queries
from jinlin.orgs.actions import Body, Head, PartyFacts
from jinlin.orgs.rules.party import CORE_BODIES
from jinlin.places import queries as places
from jinlin.places.rules import short_name

GROUPS: Final = (11, 10, 12, 9, 11)  # people in the appeal-handling groups of the first communities
OFFICE: Final = "0394-8000000"


def tell_party(cast: Cast, now: datetime) -> dict[str, int]:
    """Tie branches to grids, form teams, hang the board of heads, blow one whistle; returns counts."""
    with clock.fixed(now - timedelta(days=60)):
        made = _organisations(cast)
        _teams(cast)
        _heads(cast)
    with clock.fixed(now - timedelta(days=9)):
        _whistle(cast)
    return {"party_orgs": made}


def _organisations(cast: Cast) -> int:
    town = cast.at_unit(cast.desk(STREET).pk)
    top = orgs.found_party_org(
        actor=town,
        region_code=STREET,
        facts=PartyFacts(name="街道党工委（演示）", kind="committee", scope="region", members=186),  # data
    )
    made = 1
    villages = places.children(STREET)
    for number, village in enumerate(villages):
        name = short_name(village.name)
        general = orgs.found_party_org(
            actor=town,
            region_code=village.code,
            facts=PartyFacts(
                name=f"{name}党总支（演示）",  # data
                kind="general_branch",
                scope="region",
                members=52 + number,
                parent=top.pk,
            ),
        )
        made += 1 + _branches(cast, village.code, general.pk, number)
    return made


def _branches(cast: Cast, village: str, general: UUID, number: int) -> int:
    """Found a branch a grid, one for two where the community is odd, none in the last grid of every third."""
    town = cast.at_unit(cast.desk(STREET).pk)
    grids = list(places.grid_names(village))
    left = grids[:-1] if number % 3 == 2 else grids
    pairs = [left[at : at + 2] for at in range(0, len(left), 2)] if number % 2 else [[one] for one in left]
    for serial, tied in enumerate(pairs, start=1):
        orgs.found_party_org(
            actor=town,
            region_code=village,
            facts=PartyFacts(
                name=f"第{serial}网格党支部（演示）", kind="branch", members=7 + serial, parent=general
            ),  # data
            ties=tied,
        )
    if number % 3 == 2 and number % 2:
        orgs.assign_instructor(actor=town, grid=grids[-1], unit=cast.desk(STREET).pk)
    return len(pairs)


def _teams(cast: Cast) -> None:
    town = cast.at_unit(cast.desk(STREET).pk)
    for number, village in enumerate(places.children(STREET)[: len(GROUPS)]):
        name = short_name(village.name)
        orgs.form_team(
            actor=town,
            region_code=village.code,
            kind="appeals",
            name=f"{name}诉求办理小组（演示）",  # data
            bodies=[Body(CORE_BODIES[1], name, 4), Body("居民代表", name, GROUPS[number] - 4)],  # data
        )
    name = short_name(places.region(FIRST).name)
    orgs.form_team(
        actor=town,
        region_code=FIRST,
        kind="five_in_one",
        name=f"{name}五位一体联合队伍（演示）",  # data
        duty="每月一次碰头，会办公共部位的事",  # data
        bodies=[
            *(Body(body, f"{name}{body}", 2) for body in CORE_BODIES),
            Body("派出所", "社区警务室", 1),
        ],  # data
    )
    team = orgs.form_team(
        actor=town,
        region_code=SECOND,
        kind="supervisors",
        name="老旧小区改造监理团（演示）",  # data
    )
    for serial in range(1, 5):
        orgs.seat_supervisor(
            actor=town,
            team=team.pk,
            alias=f"监督员 {serial}",
            chosen_by="lot",
            stated=True,  # data
        )
    orgs.note_training(
        actor=town,
        region_code=STREET,
        topic="怎样听懂诉求、怎样回访（演示）",  # data
        held_on=clock.today() - timedelta(days=3),
        minutes=90,
        came=43,
    )


def _heads(cast: Cast) -> None:
    clerk = cast.at_unit(cast.desk(FIRST).pk)
    for grid in places.grid_names(FIRST):
        orgs.seat_head(actor=clerk, head=Head("grid_leader", grid, office_phone=OFFICE))
        for building in (1, 2):
            spot = f"{building} 号楼"  # data
            orgs.seat_head(actor=clerk, head=Head("building_head", grid, spot, OFFICE))
            orgs.seat_head(actor=clerk, head=Head("unit_head", grid, f"{spot} 1 单元", OFFICE))  # data


def _whistle(cast: Cast) -> None:
    """The street calls two departments to a night market on the blind path; both come, one judges the call."""
    town = cast.at_unit(cast.desk(STREET).pk)
    called = [
        next(unit for unit in org_queries.units_of_line(line, COUNTY) if unit.region_code == COUNTY).pk
        for line in ("CMB", "MKT")
    ]
    row = whistling.blow_whistle(
        actor=town,
        call=Call(
            "joint", "夜市占了盲道（演示）", "路口三家摊位占盲道，油烟扰民，请一起来。", FIRST, called
        ),  # data
    )
    start = clock.now()
    for number, unit in enumerate(called):
        with clock.fixed(start + timedelta(hours=2 + number)):
            whistling.answer_whistle(
                actor=cast.at_unit(unit), whistle=row.pk, answer="今晚七点到场。"
            )  # data
    with clock.fixed(start + timedelta(hours=8)):
        for unit in called:
            whistling.note_arrival(
                actor=town, whistle=row.pk, unit=unit, words="摊位移到划线区，油烟机装上了。"
            )  # data
            whistling.judge_unit(actor=town, whistle=row.pk, unit=unit, solved="yes")
        whistling.end_whistle(actor=town, whistle=row.pk)
    with clock.fixed(start + timedelta(days=1)):
        whistling.judge_call(actor=cast.at_unit(called[0]), whistle=row.pk, needed="yes")
