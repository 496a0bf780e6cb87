"""Refusing maps of two datums: between GCJ-02 and WGS 84 lie 50 to 700 m, and every 15-minute figure would be worthless.

A file may say its datum in a column (datum, coord_source or crs). Files that say nothing are compared with the network:
points that stand twice as close to it once they are shifted were drawn on another datum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.files.tables import Table
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.geo import CHINA, from_wgs84, inside, to_wgs84
from jinlin.kernel.refusal import DirtyInput

if TYPE_CHECKING:
    from jinlin.circle.files.inputs import Map, Places

_ = gettext_noop

COLUMNS = ("datum", "coord_source", "crs")
NAMES = {
    "wgs84": ("wgs84", "wgs-84", "wgs 84", "epsg:4326", "4326", "cgcs2000", "epsg:4490", "4490", "gps"),
    "gcj02": ("gcj02", "gcj-02", "gcj 02", "amap", "gaode", "tencent", "高德", "腾讯", "火星"),  # data
    "bd09": ("bd09", "bd-09", "bd09ll", "baidu", "百度"),  # data
}
SHOWN = {"wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_BY_NAME = {name: datum for datum, names in NAMES.items() for name in names}

SAMPLE = 500
ON_A_NODE_M, OFF_M, FEW = (
    5.0,
    50.0,
    3,
)  # a clear case, whatever the count: all but on the nodes once they are shifted
PART = 0.2  # so many of the points, clear cases each, are no chance: a file put together from two sources
CLOSER = 0.7  # median distance to the network after the shift : as given
SIGMAS = (
    3.5  # and how much more than half of the points must come closer; by chance one file in some thousand
)


def said_datum(table: Table) -> str:
    """Return the datum a file says in a column of its own, "" when it says none; refuse two in one file."""
    column = next((name for name in COLUMNS if table.has(name)), None)
    if column is None:
        return ""
    words = np.array([word.lower() for word in table.texts(column, empty=True)], np.str_)
    found = np.array([_BY_NAME.get(word, word) for word in words.tolist()], np.str_)
    unknown = (words != "") & ~np.isin(found, list(SHOWN))
    if unknown.any():
        index = int(np.argmax(unknown))
        sentence = _("{file} 第 {row} 行：不认识坐标系“{value}”，请填 wgs84、gcj02 或 bd09。")
        raise table.refuse("unknown_datum", sentence, index, value=str(words[index]))
    other = found != found[0]
    if other.any():
        index = int(np.argmax(other))
        facts = {"one": _shown(str(found[0])), "other": _shown(str(found[index]))}
        sentence = _(
            "{file} 第 {row} 行的坐标系是 {other}，前面的是 {one}；请先统一转换为 WGS 84，不要混用。"
        )
        raise table.refuse("mixed_datums", sentence, index, **facts)
    return str(found[0])


def refuse_mixed(network: Map, *places: Places) -> None:
    """Refuse files that say different datums, and points that plainly stand on another one than the network."""
    base = network.datum or "wgs84"
    for each in places:
        if (each.datum or "wgs84") != base:
            sentence = _(
                "{file} 的坐标系是 {one}，路网 {network} 是 {other}；请先统一转换为 WGS 84，不要混用。"
            )
            facts = {"one": _shown(each.datum), "other": _shown(network.datum), "network": network.file}
            raise DirtyInput("mixed_datums", sentence, file=each.table.file, **facts)
    for each in places:
        _refuse_shifted(network, each)


def _shown(datum: str) -> str:
    return SHOWN.get(datum or "wgs84", datum)


def _refuse_shifted(network: Map, places: Places) -> None:
    """Compare the points as given with the same points shifted; only in China, where the shift exists."""
    graph = network.network
    if not inside(CHINA, float(np.median(graph.lon)), float(np.median(graph.lat))):
        return
    step = max(1, len(places) // SAMPLE)
    spots = places.lon[::step], places.lat[::step]
    moved = {
        "gcj02": to_wgs84(*spots, "gcj02"),
        "bd09": to_wgs84(*spots, "bd09"),
        "wgs84": from_wgs84(*spots, "gcj02"),
    }
    from scipy.spatial import cKDTree  # noqa: PLC0415  slow to import

    from jinlin.circle.ground import local_metres, origin_of  # noqa: PLC0415  beside it

    origin = origin_of(graph.lon, graph.lat)
    tree = cKDTree(local_metres(graph.lon, graph.lat, origin))
    given = tree.query(local_metres(*spots, origin))[0]
    away = {name: tree.query(local_metres(*each, origin))[0] for name, each in moved.items()}
    datum = min(away, key=lambda name: float(np.median(away[name])))
    if belongs_elsewhere(given, away[datum]):
        sentence = _(
            "{file}（自第 {row} 行起）的坐标像是 {one}，而路网 {network} 像是 {other}"
            "（换算后离路网 {given} → {shifted} 米）；请先统一转换为 WGS 84，不要混用。"
        )
        facts = {
            "one": SHOWN[datum],
            "other": "GCJ-02" if datum == "wgs84" else "WGS 84",
            "network": network.file,
            "given": round(float(np.median(given))),
            "shifted": round(float(np.median(away[datum]))),
        }
        raise places.table.refuse("mixed_datums", sentence, 0, **facts)
    for datum, shifted in away.items():
        strays = some_belong_elsewhere(given, shifted)
        if len(strays):
            sentence = _(
                "{file} 第 {row} 行的坐标像是 {one}，与文件里其他点不同（{count} 个点如此）；"
                "请先统一转换为 WGS 84，不要混用。"
            )
            index = int(strays[0]) * step
            raise places.table.refuse("mixed_datums", sentence, index, one=SHOWN[datum], count=len(strays))


def belongs_elsewhere(given: NDArray[Any], shifted: NDArray[Any]) -> bool:
    """Say whether points (k,) at these metres from the network fit plainly better once they are shifted.

    Points without a tie to the ways (a lattice, random places) come closer or go farther by chance, half and half.
    """
    count = len(given)
    before, after = float(np.median(given)), float(np.median(shifted))
    if count >= FEW and after <= ON_A_NODE_M and before >= OFF_M:
        return True
    share = float(np.mean(shifted < given))
    return after < CLOSER * before and share >= 0.5 + SIGMAS * 0.5 / np.sqrt(count)


def some_belong_elsewhere(given: NDArray[Any], shifted: NDArray[Any]) -> NDArray[Any]:
    """Return the points (k,) that stand off the ways as given and on a node once shifted, unless they are a few by chance."""
    strays = np.flatnonzero((given >= OFF_M) & (shifted <= ON_A_NODE_M))
    return strays if len(strays) >= max(FEW, PART * len(given)) else strays[:0]
