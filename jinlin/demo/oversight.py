"""The demo's ladder and supervision: rungs climb day by day, and some offices have answered when the visitor arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from jinlin.cases.actions import supervising
from jinlin.cases.models import Case, MonthlyTopic, Supervision
from jinlin.cases.rules import oversight as rules
from jinlin.cases.rules.deadlines import DEFAULT
from jinlin.cases.rules.moves import BY_VERB
from jinlin.demo.cast import COUNTY
from jinlin.demo.scene import Life, Scene
from jinlin.kernel import clock
from jinlin.notices.actions import climb_ladder, deliver_digests
from jinlin.notices.models import Digest

SINCE: Final = timedelta(days=14)  # the ladder is said to have been switched on two weeks ago
_AFTER: Final = timedelta(minutes=5)
_READ: Final = timedelta(minutes=20)
ANSWERS: Final = (
    "已现场查看，配件在途，预计三个工作日内装好。",
    "前期与产权单位协商耗时，现已达成一致，本周内完成。",
    "施工队已进场，受降雨影响推迟，天晴后两天完工。",
)


# what an office says when it gives a new day, and how many days ahead that is
NEW_DAYS: Final = (
    ("配件要从外地调，已经发货，到了当天就装。", 6),
    ("施工队前面还有两处，排到这里要到下周。", 9),
    ("要和产权单位一起进场，时间已经约好。", 5),
    ("前几天下雨没法施工，天晴就接着干。", 4),
)


def spawn(s: Scene) -> None:
    """Let the ladder tick in every working half-day, and offices answer near the end."""
    start = clock.local(s.until - SINCE).replace(hour=8, minute=0, second=0, microsecond=0)
    s.spawn(_next(start), _tick(s))
    s.spawn(s.until - timedelta(hours=30), _offices(s))
    s.spawn(_last(s.until), _new_days(s))


def _next(moment: datetime) -> datetime:
    """Return five minutes into the next working half-day after a moment."""
    day = clock.local(moment).date()
    while True:
        for opening, _closing in DEFAULT.windows(day):
            if opening + _AFTER > moment:
                return opening + _AFTER
        day += timedelta(days=1)


def _last(moment: datetime) -> datetime:
    """Return five minutes into the last working half-day before a moment; holidays are shorter than two weeks."""
    found, coming = moment - timedelta(days=14), _next(moment - timedelta(days=14))
    while coming < moment:
        found, coming = coming, _next(coming)
    return found


def _tick(s: Scene) -> Life:
    while True:
        climb_ladder()
        deliver_digests()
        yield _next(clock.now())


def _new_days(s: Scene) -> Life:
    """Give a new day for most of what is later than promised; whoever has just become late still owes one."""
    yield from ()
    move = BY_VERB["new_date"]
    late = Case.unscoped.filter(
        county=COUNTY, is_open=True, state__in=move.sources, result_due_at__lt=clock.now(), expected_on=None
    )
    for number, case in enumerate(late.order_by("opened_at", "id")):
        words, days = NEW_DAYS[number % len(NEW_DAYS)]
        if number % 4 != 3 and case.holder_unit:
            until = clock.today() + timedelta(days=days)
            s.do(s.cast.holder(case), "new_date", case, until=until, words=words)


def _offices(s: Scene) -> Life:
    """Answer most of what waits in the demo's district; one is sent back, one taken, some wait for a look."""
    rows = list(
        Supervision.unscoped.filter(county=COUNTY, state=rules.WAITING).order_by("opened_at", "id")[:6]
    )
    for row, words in zip(rows, ANSWERS, strict=False):
        who = s.cast.at_unit(row.unit)
        public = "已安排人员处理，完成后会再告诉您。" if row is rows[0] else ""
        supervising.answer_supervision(actor=who, supervision_id=row.pk, words=words, public=public)
    yield clock.now() + timedelta(hours=3)
    for row, accepted in zip(rows[:2], (True, False), strict=False):
        who = s.cast.at_unit(row.opener_unit)
        said = "情况属实，同意办结督办，请抓紧落实。" if accepted else "没有写明完成日期，请补充后再报。"
        supervising.decide_answer(actor=who, supervision_id=row.pk, accepted=accepted, words=said)
    yield clock.now() + timedelta(hours=1)
    listed = _listed(s)
    yield clock.now() + timedelta(hours=2)
    for row in listed[:1]:
        who = s.cast.at_unit(row.unit)
        supervising.answer_supervision(actor=who, supervision_id=row.pk, words=ANSWERS[2])


def _listed(s: Scene) -> list[Supervision]:
    """Let the district's desk open a listed supervision and an interview about what is still in hand."""
    cases = Case.unscoped.filter(
        county=COUNTY,
        is_open=True,
        level=3,
        supervised=0,
        part_of=None,
        state__in=("signed", "in_progress", "rework"),
    ).order_by("result_due_at", "id")
    desk = s.cast.desk(COUNTY).pk
    who = s.cast.at_unit(desk)
    orders = (
        ("listed", "influence", "多户反映、影响出行，请列出办理计划和完成日期。", None),
        ("interview", "unsolved", "请分管负责人说明情况，带办理方案。", clock.now() + timedelta(days=3)),
    )
    fit = [case for case in cases[:20] if case.holder_unit and case.holder_unit != desk]
    made = []
    for case, (kind, cause, reason, talk_at) in zip(fit, orders, strict=False):
        assert case.holder_unit is not None
        order = supervising.Order(kind, cause, case.holder_unit, [case.pk], reason, talk_at=talk_at)
        made.append(supervising.open_supervision(actor=who, order=order))
    return made


def mark_demo(s: Scene) -> None:
    """Say of everything the ladder made that it belongs to the demo; offices have read what came before today."""
    before = s.until - timedelta(days=1)
    Digest.unscoped.filter(seen_at=None, made_at__lt=before).update(seen_at=F("made_at") + _READ)
    for model in (Supervision.unscoped, MonthlyTopic.objects):
        model.update(is_demo=True)
