"""Points of another datum than the network: told apart by evidence, never by chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from jinlin.circle.files.datums import belongs_elsewhere, some_belong_elsewhere
from jinlin.circle.ground import local_metres
from jinlin.kernel.geo import from_wgs84, to_wgs84

HOME = (114.65, 33.62)
BLOCK = 0.0018  # about 170 m between crossings


def town(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return crossings of a town of 40 x 40 uneven blocks."""
    steps = np.arange(40) * BLOCK
    lon, lat = (each.ravel() for each in np.meshgrid(HOME[0] + steps, HOME[1] + steps))
    return lon + rng.normal(0, BLOCK / 8, lon.shape), lat + rng.normal(0, BLOCK / 8, lat.shape)


def judged(nodes: tuple[np.ndarray, np.ndarray], points: tuple[np.ndarray, np.ndarray]) -> bool:
    tree = cKDTree(local_metres(*nodes, HOME))
    away = [tree.query(local_metres(*each, HOME))[0] for each in (points, to_wgs84(*points, "gcj02"))]
    return belongs_elsewhere(*away)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 12, 20, 60, 400])
def test_places_without_a_tie_to_the_streets_raise_no_alarm(count: int) -> None:
    rng = np.random.default_rng(count)
    nodes = town(rng)
    for _file in range(40):
        spots = rng.uniform(0, 40 * BLOCK, (2, count))
        assert not judged(nodes, (HOME[0] + spots[0], HOME[1] + spots[1]))


@pytest.mark.parametrize("count", [60, 400])
def test_homes_along_the_streets_are_told_apart(count: int) -> None:
    rng = np.random.default_rng(count)
    nodes = town(rng)
    chosen = rng.integers(0, len(nodes[0]), count)
    homes = tuple(each[chosen] + rng.normal(0, 0.0003, count) for each in nodes)
    assert not judged(nodes, homes)
    assert judged(nodes, from_wgs84(*homes, "gcj02"))


def test_a_few_points_that_land_on_the_nodes_are_enough() -> None:
    assert belongs_elsewhere(np.array([80.0, 60.0, 90.0]), np.array([1.0, 2.0, 0.0]))
    assert not belongs_elsewhere(np.array([80.0, 60.0]), np.array([1.0, 2.0]))
    assert not belongs_elsewhere(np.array([80.0, 60.0, 90.0]), np.array([20.0, 12.0, 0.0]))


def test_one_file_from_two_sources_names_the_first_stray() -> None:
    given = np.array([1.0, 2.0, 80.0, 3.0, 60.0, 90.0])
    assert some_belong_elsewhere(given, np.array([300.0, 200.0, 1.0, 90.0, 4.0, 0.0])).tolist() == [2, 4, 5]
    assert not len(some_belong_elsewhere(given, np.array([300.0, 200.0, 1.0, 90.0, 4.0, 30.0])))


@pytest.mark.parametrize("count", [3, 12, 60, 400])
def test_scattered_places_are_no_second_source(count: int) -> None:
    rng = np.random.default_rng(count)
    nodes = town(rng)
    tree = cKDTree(local_metres(*nodes, HOME))
    for _file in range(40):
        spots = rng.uniform(0, 40 * BLOCK, (2, count))
        points = HOME[0] + spots[0], HOME[1] + spots[1]
        away = [tree.query(local_metres(*each, HOME))[0] for each in (points, to_wgs84(*points, "gcj02"))]
        assert not len(some_belong_elsewhere(*away))
