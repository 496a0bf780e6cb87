"""The drawn neighbourhood of the demo: four walled compounds, the streets around them, what is where; in metres.

Drawn by hand to tell the Zhoukou story (domain.md 0.5): a school 250 m away in a straight line, a walk of twenty minutes
each way because two walls stand between, and one gate that would end it. Nothing of it exists; every name says 演示.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np

from jinlin.circle.ground import degrees

Spot = tuple[float, float]
MARK: Final = "（演示·手绘）"
SOURCE: Final = "演示手绘，不是真实地物"

# name -> (west, south, east, north)
COURTS: Final[dict[str, tuple[float, float, float, float]]] = {
    "柳荫小区": (0, 0, 150, 200),
    "河湾小区": (160, 0, 310, 200),
    "纺织厂家属院": (0, 215, 150, 430),
    "粮食局家属院": (160, 215, 310, 430),
}
KINDS: Final = {"纺织厂家属院": "work_unit", "粮食局家属院": "work_unit"}

# streets and paths as chains of corners; the south is closed by a canal, so that nobody walks around there
CHAINS: Final[tuple[tuple[Spot, ...], ...]] = (
    ((-15, 0), (-15, 100), (-15, 215), (-15, 320), (-15, 450)),  # west street
    ((-15, 450), (80, 450), (155, 450), (235, 450), (290, 450), (330, 450)),  # north street
    ((330, 450), (330, 320), (330, 215), (330, 100), (330, 0)),  # east street
    ((330, 100), (360, 100)),  # to the school
    ((-15, 100), (-2, 100)),
    ((2, 100), (60, 100), (110, 100), (120, 100), (120, 70), (148, 70)),  # 柳荫, inside
    ((60, 100), (60, 40)),
    ((60, 100), (60, 170)),
    ((162, 70), (180, 70), (180, 100), (240, 100), (308, 100)),  # 河湾, inside
    ((240, 100), (240, 40)),
    ((240, 100), (240, 170)),
    ((312, 100), (330, 100)),
    ((235, 428), (235, 330), (180, 330), (180, 300)),  # 粮食局, inside
    ((235, 330), (290, 330)),
    ((235, 432), (235, 450)),
    ((290, 330), (290, 450)),  # a path somebody drew straight across the wall of 粮食局家属院
)

# id, compound, other, name, spot, status, access, hours, barrier-free, metres
GATES: Final[tuple[tuple[str, str, str, str, Spot, str, str, str, str, float], ...]] = (
    ("lyx", "柳荫小区", "", "西门", (0, 100), "open", "public", "", "是", 1),
    ("hwd", "河湾小区", "", "东门", (310, 100), "open", "public", "06:00-22:00", "是", 1),
    ("lyh", "柳荫小区", "河湾小区", "两院之间的墙", (150, 70), "proposed", "public", "06:00-22:00", "是", 11),
    ("lsb", "粮食局家属院", "", "北门", (235, 430), "open", "residents", "", "是", 1),
    ("fzx", "纺织厂家属院", "", "西门", (0, 320), "open", "residents", "", "否", 1),
    ("lyf", "柳荫小区", "纺织厂家属院", "北墙小门", (60, 200), "proposed", "public", "07:00-20:00", "", 16),
    ("hwl", "河湾小区", "粮食局家属院", "北墙", (240, 200), "closed", "public", "", "", 16),
)  # fmt: skip

# id, category, name, spot, compound, public, hours
SHOPS: Final[tuple[tuple[str, str, str, Spot, str, str, str], ...]] = (
    ("xx", "EDU-PS", "第一小学", (360, 100), "", "是", ""),
    ("yey", "EDU-KG", "家属院幼儿园", (290, 335), "粮食局家属院", "是", ""),
    ("st", "ELD-ML", "家属院食堂", (183, 305), "粮食局家属院", "否", "07:00-20:00"),
    ("cs", "COM-MK", "东街菜市场", (342, 160), "", "是", "06:00-20:00"),
    ("yd", "HEA-PH", "北街药店", (120, 458), "", "是", "08:00-21:00"),
    ("ws", "HEA-ST", "社区卫生服务站", (342, 40), "", "是", ""),
    ("bl1", "COM-CV", "西街便利店", (-25, 160), "", "是", "07:00-22:00"),
    ("bl2", "COM-CV", "北街便利店", (250, 458), "", "是", "07:00-22:00"),
    ("gy", "GRN-PK", "河边口袋公园", (342, 10), "", "是", ""),
    ("gj", "TRA-BS", "北街公交站", (155, 456), "", "是", ""),
    ("cz", "TRA-EB", "柳荫充电棚", (66, 60), "柳荫小区", "否", ""),
    ("jz", "SPO-F", "河湾健身角", (245, 60), "河湾小区", "是", "06:00-22:00"),
)
EMPTY: Final = ("MUN-TL", "ELD-DC")  # lists that were loaded and hold nothing: a gap, not a missing list

# id, compound, spot, residents, buildings
BLOCKS: Final[tuple[tuple[str, str, Spot, int, int], ...]] = (
    ("ly1", "柳荫小区", (110, 100), 320, 2),
    ("ly2", "柳荫小区", (60, 170), 260, 2),
    ("ly3", "柳荫小区", (60, 40), 240, 2),
    ("hw1", "河湾小区", (240, 170), 300, 2),
    ("hw2", "河湾小区", (240, 40), 280, 2),
    ("hw3", "河湾小区", (185, 100), 150, 1),
    ("fz1", "纺织厂家属院", (60, 300), 210, 2),
    ("fz2", "纺织厂家属院", (60, 380), 190, 2),
    ("ls1", "粮食局家属院", (185, 330), 230, 2),
    ("ls2", "粮食局家属院", (285, 330), 180, 1),
    ("wc1", "", (-420, 420), 40, 1),  # nobody has mapped the ways to this lane
)
WIDTH, HEIGHT = 330.0, 450.0


def at(anchor: Spot, spot: Spot) -> Spot:
    """Return lon, lat of a spot; the anchor is the south-western corner of the drawing."""
    lon, lat = degrees(np.array([spot], np.float64), anchor)
    return round(float(lon[0]), 7), round(float(lat[0]), 7)


def network(anchor: Spot) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return rows of nodes and edges; lengths are those of the drawing."""
    ids: dict[Spot, int] = {}
    edges = []
    for chain in CHAINS:
        for one, other in pairwise(chain):
            u, v = (ids.setdefault(spot, len(ids) + 1) for spot in (one, other))
            length = float(np.hypot(other[0] - one[0], other[1] - one[1]))
            edges.append({"u": u, "v": v, "length_m": length})
    nodes = [
        {"node_id": number, **dict(zip(("lon", "lat"), at(anchor, spot), strict=True))}
        for spot, number in ids.items()
    ]
    return nodes, edges


def collection(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows as a GeoJSON collection: `geometry` apart, everything else as properties."""
    features = [
        {
            "type": "Feature",
            "geometry": row.get("geometry"),
            "properties": {name: value for name, value in row.items() if name != "geometry"},
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def named(court: str) -> str:
    """Return the name of a compound as it is shown."""
    return f"{court}{MARK}" if court else ""


def courts(anchor: Spot, village: str) -> dict[str, Any]:
    """Return the outlines."""
    rows = []
    for name, (west, south, east, north) in COURTS.items():
        ring = [
            at(anchor, spot)
            for spot in ((west, south), (east, south), (east, north), (west, north), (west, south))
        ]
        rows.append(
            {
                "name": named(name),
                "kind": KINDS.get(name, "estate"),
                "walled": "是",
                "village": village,
                "geometry": {"type": "Polygon", "coordinates": [[list(spot) for spot in ring]]},
            }
        )
    return collection(rows)


def gates(anchor: Spot) -> dict[str, Any]:
    """Return the gates, those only proposed among them."""
    names = (
        "id",
        "compound",
        "other",
        "name",
        "spot",
        "status",
        "access",
        "hours",
        "barrier_free",
        "length_m",
    )
    rows = []
    for gate in GATES:
        row = dict(zip(names, gate, strict=True))
        lon, lat = at(anchor, gate[4])
        row |= {"compound": named(gate[1]), "other": named(gate[2]), "lon": lon, "lat": lat}
        del row["spot"]
        rows.append(row)
    return collection(rows)


def shops(anchor: Spot, village: str) -> dict[str, Any]:
    """Return the facilities."""
    rows = []
    for code, category, name, spot, court, public, hours in SHOPS:
        lon, lat = at(anchor, spot)
        words = {
            "id": code,
            "category": category,
            "name": f"{name}（演示）",
            "public": public,
            "hours": hours,
        }
        rows.append({**words, "compound": named(court), "lon": lon, "lat": lat, "village": village})
    return collection(rows)


def blocks(anchor: Spot, village: str) -> dict[str, Any]:
    """Return the counts of residents."""
    rows = []
    for code, court, spot, residents, buildings in BLOCKS:
        lon, lat = at(anchor, spot)
        words = {"id": code, "compound": named(court), "residents": residents, "buildings": buildings}
        rows.append({**words, "lon": lon, "lat": lat, "dwellings": residents // 3, "village": village})
    return collection(rows)
