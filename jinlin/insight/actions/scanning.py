"""The nightly scan: every county, every matter, every place; warnings through `record_warnings`, a log in sentences."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.insight.actions.hearing import Said, said
from jinlin.insight.actions.running import AGAIN, Log, running, tried_today
from jinlin.insight.actions.warnings import Recorded, record_warnings
from jinlin.insight.models import Night
from jinlin.insight.queries.nights import counties_with_cases, known_scores, told_lately
from jinlin.insight.queries.settings import Settings, settings_of
from jinlin.insight.rules.findings import Finding, PlaceCount
from jinlin.insight.scan.city import City
from jinlin.insight.scan.night import Alarm, Budget
from jinlin.insight.scan.tonight import Tonight, tonight
from jinlin.kernel import clock

LEAST_DAYS: Final = 42  # four weeks of the usual, a week's gap, a week of scores
NOT_BEFORE: Final = time(0, 30)  # yesterday's last drafts from phones have come in
KEPT_NIGHTS: Final = timedelta(days=400)


def scan_due() -> int:
    """Scan every county whose yesterday was not scanned yet; call it every few minutes. Returns how many were."""
    if clock.local(clock.now()).time() < NOT_BEFORE:
        return 0
    yesterday = clock.today() - timedelta(days=1)
    tried = tried_today("scan")
    counties = [county for county in counties_with_cases() if tried[county] < AGAIN]
    for county in counties:
        scan_county(county, day=yesterday)
    return len(counties)


def scan_county(county: str, *, day: date | None = None) -> Recorded:
    """Scan one county up to `day` (yesterday), write its warnings down, and say in the log what was seen.

    Doing it twice changes nothing: an alarm of the same day goes into the warning it made, scores are replaced.
    """
    day = day or clock.today() - timedelta(days=1)
    with running("scan", county=county) as run:
        found = said(county, day)
        if found is None or found.city.events.days < LEAST_DAYS:
            days = found.city.events.days if found else 0
            run.say(
                _("到%(day)s只有 %(days)d 天的诉求，满 %(least)d 天才能知道平常有多少。")
                % {"day": day.isoformat(), "days": days, "least": LEAST_DAYS}
            )
            return Recorded()
        return _scanned(county, day, found, run)


def _scanned(county: str, day: date, found: Said, run: Log) -> Recorded:
    city, chosen = found.city, settings_of(county)
    _say_read(city, run)
    budgets = [_budget(chosen, UUID(name)) for name in city.events.matters]
    seen = tonight(city, budgets, known_scores(county, day), told_lately(county, day), run.progress)
    findings = [_finding(city, alarm) for alarm in seen.alarms]
    with transaction.atomic():
        _keep(county, seen)
        recorded = record_warnings(county=county, findings=findings, is_demo=found.is_demo)
    _say_done(recorded, seen, run)
    return recorded


def _budget(chosen: Settings, category: UUID) -> Budget:
    setting = chosen.of(category)
    return Budget(setting.alarms_per_60_days if setting.is_watched else 0.0, setting.minimum)


def _finding(city: City, alarm: Alarm) -> Finding:
    """Return an alarm as what the warnings take: with the count and the usual of each of its places."""
    events = city.events
    return Finding(
        category=UUID(events.matters[alarm.matter]),
        method=alarm.method,
        window_days=alarm.window,
        last_day=events.first + timedelta(days=alarm.day),
        observed=alarm.observed,
        reporters=city.people(alarm),
        expected=alarm.expected,
        score=alarm.score,
        places=tuple(
            PlaceCount(events.places[place], seen, usual)
            for place, seen, usual in zip(alarm.places, alarm.seen, alarm.usual, strict=True)
        ),
    )


def _keep(county: str, seen: Tonight) -> None:
    """Keep the scores of the nights that were computed, and forget old ones (two queries)."""
    rows = [Night(county=county, day=day, heights=heights) for day, heights in seen.scores.items()]
    Night.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["county", "day"], update_fields=["heights"]
    )
    Night.objects.filter(county=county, day__lt=clock.today() - KEPT_NIGHTS).delete()


def _say_read(city: City, run: Log) -> None:
    events = city.events
    run.say(
        _("读入 %(days)d 天、%(events)d 件诉求，%(places)d 个地点、%(matters)d 类事项。")
        % {
            "days": events.days,
            "events": len(events.day),
            "places": len(events.places),
            "matters": len(events.matters),
        }
    )


def _say_done(recorded: Recorded, seen: Tonight, run: Log) -> None:
    raised, extended = len(recorded.raised), len(recorded.extended)
    run.figures(raised=raised, extended=extended, below=recorded.below, nights=len(seen.scores))
    if raised or extended:
        run.say(_("新预警 %(raised)d 条，延续 %(extended)d 条。") % {"raised": raised, "extended": extended})
    else:
        run.say(_("没有超出平常的事项。"))
    if recorded.below:
        run.say(_("%(below)d 处件数或人数不足，没有提出。") % {"below": recorded.below})
