"""Reads of supervision 督办 and joint meetings 会办: the list, one whole, what hangs on a case, what may be done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Case, JointMeeting, SupervisedCase, Supervision, SupervisionAnswer
from jinlin.cases.models.supervision import SupervisionQuerySet
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.cases.rules import oversight as rules
from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.born import SUPERVISED
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may
from jinlin.places import queries as places

PAGE: Final = 50
VIEWS: Final[dict[str, str]] = {
    "answer": noop("待我答复"),
    "decide": noop("待我审核"),
    "open": noop("全部在办"),
    "overdue": noop("已超期"),
    "closed": noop("已结束"),
}


@dataclass(frozen=True)
class SupervisionRow:
    """One line of the list; offices only, no person."""

    id: UUID
    code: str
    kind: str
    kind_label: str
    cause_label: str
    state: str
    state_label: str
    unit: str
    opener: str
    place: str
    reason: str
    opened_at: datetime
    due_at: datetime
    talk_at: datetime | None
    closed_at: datetime | None
    is_open: bool
    is_overdue: bool
    by_ladder: bool
    case_count: int
    answer_count: int


@dataclass(frozen=True)
class AnswerRow:
    """One answer with what the office said to it."""

    seq: int
    at: datetime
    unit: str
    words: str
    public: str
    accepted: bool | None
    decision: str
    decided_at: datetime | None


@dataclass(frozen=True)
class SupervisionDetail:
    """One supervision whole, with what the viewer may do now."""

    row: SupervisionRow
    closing: str
    cases: tuple[CaseRow, ...]
    hidden: int  # cases out of the viewer's sight
    answers: tuple[AnswerRow, ...]
    may_answer: bool
    may_decide: bool
    may_drop: bool


@dataclass(frozen=True)
class SupervisionPage:
    """A page of rows and the cursor of the next one ("" at the end)."""

    rows: tuple[SupervisionRow, ...]
    next: str = ""


def views_for(viewer: Actor) -> tuple[str, ...]:
    """Return the views that make sense for a viewer, the one to open first in front."""
    found = [view for view in VIEWS if view not in ("answer", "decide")]
    if access.may(viewer, "supervision.answer"):
        found.insert(0, "answer")
    if access.may(viewer, "supervision.open"):
        found.insert(0, "decide")
    return tuple(found)


def _view(rows: SupervisionQuerySet, viewer: Actor, view: str) -> SupervisionQuerySet:
    units = list(viewer.units)
    now = clock.now()
    shapes = {
        "answer": Q(is_open=True, state=rules.WAITING, unit__in=units),
        "decide": Q(is_open=True, state=rules.ANSWERED, opener_unit__in=units),
        "overdue": Q(is_open=True, state=rules.WAITING, due_at__lt=now),
        "closed": Q(is_open=False),
        "open": Q(is_open=True),
    }
    return rows.filter(shapes.get(view, shapes["open"]))


def supervision_list(
    *, viewer: Actor, view: str = "open", kind: str = "", after: str = "", limit: int = PAGE
) -> SupervisionPage:
    """Return a page of supervisions, nearest due first (closed: newest first); at most 3 queries."""
    access.require(viewer, "supervision.view")
    rows = _view(access.visible(viewer, Supervision.objects.all()), viewer, view)
    if kind in rules.KINDS:
        rows = rows.filter(kind=kind)
    column, side = ("closed_at", "lt") if view == "closed" else ("due_at", "gt")
    rows = rows.order_by(f"-{column}" if side == "lt" else column, "id")
    if after:
        at, last = _cursor(after)
        rows = rows.filter(Q(**{f"{column}__{side}": at}) | Q(**{column: at}, id__gt=last))
    found = list(rows[: limit + 1])
    more = ""
    if len(found) > limit:
        last_row = found[limit - 1]
        more = f"{getattr(last_row, column).isoformat()}~{last_row.pk}"
    return SupervisionPage(as_supervisions(found[:limit], viewer), more)


def _cursor(after: str) -> tuple[datetime, UUID]:
    try:
        moment, last = after.split("~")
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        if at.tzinfo is None:
            raise ValueError(after)
        return at.astimezone(UTC), UUID(last)
    except (ValueError, OverflowError):
        raise Invalid({"after": [_("页码不对，请回到第一页。")]}) from None


def supervision_counts(*, viewer: Actor) -> dict[str, int]:
    """Return how many stand in each open view (one query)."""
    access.require(viewer, "supervision.view")
    units, now = list(viewer.units), clock.now()
    waiting = Q(state=rules.WAITING)
    found: dict[str, int] = (
        access.visible(viewer, Supervision.objects.all())
        .filter(is_open=True)
        .aggregate(
            open=Count("id"),
            overdue=Count("id", filter=waiting & Q(due_at__lt=now)),
            answer=Count("id", filter=waiting & Q(unit__in=units)),
            decide=Count("id", filter=Q(state=rules.ANSWERED, opener_unit__in=units)),
        )
    )
    return found


def as_supervisions(rows: Sequence[Supervision], viewer: Actor) -> tuple[SupervisionRow, ...]:
    """Turn rows into lines; names come from two look-ups for the whole page."""
    names = orgs.unit_names({unit for row in rows for unit in (row.unit, row.opener_unit)})
    regions = places.area_names({row.region for row in rows})
    now, reads = clock.now(), reads_reasons(viewer)
    return tuple(
        SupervisionRow(
            id=row.pk,
            code=row.code,
            kind=row.kind,
            kind_label=_(rules.KINDS[row.kind]),
            cause_label=_(rules.CAUSES[row.cause]),
            state=row.state,
            state_label=_(rules.STATES[row.state]),
            unit=names.get(row.unit, ""),
            opener=names.get(row.opener_unit, ""),
            place=regions.get(row.region, ""),
            reason=row.reason if reads else "",
            opened_at=row.opened_at,
            due_at=row.due_at,
            talk_at=row.talk_at,
            closed_at=row.closed_at,
            is_open=row.is_open,
            is_overdue=row.state == rules.WAITING and row.due_at < now,
            by_ladder=row.opened_by is None,
            case_count=row.case_count,
            answer_count=row.answer_count,
        )
        for row in rows
    )


def reads_reasons(viewer: Actor) -> bool:
    """Tell whether a viewer reads what offices write to each other: not one who only looks on masked."""
    return viewer.kind == "system" or any(post.span != "masked" for post in viewer.posts)


def supervision_by_code(*, viewer: Actor, code: str) -> Supervision:
    """Return a visible supervision by its number; NotFound otherwise."""
    access.require(viewer, "supervision.view")
    row = access.visible(viewer, Supervision.objects.all()).filter(code=code[:16].upper()).first()
    if row is None:
        raise NotFound(_("这件督办"))
    return row


def supervision_detail(*, viewer: Actor, row: Supervision) -> SupervisionDetail:
    """Return one supervision whole; the caller got it from `supervision_by_code` (at most 7 queries)."""
    matters = Case.objects.filter(pk__in=row.matters.values("case_id"))
    cases = list(access.visible(viewer, matters).order_by("due_at", "id"))
    answers = list(row.answers.all())
    reads = reads_reasons(viewer)
    last = answers[-1] if answers else None
    own_answer = last is not None and last.by_account is not None and last.by_account == viewer.account_id
    opens = _acts(viewer, row.opener_unit, "supervision.open")
    return SupervisionDetail(
        row=as_supervisions([row], viewer)[0],
        closing=row.closing if reads else "",
        cases=as_rows(cases, viewer),
        hidden=row.case_count - len(cases),
        answers=tuple(_answers(answers)) if reads else (),
        may_answer=row.state == rules.WAITING and _acts(viewer, row.unit, "supervision.answer"),
        may_decide=row.state == rules.ANSWERED and opens and not own_answer,
        may_drop=row.is_open and opens,
    )


def _acts(viewer: Actor, unit: UUID, verb: str) -> bool:
    return any(post.unit == unit and role_may(post.role, verb) for post in viewer.posts)


def _answers(rows: Iterable[SupervisionAnswer]) -> Iterable[AnswerRow]:
    rows = list(rows)
    names = orgs.unit_names({row.by_unit for row in rows})
    for row in rows:
        yield AnswerRow(
            seq=row.seq,
            at=row.at,
            unit=names.get(row.by_unit, "") if row.by_unit else "",
            words=row.words,
            public=row.public,
            accepted=row.accepted,
            decision=row.decision,
            decided_at=row.decided_at,
        )


@dataclass(frozen=True)
class MeetingRow:
    """One joint meeting as shown on a case."""

    kind_label: str
    cause_label: str
    reason: str
    convener: str
    invited: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    held_on: date | None
    outcome: str
    lead: str
    is_open: bool
    is_overdue: bool


@dataclass(frozen=True)
class Oversight:
    """What hangs on a case: its supervisions and meetings, and whether the viewer may open another supervision."""

    supervisions: tuple[SupervisionRow, ...] = ()
    meetings: tuple[MeetingRow, ...] = ()
    may_supervise: bool = False


def oversight_of(*, viewer: Actor, case: Case, verbs: Collection[str]) -> Oversight:
    """Return what hangs on a case; `verbs` are those of its timeline, so that most cases cost no query (at most 4)."""
    seen: Sequence[Supervision] = ()
    if SUPERVISED.verb in verbs and access.may(viewer, "supervision.view"):
        ids = SupervisedCase.objects.filter(county=case.county, case=case).values("supervision_id")
        seen = list(access.visible(viewer, Supervision.objects.all()).filter(pk__in=ids)[:10])
    meetings: Sequence[JointMeeting] = ()
    if "convene" in verbs and reads_reasons(viewer):
        meetings = list(case.meetings.order_by("-opened_at")[:5])
    return Oversight(
        supervisions=as_supervisions(seen, viewer) if seen else (),
        meetings=tuple(_meetings(meetings)),
        may_supervise=case.is_open and bool(openers(viewer, case)),
    )


def openers(viewer: Actor, case: Case) -> list[access.ActivePost]:
    """Return the viewer's posts that may open a supervision about a case: a desk above the unit, of its area."""
    return [
        post
        for post in viewer.posts
        if post.unit
        and role_may(post.role, "supervision.open")
        and rules.governs(post.level, post.place, case.county)
    ]


def _meetings(rows: Sequence[JointMeeting]) -> Iterable[MeetingRow]:
    units = {UUID(unit) for row in rows for unit in row.invited}
    units |= {unit for row in rows for unit in (row.convener_unit, row.lead_unit) if unit}
    names = orgs.unit_names(units)
    now = clock.now()
    for row in rows:
        yield MeetingRow(
            kind_label=_(w.MEETINGS[row.kind]),
            cause_label=_(rules.MEETING_CAUSES.get(row.cause, row.cause)),
            reason=row.reason,
            convener=names.get(row.convener_unit, ""),
            invited=tuple(names.get(UUID(unit), "") for unit in row.invited),
            opened_at=row.opened_at,
            due_at=row.due_at,
            held_on=row.held_on,
            outcome=row.outcome,
            lead=names.get(row.lead_unit, "") if row.lead_unit else "",
            is_open=row.closed_at is None,
            is_overdue=row.closed_at is None and row.due_at < now,
        )


def units_to_supervise(*, viewer: Actor, cases: Sequence[Case]) -> list[Organisation]:
    """Return the units that have or had a hand in all of the cases and are not above the viewer (two queries)."""
    if not cases:
        return []
    shared: set[UUID] | None = None
    for case in cases:
        hands = {case.holder_unit, case.handler_unit, *case.assists()}
        hands |= set(case.handovers.values_list("to_unit", flat=True))
        shared = hands if shared is None else shared & hands  # type: ignore[assignment]
    posts = openers(viewer, cases[0])
    level = min((post.level for post in posts), default=9)
    own = {post.unit for post in posts}
    found = Organisation.objects.on(clock.today()).filter(pk__in=[one for one in shared or () if one])
    rows = [row for row in found.order_by("level", "code") if row.level >= level and row.pk not in own]
    holder = cases[0].holder_unit
    return sorted(rows, key=lambda row: row.pk != holder)
