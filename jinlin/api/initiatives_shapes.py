"""Shapes of initiatives: what comes in, and items as everybody reads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from jinlin.api.schemas import Given
from jinlin.initiatives import queries
from jinlin.initiatives.queries.page import Page
from jinlin.initiatives.rules import deciding, kinds, phases

Kind = Literal[(*kinds.KINDS,)]  # type: ignore[valid-type]
Phase = Literal[(*phases.PHASES,)]  # type: ignore[valid-type]


class Narrow(Given):
    """Which list of a place, in which order, from where on."""

    kind: Kind = "wish"
    phase: Phase = "asking"
    most: bool = False
    after: str = Field("", max_length=90)


class Like(Given):
    """A title somebody is typing."""

    title: str = Field(min_length=1, max_length=60)
    kind: Kind = "wish"


class DeskNarrow(Given):
    """Which list of those in charge."""

    kind: Kind = "wish"
    over: bool = False
    page: int = Field(1, ge=1, le=999)


class Span(Given):
    """From month to month; the last twelve by default."""

    since: date | None = None
    until: date | None = None


class IdeaIn(Given):
    """What is wished or to be talked over; works are put up by the staff."""

    title: str = Field(min_length=1, max_length=60)
    area: str = Field(pattern="^[0-9]{12}$")
    text: str = Field("", max_length=2000)
    kind: Literal["wish", "topic", "works"] = "wish"
    place_text: str = Field("", max_length=120)


class SupportIn(Given):
    """The number makes a blind id and is kept nowhere; `declared`: one of those who may support this."""

    phone: str = Field(min_length=1, max_length=30)
    declared: bool = False


class AssistIn(Given):
    """Of a resident who asks for help."""

    phone: str = Field(min_length=1, max_length=30)


class PaperIn(Given):
    """A sheet of signatures; a correction is a negative number."""

    count: int = Field(ge=-5000, le=5000)
    note: str = Field("", max_length=120)


class MoveIn(Given):
    """What a move asks; which of it, `rules.moves` says. `expect`: the version the reader looked at."""

    public_text: str = Field("", max_length=2000)
    inner_note: str = Field("", max_length=2000)
    feasibility: Literal["", "feasible", "unfeasible"] = ""
    cost_fen: int | None = Field(None, ge=0)
    works_class: str = Field("", max_length=8)
    owner_unit: UUID | None = None
    lawful_basis: str = Field("", max_length=200)
    fund_source: str = Field("", max_length=120)
    granted_fen: int | None = Field(None, ge=0)
    agreement: str = Field("", max_length=4000)
    partners: str = Field("", max_length=200)
    target: UUID | None = None
    expect: int | None = None


class MeetingIn(Given):
    """A meeting that was held."""

    held_on: date
    heads: int = Field(ge=0, le=100_000)
    minutes: str = Field(min_length=1, max_length=10_000)
    options: str = Field("", max_length=2000)
    absent: str = Field("", max_length=200)


class CountIn(Given):
    """One measure; area in 0.01 m²."""

    measure: Literal[(*deciding.MEASURES,)]  # type: ignore[valid-type]
    total: int = Field(ge=0)
    present: int = Field(ge=0)
    yes: int = Field(ge=0)
    no: int = Field(ge=0)
    abstain: int = Field(ge=0)


class VoteIn(Given):
    """A decision with its figures; the verdict is computed."""

    text: str = Field(min_length=1, max_length=500)
    body: str = Field("", max_length=60)
    rule: str = Field("", max_length=20)
    counts: list[CountIn] = Field(default_factory=list, max_length=6)
    owner_unit: UUID | None = None
    owner_name: str = Field("", max_length=80)
    due: date | None = None
    review_on: date | None = None
    step: str = Field("", max_length=20)


class DoneIn(Given):
    """What came of a decision."""

    text: str = Field(min_length=1, max_length=300)
    done_on: date | None = None


class PlanPartIn(Given):
    """One part of a plan; fen."""

    name: str = Field(min_length=1, max_length=60)
    due: date
    planned_fen: int = Field(0, ge=0)
    weight: int = Field(1, ge=1, le=100)
    evidence_wanted: str = Field("", max_length=120)


class PlanIn(Given):
    """A version of a plan."""

    parts: list[PlanPartIn] = Field(min_length=1, max_length=20)
    reason: str = Field("", max_length=200)


class EvidenceIn(Given):
    """What was done."""

    evidence: str = Field(min_length=1, max_length=2000)


class AcceptIn(Given):
    """Whether the evidence is good."""

    agreed: bool
    words: str = Field("", max_length=200)


class PaymentIn(Given):
    """Money that moved elsewhere."""

    amount_fen: int = Field(ge=1)
    paid_on: date
    receipt: str = Field(min_length=1, max_length=60)


class Row(Schema):
    """One line of a list."""

    id: UUID
    kind: str
    title: str
    stage: str
    stage_label: str
    phase: str
    village: str
    supports: int
    next_by: date | None
    created_at: datetime


class Entry(Schema):
    """One line of the public history."""

    at: datetime
    verb: str
    text: str
    unit: str


class VoteComparison(Schema):
    """One comparison of the working of a vote."""

    measure: str
    asked: str
    part: int
    whole: int
    share: str
    met: bool


class Decision(Schema):
    """A decision with its working."""

    id: UUID
    text: str
    rule: str
    verdict: str
    working: list[VoteComparison]
    owner: str
    due: date | None
    review_on: date | None
    done_on: date | None


class PartRow(Schema):
    """A part of a plan as everybody reads it; fen."""

    id: UUID
    number: int
    name: str
    due: date
    planned_fen: int
    paid_fen: int
    accepted: bool


class Item(Row):
    """An item in full; supports by how they were given, paper apart because it can't be compared."""

    text: str
    host: str
    owner: str
    version: int
    online: int
    assisted: int
    on_paper: int
    feasibility: str
    feasibility_reason: str
    cost_fen: int | None
    granted_fen: int
    paid_fen: int
    merged_into: UUID | None
    grown_from: UUID | None
    history: list[Entry]
    decisions: list[Decision]
    parts: list[PartRow]


class Kept(Schema):
    """The own link; whoever has it, opens what was done through it."""

    link: str
    item: UUID | None = None


class OwnRow(Row):
    """An item of one's own link."""

    mine: bool
    supported: bool
    news: list[Entry]


class MonthRow(Schema):
    """One month of a place, by name of what is counted."""

    month: date
    n: dict[str, int]


class Figures(Schema):
    """Months, their sums, and decisions carried out by their day."""

    months: list[MonthRow]
    totals: dict[str, int]
    decisions_due: int
    decisions_kept: int


def row_of(item: Any) -> dict[str, Any]:
    """Return an item as a line of a list."""
    return {
        "id": item.pk,
        "kind": item.kind,
        "title": item.title,
        "stage": item.stage,
        "stage_label": _(item.the_kind.stage(item.stage).public),
        "phase": item.phase,
        "village": item.village,
        "supports": item.support_total,
        "next_by": item.next_by,
        "created_at": item.created_at,
    }


def entry_of(one: Any) -> dict[str, Any]:
    """Return a line of the history without what is for the office only."""
    return {"at": one.at, "verb": one.verb, "text": one.public_text, "unit": one.unit_name}


def page_of(page: Page) -> dict[str, Any]:
    """Return an item in full, as everybody reads it."""
    item = page.item
    return {
        **row_of(item),
        "text": item.text,
        "host": page.host,
        "owner": page.owner,
        "version": item.version,
        "online": item.online_count,
        "assisted": item.assisted_count,
        "on_paper": item.paper_count,
        "feasibility": item.feasibility,
        "feasibility_reason": item.feasibility_reason,
        "cost_fen": item.cost_fen,
        "granted_fen": item.granted_fen,
        "paid_fen": item.paid_fen,
        "merged_into": item.merged_into_id,
        "grown_from": item.grown_from_id,
        "history": [entry_of(one) for one in page.entries],
        "decisions": [_decision(one) for one in (*page.decisions, *page.findings)],
        "parts": [
            {
                "id": one.pk,
                "number": one.number,
                "name": one.name,
                "due": one.due,
                "planned_fen": one.planned_fen,
                "paid_fen": one.paid_fen,
                "accepted": one.accepted_at is not None,
            }
            for one in page.milestones
        ],
    }


def _decision(one: Any) -> dict[str, Any]:
    lines = one.decision.lines if one.decision else ()
    return {
        "id": one.row.pk,
        "text": one.row.text,
        "rule": one.row.rule,
        "verdict": one.row.verdict,
        "working": [
            {
                "measure": line.measure,
                "asked": line.asked,
                "part": line.part,
                "whole": line.whole,
                "share": line.share.words,
                "met": line.met,
            }
            for line in lines
        ],
        "owner": one.row.owner_name,
        "due": one.row.due,
        "review_on": one.row.review_on,
        "done_on": one.row.done_on,
    }


def shown(request: Any, initiative_id: UUID) -> Any:
    item = queries.seen_item(viewer=request.actor, initiative_id=initiative_id)
    if item.is_hidden:
        return {
            **page_of(queries.page(viewer=request.actor, item=item)),
            "title": item.hidden_reason,
            "text": "",
            "history": [],
        }
    return page_of(queries.page(viewer=request.actor, item=item))


def link_to(request: Any, passed: Any) -> str:
    path = reverse("wishes:own", args=[passed.pk, queries.secret_of(passed.pk)])
    return str(request.build_absolute_uri(path))
