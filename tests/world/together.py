"""One of everything residents and the community do together, in 柳岸社区, as far along as its next step needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jinlin.cases.actions import whistling
from jinlin.cases.actions.campaigns import Drive, open_campaign
from jinlin.gatherings import actions as g
from jinlin.gatherings.queries import link_token
from jinlin.initiatives import actions as a
from jinlin.initiatives.queries import secret_of
from jinlin.kernel import clock
from jinlin.orgs import actions as orgs
from jinlin.orgs.actions import Body, Head, PartyFacts
from jinlin.people.access import ANYONE
from tests.gatherings import town
from tests.initiatives.stories import Stories
from tests.mediation.story import Story
from tests.world import COUNTY, GRID, TOWN, VILLAGE

Ids = dict[str, str]
BEFORE = {"party": (), "consent": ("party",), "refuse": ("party",), "accept": ("party", "consent")}
AFTER = frozenset({"perform", "visit", "court", "file"})


def met(world: Any) -> Ids:
    """A room, a booking that waits, an open gathering with somebody signed up, needs, a resource and a match."""
    venue = town.parlour(world)
    row = town.opened(world, agenda=("通报", "商量"))
    seat = town.signed(row)
    booking = g.book_venue(actor=ANYONE, wish=town.wish(venue))
    need = town.published(world)
    taken = town.published(world, title="修一下门锁")
    errand = town.posted("errand", errand="pay_bill", title="代缴电费")
    resource = town.posted("space", side="resource", title="会议室")
    match = g.claim_need(actor=ANYONE, need_id=taken.pk, taker=g.Taker("小李", "13800138009"))
    book = g.open_book(actor=ANYONE, county=COUNTY)
    helper = town.signed(row, 2, role="volunteer", book_id=book.pk, book_token=link_token("book", book.pk))
    return {
        "venue_id": str(venue.pk),
        "gathering_id": str(row.pk),
        "item_id": str(row.agenda.all()[0].pk),
        "seat_id": str(seat.pk),
        "seat": str(helper.pk),
        "booking_id": str(booking.pk),
        "offer_id": str(need.pk),
        "errand_id": str(errand.pk),
        "resource": str(resource.pk),
        "match_id": str(match.pk),
        "book_id": str(book.pk),
    }


def hoped(world: Any) -> Ids:
    """A wish on the wall with a supporter, a topic to be voted on, works being done, a venture under review."""
    told = Stories(world)
    item = told.open()
    mine = told.support(item, "13800138000")
    topic = told.go(told.wish("东门开门", kind="topic", common_parts=True), "publish", lawful_basis="业主")
    decision = told.vote(topic)
    works = told.works()
    for verb, inputs in (
        ("publish", {}),
        ("assess", {"feasibility": "feasible", "cost_fen": 1000, "works_class": "basic"}),
        ("decide", {"owner_unit": world.unit("HCB")}),
        ("fund", {"fund_source": "财政", "granted_fen": 1000}),
    ):
        told.go(works, verb, "town", **inputs)
    told.plan(works, 600, 400, who="town")
    supervisor = a.invite_supervisor(actor=world.actor("town"), initiative_id=works.pk)
    return {
        "initiative_id": str(item.pk),
        "topic": str(topic.pk),
        "works": str(works.pk),
        "pass_id": str(mine.pk),
        "secret": secret_of(mine.pk),
        "supervisor_pass": str(supervisor.pk),
        "resolution_id": str(decision.pk),
        "part_id": str(told.part(works).pk),
    } | granted(world, told)


def granted(world: Any, told: Stories) -> Ids:
    """A round with an application that a reviewer looks at."""
    today, office = clock.today(), world.actor("town")
    call = a.Call("春季创投", TOWN, "请申报", today, today + timedelta(days=20), today + timedelta(days=40))
    row = a.call_round(actor=office, call=call)
    sheet = a.Sheet("暖心社工站", "站长", "13800138008")
    item = a.apply_for(
        actor=ANYONE, round_id=row.pk, title="一老一小", text="陪伴", asked_fen=5_000_000, sheet=sheet
    )
    assert item.proposed_by is not None
    told.go(item, "submit", "resident", passed=item.proposed_by.pk)
    told.go(item, "qualify", "town")
    seat = a.invite_reviewer(actor=office, round_id=row.pk)
    review = a.assign_review(actor=office, initiative_id=item.pk, seat_id=seat.pk)
    return {
        "round_id": str(row.pk),
        "venture": str(item.pk),
        "applicant_pass": str(item.proposed_by.pk),
        "reviewer_pass": str(seat.pk),
        "review_id": str(review.pk),
    }


def sealed(world: Any, verb: str = "") -> Ids:
    """A file of a dispute, as far along as a step needs; for any other deed it has been heard once."""
    story = Story(world)
    if verb in BEFORE:
        for before in BEFORE[verb]:
            story.do(before)
    else:
        story.to_hearing()
    if verb in AFTER:
        story.do("agree")
    return {"file": str(story.file.pk), "slot": "evidence", "party": next(iter(story.parties), "")}


def organised(world: Any) -> Ids:
    """A branch, a team of supervisors with a seat, a head on the board."""
    village = world.actor("village")
    branch = orgs.found_party_org(
        actor=village, region_code=VILLAGE, facts=PartyFacts("第一网格党支部", "branch"), ties=[GRID]
    )
    team = orgs.form_team(
        actor=village,
        region_code=VILLAGE,
        kind="supervisors",
        name="柳岸监理团",
        bodies=[Body("业主委员会", "柳岸业委会", 2)],
    )
    seat = orgs.seat_supervisor(actor=village, team=team.pk, alias="监督员 1", chosen_by="lot", stated=True)
    head = orgs.seat_head(
        actor=village, head=Head("building_head", GRID, "3 号楼", "0394-8223344", "老张", agreed=True)
    )
    return {
        "party_org": str(branch.pk),
        "team": str(team.pk),
        "team_seat": str(seat.pk),
        "head_seat": str(head.pk),
    }


def reached(world: Any) -> Ids:
    """A call of the township that 城管 has to answer, and a drive of follow-up calls about a closed case."""
    call = whistling.Call("joint", "占道夜市", "三家摊位占了盲道", VILLAGE, [world.unit("CMB")])
    whistle = whistling.blow_whistle(actor=world.actor("town"), call=call)
    case = world.report("路灯不亮", category="ENV-01", phone="13800138010")
    world.do("grid", "accept", case)
    world.do("grid", "solve_on_spot", case, words="换好了")
    today = clock.today()
    with clock.fixed(clock.now() + timedelta(days=3)):
        drive = open_campaign(
            actor=world.actor("town"),
            drive=Drive("三月回访", TOWN, today - timedelta(days=9), today, today + timedelta(days=9)),
        )
    return {"whistle": str(whistle.pk), "campaign": drive.code, "closed": case.tracking}
