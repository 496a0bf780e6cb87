"""Points join the network: nearest node of the largest part, or a split way on the same side of the wall (F9)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
import shapely

from jinlin.circle import engines
from jinlin.circle.ground import degrees, local_metres, nearest_straight_m, origin_of
from jinlin.circle.joining import Drawing, Joined, join
from jinlin.circle.network import between, from_edges
from jinlin.circle.reach import nearest
from jinlin.circle.snapping import mainland, snap
from jinlin.kernel.geo import EARTH_RADIUS_M, haversine_m
from tests.circle.graphs import entrances

HOME = (114.65, 33.62)
Spot = tuple[float, float]


def placed(spots: Sequence[Spot]) -> tuple[np.ndarray, np.ndarray]:
    """Return lon, lat of metres east and north of a place in Zhoukou."""
    return degrees(np.array(spots, float).reshape(-1, 2), HOME)


def drawing(spots: Sequence[Spot], edges: Sequence[tuple[int, int, float]]) -> Drawing:
    lon, lat = placed(spots)
    tail, head, length = (np.array(column) for column in zip(*edges, strict=True))
    return Drawing(lon, lat, tail, head, (length * 10).astype(np.int32))


def wall(*spots: Spot) -> np.ndarray:
    return np.array([shapely.linestrings(np.column_stack(placed(spots)))])


def lengths(joined: Joined) -> dict[tuple[int, int], int]:
    drawn = joined.drawing
    return dict(
        zip(zip(drawn.tail.tolist(), drawn.head.tolist(), strict=True), drawn.length_dm.tolist(), strict=True)
    )


def test_an_entrance_joins_its_own_side() -> None:
    """F9: 20 m from N1 behind a wall, 60 m from N2 on its own side: N2, connector 60 m."""
    ways = drawing([(-200, 20), (200, 20), (-200, -60), (200, -60)], [(0, 1, 400), (2, 3, 400)])
    door = placed([(0, 0)])
    free = join(ways, *door)
    assert free.connector_m[0] == pytest.approx(20, abs=0.01)
    kept = join(ways, *door, walls=wall((-300, 10), (300, 10)))
    assert kept.connector_m[0] == pytest.approx(60, abs=0.01)
    foot, at = 4, int(kept.node[0])
    assert lengths(kept) == {(0, 1): 4000, (2, foot): 2000, (foot, 3): 2000, (foot, at): 600}
    assert kept.source.tolist() == [0, 1, 1, -1]


def test_a_door_in_its_wall_looks_outside() -> None:
    ways = drawing([(-50, 20), (50, 20)], [(0, 1, 100)])
    joined = join(ways, *placed([(0, 0)]), walls=wall((-90, 0), (90, 0)))
    assert joined.connector_m[0] == pytest.approx(20, abs=0.01)


def test_walled_in_on_all_sides_is_not_mapped() -> None:
    ways = drawing([(-50, 20), (50, 20)], [(0, 1, 100)])
    shut = wall((-5, -5), (5, -5), (5, 5), (-5, 5), (-5, -5))
    joined = join(ways, *placed([(0, 0), (30, 0), (0, 400)]), walls=shut)
    assert joined.node[0] == -1
    assert joined.node[1] >= 0
    assert joined.node[2] == -1


def test_doors_share_a_foot_and_ends_are_not_split() -> None:
    ways = drawing([(0, 0), (100, 0)], [(0, 1, 120)])
    joined = join(ways, *placed([(50, 10), (50, -10), (-10, 0), (100, 0), (25, 0)]))
    drawn = joined.drawing
    assert joined.node.tolist() == [4, 5, 6, 1, 2]
    assert len(drawn.lon) == 7
    assert lengths(joined) == {(0, 2): 300, (2, 3): 300, (3, 1): 600, (3, 4): 100, (3, 5): 100, (0, 6): 100}


def test_a_way_too_short_to_split_joins_its_end() -> None:
    ways = drawing([(0, 0), (0.1, 0)], [(0, 1, 0.1)])
    joined = join(ways, *placed([(0.04, 7)]))
    assert lengths(joined) == {(0, 1): 1, (0, 2): 70}


def test_splitting_changes_no_distance_between_old_nodes() -> None:
    rng = random.Random(9)
    spots = [(rng.uniform(0, 800), rng.uniform(0, 800)) for _node in range(40)]
    edges = [(at, rng.randrange(at), 0.0) for at in range(1, 40)]
    edges = [(a, b, 1.2 * math.dist(spots[a], spots[b])) for a, b, _length in edges]
    ways = drawing(spots, edges)
    joined = join(ways, *placed([(rng.uniform(0, 800), rng.uniform(0, 800)) for _door in range(60)]))
    assert (joined.node >= 40).any()
    layers = []
    for drawn in (ways, joined.drawing):
        network = between(
            np.arange(len(drawn.lon)), drawn.lon, drawn.lat, (drawn.tail, drawn.head), drawn.length_dm
        )
        layers.append(nearest(network, entrances([(0, 0)]), 100_000, engines.load("scipy")).near[:40])
    assert layers[0].tolist() == layers[1].tolist()


def test_points_snap_to_the_largest_part_only() -> None:
    lon, lat = placed([(0, 0), (100, 0), (200, 0), (50, 50), (60, 50)])
    network = from_edges(
        np.arange(5), lon, lat, np.array([0, 1, 3]), np.array([1, 2, 4]), np.array([100, 100, 10])
    )
    at = placed([(54, 49), (0, 299.9), (0, 301), (100, 0)])
    found = snap(network, *at)
    assert found.node.tolist() == [1, 0, -1, 1]
    assert found.missed.tolist() == [False, False, True, False]
    assert found.offset_dm()[[1, 3]].tolist() == [2999, 0]
    islands = snap(network, *at, allowed=mainland(network, 0.01))
    assert islands.node.tolist() == [3, 3, 3, 1]


def test_snapping_nothing_or_to_nothing() -> None:
    lon, lat = placed([(0, 0)])
    none = np.zeros(0)
    empty = from_edges(none.astype(int), none, none, none.astype(int), none.astype(int), none)
    assert snap(empty, lon, lat).node.tolist() == [-1]
    one = from_edges(np.arange(1), lon, lat, none.astype(int), none.astype(int), none)
    assert snap(one, none, none).node.tolist() == []
    assert snap(one, lon, lat).node.tolist() == [0]


def test_metres_on_the_ground() -> None:
    lon, lat = placed([(0, 0), (300, 400)])
    assert haversine_m(lon[0], lat[0], lon[1], lat[1]) == pytest.approx(500, rel=1e-4)
    assert local_metres(lon, lat, HOME)[1].tolist() == pytest.approx([300, 400])
    assert origin_of(lon, lat) == pytest.approx((lon.mean(), lat.mean()))
    far = nearest_straight_m(
        np.array([179.9]), np.array([0.0]), np.array([-179.9, 90.0]), np.array([0.0, 0.0])
    )
    assert far[0] == pytest.approx(math.radians(0.2) * EARTH_RADIUS_M, rel=1e-9)
    assert nearest_straight_m(lon, lat, lon[:0], lat[:0]).tolist() == [math.inf, math.inf]
