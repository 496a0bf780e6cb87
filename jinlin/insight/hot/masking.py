"""Numbers, addresses and names taken out of a line before many read it; what is left tells the matter and the place."""

from __future__ import annotations

import re

SURNAMES = (  # data: the hundred most frequent (Ministry of Public Security, 2020 report on names), double ones first
    "欧阳|司马|上官|诸葛|"  # data
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"  # data
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"  # data
)
TITLES = (  # data: offices and forms of address that follow a name
    "书记|副书记|市长|县长|区长|镇长|乡长|村长|局长|副局长|处长|科长|所长|队长|站长|院长|校长|园长|厂长|组长|部长|主席|"  # data
    "主任|副主任|主管|经理|总经理|董事长|老板|老师|教师|教练|医生|大夫|护士|律师|法官|检察官|警官|民警|交警|教授|会计|"  # data
    "先生|女士|小姐|同志|师傅|大爷|大妈|阿姨|婆婆|爷爷|奶奶"  # data
)
_DOUBLE, _SINGLE = SURNAMES.rsplit("|", 1)
_SURNAME = f"(?:{_DOUBLE}|[{_SINGLE}])"
_HAN = r"[\u4e00-\u9fff]"

_NUMBERS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"),
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),
    re.compile(r"(?<!\d)\d{6,}(?!\d)"),
    re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z0-9]{5,6}"
    ),  # data
    re.compile(r"(?i)(?:微信|qq|v信|wechat)号?[:：]?\s*[A-Za-z0-9_-]{5,}"),  # data
)
_CALLED = re.compile(  # data: 我叫某某, 联系人：某某
    rf"(我叫|本人叫|名叫|姓名[:：]?|联系人[:：]?|当事人[:：]?)\s*{_SURNAME}{_HAN}{{1,2}}"  # data
)
_TITLED = re.compile(rf"({_SURNAME}){_HAN}{{0,2}}?(?={TITLES})")
_HALF_WIDTH = {
    code: code - 0xFEE0 for first, last in ("０９", "Ａｚ") for code in range(ord(first), ord(last) + 1)
}
_KNOWN_MASKS = re.compile(r"<[^<>]{1,12}>")


def masked(line: str) -> str:
    """Return the line without telephone numbers, ids, addresses, plates, and names that a word gives away as such.

    Patterns find the usual forms only, so a line is also chosen for having nothing to mask (`hot.issues`).
    """
    plain = _KNOWN_MASKS.sub("…", line.translate(_HALF_WIDTH))
    for pattern in _NUMBERS:
        plain = pattern.sub("…", plain)
    plain = _CALLED.sub(lambda found: found[1] + "某某", plain)  # data
    plain = _TITLED.sub(lambda found: found[1] + "某", plain)  # data
    return re.sub(r"…{2,}", "…", plain).strip()


def tells_of_someone(line: str) -> bool:
    """Say whether masking changed more than full width letters: such a line is not taken as a headline if another serves."""
    return masked(line) != line.translate(_HALF_WIDTH).strip()
