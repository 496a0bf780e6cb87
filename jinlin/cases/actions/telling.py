"""What a resident is told when the promised moment moves, written once in Chinese by whoever's hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.actions.timing import Clocks
from jinlin.cases.queries.timing import PROMISES
from jinlin.kernel import clock

LANGUAGE: Final = "zh-hans"


def words_of_promise(clocks: Clocks, before: Mapping[str, datetime], about: str) -> str:
    """Return what the resident reads when the promised moment has moved; "" when it stands (call it in Chinese)."""
    promise = next((clocks.running[stage] for stage in PROMISES if stage in clocks.running), None)
    if promise is None or promise.paused_at is not None or promise.stage not in before:
        return ""
    if promise.due_at == before[promise.stage]:
        return ""
    said = _("%(about)s。最迟答复时间由 %(old)s 改为 %(new)s。")
    day = _("%(month)s月%(day)s日 %(time)s")
    told = {
        name: day % {"month": moment.month, "day": moment.day, "time": f"{moment:%H:%M}"}
        for name, moment in (
            ("old", clock.local(before[promise.stage])),
            ("new", clock.local(promise.due_at)),
        )
    }
    return said % {"about": about.rstrip("。"), **told}
