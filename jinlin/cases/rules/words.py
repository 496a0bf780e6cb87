"""States, stages and kinds of the closed loop with the words people see.

Sources: domain.md 4.1 (states, six triage exits), 2.2 (kinds), 4.5 (answers), closed-loop.md "Moves" (end kinds).
"""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

SUBMITTED: Final = "submitted"
ACCEPTED: Final = "accepted"
DISPATCHED: Final = "dispatched"
OBJECTED: Final = "objected"
SIGNED: Final = "signed"
IN_PROGRESS: Final = "in_progress"
SUSPENDED: Final = "suspended"
LEDGERED: Final = "ledgered"
REWORK: Final = "rework"
VERIFYING: Final = "verifying"
FOLLOW_UP: Final = "follow_up"
IN_PARTS: Final = "in_parts"
REOPENED: Final = "reopened"
CLOSED: Final = "closed"

# state -> (word on the desk, plain words for the resident)
STATES: Final[dict[str, tuple[str, str]]] = {
    SUBMITTED: (_("待接单"), _("已收到，等网格员接单")),
    ACCEPTED: (_("已接单"), _("已接单，正在安排由谁来办")),
    DISPATCHED: (_("已派单"), _("已派给承办单位，等他们签收")),
    OBJECTED: (_("有异议"), _("承办单位提出不归他们管，正在裁定由谁来办")),
    SIGNED: (_("已签收"), _("承办单位已签收，会先和您联系")),
    IN_PROGRESS: (_("办理中"), _("正在办理")),
    SUSPENDED: (_("已中止"), _("因客观原因暂停办理，恢复后继续")),
    LEDGERED: (_("已挂账"), _("暂时办不了，已列入问题台账，到期复查")),
    REWORK: (_("返工"), _("还没办好，退回重新办理")),
    VERIFYING: (_("待核查"), _("承办单位说办好了，正由其他人核查")),
    FOLLOW_UP: (_("待回访"), _("核查通过，请您说说办得怎么样")),
    IN_PARTS: (_("分办中"), _("分给几个单位同时办理")),
    REOPENED: (_("重新打开"), _("您反映没办好，已重新打开")),
    CLOSED: (_("已结案"), _("已办结")),
}
OPEN_STATES: Final[frozenset[str]] = frozenset(STATES) - {CLOSED}
# states in which the handling unit has the case and may see whom to call
HANDLING_STATES: Final[frozenset[str]] = OPEN_STATES - {VERIFYING}
CHECKING_STATES: Final[frozenset[str]] = frozenset({VERIFYING, FOLLOW_UP})

# the steps a resident sees, like a parcel: (key, label, states it covers)
STEPS: Final[tuple[tuple[str, str, frozenset[str]], ...]] = (
    ("said", _("已提交"), frozenset({SUBMITTED, REOPENED})),
    ("taken", _("已接单"), frozenset({ACCEPTED})),
    ("sent", _("已派单"), frozenset({DISPATCHED, OBJECTED, SIGNED, IN_PARTS})),
    ("doing", _("办理中"), frozenset({IN_PROGRESS, REWORK, SUSPENDED, LEDGERED})),
    ("checking", _("核查"), frozenset({VERIFYING})),
    ("asking", _("回访"), frozenset({FOLLOW_UP})),
    ("closed", _("办结"), frozenset({CLOSED})),
)

END_KINDS: Final[dict[str, str]] = {
    "solved": _("已解决"),
    "partly": _("部分解决"),
    "explained": _("已解释说明"),
    "answered": _("已直接答复"),
    "not_ours": _("不属受理范围"),
    "duplicate": _("与另一件合并"),
    "withdrawn": _("本人撤回"),
    "ledgered": _("挂账"),
    "beyond": _("客观上无法办到"),
}
DONE_KINDS: Final[dict[str, str]] = {key: END_KINDS[key] for key in ("solved", "partly", "explained")}

# six triage exits (domain.md 4.1 from the Beijing ordinance): (label, plain words to the person)
EXITS: Final[dict[str, tuple[str, str]]] = {
    "emergency": (_("紧急情况"), _("情况紧急，请立即拨打 110、119、120 或 122。")),
    "legal_channel": (
        _("应走法定途径"),
        _("此事应通过诉讼、仲裁、纪检监察、行政复议、信息公开或信访途径解决。"),
    ),
    "repeat": (_("重复且无新情况"), _("此事已经办过，没有新的情况，已把结果告诉您。")),
    "secret": (_("涉及秘密或隐私"), _("此事涉及秘密或他人隐私，不能在这里办理。")),
    "beyond_duty": (_("超出政府职责"), _("此事不属于政府职责，可通过市场或社会渠道解决。")),
    "unlawful": (_("违法或违背公序良俗"), _("所提要求不符合法律或公序良俗，不能办理。")),
}

CHANNELS: Final[dict[str, str]] = {
    "web": _("居民自报"),
    "hotline": _("热线"),
    "patrol": _("网格巡查"),
    "visit": _("上门走访"),
    "parlour": _("会客厅"),
    "letter": _("来信"),
    "node": _("其他平台"),
    "import": _("历史导入"),
    "warning": _("预警"),
}
APPEAL_KINDS: Final[dict[str, str]] = {
    "help": _("求助"),
    "complaint": _("投诉"),
    "consult": _("咨询"),
    "report": _("举报"),
    "proposal": _("建议"),
}
SOLVED: Final[dict[str, str]] = {
    "yes": _("解决了"),
    "partly": _("解决了一部分"),
    "no": _("没有解决"),
    "unknown": _("说不清"),
}
SATISFIED: Final[dict[int, str]] = {
    5: _("很满意"),
    4: _("满意"),
    3: _("基本满意"),
    2: _("不满意"),
    1: _("很不满意"),
}
APPROVALS: Final[dict[str, str]] = {
    "extension": _("延期"),
    "suspension": _("中止"),
    "ledger": _("挂账"),
    "exemption": _("免于核查"),
    "beyond": _("客观上无法办到"),
}
MEETINGS: Final[dict[str, str]] = {"joint": _("会办"), "office": _("报请政府办协调")}
STAGES: Final[dict[str, str]] = {
    "accept": _("接单"),
    "dispatch": _("派单"),
    "sign": _("签收"),
    "contact": _("首次联系"),
    "resolve": _("办结"),
    "rework": _("返工"),
    "rule": _("裁定"),
    "verify": _("核查"),
    "follow_up": _("回访"),
    "review": _("台账复查"),
}
WINDOWS: Final[dict[str, str]] = {"object": _("可提异议")}  # no clock of its own: within it one may object
# milestones of a leaf run beside the stages, under codes of their own and the name the rule gives them
STEP_CODES: Final[tuple[str, ...]] = tuple(f"step{number}" for number in range(1, 10))
BEGINS: Final[dict[str, str]] = {"accepted": _("受理时起算"), "dispatched": _("派单时起算")}
# what has a ceiling: an extension by SLA class, a pause by its reason
CEILINGS: Final[dict[str, str]] = {"extension": _("延期"), "suspension": _("中止"), "ledger": _("挂账")}
LEVELS: Final[dict[int, str]] = {
    1: _("省"),
    2: _("市"),
    3: _("县（市、区）"),
    4: _("乡镇（街道）"),
    5: _("村（社区）"),
    6: _("网格"),
}
GRID_LEVEL: Final = 6
RISKS: Final[dict[int, str]] = {1: _("特别重大"), 2: _("重大"), 3: _("较大"), 4: _("一般")}
