"""Writing down what a unit is to be told, and taking it back when there is nothing to tell any more.

The listeners run in the transaction of the deed (config/wiring.py), so nothing is told that didn't happen and nothing
that happened stays untold.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from jinlin.cases import events
from jinlin.cases.actions.ladder import Told
from jinlin.cases.models import JointMeeting, MonthlyTopic, Supervision
from jinlin.cases.rules.oversight import WAITING
from jinlin.initiatives import events as initiatives
from jinlin.kernel import clock
from jinlin.notices.models import Notice
from jinlin.notices.queries.quiet import quiet_of
from jinlin.orgs import queries as orgs

MOST: Final = 500  # late answers told of in one run; the rest follow in the next


def tell(many: Iterable[Told]) -> None:
    """Write the notices of one batch of the ladder; what was told before is left out by the database (one query).

    Within a batch only the highest rung per unit and clock comes in (see `cases.rules.ladder.highest`).
    """
    now = clock.now()
    rows = [
        Notice(
            county=one.county,
            unit=one.unit,
            grid=one.grid,
            audience=one.audience,
            rung=one.rung,
            ref=one.ref,
            case_id=one.case,
            stage=one.stage,
            due_at=one.due_at,
            is_urgent=one.sla_class in quiet_of(one.county).urgent,
            made_at=now,
        )
        for one in many
    ]
    Notice.unscoped.bulk_create(rows, ignore_conflicts=True)


def _one(
    *, county: str, unit: UUID, rung: str, ref: UUID, case: UUID | None = None, due: datetime | None = None
) -> Notice:
    return Notice(county=county, unit=unit, rung=rung, ref=ref, case_id=case, due_at=due, made_at=clock.now())


def tell_of_topics(topics: Iterable[MonthlyTopic]) -> None:
    """Tell each county's desk once that frequent matters wait for its word."""
    first = {topic.county: topic for topic in topics}
    desks = orgs.desks_of(sorted(first)) if first else {}
    rows = [
        _one(county=county, unit=desks[county].pk, rung="topic", ref=topic.pk)
        for county, topic in first.items()
        if county in desks
    ]
    Notice.unscoped.bulk_create(rows, ignore_conflicts=True)


def on_supervision(event: events.SupervisionFact) -> None:
    """Tell the unit that has to do something about a supervision, and end what is answered."""
    row = Supervision.unscoped.get(pk=event.supervision_id)
    rung = {
        events.SupervisionOpened: "sup_opened",
        events.SupervisionAnswered: "sup_answered",
        events.SupervisionReturned: "sup_returned",
    }.get(type(event))
    Notice.unscoped.filter(county=event.county, ref=row.pk, ended_at=None).update(ended_at=event.at)
    if rung is None:
        return
    # a second round is a thing of its own: the same rung again would be taken for the first one
    told = Notice.unscoped.filter(county=event.county, unit=event.unit, ref=row.pk, rung=rung)
    due = row.due_at if rung != "sup_answered" else None
    if not told.update(ended_at=None, digest=None, done_at=None, made_at=event.at, due_at=due):
        _one(county=event.county, unit=event.unit, rung=rung, ref=row.pk, due=due).save(force_insert=True)


def tell_of_late_answers() -> int:
    """Tell both offices once that a supervision's answer is late; a new day given later is told anew when it passes."""
    told = Notice.unscoped.filter(ref=OuterRef("pk"), rung="sup_late", due_at=OuterRef("due_at"))
    waiting = Supervision.unscoped.filter(is_open=True, state=WAITING, due_at__lte=clock.now())
    rows = list(waiting.exclude(Exists(told)).order_by("due_at")[:MOST])
    for row in rows:
        Notice.unscoped.filter(county=row.county, ref=row.pk, rung="sup_late").delete()  # of an earlier day
        for unit in (row.unit, row.opener_unit):
            made = _one(county=row.county, unit=unit, rung="sup_late", ref=row.pk, due=row.due_at)
            made.save(force_insert=True)
    return len(rows)


def on_whistle(event: events.WhistleFact) -> None:
    """Tell a called unit that it must answer; take it back once it has, or when the call is over."""
    if isinstance(event, events.WhistleBlown):
        row = _one(
            county=event.county, unit=event.unit, rung="whistle", ref=event.whistle_id, due=event.due_at
        )
        row.is_urgent = event.is_urgent
        row.save(force_insert=True)
        return
    told = Notice.unscoped.filter(county=event.county, ref=event.whistle_id, rung="whistle", ended_at=None)
    if isinstance(event, events.WhistleAnswered):
        told = told.filter(unit=event.unit)
    told.update(ended_at=event.at)


def on_meeting_called(event: events.MeetingCalled) -> None:
    """Tell the desk that has to hold the meeting, and the units that have to come."""
    meeting = JointMeeting.objects.filter(case_id=event.case_id, closed_at=None).first()
    if meeting is None:
        return
    units = dict.fromkeys([meeting.convener_unit, *(UUID(unit) for unit in meeting.invited)])
    rows = [
        _one(
            county=event.county,
            unit=unit,
            rung="meeting",
            ref=meeting.pk,
            case=event.case_id,
            due=meeting.due_at,
        )
        for unit in units
    ]
    Notice.unscoped.bulk_create(rows, ignore_conflicts=True)


def on_meeting_held(event: events.MeetingHeld) -> None:
    """Take the call to the meeting back: it has been held."""
    told = Notice.unscoped.filter(county=event.county, case_id=event.case_id, rung="meeting", ended_at=None)
    told.update(ended_at=event.at)


def on_case_closed(event: events.CaseClosed) -> None:
    """End every open rung of a case that has ended: nobody is reminded of it any more (one query)."""
    Notice.unscoped.filter(case_id=event.case_id, ended_at=None).update(ended_at=event.at)


def on_review_due(event: initiatives.ReviewDue) -> None:
    """Tell the desk once that a resolution is to be looked at again; a further day tells it again."""
    told = Notice.unscoped.filter(
        county=event.county, unit=event.unit, ref=event.resolution_id, rung="review"
    )
    due = datetime.combine(event.review_on, time(18), tzinfo=clock.LOCAL)
    if not told.update(ended_at=None, digest=None, done_at=None, made_at=clock.now(), due_at=due):
        row = _one(county=event.county, unit=event.unit, rung="review", ref=event.resolution_id, due=due)
        row.save(force_insert=True)


def on_resolution_reviewed(event: initiatives.ResolutionReviewed) -> None:
    """Take the reminder of a resolution back: somebody has looked at it."""
    end_told(event.resolution_id)


def end_told(ref: UUID) -> None:
    """End what was told about a thing that is settled."""
    Notice.unscoped.filter(ref=ref, ended_at=None).update(ended_at=clock.now())
