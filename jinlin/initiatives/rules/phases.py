"""In which list everybody finds an item: five plain words over all stages of all kinds."""

from __future__ import annotations

from typing import Final

from jinlin.initiatives.rules import kinds as k
from jinlin.kernel.errors import gettext_noop as _

ASKING, WEIGHING, DOING, DONE, ENDED = "asking", "weighing", "doing", "done", "ended"
PHASES: Final[dict[str, str]] = {
    ASKING: _("正在征集"),
    WEIGHING: _("正在商量"),
    DOING: _("正在办"),
    DONE: _("办成的"),
    ENDED: _("没办成的"),
}
_OF: Final[dict[str, str]] = {
    k.DRAFT: ASKING,
    k.OPEN: ASKING,
    k.ASSESSED: WEIGHING,
    k.DISCUSSED: WEIGHING,
    k.DECIDED: DOING,
    k.FUNDED: DOING,
    k.CONTRACTED: DOING,
    k.DOING: DOING,
    k.ACCEPTED: DONE,
    k.REVIEWED: DONE,
    k.DECLINED: ENDED,
    k.MERGED: ENDED,
    k.WITHDRAWN: ENDED,
    k.STOPPED: ENDED,
}


def phase_of(stage: str) -> str:
    """Return the list a stage belongs to."""
    return _OF[stage]
