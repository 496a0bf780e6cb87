"""Words of people's mediation 人民调解: kinds of dispute, stages, ends, the thirteen slots of a file.

Sources: People's Mediation Law (free of charge, voluntary, may be oral); the ministry's forms of 2010 for the names of
the papers; design/participation.md 8 for slots and marks. Kinds follow the yearly statistics of people's mediation [K].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext_noop as _

KINDS: Final[dict[str, str]] = {
    "neighbour": _("邻里纠纷"),
    "family": _("婚姻家庭纠纷"),
    "housing": _("房屋宅基地纠纷"),
    "property": _("物业纠纷"),
    "damages": _("损害赔偿纠纷"),
    "contract": _("合同纠纷"),
    "business": _("生产经营纠纷"),
    "consumer": _("消费纠纷"),
    "wages": _("劳动报酬纠纷"),
    "land": _("山林土地纠纷"),
    "relocation": _("征地拆迁纠纷"),
    "pollution": _("环境污染纠纷"),
    "traffic": _("道路交通事故纠纷"),
    "medical": _("医疗纠纷"),
    "other": _("其他纠纷"),
}
ORIGINS: Final[dict[str, str]] = {"applied": _("当事人申请"), "stepped_in": _("主动介入")}
SIDES: Final[dict[str, str]] = {
    "applicant": _("申请人"),
    "respondent": _("被申请人"),
    "third": _("其他当事人"),
}

OPENED: Final = "opened"
ACCEPTED: Final = "accepted"
TOLD: Final = "told"
INVESTIGATING: Final = "investigating"
HEARING: Final = "hearing"
AGREED: Final = "agreed"
PERFORMING: Final = "performing"
VISITED: Final = "visited"
ENDED: Final = "ended"
FILED: Final = "filed"
STAGES: Final[dict[str, str]] = {
    OPENED: _("待受理"),
    ACCEPTED: _("已受理"),
    TOLD: _("已告知"),
    INVESTIGATING: _("调查中"),
    HEARING: _("调解中"),
    AGREED: _("已达成协议"),
    PERFORMING: _("履行中"),
    VISITED: _("已回访"),
    ENDED: _("已终止"),
    FILED: _("已归档"),
}
OUTCOMES: Final[dict[str, str]] = {
    "written": _("书面协议"),
    "oral": _("口头协议"),
    "failed": _("调解不成"),
    "withdrawn": _("当事人退出"),
    "refused": _("当事人不同意调解"),
}
SETTLED: Final[frozenset[str]] = frozenset({"written", "oral"})
FORMS: Final[dict[str, str]] = {"written": _("书面协议"), "oral": _("口头协议")}
OPENNESS: Final[dict[str, str]] = {"closed": _("不公开"), "open": _("公开")}
OBJECTS: Final[dict[str, str]] = {"no": _("没有人反对"), "yes": _("有当事人不同意公开，或涉及隐私、商业秘密")}
CHECKED: Final[dict[str, str]] = {
    "seen": _("本人持证件到场，当面核对"),
    "known": _("调解员或村（居）委会认识本人"),
    "proof": _("单位或村（居）委会出具证明"),
    "organisation": _("核对单位证照和授权"),
}
VISITS: Final[dict[str, str]] = {"home": _("上门"), "phone": _("电话"), "office": _("来访")}
PERFORMED: Final[dict[str, str]] = {"full": _("全部履行"), "part": _("部分履行"), "none": _("没有履行")}
PLEASED: Final[dict[str, str]] = {
    "yes": _("满意"),
    "fair": _("基本满意"),
    "no": _("不满意"),
    "unknown": _("没有表态"),
}
COURT: Final[dict[str, str]] = {
    "asked": _("已共同申请"),
    "confirmed": _("法院已确认"),
    "declined": _("法院未予确认"),
}
YES: Final[dict[str, str]] = {"yes": _("是")}
ROLES: Final[dict[str, str]] = {"lead": _("主持调解员"), "member": _("调解员"), "clerk": _("记录人")}
BY_WHOM: Final[dict[str, str]] = {"self": _("本人声明"), "party": _("当事人申请回避")}
REMINDERS: Final[dict[str, str]] = {
    "clock": _("调解期限快到"),
    "late": _("调解期限已过"),
    "visit": _("到了约定的履行日，请回访"),
    "court": _("共同申请司法确认的期限"),
}


@dataclass(frozen=True)
class Slot:
    """One place for papers in the file; `by_hand`: filled on its own page, not only by a move."""

    code: str
    label: str
    hint: str = ""
    by_hand: bool = False


SLOTS: Final[tuple[Slot, ...]] = (
    Slot("entry", _("调解申请书或受理登记表")),
    Slot("rights", _("权利义务告知书")),
    Slot("identity", _("身份核对记录"), _("只记怎样核对、由谁、何时；复印件留在纸质卷宗里。")),
    Slot("proxy", _("委托书"), _("受谁委托、代办什么、到什么时候。"), by_hand=True),
    Slot("investigation", _("调查记录")),
    Slot("evidence", _("证据材料"), _("写清是什么、由谁提供；可拍照上传。"), by_hand=True),
    Slot("hearing", _("调解记录")),
    Slot("agreement", _("调解协议书或口头协议登记表")),
    Slot("receipts", _("履行凭证"), _("收条、付款凭证等，写清履行了哪一条。"), by_hand=True),
    Slot("visit", _("回访记录")),
    Slot("court", _("司法确认材料")),
    Slot("note", _("卷宗情况说明"), _("需要向查卷人说明的情况。"), by_hand=True),
    Slot("back", _("封底"), _("本卷共几页、立卷人、检查人、立卷日期。"), by_hand=True),
)
SLOT: Final[dict[str, Slot]] = {slot.code: slot for slot in SLOTS}
