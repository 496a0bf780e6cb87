"""What the commands of `jinlin circle` share: the same inputs, read and checked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jinlin.cli.answers import Within, say
from jinlin.kernel.errors import gettext_noop

if TYPE_CHECKING:
    from jinlin.circle.files.inputs import Facilities, Map, Origins

_ = gettext_noop

Command = Callable[..., Any]
_FILE = click.Path(path_type=Path)


_INPUTS = (
    click.option("--nodes", type=_FILE, help="nodes: node_id,lon,lat"),
    click.option(
        "--edges",
        type=_FILE,
        help="edges: u,v,length_m[,oneway]; walked both ways unless the column oneway is there;"
        " of parallel edges the shortest counts, loops are dropped and counted",
    ),
    click.option(
        "--pbf", type=_FILE, help="instead of --nodes and --edges: an OpenStreetMap extract (.osm.pbf)"
    ),
    click.option("--origins", type=_FILE, required=True, help="where people live: id,lon,lat,population"),
    click.option(
        "--facilities",
        type=_FILE,
        required=True,
        help="facilities: id,lon,lat,category[,entrance_of]; rows that name the same facility in entrance_of are its"
        " entrances and count once",
    ),
    click.option(
        "--snap-m",
        default=300.0,
        show_default=True,
        type=Within(0, 10_000),
        help="points snap to the nearest node of the largest component within this distance, which is not counted;"
        " people who do not snap count as not covered and are reported",
    ),
)
_ENGINE = (
    click.option(
        "--engine",
        type=click.Choice(["auto", "scipy", "numba"]),
        default="auto",
        show_default=True,
        help="auto: numba (extra [fast]) where it is installed and the network is large; the figures are the same",
    ),
    click.option(
        "--profile",
        type=click.Choice(["adult", "slow"]),
        default="adult",
        show_default=True,
        help="limits are metres an adult walks (80 m/min); slow: as far as 50 m/min gets in the same time"
        " (1200 -> 750)",
    ),
    click.option("--out", type=_FILE, required=True, help="result file, .csv or .parquet"),
)


def _wrapped(options: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    def wrap(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return wrap


input_options = _wrapped(_INPUTS)
result_options = _wrapped(_ENGINE)


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the files hold, checked."""

    map: Map
    origins: Origins
    facilities: Facilities


def read_inputs(
    nodes: Path | None, edges: Path | None, pbf: Path | None, origins: Path, facilities: Path
) -> Inputs:
    """Read and check every file, network last because it is the slowest; DirtyInput when one cannot be used."""
    from jinlin.circle.files.datums import refuse_mixed  # noqa: PLC0415  arrays are slow to load; --help is not
    from jinlin.circle.files.inputs import (  # noqa: PLC0415  as above
        read_extract,
        read_facilities,
        read_network,
        read_origins,
    )

    if (pbf is None) == (nodes is None and edges is None) or (nodes is None) != (edges is None):
        raise click.UsageError(_("请给出 --nodes 和 --edges，或者只给出 --pbf。"))
    say(_("读取居民点 {file}"), file=origins.name)
    homes = read_origins(origins)
    say(_("读取设施 {file}"), file=facilities.name)
    places = read_facilities(facilities)
    if pbf is not None:
        say(_("读取路网 {file}"), file=pbf.name)
        network = read_extract(pbf, _ways())
    elif nodes is not None and edges is not None:
        say(_("读取路网 {file}"), file=f"{nodes.name}, {edges.name}")
        network = read_network(nodes, edges)
    graph = network.network
    say(
        _("路网 {nodes} 个节点、{edges} 条边，最大连通部分 {largest} 个节点，去掉环线 {loops} 条"),
        nodes=graph.size,
        edges=graph.edges,
        largest=int(graph.sizes[0]),
        loops=graph.loops,
    )
    refuse_mixed(network, homes.places, places.places)
    return Inputs(network, homes, places)


def _ways() -> Callable[[int], None]:
    def show(ways: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{ways}", nl=False, err=True)

    return show
