"""A walking network becomes the next edition of a county: ways, lengths, stairs; ways across walls are told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from jinlin.audit.actions import record
from jinlin.circle.actions.crossings import find_crossings
from jinlin.circle.actions.importing.reading import Origin, checked
from jinlin.circle.files.inputs import read_network
from jinlin.circle.files.tables import read_table
from jinlin.circle.models import NetworkEdition, Stored
from jinlin.circle.network import Network, positions, whole_decimetres
from jinlin.circle.queries.facts import latest_edition
from jinlin.circle.rules import arrays
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.geo import to_wgs84
from jinlin.people.access import Actor
from jinlin.places.actions import ImportReport

STAIRS: Final = frozenset({"steps", "1", "true", "yes", "是"})  # data
OSM_LICENCE: Final = "ODbL 1.0（© OpenStreetMap contributors）"  # data


@dataclass(frozen=True)
class NetworkFiles:
    """Nodes and edges as tables (CSV or parquet), or an OpenStreetMap extract."""

    nodes: Path | None = None
    edges: Path | None = None
    pbf: Path | None = None


@dataclass(frozen=True)
class _Found:
    arrays: dict[str, NDArray[Any]]
    network: Network
    rows: int
    datum: str
    licence: str = ""


def import_network(
    files: NetworkFiles,
    *,
    origin: Origin,
    actor: Actor,
    told: Callable[[int], None] = lambda ways: None,
) -> ImportReport:
    """Bring a network in as the next edition; the same network again changes nothing. DirtyInput for a bad file."""
    origin = checked(origin)
    found = _extract(files.pbf, told) if files.pbf else _tables(files, origin)
    report = ImportReport(read=found.rows)
    mark = arrays.digest(found.arrays)
    before = latest_edition(origin.county)
    if before is not None and before.arrays.digest == mark:
        report.notes.append(_("与第 %(number)d 版路网完全相同，没有改动。") % {"number": before.number})
        return report
    with transaction.atomic():
        edition = _kept(found, mark, origin, before)
        record(actor=actor, verb="circle.import_network", obj=edition, county=origin.county)
        report.added = edition.edges
        cut = find_crossings(origin.county)
    network = found.network
    words = {"number": edition.number, "nodes": network.size, "edges": network.edges, "loops": network.loops}
    report.notes.append(
        _("第 %(number)d 版路网：%(nodes)d 个节点、%(edges)d 条路；丢弃首尾相同的环线 %(loops)d 条。") % words
    )
    if len(network.sizes) > 1:
        away = network.size - int(network.sizes[0])
        report.notes.append(_("有 %(count)d 个节点不与主路网相连，请核对。") % {"count": away})
    if cut:
        report.notes.append(
            _("有 %(count)d 处道路穿过围墙而没有门，已切断，请在清单里核对。") % {"count": cut}
        )
    return report


def _extract(pbf: Path, told: Callable[[int], None]) -> _Found:
    from jinlin.circle.files.osm import read_pbf  # noqa: PLC0415  only extracts need it

    ways = read_pbf(pbf, told)
    kept: dict[str, NDArray[Any]] = {
        "node": ways.node_id,
        "lon": ways.lon,
        "lat": ways.lat,
        "tail": ways.tail.astype(np.int64),
        "head": ways.head.astype(np.int64),
        "length_dm": ways.length_dm,
        "stairs": ways.steps,
    }
    return _Found(kept, ways.network(), len(ways.tail), "wgs84", OSM_LICENCE)


def _tables(files: NetworkFiles, origin: Origin) -> _Found:
    if files.nodes is None or files.edges is None:
        raise Invalid({"file": [_("请给出节点和道路两个文件（--nodes、--edges），或一个 --pbf 文件。")]})
    found = read_network(files.nodes, files.edges)
    if found.datum and found.datum != origin.datum:
        words = {"said": found.datum, "datum": origin.datum}
        raise Invalid({"datum": [_("文件写明坐标系是 %(said)s，选择的却是 %(datum)s，请核对。") % words]})
    lines = read_table(files.edges, ("u", "v", "length_m"), ("steps", "highway"))
    ids = found.network.node_id
    u, v = lines.ids("u"), lines.ids("v")
    if ids.dtype.kind != "i" or u.dtype.kind != "i" or v.dtype.kind != "i":
        ids, u, v = (each.astype(np.str_) for each in (ids, u, v))
    tail, head = positions(ids, u, v)
    kept = tail != head
    stairs = np.zeros(len(tail), bool)
    for name in ("steps", "highway"):
        if lines.has(name):
            stairs |= np.array([word.lower() in STAIRS for word in lines.texts(name, empty=True)], bool)
    lon, lat = to_wgs84(found.network.lon, found.network.lat, origin.datum)
    ways: dict[str, NDArray[Any]] = {
        "node": ids,
        "lon": lon,
        "lat": lat,
        "tail": tail[kept],
        "head": head[kept],
        "length_dm": whole_decimetres(lines.numbers("length_m"))[kept],
        "stairs": stairs[kept],
    }
    return _Found(ways, found.network, lines.rows, origin.datum)


def _kept(found: _Found, mark: str, origin: Origin, before: NetworkEdition | None) -> NetworkEdition:
    network = found.network
    return NetworkEdition.objects.create(
        county=origin.county,
        number=before.number + 1 if before else 1,
        source=origin.source[:200],
        licence=(origin.licence or found.licence)[:120],
        datum=found.datum,
        as_of=origin.day,
        imported_at=clock.now(),
        nodes=network.size,
        edges=len(found.arrays["tail"]),
        largest_nodes=int(network.sizes[0]) if len(network.sizes) else 0,
        parts=len(network.sizes),
        arrays=Stored.objects.create(digest=mark, data=arrays.packed(found.arrays)),
        is_demo=origin.is_demo,
    )
