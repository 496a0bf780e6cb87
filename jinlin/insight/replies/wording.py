"""What a reply says beside its greeting: set phrases are taken off, findings, actions, days and telephones are looked for."""

from __future__ import annotations

import re
from typing import Final

from jinlin.insight.suggest.grams import plain

_GREETING = re.compile(  # data: salutation and receipt, at the start only
    r"^[\s“”\"'‘’]*(?:尊敬的)?[^，。：:！!？?]{0,24}?(?:网友|网民|市民|同志|先生|女士|您好|你好|用户>?)[^，。：:！!？?]{0,20}?(?:您好|你好)?[，。：:！!、\s”\"]*"
)
_RECEIPT = re.compile(  # data
    r"(?:(?:您|你|该|您的|你的)?(?:所)?(?:反映|咨询|提出|提交|通过[^，。]{0,20})?(?:的)?(?:来信|留言|来电|诉求|信件|问题|情况|建议|意见|帖子)?"
    r"(?:我[局办委区县市镇们]*)?(?:已|均已|已经)?(?:收悉|收到|获悉|知悉|阅悉))[，。；！\s]*"
    r"|(?:现)?(?:将|就)?(?:有关|相关|调查|具体|处理)?(?:情况|问题)?(?:答复|回复|说明)如下[：:，。\s]*"
)
_PASSED_ON = re.compile(  # data: handed to somebody else, or looked into some day, and nothing more
    r"[^，。；！,;!]{0,20}(?:已转|转至|转给|转有关|转相关|转交|交办|交由|移交|转达|转办|并交|已交|将?交(?:有关|相关))[^，。；！,;!]{0,40}[，。；！,;!]?"
    r"|[^，。；！,;!]{0,16}(?:(?:将|再|及时|另外|后续|尽快)(?:及时|另外|尽快)?(?:反馈|回复|答复|跟进)|耐心等待|详见|链接)[^。！!]{0,12}[，。；！,;!:]?"
)
_HELLO = re.compile(r"[“\"]?(?:<用户>|uu\d+|u<用户>)?[”\"]?[:,：，]?(?:您好|你好)[!！,，。:：]?")  # data
_THANKS = re.compile(
    r"(?:首先|非常|很|衷心|再次|最后|十?分)*(?:感谢|谢谢|多谢|祝您|此复|特此回复)[^，。！,!]{0,40}[，。！,!\s]*"
)  # data
_DATE = re.compile(
    r"(?:\d{2,4}\s*年)?\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
)  # data
_SIGNED = re.compile(
    r"[^。！；，]{0,24}(?:\d{4}|二[〇○零]\S{2})\s*年\s*\S{1,3}\s*月\s*\S{1,3}\s*日\s*$"
)  # data
_FINDING = re.compile(  # data
    r"经(?:查|核|调查|了解|现场|研究|实地|工作人员|市|区|县|[^，。]{1,14}(?:核实|调查|了解|核查|查实|查看|勘查))|据(?:查|了解|悉|介绍)|"
    r"调查|核实|查明|核查|原因|属于|根据|依据|按照|由于|因为|目前|规定|不属实|属实|情况如下"
)
_ACTION = re.compile(  # data
    r"(?:已(?:经|于)?|均|当[天日场]|于\d[^，。]{0,10}日)[^，。]{0,16}(?:完成|完毕|到位|修好|换好|更换|清运|清除|消杀|安装|疏通|查处|取缔|发放|办理|补|处理|解决|整改|修复|清理|拆除|要求|责令|联系|安排|督促|协调|约谈|处罚|立案|下达|组织|启动|恢复|退|报|纳入|开)|"
    r"将(?:会)?[^，。]{0,16}(?:完成|处理|整改|修|清理|拆除|加强|督促|协调|安排|组织|启动|实施|推进|建设|纳入|加大|开展|继续|进一步|及时|研究)|"
    r"责令|整改|督促|立即|下一步|要求|处罚|请您|建议您|可以?(?:到|向|拨打|通过|凭|持)|应当?(?:到|向)|办理"
)
_DAY = re.compile(  # data: a day or a term beside the date of signature
    r"\d{1,4}\s*年|\d{1,2}\s*月(?:份|底|初|中旬|上旬|下旬)?|\d+\s*个?(?:工作)?[日天周月年]|年底|月底|季度|本周|下周|近期|今后|今天|明天|后天|昨天|昨日|次日|目前|当[日天]|[前内]完成"
)
_CONTACT = re.compile(  # data
    r"<电话>|\d{3,4}-?\d{7,8}|1\d{10}|12[3-9]\d{2}|电话|热线|联系(?:人|方式)|联系我|(?:到|向|至)[^，。]{1,24}(?:窗口|大厅|中心|办公室|局|所|科|站)(?:咨询|办理|反映|了解|申请|投诉)"
)
_NUMBERED = re.compile(  # data
    r"(?:^|[\s。；;！!？?，,：:)）])(?:[（(]?([1-9]|[一二三四五六七八九])[)）、.．:：](?!\d)|第([一二三四五六七八九])[,，、点:：]?)"
)
_QUESTION = re.compile(r"[^。！？?；;\n]{6,}[？?]")

LEAST: Final = 12  # characters left when phrases are off: less is an empty "received"


def gist(reply: str) -> str:
    """Return a reply without greeting, receipt, thanks and signature, for comparing it with appeals."""
    found = _SIGNED.sub("", reply.strip())
    found = _GREETING.sub("", found, count=1)
    found = _RECEIPT.sub("", found)
    return _HELLO.sub("", plain(_THANKS.sub("", found)))


def is_receipt(reply: str) -> bool:
    """Say whether a reply only tells that the appeal came in or was passed on."""
    return len(_PASSED_ON.sub("", _DATE.sub("", gist(reply)))) < LEAST


def has_finding(reply: str) -> bool:
    """Say whether a reply tells what was found, or on what grounds it stands."""
    return bool(_FINDING.search(reply))


def has_action(reply: str) -> bool:
    """Say whether a reply tells what was done, will be done or can be done."""
    return bool(_ACTION.search(reply))


def has_day(reply: str) -> bool:
    """Say whether a reply names a day or a term beside the date under it."""
    return bool(_DAY.search(_SIGNED.sub("", reply)))


def has_contact(reply: str) -> bool:
    """Say whether a reply names a telephone or an office to ask."""
    return bool(_CONTACT.search(reply))


def parts(appeal: str) -> list[str]:
    """Return the numbered points of an appeal, or else its questions; fewer than two are no parts."""
    marks = list(_NUMBERED.finditer(appeal))
    if len(marks) >= 2:
        ends = [*(mark.start() for mark in marks[1:]), len(appeal)]
        found = [appeal[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    else:
        found = [each.group().strip() for each in _QUESTION.finditer(appeal)]
    found = [each for each in found if len(each) >= 6]
    return found if len(found) >= 2 else []


def unanswered(appeal: str, reply: str) -> list[str]:
    """Return the parts of an appeal of which a reply takes up next to nothing; none when the reply has as many points."""
    asked = parts(appeal)
    points = len({mark.group(1) or mark.group(2) for mark in _NUMBERED.finditer(reply)})
    if not asked or points >= len(asked):
        return []
    said = _pairs(plain(reply))
    return [each for each in asked if len(_pairs(plain(each)) & said) < TAKEN_UP * len(_pairs(plain(each)))]


TAKEN_UP: Final = 0.06  # share of the pairs of characters of a part that a reply to it has, at the least


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
