"""The four inputs of the commands: a network, origins with people, facilities; checked before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jinlin.circle.files.datums import said_datum
from jinlin.circle.files.tables import Table, read_table
from jinlin.circle.network import Fault, Floats, Ids, Ints, Network, from_edges
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

MOST_PEOPLE = 1e10  # more than the earth has: a slip; far below where sums stop being whole
DATUM_COLUMNS = ("datum", "coord_source", "crs")


@dataclass(frozen=True, eq=False)
class Places:
    """Points from one file: id, lon, lat (k,); `datum` is what the file says of itself, "" when it says nothing."""

    table: Table
    id: Ids
    lon: Floats
    lat: Floats
    datum: str

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, eq=False)
class Origins:
    """Where people live: population (k,) beside the places."""

    places: Places
    population: Floats


@dataclass(frozen=True, eq=False)
class Facilities:
    """Entrances: category (k,) as a position in `categories` (sorted), facility (k,) numbered within its category.

    A row without `entrance_of` is a facility with one entrance; rows naming the same facility are its entrances.
    """

    places: Places
    categories: tuple[str, ...]
    category: Ints
    facility: Ints

    def of(self, category: int) -> Ints:
        """Return the rows of one category."""
        return np.flatnonzero(self.category == category).astype(np.int32)

    def count(self, category: int) -> int:
        """Return how many facilities a category has; entrances of one facility count once."""
        rows = self.facility[self.category == category]
        return int(rows.max()) + 1 if len(rows) else 0


@dataclass(frozen=True, eq=False)
class Map:
    """A network, the file its nodes came from, and the datum that file says."""

    network: Network
    file: str
    datum: str = "wgs84"


def read_network(nodes: Path, edges: Path) -> Map:
    """Read node_id, lon, lat and u, v, length_m[, oneway]; DirtyInput for what no network can be made of."""
    points = read_table(nodes, ("node_id", "lon", "lat"), DATUM_COLUMNS)
    lines = read_table(edges, ("u", "v", "length_m"), ("oneway",))
    lon, lat = degrees_of(points)
    node_id, u, v = same_kind(points.ids("node_id"), lines.ids("u"), lines.ids("v"))
    oneway = None
    if lines.has("oneway"):
        oneway, against = lines.arrows("oneway")
        u, v = np.where(against, v, u), np.where(against, u, v)
    try:
        network = from_edges(node_id, lon, lat, u, v, lines.numbers("length_m"), oneway=oneway)
    except Fault as fault:
        raise _spoken(fault, points, lines) from None
    if not len(network.indices):
        sentence = _("{file} 里除了起讫相同的环线没有道路，请检查 u、v 两列。")
        raise DirtyInput("no_edges", sentence, file=lines.file)
    return Map(network, points.file, said_datum(points))


def read_extract(path: Path, told: Callable[[int], None] = lambda ways: None) -> Map:
    """Read the walkable ways of an .osm.pbf; OpenStreetMap is WGS 84 by definition."""
    from jinlin.circle.files.osm import read_pbf  # noqa: PLC0415  only extracts need it

    return Map(read_pbf(path, told).network(), path.name)


def read_origins(path: Path) -> Origins:
    """Read id, lon, lat, population: how many people live at each origin."""
    table = read_table(path, ("id", "lon", "lat", "population"), DATUM_COLUMNS)
    places = places_of(table)
    refuse_twins(table, places.id, places.id.astype(np.str_))
    population = table.numbers("population")
    bad = ~((population >= 0) & (population <= MOST_PEOPLE))
    if bad.any():
        index = int(np.argmax(bad))
        sentence = _("{file} 第 {row} 行：人口 {value} 不是 0 到 100 亿之间的数字，请改正；没有人请填 0。")
        raise table.refuse("bad_population", sentence, index, value=_plain(population[index]))
    return Origins(places, population)


def read_facilities(path: Path) -> Facilities:
    """Read id, lon, lat, category[, entrance_of]; the same id may stand once in each category."""
    table = read_table(path, ("id", "lon", "lat", "category"), ("entrance_of", *DATUM_COLUMNS))
    places = places_of(table)
    names = table.texts("category")
    words = places.id.astype(np.str_)
    refuse_twins(table, places.id, np.char.add(np.char.add(words, "\n"), np.asarray(names, np.str_)))
    owners = words
    if table.has("entrance_of"):
        owners = _owners(table, words)
    categories, category = np.unique(np.asarray(names, np.str_), return_inverse=True)
    facility = np.zeros(len(names), np.int32)
    for number in range(len(categories)):
        rows = category == number
        facility[rows] = np.unique(owners[rows], return_inverse=True)[1]
    return Facilities(places, tuple(categories.tolist()), category.astype(np.int32), facility)


def _owners(table: Table, words: Ids) -> Ids:
    """Return the facility each row is an entrance of; an entrance of an entrance is refused."""
    named = np.asarray(table.texts("entrance_of", empty=True), np.str_)
    part = (named != "") & (named != words)
    deeper = part & np.isin(named, words[part])
    if deeper.any():
        index = int(np.argmax(deeper))
        sentence = _("{file} 第 {row} 行：entrance_of 指向的“{value}”本身也是出入口，请改为设施的编号。")
        raise table.refuse("entrance_of_entrance", sentence, index, value=str(named[index]))
    return np.where(part, named, words)


def places_of(table: Table) -> Places:
    """Return the points of a table with columns id, lon, lat; `datum` when it has a column for it."""
    lon, lat = degrees_of(table)
    return Places(table, table.ids("id"), lon, lat, said_datum(table))


def degrees_of(table: Table, columns: tuple[str, str] = ("lon", "lat")) -> tuple[Floats, Floats]:
    """Return lon, lat of a table; refuse what no place on the earth can be."""
    lon, lat = (table.numbers(name) for name in columns)
    bad = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if bad.any():
        index = int(np.argmax(bad))
        facts = {"lon": _plain(lon[index]), "lat": _plain(lat[index])}
        sentence = _("{file} 第 {row} 行：lon {lon}、lat {lat} 不是经纬度（度），请改正这一行。")
        if abs(lon[index]) <= 90 < abs(lat[index]) <= 180:
            sentence = _("{file} 第 {row} 行：lon {lon}、lat {lat} 像是经纬度写反了，请对调两列。")
        elif abs(lon[index]) > 1000 and abs(lat[index]) > 1000:
            sentence = _(
                "{file} 第 {row} 行：lon {lon}、lat {lat} 像是投影坐标（米），请转换为 WGS 84 经纬度（度）。"
            )
        raise table.refuse("not_degrees", sentence, index, **facts)
    return lon, lat


def refuse_twins(table: Table, ids: Ids, keys: Ids) -> None:
    """Refuse the first key that stands a second time."""
    _unused, first = np.unique(keys, return_index=True)
    if len(first) < len(keys):
        again = np.ones(len(keys), bool)
        again[first] = False
        index = int(np.argmax(again))
        sentence = _("{file} 第 {row} 行：编号 {value} 重复出现，请保证编号唯一，或删去重复行。")
        raise table.refuse("duplicate_id", sentence, index, value=str(ids[index]))


def same_kind(*columns: Ids) -> tuple[Ids, ...]:
    """Compare ids as numbers only when all three columns are numbers."""
    if all(column.dtype.kind == "i" for column in columns):
        return columns
    return tuple(column.astype(np.str_) for column in columns)


def _spoken(fault: Fault, points: Table, lines: Table) -> DirtyInput:
    """Turn a fault of the network into a sentence about its file."""
    if fault.code == "duplicate_id":
        sentence = _("{file} 第 {row} 行：节点编号 {value} 重复出现，请保证编号唯一，或删去重复行。")
        return points.refuse("duplicate_id", sentence, fault.index, value=str(fault.value))
    if fault.code == "missing_node":
        sentence = _("{file} 第 {row} 行：节点 {value} 不在 {nodes} 中，请补上这个节点，或删去这条边。")
        return lines.refuse("missing_node", sentence, fault.index, value=str(fault.value), nodes=points.file)
    sentence = _("{file} 第 {row} 行：长度 {value} 不是 0 到 1,000,000 米之间的数字，请改正或删去这条边。")
    return lines.refuse("bad_length", sentence, fault.index, value=fault.value)


def _plain(value: float) -> str:
    return f"{value:.10g}"
