"""One computation on facts: terrain, searches, statuses. Nothing is written here; what-ifs use it too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from jinlin.circle import engines
from jinlin.circle.circles import LIMIT_M, Homes, Supply, judged, reached
from jinlin.circle.network import FAR, limit_in_decimetres
from jinlin.circle.queries.facts import Facts, Home, Shop, moment_of
from jinlin.circle.rules.covering import Blocks
from jinlin.circle.rules.standards import Row
from jinlin.circle.sharing import Instant
from jinlin.circle.terrain import Spots, Terrain, build
from jinlin.circle.walkers import WalkerProfile, longest_dm, profile

Told = Callable[[int, int], None]
SLOW = "slow"


@dataclass(frozen=True)
class Question:
    """By which standard, for whom and when."""

    rows: tuple[Row, ...]
    profile: str
    moment: str
    day: date

    @property
    def walker(self) -> WalkerProfile:
        """How this person walks."""
        return profile(self.profile)

    @property
    def instant(self) -> Instant:
        """When it is."""
        return Instant(moment_of(self.moment), self.day)

    @property
    def limit_dm(self) -> int:
        """How far ways are followed."""
        bands = [row.band() for row in self.rows]
        return max(limit_in_decimetres(LIMIT_M), longest_dm(bands, [self.walker, profile(SLOW)]))


@dataclass(frozen=True, eq=False)
class Computed:
    """k blocks, c categories: facility (k, c) is a position in `shops`, -1 for none."""

    homes: tuple[Home, ...]
    codes: tuple[str, ...]
    shops: tuple[UUID, ...]
    blocks: Blocks
    facility: NDArray[np.int32]
    engine: str

    def of(self, rows: NDArray[Any]) -> Computed:
        """Return some of the blocks."""
        old = self.blocks
        part = Blocks(
            old.residents[rows],
            old.buildings[rows],
            old.status[rows],
            old.slow[rows],
            old.near[rows],
            old.straight[rows],
        )
        homes = tuple(self.homes[row] for row in rows.tolist())
        return Computed(homes, self.codes, self.shops, part, self.facility[rows], self.engine)


@dataclass(frozen=True, eq=False)
class Laid:
    """Facts on their terrain: where blocks and doors stand."""

    facts: Facts
    terrain: Terrain
    shops: tuple[Shop, ...]

    def opening(self, key: str) -> Laid:
        """Return the same ground with one gate open: nothing has to be joined anew."""
        gates = tuple(
            (replace(door, is_open=True) if door.key == key else door, way)
            for door, way in self.terrain.gates
        )
        return replace(self, terrain=replace(self.terrain, gates=gates))

    @cached_property
    def homes(self) -> Homes:
        """The blocks as the engine takes them."""
        count = len(self.facts.homes)
        own = self.facts.homes
        return Homes(
            self.terrain.node[:count],
            [home.court for home in own],
            np.array([home.lon for home in own]),
            np.array([home.lat for home in own]),
            self.terrain.estimated[:count],
        )

    def supply(self, code: str) -> tuple[Supply, list[int]]:
        """Return the doors of a category, and the positions in `shops` of its facilities."""
        own = [number for number, shop in enumerate(self.shops) if shop.category == code]
        place = {number: order for order, number in enumerate(own)}
        doors = [(row, place[number]) for row, number in enumerate(self._door_shop) if number in place]
        rows = np.array([row for row, _number in doors], np.int64)
        first = len(self.facts.homes)
        spots = self._spots
        return (
            Supply(
                code,
                self.terrain.node[first:][rows] if len(rows) else np.zeros(0, np.int32),
                np.array([number for _row, number in doors], np.int32),
                tuple(self.shops[number].use for number in own),
                spots.lon[first:][rows] if len(rows) else np.zeros(0),
                spots.lat[first:][rows] if len(rows) else np.zeros(0),
                code in self.facts.loaded,
            ),
            own,
        )

    @cached_property
    def _spots(self) -> Spots:
        return self.facts.spots()

    @cached_property
    def _door_shop(self) -> list[int]:
        """Return for every door the position of its facility, -1 for one this walker cannot enter."""
        kept = {shop.id: number for number, shop in enumerate(self.shops)}
        return [kept.get(shop.id, -1) for shop in self.facts.shops for _door in shop.doors]


def laid(facts: Facts, walker: WalkerProfile) -> Laid:
    """Put facts on their terrain for a walker."""
    terrain = build(facts.ways, facts.courts, facts.gates, facts.spots(), stairs=walker.stairs)
    shops = tuple(shop for shop in facts.shops if walker.barriers or shop.accessible)
    return Laid(facts, terrain, shops)


def computed(
    facts: Facts,
    question: Question,
    *,
    ground: Laid | None = None,
    codes: Sequence[str] = (),
    told: Told = lambda done, total: None,
) -> Computed:
    """Compute every assessed category (or the codes asked for) at every block."""
    walker = question.walker
    ground = ground or laid(facts, walker)
    rows = [row for row in question.rows if row.assessed and (not codes or row.code in codes)]
    supplies = [ground.supply(row.code) for row in rows]
    homes = ground.homes
    engine = engines.load("auto", ground.terrain.network.size * max(len(rows), 1))
    found = reached(
        ground.terrain,
        homes,
        [supply for supply, _own in supplies],
        question.instant,
        limit_dm=question.limit_dm,
        engine=engine,
        barriers=walker.barriers,
        told=told,
    )
    shape = found.near.shape
    status, slow = np.zeros(shape, np.int8), np.zeros(shape, np.int8)
    facility = np.full(shape, -1, np.int32)
    mapped = homes.node >= 0
    slower = walker if walker.code in ("wheelchair", SLOW) else profile(SLOW)
    for column, (row, (supply, own)) in enumerate(zip(rows, supplies, strict=True)):
        judge = partial(judged, mapped=mapped, estimated=homes.estimated, loaded=supply.loaded)
        near = found.near[:, column]
        status[:, column] = judge(near, row.band(), walker)
        slow[:, column] = judge(near, row.band(), slower)
        label = found.facility[:, column]
        if own:
            facility[:, column] = np.where(label >= 0, np.array(own, np.int32)[label], -1)
    blocks = Blocks(
        np.array([home.residents for home in facts.homes], np.int64),
        np.array([home.buildings for home in facts.homes], np.int64),
        status,
        slow,
        np.minimum(found.near, FAR),
        found.straight,
    )
    shops = tuple(shop.id for shop in ground.shops)
    return Computed(facts.homes, tuple(row.code for row in rows), shops, blocks, facility, engine.name)
