"""The tick of the ladder: climb in batches, tell what was reached, call meetings, propose topics."""

from __future__ import annotations

import logging
from typing import Final

from django.db import transaction

from jinlin.cases.actions import ladder, topics
from jinlin.notices.actions import telling

BATCHES: Final = 40  # of one run; what is left waits for the next tick
_log = logging.getLogger(__name__)


def climb_ladder() -> int:
    """Bring every clock up to date with its rungs and return how many were looked at.

    Each batch is one transaction with everything it tells, so a crash loses nothing and tells nothing twice.
    """
    looked = 0
    for _batch in range(BATCHES):
        with transaction.atomic():
            climbed = ladder.climb()
            telling.tell(climbed.told)
        looked += climbed.looked
        if climbed.looked < ladder.BATCH:
            break
    ladder.call_meetings()
    with transaction.atomic():
        telling.tell_of_late_answers()
    with transaction.atomic():
        telling.tell_of_topics(topics.propose_topics())
    if looked < BATCHES * ladder.BATCH:
        ladder.climbed_all()
    else:
        _log.warning("the ladder is behind: %d clocks looked at and more are waiting", looked)
    return looked
