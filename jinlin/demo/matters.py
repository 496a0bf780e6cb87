"""What people in the demo world say, how often, and what becomes of it: the shipped table and the words around it.

Frequencies follow domain.md section 7: `said` per thousand what residents and the hotline bring (Yinchuan: noise 7.5 %,
city appearance 7 %, traffic 6.6 %, property 6.2 %, lost things 4.7 %, market 4.7 %, passenger transport 4.3 %),
`patrol` what grid workers find (Tianmen: stickers 474, other appearance 147, piled goods 128 of 971).
Every sentence was written for this file; none comes from a real appeal.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

DATA: Final = Path(__file__).resolve().parent / "data" / "matters.csv"
WAYS: Final = {"s": "spot", "a": "answer", "v": "desk", "d": "department"}
_WAY = re.compile(r"([savd])(\d+)")

STREET_SPOTS: Final = (
    "1号楼东侧", "3号楼前面", "南门口", "北门旁", "主路中段", "小广场旁", "菜市场门口", "公交站后面", "幼儿园对面",
    "地下车库出口", "健身角", "社区服务站门前", "老家属院里", "东围墙边", "十字路口西北角", "便民超市旁",
)  # fmt: skip
HOME_SPOTS: Final = (
    "1号楼", "2号楼1单元", "3号楼", "3号楼2单元", "5号楼", "6号楼3单元", "8号楼", "老家属院2号楼", "东苑4号楼",
)  # fmt: skip
RURAL_SPOTS: Final = ("村东头", "村西口", "村部门前", "小学旁", "南地头", "大坑边", "主街中段", "老井旁")
ASIDES: Final = ("", "", "", "", "请尽快看看。", "谢谢。", "麻烦安排一下。", "好几位邻居都提过。")
WITH_ASIDES: Final = frozenset({"ENV", "FAC", "HSG", "TRA", "SAF"})
JOINED: Final = (
    "我家也有同样的问题。",
    "我们楼也是，一起反映。",
    "同样的情况，希望早点解决。",
    "路过也看到了，确实如此。",
)
CONTACTED: Final = (
    "已电话联系，约好时间到现场看。",
    "已和您通话，说明了办理步骤和时间。",
    "已联系，补充了地点和经过。",
    "已和您核对情况，马上安排人去。",
)
PROGRESS: Final = (
    "已到现场看过，正在备料。",
    "已排进本周计划。",
    "材料已到，明天动工。",
    "已约相关单位一起到场。",
)
UP: Final = (
    "网格处理不了，请社区协调。",
    "需要专业队伍处理。",
    "超出网格职责，请上级派单。",
    "涉及其他单位，请协调。",
)
UP_DESK: Final = ("需要部门处理，请派单。", "社区没有执法权，请派给主管部门。", "涉及多个单位，请上级协调。")
SEEN: Final = (
    "到现场看过，已处理好。",
    "核对照片和现场，情况属实。",
    "电话和现场都确认过，已办好。",
    "现场已恢复正常。",
)
NOT_DONE: Final = ("现场只处理了一半，还有一段没做。", "看过了，问题还在。", "做了表面，没有修到根上。")
PRAISE: Final = ("办得挺快，谢谢。", "满意。", "态度好，说得清楚。", "比想的快。", "")
GRUMBLE: Final = ("办是办了，时间有点长。", "没人提前告诉我哪天来。", "只好了一部分。", "")
REOPENED: Final = ("过了两天又和以前一样。", "修了没几天又坏了。", "只管了一天。")
WITHDRAWN: Final = ("已经自己解决了。", "看错地方了，撤回。", "邻居已经商量好了。")
SPLIT_TASKS: Final = ("现场清理和恢复", "查明责任并督促整改")

# the six triage exits: leaf, what was said, the plain words it ends with
EXITS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "emergency": (
        ("SAF-02", "楼道里燃气味很大。", "请马上离开楼道，不开关电器，立即拨打 119；燃气公司抢修已同时通知。"),
        ("SAF-08", "楼下电动车着火了。", "请立即撤离并拨打 119，社区已派人到场引导。"),
    ),
    "legal_channel": (
        ("NEI-05", "法院判了对方不还钱，请你们让他还。", "判决执行请向执行法院申请，社区可以帮您查办理地点和电话。"),
        ("SRV-02", "对处罚不服，想撤销。", "可在收到决定书六十日内申请行政复议，材料清单已告诉您。"),
    ),
    "repeat": (
        ("FAC-02", "路灯什么时候修，前天问过。", "这件事已在办，预计本周修好，没有新情况不再另立一件。"),
        ("HSG-01", "物业的事上周说过了，再催一下。", "上一件正在办，进展可用原来的查询码看。"),
    ),
    "secret": (
        ("NEI-04", "请查一下邻居家的户籍和收入。", "涉及他人隐私，不能提供；如有纠纷可申请调解。"),
        ("NET-04", "想知道是谁举报的我们店。", "举报人信息依法保密，不能告知。"),
    ),
    "beyond_duty": (
        ("SRV-06", "请政府给我家装修找个便宜的工人。", "这属于市场服务，可到正规家政或装修公司咨询比价。"),
        ("NEI-05", "希望你们替我去要网上借出去的钱。", "民间借款请协商或走法律途径，可先到法律援助点咨询。"),
    ),
    "unlawful": (
        ("HSG-05", "要求不要拆我家占道的棚子。", "占用公共通道搭建不符合规定，已说明依据并约定自行拆除。"),
        ("NEI-01", "要求把楼上的人赶出小区。", "住户的居住权受法律保护，噪声的事我们会另行劝和。"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """One leaf of the category tree: how often, where, by which ways, and its sentences."""

    code: str
    patrol: float
    said: float
    land: str
    ways: tuple[tuple[str, int], ...]
    words: tuple[str, ...]
    done: str
    answer: str

    def way(self, rng: Random) -> str:
        """Draw what becomes of it: spot, answer, desk or department."""
        names, weights = zip(*self.ways, strict=True)
        return str(rng.choices(names, weights)[0])

    def sentence(self, rng: Random, spot: str) -> str:
        """Return something somebody may say about it at a spot."""
        aside = rng.choice(ASIDES) if self.code[:3] in WITH_ASIDES else ""
        return rng.choice(self.words).replace("{w}", spot) + aside

    def spot_words(self, rng: Random, *, rural: bool = False) -> str:
        """Return words for where it is: outdoors, at a building, or in a village."""
        return rng.choice(RURAL_SPOTS if rural else HOME_SPOTS if self.land == "home" else STREET_SPOTS)

    @property
    def answered(self) -> str:
        """Return the plain words of a direct answer."""
        return self.answer or f"情况已经核实并向您说明。{self.done}"


@lru_cache(maxsize=1)
def matters() -> dict[str, Matter]:
    """Return the table by leaf code, in tree order."""
    with DATA.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: _matter(row) for row in csv.DictReader(handle)}


def _matter(row: dict[str, str]) -> Matter:
    return Matter(
        code=row["code"],
        patrol=float(row["patrol"]),
        said=float(row["said"]),
        land=row["land"],
        ways=tuple((WAYS[way], int(weight)) for way, weight in _WAY.findall(row["ways"])),
        words=tuple(row["words"].split("|")),
        done=row["done"] or "已说明情况，居民表示清楚。",
        answer=row["answer"],
    )
