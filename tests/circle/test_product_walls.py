"""Walls hold: whatever is drawn across them is cut, and a closed compound is left through its gates only."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from jinlin.circle.engines import load
from jinlin.circle.ground import degrees
from jinlin.circle.joining import Drawing
from jinlin.circle.network import FAR
from jinlin.circle.reach import nearest, seeds
from jinlin.circle.sharing import Use, opened
from jinlin.circle.terrain import Court, Door, Spots, Ways, build, cropped
from jinlin.circle.walls import cut, on_plane, sides

ORIGIN = (114.65, 33.62)
SPOT = st.tuples(st.integers(-60, 160), st.integers(-60, 160))
LINES = st.lists(st.tuples(SPOT, SPOT).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=12)


def drawing(lines: list[tuple[tuple[int, int], tuple[int, int]]]) -> Drawing:
    """Lines in metres as a network; the same spot is the same node."""
    ids: dict[tuple[int, int], int] = {}
    ends = [(ids.setdefault(one, len(ids)), ids.setdefault(other, len(ids))) for one, other in lines]
    lon, lat = degrees(np.array(list(ids), np.float64), ORIGIN)
    tail, head = np.array(ends, np.int64).T
    length = [max(1, round(float(np.hypot(b[0] - a[0], b[1] - a[1])) * 10)) for a, b in lines]
    return Drawing(lon, lat, tail, head, np.array(length, np.int32))


def yard(west: float = 0, south: float = 0, east: float = 100, north: float = 100) -> object:
    ring = np.array([(west, south), (east, south), (east, north), (west, north)], np.float64)
    return shapely.polygons(np.column_stack(degrees(ring, ORIGIN)))


def spots(*points: tuple[float, float], court: str = "a") -> Spots:
    lon, lat = degrees(np.array(points, np.float64), ORIGIN)
    return Spots(lon, lat, [court if 0 < x < 100 and 0 < y < 100 else "" for x, y in points])


def door(x: float, y: float, **changes: object) -> Door:
    lon, lat = degrees(np.array([(x, y)], np.float64), ORIGIN)
    values: dict[str, object] = {"length_m": 1.0, "use": Use(), "is_open": True, **changes}
    return Door("g", "a", float(lon[0]), float(lat[0]), **values)  # type: ignore[arg-type]


@given(LINES)
def test_nothing_crosses_a_wall(lines: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    given_ways = drawing(lines)
    wall = shapely.boundary(yard())
    found = cut(given_ways, [wall])
    made = found.drawing
    ends = np.stack(
        (
            np.column_stack((made.lon[made.tail], made.lat[made.tail])),
            np.column_stack((made.lon[made.head], made.lat[made.head])),
        ),
        axis=1,
    )
    flat = on_plane(list(shapely.linestrings(ends)), ORIGIN)
    ring = on_plane([wall], ORIGIN)[0]
    for line, source in zip(flat, found.source.tolist(), strict=True):
        assert shapely.distance(line, ring) > (0.2 if source in found.edge else 0)
    for edge in range(len(given_ways.tail)):
        parts = made.length_dm[found.source == edge].sum()
        assert parts <= given_ways.length_dm[edge] + len(lines)
        if edge not in found.edge:
            assert parts == given_ways.length_dm[edge], "what meets no wall stays whole"


@given(LINES, st.booleans())
def test_a_closed_yard_is_left_through_its_gate_only(
    lines: list[tuple[tuple[int, int], tuple[int, int]]], is_open: bool
) -> None:
    """A straight path runs through the yard and on; with the gate shut nobody comes out, whatever else is drawn."""
    path = ((10, 50), (150, 50))
    ways = Ways(drawing([path, *lines]), np.zeros(len(lines) + 1, bool))
    ground = build(ways, [Court("a", yard())], [door(100, 50, is_open=is_open)], spots((10, 50), (150, 50)))
    network = opened(ground.network, ground.passages())
    home, shop = ground.node.tolist()
    layer = nearest(network, seeds(np.array([shop])), 100_000, load("scipy"))
    if is_open:
        assert abs(int(layer.near[home]) - 1_400) <= 60
    else:
        assert layer.near[home] == FAR


def test_a_gate_has_an_inside_and_an_outside() -> None:
    area = yard()
    lon, lat = degrees(np.array([(100.0, 40.0)]), ORIGIN)
    inside, outside = sides(area, float(lon[0]), float(lat[0]))
    assert shapely.contains_xy(area, *inside)
    assert not shapely.contains_xy(area, *outside)


def test_a_yard_without_ways_is_estimated_from_its_gate() -> None:
    ways = Ways(drawing([((110, -50), (110, 150))]), np.zeros(1, bool))
    ground = build(ways, [Court("a", yard())], [door(100, 50)], spots((50, 50), (110, 120)))
    assert ground.estimated.tolist() == [True, False]
    layer = nearest(opened(ground.network, ground.passages()), seeds(ground.node[1:]), 10_000, load("scipy"))
    metres = layer.near[ground.node[0]] / 10
    assert metres == pytest.approx(49.5 * 1.3 + 1 + 9.5 + 70, abs=1.5)


@given(LINES, st.integers(-60, 100), st.integers(-60, 100))
def test_a_crop_keeps_every_way_that_enters_it(
    lines: list[tuple[tuple[int, int], tuple[int, int]]], west: int, south: int
) -> None:
    ways = Ways(drawing(lines), np.zeros(len(lines), bool))
    corner = degrees(np.array([(west, south), (west + 60, south + 60)], np.float64), ORIGIN)
    box = (float(corner[0][0]), float(corner[1][0]), float(corner[0][1]), float(corner[1][1]))
    part = cropped(ways, box).drawing
    given_ways = ways.drawing
    inside = (
        (given_ways.lon >= box[0])
        & (given_ways.lon <= box[2])
        & (given_ways.lat >= box[1])
        & (given_ways.lat <= box[3])
    )
    kept = inside[given_ways.tail] | inside[given_ways.head]
    assert sorted(part.length_dm.tolist()) == sorted(given_ways.length_dm[kept].tolist())
