"""The nightly grouping of what residents tell of into hot issues, with a log a person can read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.cases.queries.timelines import counties_with_cases
from jinlin.insight.actions.heard import Heard, Told, heard, taken_back
from jinlin.insight.actions.running import AGAIN, Log, running, tried_today
from jinlin.insight.hot.issues import Issue, issues_of
from jinlin.insight.models import HotCase, HotIssue, HotPlace
from jinlin.insight.rules.seasons import weekly
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel import clock
from jinlin.kernel.ids import new_id

NOT_BEFORE: Final = time(1, 0)  # after the scan of the night has begun
TURNS: Final = 3  # readings of a county in a night, when words are taken back meanwhile
WEEKS: Final = 12
MOST: Final = 200  # issues kept of a county
HEADLINE: Final = 60


def group_due() -> int:
    """Group every county not grouped since one o'clock; call it every few minutes. Returns how many were."""
    if clock.local(clock.now()).time() < NOT_BEFORE:
        return 0
    tried = tried_today("hot")
    counties = [county for county in counties_with_cases() if tried[county] < AGAIN]
    for county in counties:
        group_county(county)
    return len(counties)


def group_county(county: str) -> int:
    """Find the hot issues of a county anew; an issue that goes on keeps its id. Returns how many there are.

    Only issues of at least five different people are written down; the texts are read, never kept.
    """
    with running("hot", county=county) as run:
        for _turn in range(TURNS):
            before = taken_back(county)
            found = heard(county)
            run.say(_("读入近半年 %(count)d 条诉求。") % {"count": len(found.told)})
            issues = issues_of(found.stream, run.progress) if found.told else []
            hot = [issue for issue in issues if issue.reporters >= FLOOR][:MOST]
            with transaction.atomic():
                if taken_back(county) != before:
                    continue  # words that were read are not said any more
                _write(county, found, hot)
            _tell(run, len(issues), hot)
            return len(hot)
        run.say(_("计算期间一直有人撤回原话，本次不改动，等下一夜重算。"))
        return HotIssue.unscoped.filter(county=county).count()


def _write(county: str, found: Heard, hot: Sequence[Issue]) -> None:
    known: dict[UUID, set[UUID]] = defaultdict(set)
    for issue, case in HotCase.objects.filter(county=county).values_list("issue_id", "case_id"):
        known[issue].add(case)
    rows, places, cases = [], [], []
    for each in hot:
        told = [found.told[place] for place in each.members]
        own = {one.case for one in told}
        row = _row(county, found, each, _old_id(own, known))
        rows.append(row)
        for (town, village), count in sorted(Counter((one.town, one.village) for one in told).items()):
            places.append(HotPlace(county=county, issue=row, town=town, village=village, messages=count))
        cases += [HotCase(county=county, issue=row, case_id=case) for case in sorted(own)]
    HotIssue.unscoped.filter(county=county).delete()
    HotIssue.unscoped.bulk_create(rows)
    HotPlace.objects.bulk_create(places)
    HotCase.objects.bulk_create(cases)


def _old_id(cases: set[UUID], known: dict[UUID, set[UUID]]) -> UUID:
    """Return the id of the issue that shares most cases, at least half of the smaller; used once."""
    best = max(known, key=lambda issue: (len(known[issue] & cases), str(issue)), default=None)
    if best is None or 2 * len(known[best] & cases) < min(len(known[best]), len(cases)):
        return new_id()
    known.pop(best)
    return best


def _row(county: str, found: Heard, issue: Issue, pk: UUID) -> HotIssue:
    told = [found.told[place] for place in issue.members]
    days = [clock.local(one.at).date() for one in told]
    last = clock.today()
    towns, villages = {one.town for one in told}, {one.village for one in told}
    return HotIssue(
        id=pk,
        county=county,
        town=towns.pop() if len(towns) == 1 else "",
        village=villages.pop() if len(villages) == 1 else "",
        category_id=_matter(told),
        centre_id=found.told[issue.centre].case,
        headline=issue.headline[:HEADLINE],
        heat=issue.heat,
        reporters=issue.reporters,
        messages=len(told),
        first_day=min(days),
        last_day=max(days),
        weekly=_weekly(days, last),
        counted_at=clock.now(),
        is_demo=found.is_demo,
    )


def _matter(told: Sequence[Told]) -> UUID | None:
    """Return the category most messages have."""
    counts = Counter(one.category for one in told if one.category)
    return max(counts, key=lambda each: (counts[each], str(each))) if counts else None


def _weekly(days: Sequence[date], last: date) -> list[int]:
    first = last - timedelta(days=7 * WEEKS - 1)
    return list(weekly(Counter(days), first, last))


def _tell(run: Log, groups: int, hot: Sequence[Issue]) -> None:
    run.figures(groups=groups, hot=len(hot))
    if hot:
        run.say(
            _("聚成 %(groups)d 组，其中 %(hot)d 个问题有 %(least)d 人以上反映。")
            % {"groups": groups, "hot": len(hot), "least": FLOOR}
        )
    else:
        run.say(_("没有 %(least)d 人以上反映的同一问题。") % {"least": FLOOR})
