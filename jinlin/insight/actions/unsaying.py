"""What was taken from words that a resident takes back goes at once; the counts of the night are made anew the next night."""

from __future__ import annotations

from uuid import UUID

from jinlin.cases.events import ContactErased, WordsWithdrawn
from jinlin.insight.models import HotIssue
from jinlin.insight.rules.words import FLOOR


def on_words_withdrawn(event: WordsWithdrawn) -> None:
    """Take the headline away, and the whole issue where without these words fewer than five people may be left."""
    touched = HotIssue.unscoped.filter(county=event.county, cases__case=event.case_id, reporters__lte=FLOOR)
    HotIssue.unscoped.filter(county=event.county, pk__in=list(touched.values_list("pk", flat=True))).delete()
    _unsay(event.county, event.case_id)


def on_contact_erased(event: ContactErased) -> None:
    """Take the headline away: it is the one line of theirs that is kept beside the case."""
    _unsay(event.county, event.case_id)


def _unsay(county: str, case: UUID) -> None:
    HotIssue.unscoped.filter(county=county, centre=case).update(headline="")
