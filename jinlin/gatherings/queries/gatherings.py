"""Activities and meetings as residents and hosts read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from jinlin.cases.models import Case
from jinlin.gatherings.models import (
    UNCLOSED,
    AgendaItem,
    Attendance,
    Gathering,
    StayCorrection,
    VolunteerBook,
)
from jinlin.gatherings.queries.area import PAGE, after_key, in_area
from jinlin.gatherings.queries.links import proves
from jinlin.gatherings.rules import service
from jinlin.gatherings.rules.moves import CAME
from jinlin.gatherings.rules.service import Stay
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.kernel.rows import among
from jinlin.people import access
from jinlin.people.access import ANYONE, Actor

CALENDAR_BACK = timedelta(days=30)
CALENDAR_AHEAD = timedelta(days=180)
CALENDAR_MOST = 500


def upcoming(
    *, area: str, kind: str = "", after: str = "", viewer: Actor = ANYONE, limit: int = PAGE
) -> list[Gathering]:
    """Return what is still to come or going on in an area, soonest first; cancelled ones stay among them (one query)."""
    rows = access.visible(viewer, Gathering.objects.all()).filter(
        in_area(area), after_key(after, "starts_at")
    )
    rows = rows.filter(starts_at__gt=clock.now() - timedelta(days=1), ends_at__gt=clock.now())
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("venue", "organisation").order_by("starts_at", "pk")[:limit])


def past(
    *, area: str, after: str = "", viewer: Actor = ANYONE, limit: int = PAGE, to_close: bool = False
) -> list[Gathering]:
    """Return what is over, newest first; `to_close`: took place and has no figure yet (one query)."""
    now = clock.now()
    rows = access.visible(viewer, Gathering.objects.all()).filter(
        in_area(area), after_key(after, "starts_at", down=True), ends_at__lte=now, starts_at__lt=now
    )  # the second says nothing new, but the index knows only it: without it what is to come is read first
    rows = rows.filter(among(Gathering, "state", UNCLOSED)) if to_close else rows.exclude(state="planned")
    return list(rows.select_related("venue", "organisation").order_by("-starts_at", "-pk")[:limit])


def gathering(*, gathering_id: UUID, viewer: Actor = ANYONE) -> Gathering:
    """Return one gathering the viewer may know of (one query)."""
    rows = access.visible(viewer, Gathering.objects.all())
    found = rows.select_related("venue", "organisation", "booking").filter(pk=gathering_id).first()
    if found is None:
        raise NotFound("gathering")
    return found


def hosted(*, viewer: Actor, gathering_id: UUID) -> Gathering:
    """Return a gathering the viewer may host (one query)."""
    found = gathering(gathering_id=gathering_id, viewer=viewer)
    access.require(viewer, "gathering.host", found)
    return found


@dataclass(frozen=True)
class AgendaRow:
    """An item as it is read: number, title, what was said, its outcome, the code of its case for staff."""

    id: UUID
    position: int
    title: str
    said: str
    outcome: str
    tracking: str


def agenda(row: Gathering, *, with_cases: bool = False) -> list[AgendaRow]:
    """Return the agenda in order (one query, two with the codes of cases)."""
    items = list(AgendaItem.objects.filter(county=row.county, gathering=row).order_by("position"))
    wanted = {item.case_id for item in items if item.case_id} if with_cases else set()
    codes = dict(Case.unscoped.filter(pk__in=wanted).values_list("pk", "tracking")) if wanted else {}
    return [
        AgendaRow(
            one.pk,
            one.position,
            one.title,
            one.said,
            one.outcome,
            codes.get(one.case_id, "") if one.case_id else "",
        )
        for one in items
    ]


def attendances(*, viewer: Actor, row: Gathering) -> list[Attendance]:
    """Return who signed up, in order, for the hosts (one query)."""
    rows = access.visible(viewer, Attendance.objects.all()).filter(county=row.county, gathering=row)
    return list(rows.exclude(state="withdrawn").order_by("number"))


@dataclass(frozen=True)
class HostedStay:
    """When somebody came and left as it counts now, and how often it was corrected; the last reason stands beside."""

    seat: Attendance
    came: datetime
    left: datetime | None
    corrected: int
    reason: str


def hosted_stays(*, viewer: Actor, row: Gathering) -> list[HostedStay]:
    """Return who came to help, in the order of signing up, with the times that count, for the hosts (2 queries).

    Residents who took part have no hours, so there is nothing of theirs to correct.
    """
    known = attendances(viewer=viewer, row=row)
    seats = [seat for seat in known if seat.state in CAME and seat.role != "resident"]
    changes: dict[UUID, list[StayCorrection]] = {}
    held = StayCorrection.objects.filter(county=row.county, attendance__in=[seat.pk for seat in seats])
    for one in held.order_by("made_at", "pk"):
        changes.setdefault(one.attendance_id, []).append(one)
    return [_hosted_stay(seat, changes.get(seat.pk, [])) for seat in seats]


def _hosted_stay(seat: Attendance, changes: list[StayCorrection]) -> HostedStay:
    if changes:
        newest = changes[-1]
        return HostedStay(seat, newest.in_at, newest.out_at, len(changes), newest.reason)
    assert seat.in_at is not None
    return HostedStay(seat, seat.in_at, seat.out_at, 0, "")


def role_counts(row: Gathering) -> dict[str, int]:
    """Return how many of each role came: for minutes, which name no resident (one query)."""
    rows = Attendance.unscoped.filter(county=row.county, gathering=row, state__in=tuple(CAME))
    return dict(rows.values_list("role").annotate(n=Count("pk")))


def figure_history(row: Gathering) -> list[tuple[int, int, str, datetime]]:
    """Return the corrections of a figure: before, after, reason, when (one query)."""
    rows = row.figure_corrections.order_by("made_at")
    return list(rows.values_list("before", "after", "reason", "made_at"))


@dataclass(frozen=True)
class Seat:
    """One's own sign-up, with the place in the waiting list (1 is next, 0 is not waiting)."""

    row: Attendance
    gathering: Gathering
    place: int


def seat_by_link(*, attendance_id: UUID, token: str) -> Seat:
    """Return one's own sign-up; NotFound for a link that isn't right (2 queries)."""
    found = (
        Attendance.unscoped.select_related("gathering__venue", "gathering__organisation")
        .filter(pk=attendance_id)
        .first()
    )
    if found is None or not proves("seat", attendance_id, token):
        raise NotFound("seat")
    before = 0
    if found.state == "waiting":
        ahead = Attendance.unscoped.filter(county=found.county, gathering=found.gathering, state="waiting")
        before = 1 + ahead.filter(number__lt=found.number).count()
    return Seat(found, found.gathering, before)


@dataclass(frozen=True)
class Served:
    """One stay in a volunteer's book: what, when, how many minutes of it count."""

    title: str
    starts_at: datetime
    role: str
    minutes: int
    corrected: bool


@dataclass(frozen=True)
class Hours:
    """A volunteer's own page: each stay, and the whole with overlapping time counted once (minutes)."""

    book_id: UUID
    rows: tuple[Served, ...]
    total: int


def hours_by_link(*, book_id: UUID, token: str) -> Hours:
    """Return a volunteer's own hours; only the link opens them, nobody's post does (3 queries)."""
    book = VolunteerBook.objects.filter(pk=book_id).first()
    if book is None or not proves("book", book_id, token):
        raise NotFound("book")
    rows = list(
        Attendance.unscoped.filter(county=book.county, book=book, state__in=tuple(CAME))
        .select_related("gathering")
        .order_by("-gathering__starts_at")
    )
    stays = stays_of(rows)
    listed = tuple(
        Served(
            row.gathering.title,
            row.gathering.starts_at,
            row.role,
            service.minutes([stays[row.pk][0]]),
            stays[row.pk][1],
        )
        for row in rows
    )
    return Hours(book.pk, listed, service.minutes(stay for stay, _changed in stays.values()))


def stays_of(rows: Sequence[Attendance]) -> dict[UUID, tuple[Stay, bool]]:
    """Return when each came and left, the newest correction over what was noted, and whether there was one (one query)."""
    ids = [row.pk for row in rows]
    counties = {row.county for row in rows}
    newest: dict[UUID, StayCorrection] = {}
    corrections = StayCorrection.objects.filter(county__in=counties, attendance__in=ids) if ids else ()
    for one in sorted(corrections, key=lambda row: (row.made_at, row.pk)):
        newest[one.attendance_id] = one
    found = {}
    for row in rows:
        assert row.in_at is not None
        changed = newest.get(row.pk)
        came, left = (changed.in_at, changed.out_at) if changed else (row.in_at, row.out_at)
        length = row.gathering.ends_at - row.gathering.starts_at
        found[row.pk] = (Stay(came, left, length), changed is not None)
    return found


def calendar_rows(*, area: str) -> list[Gathering]:
    """Return what a public calendar carries: a month back, half a year ahead, cancelled ones too (one query)."""
    now = clock.now()
    rows = access.visible(ANYONE, Gathering.objects.all()).filter(in_area(area))
    rows = rows.filter(starts_at__gte=now - CALENDAR_BACK, starts_at__lt=now + CALENDAR_AHEAD)
    return list(rows.select_related("venue", "organisation").order_by("starts_at", "pk")[:CALENDAR_MOST])


def held(gathering_ids: Iterable[UUID]) -> list[Gathering]:
    """Return those of some gatherings that were held, for rooms above that link to them (one query)."""
    return list(Gathering.unscoped.filter(Q(pk__in=list(gathering_ids)), state="held").order_by("starts_at"))
