"""The living circle's searches on the walking network of Porto (about 311,000 nodes), beside a yardstick and pandana.

    python -m bench.circle [--no-peer]

10 categories x 300 facilities drawn as dense as the nodes are (fixed seed), limit 1,200 m. The yardstick is one relax
pass over all half edges in memory order, in this process; ratios are of CPU seconds on one thread, medians of five
runs, the yardstick measured before and after. The peer lives in a temporary environment and is never installed here.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # `make bench` runs this file by its path

from bench import _circle_parts as parts
from jinlin.circle import engines, reach
from jinlin.circle.network import Network

SAMPLE = 1_500  # nodes searched from, to stand for a search from every node
PAIRS = (("numba", 4), ("scipy", 10))


def line(name: str, value: str, target: str = "") -> None:
    """Print one figure and, where the house has one, its target."""
    print(f"  {name:<58} {value:>16}   {target}")


def searches(network: Network, doors: list[reach.Seeds], ten_passes: float) -> dict[str, float]:
    """Time nearest of all categories with each engine; return seconds by engine."""
    took = {}
    for name, most in PAIRS:
        engine = engines.load(name)

        def run(engine: engines.Engine = engine) -> Any:
            return [reach.nearest(network, each, parts.LIMIT_DM, engine) for each in doors]

        run()
        took[name] = parts.cpu(run)
        ratio = took[name] / ten_passes
        line(f"nearest, {name}: x (10 passes)", f"{ratio:.2f}", f"at most {most}")
    return took


def counting(network: Network, doors: list[reach.Seeds]) -> None:
    """Time counts from the facilities, and one search per node on a sample."""
    limits = [parts.LIMIT_DM]
    fast = engines.load("numba")
    everything = reach.seeds(np.concatenate([each.node for each in doors]))
    ours = {
        name: parts.cpu(lambda name=name: reach.counts(network, everything, limits, engines.load(name)), runs)
        for name, runs in (("numba", parts.RUNS), ("scipy", 1))
    }
    nodes = np.random.default_rng(parts.SEED).integers(0, network.size, SAMPLE)
    sample = parts.cpu(lambda: reach.counts(network, reach.seeds(nodes), limits, fast))
    whole = sample / SAMPLE * network.size
    ball = int(reach.counts(network, everything, limits, fast).sum()) / len(everything.node)
    line("facilities counted, mean nodes within 1,200 m", f"{len(everything.node):,}, {ball:,.0f}")
    line("counts, numba, CPU s", f"{ours['numba']:.2f}")
    line("one search per node, same kernel, from a sample, CPU s", f"{whole:.1f}")
    line("counts: times cheaper than one search per node", f"{whole / ours['numba']:.0f}", "at least 30")
    line("counts, scipy: x numba", f"{ours['scipy'] / ours['numba']:.1f}")


def beside_pandana(path: Path, folder: Path, took: dict[str, float]) -> None:
    """Time the peer on the same ten categories."""
    peer = parts.pandana(path, folder, parts.RUNS)
    if isinstance(peer, str):
        print(f"  pandana skipped: {peer}")
        return
    seconds, agreed = peer
    line("pandana, nearest of ten categories, CPU s", f"{seconds:.2f}")
    line("nodes where pandana says the same within 0.2 m", f"{agreed:.2%}")
    for name, spent in took.items():
        line(f"pandana : {name}", f"{seconds / spent:.0f}", "at least 100" if name == "numba" else "")


def main(with_peer: bool) -> None:
    """Print every figure once."""
    network, reading = parts.porto()
    doors = parts.facilities(network)
    print(f"Porto: {network.size:,} nodes, {network.edges:,} edges; read in {reading:.1f} CPU s")
    fast = engines.load("numba")
    near = reach.nearest(network, doors[-1], parts.LIMIT_DM, fast).near
    building = parts.cpu(lambda: _chains(network))
    ten_passes = parts.yardstick(network, near.copy())
    before = parts.cpu(ten_passes, 15)
    line("10 passes, CPU ms", f"{before * 1000:.1f}")
    line("chains found once per network, CPU ms", f"{building * 1000:.0f}")
    took = searches(network, doors, before)
    counting(network, doors)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "porto.npz"
        parts.save(network, doors, near, path)
        for name, _most in PAIRS:
            line(f"peak, {name}, bytes per node", f"{parts.peak_per_node(name, path)[0]:.0f}", "at most 500")
        if with_peer:
            beside_pandana(path, Path(folder), took)
    if find_spec("bench._circle_gates"):
        import_module("bench._circle_gates").report(network, doors, line)
    wall, used = parts.assess_seconds()
    line("assess on Porto Alegre from the command line, s", f"{wall:.2f}", "under 5")
    line("  of it CPU s", f"{used:.2f}")
    after = parts.cpu(ten_passes, 15)
    line("10 passes again, CPU ms", f"{after * 1000:.1f}", f"{after / before - 1:+.0%}")


def _chains(network: Network) -> Any:
    from jinlin.circle.contraction import contract  # noqa: PLC0415  measured, not used

    return contract(network)


if __name__ == "__main__":
    if not (parts.GEO / "porto_portugal.osm.pbf").exists():
        print("bench.circle skipped: porto_portugal.osm.pbf is not beside this checkout")
        sys.exit(0)
    main("--no-peer" not in sys.argv)
