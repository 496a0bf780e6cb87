"""What was taken from words that a resident takes back goes at once; the counts of the night are made anew the next night."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Greatest

from jinlin.cases.events import ContactErased, WordsWithdrawn
from jinlin.cases.models import Appeal, Case
from jinlin.cases.queries.merged import merged_here
from jinlin.insight.models import HotIssue, HotPlace
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel import clock


def on_words_withdrawn(event: WordsWithdrawn) -> None:
    """Take the headline away and tell of one person fewer; the whole issue goes where fewer than five may be left.

    A merged case keeps no note of whose words were counted with which issue, so every issue it touches tells of fewer.
    """
    cases = merged_here(event.county, event.case_id)
    taken = Appeal.unscoped.filter(county=event.county, case=event.case_id, withdrawn_at=event.at)
    said = list(taken.values_list("made_at", flat=True))
    touched = HotIssue.unscoped.filter(county=event.county, cases__case__in=cases).values("pk")
    issues = HotIssue.unscoped.filter(county=event.county, pk__in=list(touched.values_list("pk", flat=True)))
    for issue in issues.select_for_update().order_by("pk"):
        counted = [made for made in said if made <= issue.counted_at]
        if said and not counted:
            continue  # said after the count of the night
        if issue.reporters <= FLOOR:
            issue.delete()
        else:
            _tell_fewer(issue, counted, cases)
    _unsay(event.county, cases)


def on_contact_erased(event: ContactErased) -> None:
    """Take the headline away: it is the one line of theirs that is kept beside the case."""
    _unsay(event.county, merged_here(event.county, event.case_id))


def _tell_fewer(issue: HotIssue, said: Sequence[datetime], cases: Collection[UUID]) -> None:
    """Lower every count these words may stand in; a village keeps one message at least, which is never told."""
    fewer = max(len(said), 1)
    HotIssue.unscoped.filter(county=issue.county, pk=issue.pk).update(
        reporters=F("reporters") - 1,
        messages=Greatest(F("messages") - fewer, F("reporters") - 1),
        weekly=_without(issue, [clock.local(made).date() for made in said]),
    )
    villages = Case.unscoped.filter(county=issue.county, pk__in=cases).values("village")
    HotPlace.objects.filter(county=issue.county, issue=issue, village__in=villages).update(
        messages=Greatest(F("messages") - fewer, Value(1))
    )


def _without(issue: HotIssue, days: Sequence[date]) -> list[int]:
    """Return the weeks of an issue without the messages of some days."""
    weeks = list(issue.weekly)
    until = clock.local(issue.counted_at).date()
    for day in days:
        back = (until - day).days // 7
        if 0 <= back < len(weeks):
            weeks[-1 - back] = max(weeks[-1 - back] - 1, 0)
    return weeks


def _unsay(county: str, cases: Collection[UUID]) -> None:
    HotIssue.unscoped.filter(county=county, centre__in=cases).update(headline="")
