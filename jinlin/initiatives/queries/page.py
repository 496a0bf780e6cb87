"""One item in full: history, meetings, decisions with their working, plan, money, what it grew from and into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from jinlin.cases.models import Case
from jinlin.cases.rules import words as w
from jinlin.gatherings.models import Gathering
from jinlin.initiatives.models import (
    CaseLink,
    Initiative,
    Meeting,
    Milestone,
    Pass,
    Payment,
    Plan,
    Resolution,
    SiteVisit,
    StageEntry,
)
from jinlin.initiatives.rules import deciding, kinds
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor

MANY: Final = 200
LINE: Final = 30


@dataclass(frozen=True)
class Linked:
    """A case beside an item, as far as everybody may know it: its state, never its words."""

    id: UUID
    why: str
    state: str
    is_open: bool
    tracking: str  # only for who may see the case, else ""


@dataclass(frozen=True)
class Step:
    """One station of the visible line from a wish to what became of it."""

    id: UUID
    kind: str
    title: str
    stage: str
    is_here: bool


@dataclass(frozen=True)
class Decided:
    """A decision or finding with its working and whether it is late."""

    row: Resolution
    decision: deciding.Decision | None
    is_late: bool


@dataclass(frozen=True)
class Page:
    """Everything of one item; `moved` are the residents' supports that came by merges."""

    item: Initiative
    host: str
    owner: str
    entries: list[StageEntry]
    meetings: list[Meeting]
    decisions: list[Decided]
    findings: list[Decided]
    milestones: list[Milestone]
    plans: list[Plan]
    payments: list[Payment]
    visits: list[SiteVisit]
    seats: list[Pass]
    cases: list[Linked]
    line: list[Step]
    merged: list[Initiative]

    @property
    def progress(self) -> int:
        """How far the plan has come in per cent, by the weights of what was accepted."""
        whole = sum(row.weight for row in self.milestones)
        return 100 * sum(row.weight for row in self.milestones if row.accepted_at) // whole if whole else 0


def seen_item(*, viewer: Actor, initiative_id: UUID, passed: UUID | None = None) -> Initiative:
    """Return an item the viewer may see, also the own one by its pass; NotFound otherwise (at most two queries)."""
    rows = access.visible(viewer, Initiative.objects.all())
    found = rows.filter(pk=initiative_id).select_related("merged_into", "grown_from").first()
    if found is None and passed is not None:
        found = Initiative.unscoped.filter(
            Q(proposed_by_id=passed) | Q(seats__pk=passed), pk=initiative_id
        ).first()
    if found is None:
        hidden = Initiative.unscoped.filter(pk=initiative_id, is_public=True, is_hidden=True).first()
        if hidden is None:
            raise NotFound("initiative")
        return hidden  # its page stays, with the reason and nothing else
    return found


def page(*, viewer: Actor, item: Initiative) -> Page:
    """Return everything of an item seen by `seen_item` (a fixed number of queries; none for parts its kind has not)."""
    built = item.kind in (kinds.WORKS, kinds.VENTURE)
    decisions = [_decided(row) for row in Resolution.objects.filter(initiative=item)[:MANY]]
    names = orgs.unit_names((item.host_unit, item.owner_unit))
    return Page(
        item=item,
        host=names.get(item.host_unit, ""),
        owner=names.get(item.owner_unit, "") if item.owner_unit else "",
        entries=list(StageEntry.objects.filter(initiative=item).order_by("-number")[:MANY]),
        meetings=list(
            Meeting.objects.filter(initiative=item)
            .select_related("gathering")
            .order_by("-held_on", "-at")[:50]
        ),
        decisions=[one for one in decisions if not one.row.is_finding],
        findings=[one for one in decisions if one.row.is_finding],
        milestones=list(Milestone.objects.filter(initiative=item, is_live=True)) if built else [],
        plans=list(Plan.objects.filter(initiative=item).order_by("-version")) if built else [],
        payments=list(Payment.objects.filter(initiative=item).order_by("paid_on", "at")) if built else [],
        visits=_visits(item),
        seats=list(Pass.objects.filter(initiative=item, ended_at=None).order_by("made_at"))
        if item.kind == kinds.WORKS
        else [],
        cases=_cases(viewer, item),
        line=_line(item),
        merged=list(Initiative.unscoped.filter(merged_into=item).order_by("-ended_at")[:20]),
    )


def _visits(item: Initiative) -> list[SiteVisit]:
    if item.kind != kinds.WORKS:
        return []
    return list(SiteVisit.objects.filter(initiative=item).select_related("by").order_by("-made_at")[:50])


def _decided(row: Resolution) -> Decided:
    decision = deciding.decide(row.rule, deciding.from_json(row.tally)) if row.rule else None
    open_duty = row.done_on is None and row.due is not None and not (row.is_finding and row.rechecked_by)
    return Decided(row, decision, open_duty and row.due < clock.today())  # type: ignore[operator]


def _cases(viewer: Actor, item: Initiative) -> list[Linked]:
    links = list(CaseLink.objects.filter(initiative=item).order_by("at")[:20])
    if not links:
        return []
    rows = {row.pk: row for row in Case.unscoped.filter(pk__in=[link.case_id for link in links])}
    seen = set(
        access.visible(viewer, Case.objects.all()).filter(pk__in=rows).values_list("pk", flat=True)
        if viewer.kind == "staff"
        else ()
    )
    return [
        Linked(
            link.pk,
            link.why,
            w.STATES[rows[link.case_id].state][0],
            rows[link.case_id].is_open,
            rows[link.case_id].tracking if link.case_id in seen else "",
        )
        for link in links
    ]


def _line(item: Initiative) -> list[Step]:
    """Return the line an item stands in: what it grew from, itself, what grew from it (at most six queries)."""
    above: list[Initiative] = []
    parent = item.grown_from
    while parent is not None and len(above) < 4:
        above.insert(0, parent)
        parent = parent.grown_from
    below = list(Initiative.unscoped.filter(grown_from=item).order_by("created_at")[:LINE])
    if below:
        further = Initiative.unscoped.filter(grown_from__in=[row.pk for row in below])
        below += list(further.order_by("created_at")[:LINE])
    rows = [
        row for row in (*above, item, *below) if row.pk == item.pk or (row.is_public and not row.is_hidden)
    ]
    if len(rows) == 1:
        return []
    return [
        Step(row.pk, row.kind, row.title, row.the_kind.stage(row.stage).public, row.pk == item.pk)
        for row in rows
    ]


def gatherings_to_link(*, viewer: Actor, item: Initiative) -> list[Gathering]:
    """Return gatherings of the item's place that are not linked yet, the newest first (one query)."""
    rows = access.visible(viewer, Gathering.objects.all()).filter(county=item.county)
    if item.village:
        rows = rows.filter(village=item.village)
    linked = Meeting.objects.filter(initiative=item, gathering__isnull=False).values("gathering_id")
    return list(rows.exclude(pk__in=linked).exclude(state="cancelled").order_by("-starts_at")[:20])
