"""Who reaches what in an area with walls, gates, sharing and hours: one row per block, one column per category.

Blocks of a compound use what the public uses, and besides it the gates and facilities of their own compound and those
shared with it; nobody else does (sharing.py, fixture F10).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jinlin.circle.coverage import Statuses, statuses
from jinlin.circle.engines import Engine
from jinlin.circle.ground import nearest_straight_m
from jinlin.circle.network import FAR, Flags, Floats, Ints, Longs, Network
from jinlin.circle.reach import Layer, Seeds, nearest, seeds
from jinlin.circle.sharing import PUBLIC, Instant, Passage, Use, improved, opened, usable
from jinlin.circle.terrain import Terrain
from jinlin.circle.walkers import Band, WalkerProfile, passes

LIMIT_M = 2_000.0  # ways are followed this far: farther than any band, so that a detour can be told
Told = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Supply:
    """The facilities of one category: doors (d,) as nodes with the facility of each, terms, positions of the doors."""

    code: str
    node: Ints
    facility: Ints
    uses: tuple[Use, ...]
    lon: Floats
    lat: Floats
    loaded: bool = True

    @property
    def seeds(self) -> Seeds:
        """The doors as the searches take them; a facility none of whose doors is joined keeps its number."""
        made = seeds(self.node, self.facility)
        return replace(made, facilities=len(self.uses))


@dataclass(frozen=True, eq=False)
class Homes:
    """Blocks: node (k,), class of each ("" or a compound), lon, lat (k,), estimated (k,)."""

    node: Ints
    court: Sequence[str]
    lon: Floats
    lat: Floats
    estimated: Flags


@dataclass(frozen=True, eq=False)
class Reached:
    """near, straight (k, c) decimetres with FAR for none, facility (k, c) numbered within its category, -1 for none."""

    near: Ints
    straight: Ints
    facility: Ints


def reached(
    terrain: Terrain,
    homes: Homes,
    supplies: Sequence[Supply],
    instant: Instant,
    *,
    limit_dm: int,
    engine: Engine,
    barriers: bool = True,
    told: Told = lambda done, total: None,
) -> Reached:
    """Search every category from its doors and read the answer at every block."""
    ground = _Ground(terrain.network, terrain.passages(barriers=barriers), homes, instant)
    shape = (len(homes.node), len(supplies))
    found = Reached(
        np.full(shape, FAR, np.int32), np.full(shape, FAR, np.int32), np.full(shape, -1, np.int32)
    )
    for column, supply in enumerate(supplies):
        near, label = ground.search(supply, limit_dm, engine)
        found.near[:, column], found.facility[:, column] = near, label
        found.straight[:, column] = _straight(homes, supply)
        told(column + 1, len(supplies))
    return found


def _straight(homes: Homes, supply: Supply) -> Ints:
    """Return decimetres in a straight line to the nearest door of a facility anybody may be let into."""
    metres = nearest_straight_m(homes.lon, homes.lat, supply.lon, supply.lat)
    return np.where(np.isfinite(metres), np.minimum(metres * 10, FAR - 1), FAR).astype(np.int32)


class _Ground:
    """The network with the public's gates open, and what each class has besides."""

    def __init__(self, network: Network, gates: Sequence[Passage], homes: Homes, instant: Instant) -> None:
        self.instant = instant
        moment, day = instant.moment, instant.day
        public = [gate for gate in gates if gate.use.allows(PUBLIC, moment, day)]
        rest = [gate for gate in gates if not gate.use.allows(PUBLIC, moment, day)]
        self.network = opened(network, public)
        self.node = homes.node
        self.rows: dict[str, Longs] = {}
        courts = np.array(list(homes.court), np.str_)
        for court in sorted(set(homes.court) - {PUBLIC}):
            self.rows[court] = np.flatnonzero(courts == court).astype(np.int64)
        self.extra = {
            court: [gate for gate in rest if gate.use.allows(court, moment, day)] for court in self.rows
        }

    def search(self, supply: Supply, limit_dm: int, engine: Engine) -> tuple[Ints, Ints]:
        """Return near and facility (k,) of the blocks."""
        doors = supply.seeds
        public = nearest(self.network, usable(doors, supply.uses, PUBLIC, self.instant), limit_dm, engine)
        near, label = _read(public, self.node)
        private = [
            use for use in supply.uses if not use.allows(PUBLIC, self.instant.moment, self.instant.day)
        ]
        for court, rows in self.rows.items():
            if not self.extra[court] and not private:
                continue
            own = usable(doors, supply.uses, court, self.instant)
            layer = improved(self.network, public, own, self.extra[court])
            near[rows], label[rows] = _read(layer, self.node[rows])
        return near, label


def _read(layer: Layer, node: Ints) -> tuple[Ints, Ints]:
    missed = node < 0
    return (
        np.where(missed, FAR, layer.near[node]).astype(np.int32),
        np.where(missed, -1, layer.label[node]).astype(np.int32),
    )


def judged(
    near_dm: Ints, band: Band, walker: WalkerProfile, *, mapped: Flags, estimated: Flags, loaded: bool
) -> Statuses:
    """Return the Status of each block for one category: both rules of the band, or either where it says so."""
    good = passes(near_dm, band, walker)
    return statuses(np.where(good, 0, FAR), 0, mapped=mapped, estimated=estimated, loaded=loaded)
