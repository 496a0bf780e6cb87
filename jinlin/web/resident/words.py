"""What happens next, in plain words, for each state; {who} is the unit or person that has it now."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import words as w
from jinlin.kernel.errors import gettext_noop as _

NEXT: Final[dict[str, str]] = {
    w.SUBMITTED: _("{who}会接单，看看由谁来办。"),
    w.ACCEPTED: _("{who}会直接办，或派给该管的单位。"),
    w.DISPATCHED: _("{who}会签收，然后和您联系。"),
    w.OBJECTED: _("上一级会裁定由哪个单位来办，不用您操心。"),
    w.SIGNED: _("{who}会先和您联系，再动手办。"),
    w.IN_PROGRESS: _("{who}会办好，并写明办了什么。"),
    w.SUSPENDED: _("原因消除后{who}会继续办。"),
    w.LEDGERED: _("{who}会按期复查，能办了就接着办。"),
    w.REWORK: _("{who}会重新办理。"),
    w.VERIFYING: _("没有经手的人会去核查是不是真办好了。"),
    w.FOLLOW_UP: _("请您说说办得怎么样；没办好就接着办。"),
    w.IN_PARTS: _("几个单位各办各的，都办好后再问您。"),
    w.REOPENED: _("{who}会重新安排由谁来办。"),
}
# states in which somebody else than the holder has the next word
HOLDERS: Final[dict[str, str]] = {
    w.VERIFYING: _("没有经手的核查人"),
    w.FOLLOW_UP: _("您：等您回答"),
}
END_TONE: Final[dict[str, str]] = {
    "solved": "done",
    "partly": "wait",
    "explained": "plain",
    "answered": "done",
    "duplicate": "plain",
    "withdrawn": "plain",
}
# what people read in 谁看过我的信息 when no purpose was written down
LOOKED: Final = _("办理这件事")
