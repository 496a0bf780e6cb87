"""Wishes, topics, works, ventures and co-building: reading, proposing, supporting, and every move of those in charge."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from ninja import Path, Query, Router

from jinlin.api import doors
from jinlin.api import initiatives_shapes as s
from jinlin.api.gate import in_our_time, key_of
from jinlin.api.openapi import KEYED
from jinlin.initiatives import actions, queries
from jinlin.initiatives.actions import Idea, Inputs, MeetingNote, Part, Vote, Words
from jinlin.initiatives.rules import deciding
from jinlin.kernel import clock
from jinlin.people import areas

router = Router(tags=["initiatives"])
Area = Annotated[str, Path(pattern="^[0-9]{12}$", description="12 digits of a county, street or community")]
READ = doors.anyone("together.view", limit=240, bucket="initiative.read")
PROPOSE = doors.anyone("initiative.propose", limit=20, bucket="initiative.propose")
SUPPORT = doors.anyone("initiative.support", limit=60, bucket="initiative.support")
SEAT = doors.anyone("initiative.seat", limit=120, bucket="initiative.pass")
VIEW, HANDLE = doors.staff("initiative.view"), doors.staff("initiative.handle")


@router.get("/initiatives/areas/{area}", auth=READ, response=list[s.Row])
def list_initiatives(request: doors.Asked, area: Area, narrow: Query[s.Narrow]) -> Any:
    """What everybody sees of a place, a page at a time."""
    rows = queries.wall(
        viewer=request.actor,
        area=area,
        kind=narrow.kind,
        phase=narrow.phase,
        most=narrow.most,
        after=narrow.after,
    )
    return [s.row_of(row) for row in rows]


@router.get("/initiatives/areas/{area}/similar", auth=READ, response=list[s.Row])
def similar_initiatives(request: doors.Asked, area: Area, like: Query[s.Like]) -> Any:
    """Open items of a community whose title says nearly the same."""
    rows = queries.similar(viewer=request.actor, title=like.title, area=area, kind=like.kind)
    return [s.row_of(row) for row in rows]


@router.get("/initiatives/areas/{area}/desk", auth=VIEW, response=list[s.Row])
def initiatives_in_charge(request: doors.Asked, area: Area, narrow: Query[s.DeskNarrow]) -> Any:
    """What those in charge of a place have on the way, the nearest promise first."""
    rows = queries.desk_list(
        viewer=request.actor, area=area, kind=narrow.kind, over=narrow.over, page=narrow.page
    )
    return [s.row_of(row) for row in rows]


@router.get("/initiatives/areas/{area}/figures", auth=VIEW, response=s.Figures)
def initiative_figures(request: doors.Asked, area: Area, span: Query[s.Span]) -> Any:
    """Deliberation cases, ventures, their activities and heads, month by month: counted, typed by nobody."""
    areas.require_area(request.actor, "initiative.view", area)
    in_our_time(since=span.since, until=span.until)
    until = span.until or clock.today()
    since = span.since or until.replace(year=until.year - 1, day=1)
    kept = queries.decisions_kept(area=area, since=since, until=until)
    return {
        "months": [
            {"month": row.month, "n": row.n} for row in queries.months(area=area, since=since, until=until)
        ],
        "totals": queries.totals(area=area, since=since, until=until),
        "decisions_due": kept.due,
        "decisions_kept": kept.kept,
    }


@router.get("/initiatives/{uuid:initiative_id}", auth=READ, response=s.Item)
def initiative(request: doors.Asked, initiative_id: UUID) -> Any:
    """One item as everybody reads it; the staff of its place also before it is public."""
    return s.shown(request, initiative_id)


@router.get("/initiatives/own/{uuid:pass_id}/{secret}", auth=SEAT, response=list[s.OwnRow])
def own_initiatives(request: doors.Asked, pass_id: UUID, secret: str) -> Any:
    """What was put up and supported through a link, with the news; never anybody else's."""
    passed = queries.pass_by_link(pass_id, secret)
    rows = queries.own_items(passed) if passed.kind == "resident" else []
    return [
        {
            **s.row_of(one.item),
            "mine": one.is_mine,
            "supported": one.is_supported,
            "news": [s.entry_of(entry) for entry in one.news],
        }
        for one in rows
    ]


@router.post("/initiatives", auth=PROPOSE, response=s.Kept, **KEYED)
def propose(request: doors.Asked, idea: s.IdeaIn) -> Any:
    """Put a wish or a topic up; the answer is the link to keep. Staff put up for their place, without a link."""
    made = actions.propose_initiative(
        actor=request.actor, idea=Idea(**idea.model_dump()), key=key_of(request)
    )
    return {"link": s.link_to(request, made.proposed_by) if made.proposed_by else "", "item": made.pk}


@router.post("/initiatives/{uuid:initiative_id}/support", auth=SUPPORT, response=s.Kept, **KEYED)
def support(request: doors.Asked, initiative_id: UUID, given: s.SupportIn) -> Any:
    """Support an item once a number; whether the number did so before is not told."""
    mine = actions.support_initiative(
        actor=request.actor,
        initiative_id=initiative_id,
        phone=given.phone,
        declared=given.declared,
        key=key_of(request),
    )
    return {"link": s.link_to(request, mine), "item": initiative_id}


@router.post("/initiatives/{uuid:initiative_id}/assisted", auth=HANDLE, response=s.Item, **KEYED)
def assist(request: doors.Asked, initiative_id: UUID, given: s.AssistIn) -> Any:
    """Support for a resident who asks for help; who helped is recorded."""
    actions.support_for(
        actor=request.actor, initiative_id=initiative_id, phone=given.phone, key=key_of(request)
    )
    return s.shown(request, initiative_id)


@router.post("/initiatives/{uuid:initiative_id}/papers", auth=HANDLE, response=s.Item, **KEYED)
def add_paper(request: doors.Asked, initiative_id: UUID, given: s.PaperIn) -> Any:
    """Add a sheet of signatures."""
    actions.add_paper(
        actor=request.actor,
        initiative_id=initiative_id,
        count=given.count,
        note=given.note,
        key=key_of(request),
    )
    return s.shown(request, initiative_id)


@router.post("/initiatives/{uuid:initiative_id}/moves/{verb}", auth=HANDLE, response=s.Item, **KEYED)
def move_initiative(request: doors.Asked, initiative_id: UUID, verb: str, given: s.MoveIn) -> Any:
    """Make a move of the table; refused with the sentence of what stands against it."""
    asked = given.model_dump()
    words = Words(asked.pop("public_text"), asked.pop("inner_note"))
    expect = asked.pop("expect")
    actions.move_initiative(
        actor=request.actor,
        initiative_id=initiative_id,
        verb=verb,
        words=words,
        inputs=Inputs(**asked),
        expect=expect,
        key=key_of(request),
    )
    return s.shown(request, initiative_id)


@router.post("/initiatives/{uuid:initiative_id}/meetings", auth=HANDLE, response=s.Item, **KEYED)
def note_meeting(request: doors.Asked, initiative_id: UUID, given: s.MeetingIn) -> Any:
    """Note a meeting with its minutes."""
    note = MeetingNote(**given.model_dump())
    actions.note_meeting(actor=request.actor, initiative_id=initiative_id, meeting=note, key=key_of(request))
    return s.shown(request, initiative_id)


@router.post("/initiatives/{uuid:initiative_id}/votes", auth=HANDLE, response=s.Item, **KEYED)
def record_vote(request: doors.Asked, initiative_id: UUID, given: s.VoteIn) -> Any:
    """Record a decision; the rule and its figures say whether it passed."""
    asked = given.model_dump()
    counts = {one.pop("measure"): deciding.Count(**one) for one in (dict(row) for row in asked.pop("counts"))}
    actions.record_vote(
        actor=request.actor,
        initiative_id=initiative_id,
        vote=Vote(tally=counts, **asked),
        key=key_of(request),
    )
    return s.shown(request, initiative_id)


@router.put("/initiatives/{uuid:initiative_id}/plan", auth=HANDLE, response=s.Item, **KEYED)
def make_plan(request: doors.Asked, initiative_id: UUID, given: s.PlanIn) -> Any:
    """Write a plan or a new version of it; what was handed in stays."""
    parts = [Part(**one.model_dump()) for one in given.parts]
    actions.make_plan(
        actor=request.actor,
        initiative_id=initiative_id,
        parts=parts,
        reason=given.reason,
        key=key_of(request),
    )
    return s.shown(request, initiative_id)


@router.post("/initiatives/resolutions/{uuid:resolution_id}/done", auth=HANDLE, response=s.Item, **KEYED)
def finish_resolution(request: doors.Asked, resolution_id: UUID, given: s.DoneIn) -> Any:
    """Say that a decision was carried out, and on which day."""
    row = actions.finish_resolution(
        actor=request.actor,
        resolution_id=resolution_id,
        text=given.text,
        done_on=given.done_on,
        key=key_of(request),
    )
    return s.shown(request, row.initiative_id)


@router.post("/initiatives/parts/{uuid:part_id}/evidence", auth=HANDLE, response=s.Item, **KEYED)
def submit_part(request: doors.Asked, part_id: UUID, given: s.EvidenceIn) -> Any:
    """Hand in the evidence of a part."""
    row = actions.submit_part(
        actor=request.actor, milestone_id=part_id, evidence=given.evidence, key=key_of(request)
    )
    return s.shown(request, row.initiative_id)


@router.post("/initiatives/parts/{uuid:part_id}/acceptance", auth=HANDLE, response=s.Item, **KEYED)
def accept_part(request: doors.Asked, part_id: UUID, given: s.AcceptIn) -> Any:
    """Accept the evidence of a part or give it back; never by whoever handed it in."""
    row = actions.accept_part(
        actor=request.actor, milestone_id=part_id, agreed=given.agreed, words=given.words, key=key_of(request)
    )
    return s.shown(request, row.initiative_id)


@router.post("/initiatives/parts/{uuid:part_id}/payments", auth=HANDLE, response=s.Item, **KEYED)
def record_payment(request: doors.Asked, part_id: UUID, given: s.PaymentIn) -> Any:
    """Record a payment; refused before acceptance and above the plan."""
    row = actions.record_payment(
        actor=request.actor,
        milestone_id=part_id,
        amount_fen=given.amount_fen,
        paid_on=given.paid_on,
        receipt=given.receipt,
        key=key_of(request),
    )
    return s.shown(request, row.initiative_id)
