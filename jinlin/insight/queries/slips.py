"""Slips as read: who asked whom about which place, by when, what was answered, whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.insight.models import Slip
from jinlin.insight.models.slip import SlipQuerySet
from jinlin.insight.queries.warnings import WarningRow, as_warnings
from jinlin.insight.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.areas import covers_area, home_area
from jinlin.people.rules import role_may
from jinlin.places import queries as places

PAGE: Final = 30
VIEWS: Final = ("mine", "sent", "open", "closed")


@dataclass(frozen=True)
class SlipRow:
    """One slip in a list."""

    id: UUID
    number: str
    kind: str
    kind_label: str
    field: str
    title: str
    place: str
    place_code: str
    category: str
    unit: str
    sender: str
    state: str
    state_label: str
    sent_at: datetime
    due_at: datetime
    is_late: bool
    outcome: str
    outcome_label: str
    rounds: int


@dataclass(frozen=True)
class StepRow:
    """One step of a slip's life."""

    verb: str
    label: str
    at: datetime
    unit: str
    words: str
    outcome_label: str
    due_at: datetime | None


@dataclass(frozen=True)
class SlipPage:
    """A page of a view, and where the next one begins."""

    rows: tuple[SlipRow, ...]
    next: str


@dataclass(frozen=True)
class SlipDetail:
    """One slip with its steps, its warning, and what the viewer may do."""

    row: SlipRow
    words: str
    steps: tuple[StepRow, ...]
    warning: WarningRow | None
    issue: UUID | None
    may_answer: bool
    may_judge: bool


def _view(rows: SlipQuerySet, viewer: Actor, view: str) -> SlipQuerySet:
    if view == "mine":  # whose turn it is: ours
        answering = [p.unit for p in viewer.posts if p.unit and role_may(p.role, "slip.answer")]
        judging = [p.unit for p in viewer.posts if p.unit and role_may(p.role, "insight.decide")]
        turn = Q(state=w.SENT, unit__in=answering) | Q(state=w.ANSWERED, sender_unit__in=judging)
        return rows.filter(turn)
    if view == "sent":
        return rows.filter(sender_unit__in=viewer.units).exclude(state=w.CLOSED)
    if view == "closed":
        return rows.filter(state=w.CLOSED)
    if view == "open":
        return rows.exclude(state=w.CLOSED)
    raise Invalid({"view": [_("没有这个视图，请从列表中选择。")]})


def slip_list(
    *, viewer: Actor, view: str = "open", kind: str = "", after: str = "", limit: int = PAGE
) -> SlipPage:
    """Return a page of a view, nearest due first, closed ones latest due first (at most 5 queries)."""
    access.require(viewer, "insight.view")
    rows = _view(access.visible(viewer, Slip.objects.all()), viewer, view)
    if kind:
        if kind not in w.SLIPS:
            raise Invalid({"kind": [_("请选择三单里的哪一种。")]})
        rows = rows.filter(kind=kind)
    newest = view == "closed"
    if after:
        moment, last = _cursor(after)
        side = "lt" if newest else "gt"
        rows = rows.filter(Q(**{f"due_at__{side}": moment}) | Q(due_at=moment, pk__gt=last))
    rows = rows.order_by("-due_at" if newest else "due_at", "id").select_related("category")
    found = list(rows[: limit + 1])
    page = found[:limit]
    tail = f"{page[-1].due_at.isoformat()}/{page[-1].pk}" if len(found) > limit else ""
    return SlipPage(as_slips(page), tail)


def _cursor(after: str) -> tuple[datetime, UUID]:
    try:
        moment, _slash, last = after.partition("/")
        at = datetime.fromisoformat(moment)
        clock.local(at)
        return at, UUID(last)
    except ValueError:
        raise Invalid({"after": [_("翻页的位置不对，请从第一页重新看。")]}) from None


def slip_counts(*, viewer: Actor) -> dict[str, int]:
    """Return how many slips each open view holds (one query)."""
    access.require(viewer, "insight.view")
    seen = access.visible(viewer, Slip.objects.all()).exclude(state=w.CLOSED)
    views = ("mine", "sent", "open")
    inner = {view: _view(access.visible(viewer, Slip.objects.all()), viewer, view) for view in views}
    counted = seen.aggregate(
        **{view: Count("id", filter=Q(pk__in=inner[view].values("pk")), distinct=True) for view in views}
    )
    return {view: int(counted[view] or 0) for view in views}


def as_slips(rows: Sequence[Slip]) -> tuple[SlipRow, ...]:
    """Return rows as shown (at most 3 queries)."""
    units = orgs.unit_names({unit for row in rows for unit in (row.unit, row.sender_unit)})
    names = places.area_names({row.place for row in rows})
    now, tree = clock.now(), orgs.categories()
    return tuple(
        SlipRow(
            id=row.pk,
            number=row.number,
            kind=row.kind,
            kind_label=_(w.SLIPS[row.kind]),
            field=row.field,
            title=row.title,
            place=names.get(row.place, row.place),
            place_code=row.place,
            category=tree.label(row.category.code) if row.category else "",
            unit=units.get(row.unit, ""),
            sender=units.get(row.sender_unit, ""),
            state=row.state,
            state_label=_(w.SLIP_STATES[row.state]),
            sent_at=row.sent_at,
            due_at=row.due_at,
            is_late=row.state == w.SENT and row.due_at < now,
            outcome=row.outcome,
            outcome_label=_(w.OUTCOMES[row.outcome]) if row.outcome else "",
            rounds=row.rounds,
        )
        for row in rows
    )


def slip_detail(*, viewer: Actor, slip_id: UUID) -> SlipDetail:
    """Return one slip with its steps (at most 12 queries); NotFound when it is neither asked, sent nor in the block."""
    access.require(viewer, "insight.view")
    rows = access.visible(viewer, Slip.objects.all()).filter(pk=slip_id)
    row = rows.select_related("category", "warning__category").prefetch_related("steps").first()
    if row is None:
        raise NotFound(_("这张提示单"))
    steps = list(row.steps.all())
    units = orgs.unit_names({step.unit for step in steps})
    return SlipDetail(
        row=as_slips([row])[0],
        words=row.words,
        steps=tuple(
            StepRow(
                verb=step.verb,
                label=_(w.SLIP_VERBS[step.verb]),
                at=step.at,
                unit=units.get(step.unit, ""),
                words=step.words,
                outcome_label=_(w.OUTCOMES[step.outcome]) if step.outcome else "",
                due_at=step.due_at,
            )
            for step in steps
        ),
        warning=as_warnings([row.warning])[0] if row.warning else None,
        issue=row.issue,
        may_answer=row.state == w.SENT and _acts(viewer, row.unit, "slip.answer"),
        may_judge=row.state == w.ANSWERED and _acts(viewer, row.sender_unit, "insight.decide"),
    )


def _acts(viewer: Actor, unit: UUID, verb: str) -> bool:
    return any(post.unit == unit and role_may(post.role, verb) for post in viewer.posts)


def slips_about(*, viewer: Actor, place: str, limit: int = 10) -> tuple[SlipRow, ...]:
    """Return the latest slips about a place of any level from the county down (at most 4 queries)."""
    rows = access.visible(viewer, Slip.objects.all()).filter(**about(place))
    return as_slips(list(rows.select_related("category").order_by("-sent_at", "id")[:limit]))


def about(place: str) -> dict[str, str]:
    """Return the columns of slips and plans that fix a place."""
    county = place[:6] + "000000"
    if place[6:9] == "000":
        return {"county": county}
    if place[9:12] == "000":
        return {"county": county, "town": place[:12]}
    return {"county": county, "village": place[:12]}


def receivers(*, viewer: Actor, county: str = "") -> list[Organisation]:
    """Return the units of the county a slip may go to, the viewer's own left out (one query)."""
    county = county or home_area(viewer=viewer, verb="insight.decide")[:6] + "000000"
    town = next(
        (post.place for post in viewer.posts if post.level == 4 and post.place.startswith(county[:6])), ""
    )
    if not (covers_area(viewer, "insight.decide", county) or town):
        return []
    found = orgs.receivers(county=county, town=town)
    return [unit for unit in found if unit.pk not in viewer.units]
