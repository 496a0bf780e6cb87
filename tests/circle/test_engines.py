"""The same questions to every engine, and to brute force."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.circle import engines
from jinlin.circle.engines import Engine
from jinlin.circle.network import FAR
from jinlin.circle.reach import Seeds, counts, nearest, within
from jinlin.kernel.errors import RuleBroken
from tests.circle.graphs import (
    built,
    each_facility,
    entrances,
    line,
    loaded,
    network_of,
    random_edges,
)

KINDS = ("ties", "tiny", "mixed")


@pytest.fixture(params=loaded())
def engine(request: pytest.FixtureRequest) -> Engine:
    return engines.load(request.param)


def some_seeds(rng: random.Random, size: int, offsets: bool) -> Seeds:
    """Make up to five facilities with up to three entrances each, twice at one node now and then."""
    pairs = [(rng.randrange(size), facility) for facility in range(5) for _door in range(rng.randint(0, 3))]
    return entrances(pairs, [rng.choice([0, 3, 40]) if offsets else 0 for _pair in pairs])


def test_the_engines_are_here() -> None:
    """Both are in the pinned environment; without numba the second half of these tests would not run."""
    assert loaded() == ["numba", "scipy"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offsets", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_nearest_is_what_brute_force_says(engine: Engine, kind: str, offsets: bool, seed: int) -> None:
    rng = random.Random(f"{kind}{seed}")
    size = rng.choice([2, 9, 40, 90])
    edges = random_edges(rng, size, kind)
    network, doors = built(edges, size), some_seeds(rng, size, offsets)
    limit = rng.choice([0, 25, 300, 12_000])
    layer = nearest(network, doors, limit, engine)
    apart = each_facility(edges, size, doors)
    best = [min((near[node] for near in apart.values()), default=FAR) for node in range(size)]
    assert layer.near.tolist() == [near if near <= limit else FAR for near in best]
    for node, facility in enumerate(layer.label.tolist()):
        if layer.near[node] == FAR:
            assert facility == -1
        else:
            assert apart[facility][node] == best[node]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offsets", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_counts_and_catchments_are_what_brute_force_says(
    engine: Engine, kind: str, offsets: bool, seed: int
) -> None:
    rng = random.Random(f"{kind}{seed}counts")
    size = rng.choice([2, 9, 60])
    edges = random_edges(rng, size, kind)
    network, doors = built(edges, size), some_seeds(rng, size, offsets)
    limits = [300, 25, 12_000, 0]
    apart = each_facility(edges, size, doors)
    found = counts(network, doors, limits, engine)
    for band, limit in enumerate(limits):
        expected = [sum(near[node] <= limit for near in apart.values()) for node in range(size)]
        assert found[band].tolist() == expected
    pairs = within(network, doors, 300, engine)
    told = list(zip(pairs.facility.tolist(), pairs.node.tolist(), pairs.distance_dm.tolist(), strict=True))
    expected_pairs = [
        (facility, node, near)
        for facility, row in sorted(apart.items())
        for node, near in enumerate(row)
        if near <= 300
    ]
    assert told == expected_pairs


@pytest.mark.parametrize("size", [3, 4, 7])
def test_a_ring_without_a_junction(engine: Engine, size: int) -> None:
    network = network_of([(node, (node + 1) % size, 10) for node in range(size)])
    layer = nearest(network, entrances([(size - 1, 0)]), 10_000, engine)
    assert layer.near.tolist() == [100 * min(node + 1, size - 1 - node) for node in range(size)]


def test_a_ring_on_a_stalk_and_two_facilities_in_one_chain(engine: Engine) -> None:
    """A chain whose two ends are the same junction, and a walk between two doors that no junction sees."""
    stalk = network_of([(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10), (4, 1, 10)])
    layer = nearest(stalk, entrances([(3, 0)]), 10_000, engine)
    assert layer.near.tolist() == [300, 200, 100, 0, 100]
    row = line(100, 1, 1, 1, 100)
    layer = nearest(row, entrances([(1, 0), (4, 1)]), 20, engine)
    assert layer.near.tolist() == [FAR, 0, 10, 10, 0, FAR]
    assert layer.label.tolist() == [-1, 0, 0, 1, 1, -1]


def test_one_way_streets_count_the_way_from_home(engine: Engine) -> None:
    """0 -> 1 -> 2 in a ring of one-way streets: the home at 1 walks on, not back."""
    network = network_of([(0, 1, 10), (1, 2, 20), (2, 0, 30)], oneway=np.array([True, True, True]))
    assert nearest(network, entrances([(0, 0)]), 10_000, engine).near.tolist() == [0, 500, 300]
    assert counts(network, entrances([(0, 0)]), [300], engine).tolist() == [[1, 0, 1]]


def test_entrances_count_once(engine: Engine) -> None:
    """F2: A-B-C-D-E of 400 m; X enters at A and C, Y at E. Counting doors would give 2, 2, 3, 2, 2."""
    found = counts(line(400, 400, 400, 400), entrances([(0, 0), (2, 0), (4, 1)]), [8000], engine)
    assert found.tolist() == [[1, 1, 2, 2, 2]]


def test_limits_are_inclusive(engine: Engine) -> None:
    """F1: 1,200 m round the wall is covered at 1,200, not at 1,199.9."""
    wall = line(475, 250, 475)
    for limit, expected in ((12_000, 12_000), (11_999, FAR)):
        assert nearest(wall, entrances([(3, 0)]), limit, engine).near[0] == expected
    assert counts(wall, entrances([(3, 0)]), [11_999, 12_000], engine)[:, 0].tolist() == [0, 1]


def test_no_facilities_reach_nobody(engine: Engine) -> None:
    network, nobody = line(10, 10), entrances([])
    assert nearest(network, nobody, 100, engine).near.tolist() == [FAR] * 3
    assert counts(network, nobody, [100], engine).tolist() == [[0, 0, 0]]
    assert len(within(network, nobody, 100, engine).node) == 0


graph = st.tuples(st.integers(0, 10**6), st.sampled_from([5, 30, 80]), st.sampled_from(KINDS))


@given(graph, st.integers(1, 2000), st.integers(0, 2000))
def test_more_facilities_and_longer_limits_never_take_away(
    case: tuple[int, int, str], limit: int, longer: int
) -> None:
    rng = random.Random(case[0])
    edges = random_edges(rng, case[1], case[2])
    network, doors = built(edges, case[1]), some_seeds(rng, case[1], True)
    fewer = Seeds(*(column[doors.facility < 3] for column in doors.arrays), 3)
    for name in loaded():
        engine = engines.load(name)
        few, many = (nearest(network, each, limit, engine).near for each in (fewer, doors))
        assert (many <= few).all()
        ascending = counts(network, doors, [limit, limit + longer], engine)
        assert (ascending[0] <= ascending[1]).all()
        assert (counts(network, fewer, [limit], engine)[0] <= ascending[0]).all()
        assert ((ascending[0] > 0) == (many < FAR)).all()


@given(graph, st.integers(0, 3000))
def test_engines_agree(case: tuple[int, int, str], limit: int) -> None:
    rng = random.Random(case[0] + 1)
    edges = random_edges(rng, case[1], case[2])
    network, doors = built(edges, case[1]), some_seeds(rng, case[1], case[0] % 2 == 0)
    answers: list[Any] = []
    for name in loaded():
        engine = engines.load(name)
        answers.append(
            [
                nearest(network, doors, limit, engine).near.tolist(),
                counts(network, doors, [limit // 2, limit], engine).tolist(),
                within(network, doors, limit, engine).distance_dm.tolist(),
            ]
        )
    assert all(answer == answers[0] for answer in answers)


def test_an_engine_is_chosen_by_name_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engines.load("auto", 10).name == "scipy"
    assert engines.load("auto").name == "numba"
    monkeypatch.setattr(engines, "available", lambda: ("scipy",))
    assert engines.load("auto").name == "scipy"
    with pytest.raises(RuleBroken, match="numba"):
        engines.load("numba")
    with pytest.raises(RuleBroken, match="julia"):
        engines.load("julia")


def test_without_numba_nothing_else_is_needed() -> None:
    """A machine without the extra: importing numba fails there, and the figures still come."""
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'numba' else found(name, package)\n"
        "from jinlin.circle import engines\n"
        "from tests.circle.graphs import entrances, line\n"
        "from jinlin.circle.reach import nearest\n"
        "engine = engines.load()\n"
        "print(engine.name, nearest(line(10, 20), entrances([(0, 0)]), 9999, engine).near.tolist())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "scipy [0, 100, 300]"


def test_machine_code_is_kept_where_only_we_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where numba finds no place of its own, the code goes into JINLIN_HOME, and without one it is not kept."""
    numba = pytest.importorskip("numba")
    from jinlin.circle.engines.numba_engine import compiled  # noqa: PLC0415  only where numba is

    asked: list[tuple[bool, str]] = []

    def njit(*, cache: bool = False, nogil: bool) -> Any:
        asked.append((cache, numba.config.CACHE_DIR))
        if cache and not str(numba.config.CACHE_DIR).startswith(str(tmp_path)):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(numba, "njit", njit)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.delenv("JINLIN_HOME", raising=False)
    assert compiled(len) is len
    monkeypatch.setenv("JINLIN_HOME", str(tmp_path))
    assert compiled(len) is len
    assert asked == [(True, ""), (False, ""), (True, ""), (True, str(tmp_path / "cache" / "numba"))]
