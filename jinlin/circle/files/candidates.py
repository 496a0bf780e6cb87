"""Candidates from files: sites to build on, and gates to open; refused by row like every other file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jinlin.circle.files.inputs import DATUM_COLUMNS, Places, degrees_of, places_of, refuse_twins, same_kind
from jinlin.circle.files.tables import Table, read_table
from jinlin.circle.gates import Gates
from jinlin.circle.network import LONGEST_M, Flags, Floats, Ints, Network, whole_decimetres
from jinlin.circle.snapping import snap
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.geo import haversine_m
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

ENDS = ("u_lon", "u_lat", "v_lon", "v_lat")


@dataclass(frozen=True, eq=False)
class Sites:
    """Places to build on; cost (k,) > 0 when the file was asked for one."""

    places: Places
    cost: Floats | None


@dataclass(frozen=True, eq=False)
class Given:
    """Gates as a file has them: `repeated` rows named a pair again and gave way to the shorter one; `steep` gates are
    shorter than the straight line between their ends."""

    gates: Gates
    repeated: int = 0
    steep: int = 0


def read_sites(path: Path, cost: str = "") -> Sites:
    """Read id, lon, lat and, when named, a column of costs greater than 0."""
    table = read_table(path, ("id", "lon", "lat", *([cost] if cost else [])), DATUM_COLUMNS)
    places = places_of(table)
    refuse_twins(table, places.id, places.id.astype(np.str_))
    if not cost:
        return Sites(places, None)
    price = table.numbers(cost)
    bad = ~((price > 0) & np.isfinite(price))
    if bad.any():
        index = int(np.argmax(bad))
        sentence = _("{file} 第 {row} 行：{column} 列的费用 {value} 不是大于 0 的数字，请改正。")
        raise table.refuse("bad_cost", sentence, index, column=cost, value=f"{price[index]:.10g}")
    return Sites(places, price)


def read_gates(path: Path, network: Network, snap_m: float) -> Given:
    """Read u, v (node ids) or u_lon, u_lat, v_lon, v_lat (snapped to nodes), and length_m when the column is there.

    Without length_m the straight line between the two nodes is walked. A pair may stand twice: the shorter counts.
    """
    table = _gate_table(path)
    u, v = _by_id(table, network) if table.has("u") else _by_place(table, network, snap_m)
    straight = np.asarray(haversine_m(network.lon[u], network.lat[u], network.lon[v], network.lat[v]))
    length = _lengths(table) if table.has("length_m") else straight.reshape(-1)
    steep = int((length < straight.reshape(-1) - 1).sum())
    return _without_twins(network.size, (u, v), whole_decimetres(length), steep)


def _gate_table(path: Path) -> Table:
    for columns in (("u", "v"), ENDS):
        try:
            return read_table(path, columns, ("length_m",))
        except DirtyInput as error:
            if error.code != "missing_column":
                raise
    sentence = _("{file} 需要 u、v 两列（路网节点编号），或 u_lon、u_lat、v_lon、v_lat 四列。")
    raise DirtyInput("missing_column", sentence, file=path.name)


def _by_id(table: Table, network: Network) -> tuple[Ints, Ints]:
    known, u, v = same_kind(network.node_id, table.ids("u"), table.ids("v"))
    order = np.argsort(known, kind="stable")
    ends = []
    for wanted in (u, v):
        place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
        missing = known[order][place] != wanted
        if missing.any():
            index = int(np.argmax(missing))
            sentence = _("{file} 第 {row} 行：节点 {value} 不在路网中，请核对编号，或删去这一行。")
            raise table.refuse("missing_node", sentence, index, value=str(wanted[index]))
        ends.append(order[place].astype(np.int32))
    loop = ends[0] == ends[1]
    if loop.any():
        index = int(np.argmax(loop))
        sentence = _("{file} 第 {row} 行：u 和 v 是同一个节点 {value}，门要连接两侧，请改正或删去这一行。")
        raise table.refuse("gate_to_itself", sentence, index, value=str(u[index]))
    return ends[0], ends[1]


def _by_place(table: Table, network: Network, snap_m: float) -> tuple[Ints, Ints]:
    """Snap both ends to any node, of an island too: a gate may be what joins it."""
    everywhere: Flags = np.ones(network.size, bool)
    ends = []
    for columns in (("u_lon", "u_lat"), ("v_lon", "v_lat")):
        lon, lat = degrees_of(table, columns)
        snapped = snap(network, lon, lat, snap_m, everywhere)
        if snapped.missed.any():
            index = int(np.argmax(snapped.missed))
            sentence = _(
                "{file} 第 {row} 行：{column} 离最近的路 {distance} 米，超过 {limit} 米，请核对坐标。"
            )
            facts = {"distance": f"{snapped.distance_m[index]:.0f}", "limit": f"{snap_m:g}"}
            raise table.refuse("off_the_network", sentence, index, column="、".join(columns), **facts)
        ends.append(snapped.node)
    loop = ends[0] == ends[1]
    if loop.any():
        index = int(np.argmax(loop))
        sentence = _(
            "{file} 第 {row} 行：两端落在同一个路网节点上，请改用 u、v 两列写明节点编号，或补画墙内的路。"
        )
        raise table.refuse("gate_to_itself", sentence, index)
    return ends[0], ends[1]


def _lengths(table: Table) -> Floats:
    length = table.numbers("length_m")
    bad = ~((length >= 0) & (length <= LONGEST_M))
    if bad.any():
        index = int(np.argmax(bad))
        sentence = _("{file} 第 {row} 行：长度 {value} 不是 0 到 1,000,000 米之间的数字，请改正。")
        raise table.refuse("bad_length", sentence, index, value=f"{length[index]:.10g}")
    return length


def _without_twins(size: int, ends: tuple[Ints, Ints], length_dm: Ints, steep: int) -> Given:
    """Keep the shortest of the rows that name one pair, in the order of the file."""
    u, v = ends
    pair = np.minimum(u, v).astype(np.int64) * size + np.maximum(u, v)
    order = np.lexsort((np.arange(len(pair)), length_dm, pair))
    first = np.ones(len(pair), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    kept = np.sort(order[first])
    return Given(Gates(u[kept], v[kept], length_dm[kept]), len(pair) - len(kept), steep)
