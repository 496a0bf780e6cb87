"""What is compared of a text: its letters and figures, without marks of punctuation and of what was masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MASK = re.compile(r"<[^<>]{1,12}>|\*{2,}")  # <电话>, <某某>, ***: masks say nothing of the matter
_NOT_A_LETTER = re.compile(r"[^0-9a-z\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")

PHRASES = (  # data: what any message may say, whatever it is about; rarity alone knows them only in thousands of texts
    "没有部门我们问题一个领导政府希望严重现在相关什么解决关部可以居民影响情况已经时间要求不能进行人员我是生活作为多次一直不是投诉都是"  # data
    "但是百姓尊敬有关这样处理敬的这个请问就是您好无法是一们的还是他们反映是否存在因为通过本人如果的一了一部分为什需要有一任何导致谢谢"  # data
    "目前造成自己开始不知大的老百这些时候很多行为知道的问样的其他回复怎么的人还有的是建议也不不到恳请的情而且请求关于一下只有合理每天"  # data
    "是不正常得到的生至今人的这种为了到了应该所有也是民的都没非常也没由于的时给我经过只能同时直接了我是我之前我的这是今年能够的业"  # data
    "是在根据发现或者的不发生有的经常甚至尽快这么基本当时根本看到们是实际出现一次让我属于都不成了对于为我并且的工具体以及负责为何"  # data
    "按照如此况下在这不了全部提供才能事情必须告知左右特别完全所以期间答复你们难道可能办法有人各种一经不要增加感谢望有明确其中在我"  # data
    "广大主要在此如何上班到现不合理的就不面的大家还没此事这里真的几年希望强烈关注提出何时那么都有继续事实一点咨询困难合理吗晚上"  # data
)

OPENING = 24  # letters of a text that stand for a title where none was written
REPOST = 20  # letters a body needs before it alone proves a repost; below, the title must agree as well


def letters(text: str) -> str:
    """Return Han characters, latin letters and figures only: full width as half, small letters."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", _MASK.sub(" ", text)).lower())


def title_or_opening(title: str, body: str) -> str:
    """Return the title, or the opening of the text where nobody wrote one; both as `letters` gives them."""
    return title or body[:OPENING]


def repost_groups(titles: Sequence[str], bodies: Sequence[str]) -> NDArray[np.int64]:
    """Number each text so that verbatim reposts share a number: the place of the first of them. Shape (n,)."""
    first: dict[tuple[str, ...], int] = {}
    groups = np.empty(len(bodies), np.int64)
    for place, (title, body) in enumerate(zip(titles, bodies, strict=True)):
        key = (body,) if len(body) >= REPOST else (title, body)
        groups[place] = first.setdefault(key, place)
    return groups
