"""The form of minutes: made from what is known, so that only what was said has to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext
from jinlin.kernel.errors import gettext_noop as _

# what each kind of meeting usually talks about; the host changes it freely
AGENDAS: Final[dict[str, tuple[str, ...]]] = {
    "deliberation": (_("通报上次议定事项的办理情况"), _("本次议题"), _("各方意见"), _("表决或协商结果")),
    "parlour": (_("要谈的事"),),
    "supervision": (_("材料"), _("隐蔽工程"), _("安全"), _("扰民"), _("上次发现问题的整改")),
    "joint": (_("上季度共建项目进展"), _("需求、资源、项目三张清单对接"), _("下季度安排")),
    "activity": (),
    "service": (),
}


@dataclass(frozen=True)
class Said:
    """What was said about one item of the agenda, and what came of it."""

    title: str
    words: str
    outcome: str  # already in words, "" where none


def form(said: Sequence[Said]) -> str:
    """Return the body of minutes as text: each item with what was said and decided."""
    parts = []
    for number, one in enumerate(said, 1):
        parts.append(gettext(_("{n}. {title}")).format(n=number, title=one.title))
        parts.append(one.words or gettext(_("（未记录）")))
        if one.outcome:
            parts.append(gettext(_("结果：{outcome}")).format(outcome=one.outcome))
    return "\n".join(parts)
