"""What a place is called: the name on a table, the name people say, and the core that survives renaming."""

from __future__ import annotations

import re
from typing import Final

# (official ending, what people say instead), longest first; source: endings counted over Henan 2023 and 2016.
_SAID: Final = (  # data
    ("社区居民委员会", "社区"),
    ("村居民委员会", "村"),
    ("村村民委员会", "村"),
    ("居民委员会", ""),
    ("村民委员会", "村"),
    ("社区居委会", "社区"),
    ("村居委会", "村"),
    ("街道办事处", "街道"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("居委会", ""),
    ("行政村", "村"),
    ("办事处", ""),
)
_PEOPLES: Final = (
    "(?:回族|满族|蒙古族|畲族|土家族|苗族|侗族|瑶族|彝族|壮族|藏族|维吾尔|哈萨克|朝鲜族)*"  # data
)
_CORE: Final = {
    1: re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$"),
    2: re.compile(r"(?:市|地区|盟|自治州)$"),
    3: re.compile(rf"{_PEOPLES}(?:自治县|自治旗|县|区|市|旗)$"),
    4: re.compile(rf"{_PEOPLES}(?:民族)?(?:街道|镇|乡|苏木)$"),
    5: re.compile(r"(?:社区|村)$"),
}


def short_name(name: str) -> str:
    """Return what people say: 李庄村民委员会 -> 李庄村, 六一社区居民委员会 -> 六一社区, 荷花路街道办事处 -> 荷花路街道."""
    for ending, said in _SAID:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + said
    return name


def stem(name: str, level: int) -> str:
    """Return the core of a name, equal before and after a change of rank: 淮阳县, 淮阳区 -> 淮阳; 李庄村委会 -> 李庄.

    Used to recognise a unit in another edition and to search; never shown.
    """
    said = short_name(name)
    core = _CORE[level].sub("", said) if level in _CORE else said
    return core or said
