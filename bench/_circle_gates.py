"""What-if and siting on the walking network of Porto: a gate, a facility, sixty sites, and a county's tiles.

    python -m bench._circle_gates        # alone; bench/circle.py calls report()

Candidate gates as in design/living-circle.md 4.4: random pairs of nodes 5 to 60 m apart in a straight line and more
than 300 m on foot. A recomputation is nearest for all ten categories with the same engine on a network whose chains are
known already, the cheapest there is; the honest one, with the gate built into the network, stands beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import _circle_parts as parts
from jinlin.circle import changes, engines, reach, tiles
from jinlin.circle.gates import Gates, Layers, Scores, gain, rank, score, searched
from jinlin.circle.gates.auto import propose
from jinlin.circle.gates.engine import load as load_openings
from jinlin.circle.gates.layers import arcs_of
from jinlin.circle.ground import local_metres, origin_of
from jinlin.circle.network import Network, whole_decimetres
from jinlin.circle.sharing import Passage, opened
from jinlin.circle.siting import Budget, Effort, choose
from jinlin.circle.siting.ground import problem

Line = Callable[..., None]
LIMIT_DM = parts.LIMIT_DM
PAIRS, CHECKED, PLAIN = 200_000, 100, 200
TILES = 24
CELLS, SITES, BUDGET, RADIUS_DM = 40_000, 2_000, 60, 10_000


def population(network: Network) -> Any:
    """Draw people at the nodes, with a fixed seed."""
    return np.random.default_rng(parts.SEED + 1).integers(0, 20, network.size).astype(np.float64)


def candidates(network: Network) -> Gates:
    """Draw pairs of nodes that stand close and are far apart on foot."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  only here

    spot = local_metres(network.lon, network.lat, origin_of(network.lon, network.lat))
    close = cKDTree(spot).query_pairs(60, output_type="ndarray")
    close = close[np.lexsort((close[:, 1], close[:, 0]))]
    draw = np.random.default_rng(parts.SEED)
    close = np.sort(close[draw.choice(len(close), min(PAIRS, len(close)), replace=False)], axis=1)
    u, v = close[:, 0].astype(np.int32), close[:, 1].astype(np.int32)
    straight = np.hypot(*(spot[u] - spot[v]).T)
    far = load_openings("numba").apart(arcs_of(network), (u, v), np.full(len(u), 3_000, np.int32))
    kept = far & (straight >= 5)
    return Gates(u[kept], v[kept], whole_decimetres(straight[kept]))


def _searched(network: Network, doors: list[reach.Seeds], engine: engines.Engine) -> list[reach.Layer]:
    return [reach.nearest(network, each, LIMIT_DM, engine) for each in doors]


def gates(network: Network, doors: list[reach.Seeds], line: Line) -> None:
    """Time a gate beside a recomputation, and check a hundred gates against it."""
    fast, openings = engines.load("numba"), load_openings("numba")
    layers = searched(network, doors, population(network), LIMIT_DM, fast)
    some = candidates(network)
    scores = score(network, layers, some, openings)
    once = parts.cpu(lambda: _searched(network, doors, fast))
    each = parts.cpu(lambda: score(network, layers, some, openings)) / len(some)
    passage = [Passage(*some.one(0))]
    honest = parts.cpu(lambda: _searched(opened(network, passage), doors, fast), 3)
    changed = (scores.settled > 0).mean(), (scores.people > 0).mean()
    line(
        "gates ranked; change something, bring somebody in",
        f"{len(some):,}; {changed[0]:.0%}, {changed[1]:.0%}",
    )
    line(
        "nodes repaired a gate: mean, p99",
        f"{scores.settled.mean():.0f}, {np.percentile(scores.settled, 99):.0f}",
    )
    line("one gate, ten categories, numba, CPU us", f"{each * 1e6:.1f}")
    line("recomputing ten categories : one gate", f"{once / each:,.0f}", "at least 1,000")
    line("  with the gate built into the network : one gate", f"{honest / each:,.0f}")
    plain = some.of(np.arange(min(PLAIN, len(some))))
    slow = parts.cpu(lambda: score(network, layers, plain, load_openings("scipy")), 1) / len(plain)
    line("one gate, ten categories, plain Python, CPU us", f"{slow * 1e6:.0f}")
    line(
        "gates equal to a full recomputation",
        _exact(network, doors, layers, (some, scores)),
        f"all of {CHECKED}",
    )
    started = time.process_time()
    proposed = propose(network, layers, engine=openings)
    spent = time.process_time() - started
    line("gates proposed by --auto on the whole city, CPU s", f"{len(proposed):,}, {spent:.1f}")


def _exact(network: Network, doors: list[reach.Seeds], layers: Layers, ranked: tuple[Gates, Scores]) -> str:
    """Recompute the ten best gates and random ones; count those whose every figure agrees."""
    some, scores = ranked
    best = rank(scores, some)[:10]
    rest = np.random.default_rng(parts.SEED).permutation(np.setdiff1d(np.arange(len(some)), best))
    fast, agreed = engines.load("numba"), 0
    for gate in [*best.tolist(), *rest[: CHECKED - len(best)].tolist()]:
        wider = opened(network, [Passage(*some.one(gate))])
        after = searched(wider, doors, layers.people, LIMIT_DM, fast)
        newly, saved = gain(layers, after)
        agreed += bool((scores.newly[gate] == newly).all() and (scores.saved_dm[gate] == saved).all())
    return f"{agreed} of {CHECKED}"


def facility(network: Network, doors: list[reach.Seeds], line: Line) -> None:
    """Time one facility that opens, closes or moves beside a search of its category."""
    fast, repair, own = engines.load("numba"), changes.load("numba"), doors[0]
    once = parts.cpu(lambda: reach.nearest(network, own, LIMIT_DM, fast))
    layer = changes.copied(reach.nearest(network, own, LIMIT_DM, fast))
    start = changes.copied(layer)
    spots = np.random.default_rng(parts.SEED + 3).integers(0, network.size, 100)
    fresh = [reach.seeds(np.array([spot]), np.array([own.facilities])) for spot in spots]
    left = [reach.seeds(np.where(own.facility == gone, -1, own.node), own.facility) for gone in range(100)]
    moved = [reach.seeds(np.array([spot]), np.array([gone])) for gone, spot in enumerate(spots)]

    def add() -> None:
        for each in fresh:
            changes.add_facility(network, layer, each, repair).restore(layer)

    def close() -> None:
        for gone, stay in enumerate(left):
            changes.close_facility(network, layer, gone, stay, repair).restore(layer)

    def move() -> None:
        for to, stay in zip(moved, left, strict=True):
            changes.move_facility(network, layer, to, stay, repair).restore(layer)

    for name, run in (("opens", add), ("closes", close), ("moves", move)):
        run()
        spent = parts.cpu(run) / 100
        line(f"search of a category : a facility {name}", f"{once / spent:.0f}", "at least 10")
    back = (layer.near == start.near).all() and (layer.label == start.label).all()
    line("layer as before after 1,800 what-ifs", "yes" if back else "NO", "yes")


def siting(network: Network, line: Line) -> None:
    """Time sixty sites of 2,000 for 40,000 cells within 1 km, searches included, without any solver."""
    draw = np.random.default_rng(parts.SEED + 2)
    cells = draw.choice(network.size, CELLS, replace=False).astype(np.int32)
    people = np.ceil(draw.lognormal(3, 1, CELLS) / 10) * 10
    sites = draw.choice(network.size, SITES, replace=False).astype(np.int32)
    none = reach.seeds(np.zeros(0, np.int32))
    for name in ("numba", "scipy"):
        engine = engines.load(name)
        started, used = time.perf_counter(), time.process_time()
        covers = problem(network, (cells, people), none, sites, radius_dm=RADIUS_DM, engine=engine)
        searched = time.process_time() - used
        found = choose(covers, Budget(BUDGET), Effort(seconds=9), solver=False)
        wall, spent = time.perf_counter() - started, time.process_time() - used
        size = f"{len(covers.people):,}, {len(covers.rows):,}"
        line(f"siting 40,000 x 2,000, P 60, 1 km ({name}): rows, entries", size)
        line("  covered, proved bound", f"{found.covered_share:.2%}, {found.upper_bound_share:.2%}")
        line("  certified gap", f"{found.gap_of_new:.2%}", "at most 2 %")
        line("  s (CPU s, of it searches)", f"{wall:.1f} ({spent:.1f}, {searched:.1f})", "within 10")


def tiled(network: Network, doors: list[reach.Seeds], line: Line) -> None:
    """Compute the city in 24 tiles drawn at random and compare every cell with the whole."""
    fast, draw = engines.load("numba"), np.random.default_rng(parts.SEED + 4)
    spot = local_metres(network.lon, network.lat, origin_of(network.lon, network.lat))
    centre = spot[draw.integers(0, network.size, TILES)]
    county = np.argmin(((spot[:, None, :] - centre[None, :, :]) ** 2).sum(axis=2), axis=1)
    people, limits = population(network) + 0.1, [5_000, 10_000, LIMIT_DM]
    supply = tiles.Supply(doors[0], draw.uniform(10, 99, doors[0].facilities), people)
    whole = reach.nearest(network, doors[0], LIMIT_DM, fast)
    parted = tiles.nearest(network, county, doors[0], LIMIT_DM, fast)
    same = (parted.near == whole.near).all() and (parted.label == whole.label).all()
    counted = tiles.counts(network, county, doors[0], limits, fast)
    same &= (counted == reach.counts(network, doors[0], limits, fast)).all()
    pairs = reach.within(network, doors[0], LIMIT_DM, fast)
    access = reach.two_step(pairs, supply.capacity, people).score
    same &= (tiles.two_step(network, county, supply, LIMIT_DM, fast) == access).all()
    some = candidates(network).of(np.arange(0, 15_000, 10))
    asked = tiles.Asked(doors[:2], people, LIMIT_DM)
    one = score(network, searched(network, doors[:2], people, LIMIT_DM, fast), some)
    other = tiles.scores(network, county, some, asked, fast)
    same &= (one.newly == other.newly).all() and (one.saved_dm == other.saved_dm).all()
    line(
        f"nearest, counts, access, gates in {TILES} tiles = the whole", "yes" if same else "NO", "bit for bit"
    )


def memory(network: Network, doors: list[reach.Seeds], line: Line) -> None:
    """Measure the peak of ranking gates, above the interpreter with its packages, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "porto.npz"
        parts.save(network, doors, np.zeros(0), path)
        command = [sys.executable, "-m", "bench._circle_gates", "memory", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=parts.ROOT)
    found = json.loads(done.stdout)
    line("peak while ranking gates, bytes per node", f"{found['peak'] / found['nodes']:.0f}", "at most 500")


def _memory(path: Path) -> None:
    from jinlin.circle.network import between  # noqa: PLC0415  in a process of its own

    fast, openings = engines.load("numba"), load_openings("numba")
    spots = np.arange(3) / 1e5
    tiny = between(
        np.arange(3), spots, spots, (np.array([0, 1]), np.array([1, 2])), np.array([10, 10], np.int32)
    )
    few = searched(tiny, [reach.seeds(np.array([0]))] * 2, np.ones(3), LIMIT_DM, fast)
    score(tiny, few, propose(tiny, few, engine=openings), openings)
    data = np.load(path)
    doors = [reach.seeds(nodes) for nodes in data["doors"]]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # start the high-water mark anew
    before = parts._resident("VmRSS")
    ends = (data["tail"], data["head"])
    network = between(np.arange(len(data["lon"])), data["lon"], data["lat"], ends, data["length_dm"])
    layers = searched(network, doors, population(network), LIMIT_DM, fast)
    score(network, layers, propose(network, layers, engine=openings), openings)
    print(json.dumps({"peak": parts._resident("VmHWM") - before, "nodes": network.size}))


def report(network: Network, doors: list[reach.Seeds], line: Line) -> None:
    """Print every figure of this page; `line` takes name, value, target."""
    gates(network, doors, line)
    facility(network, doors, line)
    siting(network, line)
    tiled(network, doors, line)
    memory(network, doors, line)


def _line(name: str, value: str, target: str = "") -> None:
    print(f"  {name:<58} {value:>16}   {target}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        _memory(Path(sys.argv[2]))
    else:
        whole, _seconds = parts.porto()
        report(whole, parts.facilities(whole), _line)
