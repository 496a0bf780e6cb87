"""Pieces of bench/circle.py: the network, the drawn facilities, the yardstick, and the programs run beside it.

python -m bench._circle_parts memory ENGINE NETWORK.npz     # peak bytes per node, in a process of its own
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from jinlin.circle import engines, reach
from jinlin.circle.files.osm import read_pbf
from jinlin.circle.network import FAR, Network, between

ROOT = Path(__file__).resolve().parents[1]
GEO = ROOT.parent / "shared" / "data" / "geo"
CATEGORIES, EACH, LIMIT_DM, SEED = 10, 300, 12_000, 20260310
RUNS = 5
PASSES = 10

PANDANA = """
import sys, time
import numpy as np, pandas as pd, pandana
data = np.load(sys.argv[1])
tail, head, metres = data["tail"], data["head"], data["length_dm"] / 10
network = pandana.Network(
    pd.Series(data["lon"]), pd.Series(data["lat"]), pd.Series(tail), pd.Series(head), pd.DataFrame({"m": metres})
)
took = []
for run in range(int(sys.argv[2]) + 1):
    started = time.process_time()
    for number, nodes in enumerate(data["doors"]):
        network.set_pois(str(number), 1200, 1, pd.Series(data["lon"][nodes]), pd.Series(data["lat"][nodes]))
        found = network.nearest_pois(1200, str(number), num_pois=1)[1].to_numpy()
    took.append(time.process_time() - started)
near = data["near"]
print(sorted(took[1:])[len(took) // 2 - 1], float(np.mean(np.abs(np.minimum(near, 12000) / 10 - found) <= 0.2)))
"""


def cpu(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Return the median CPU seconds of several runs."""
    took = []
    for _run in range(runs):
        started = time.process_time()
        work()
        took.append(time.process_time() - started)
    return statistics.median(took)


def porto() -> tuple[Network, float]:
    """Return the largest part of the Porto extract, and the CPU seconds of reading it."""
    started = time.process_time()
    whole = read_pbf(GEO / "porto_portugal.osm.pbf").network()
    kept = whole.component == 0
    place = np.cumsum(kept) - 1
    start = np.repeat(np.arange(whole.size), np.diff(whole.indptr))
    arcs = kept[start] & (start < whole.indices)
    ends = (place[start[arcs]], place[whole.indices[arcs]])
    network = between(whole.node_id[kept], whole.lon[kept], whole.lat[kept], ends, whole.length_dm[arcs])
    return network, time.process_time() - started


def facilities(network: Network) -> list[reach.Seeds]:
    """Draw 10 x 300 facilities as dense as the nodes are, with a fixed seed."""
    draw = np.random.default_rng(SEED)
    return [reach.seeds(draw.integers(0, network.size, EACH)) for _category in range(CATEGORIES)]


def yardstick(network: Network, near: Any) -> Callable[[], Any]:
    """Return ten relax passes over all half edges in memory order, on a layer where nothing is left to improve."""
    import numba  # noqa: PLC0415  the yardstick is compiled, whichever engine is measured

    @numba.njit
    def relax(indptr: Any, indices: Any, length: Any, near: Any) -> int:
        improved = 0
        for v in range(len(near)):
            base = near[v]
            for arc in range(indptr[v], indptr[v + 1]):
                offer = base + length[arc]
                if offer < near[indices[arc]]:
                    near[indices[arc]] = offer
                    improved += 1
        return improved

    def run() -> None:
        for _pass in range(PASSES):
            relax(network.indptr, network.indices, network.length_dm, near)

    while relax(network.indptr, network.indices, network.length_dm, near):
        continue
    return run


def save(network: Network, doors: list[reach.Seeds], near: Any, path: Path) -> None:
    """Write the network for the programs beside us; `near` is ours of the last category, to compare."""
    start = np.repeat(np.arange(network.size, dtype=np.int64), np.diff(network.indptr))
    once = start < network.indices
    np.savez(
        path,
        lon=network.lon,
        lat=network.lat,
        tail=start[once],
        head=network.indices[once].astype(np.int64),
        length_dm=network.length_dm[once],
        doors=np.array([each.node for each in doors]),
        near=near,
    )


def pandana(path: Path, folder: Path, runs: int) -> tuple[float, float] | str:
    """Return the peer's CPU seconds and the share of nodes it agrees on, or why it was skipped.

    It lives in an environment of its own for the time of the benchmark: its licence (AGPL) keeps it out of the product.
    """
    python = folder / "peer" / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", folder / "peer"], check=True, capture_output=True)
        packages = [python, "-m", "pip", "install", "--quiet", "pandana", "pandas", "numpy"]
        subprocess.run(packages, check=True, capture_output=True, timeout=600)
        done = subprocess.run(
            [python, "-c", PANDANA, path, str(runs)],
            check=True,
            capture_output=True,
            text=True,
            env={"OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"},
        )
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stderr", None) or str(error)
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return text.strip().splitlines()[-1][:160]
    seconds, agreed = done.stdout.split()[-2:]
    return float(seconds), float(agreed)


def peak_per_node(engine: str, path: Path) -> tuple[float, int]:
    """Return bytes per node above the interpreter with its packages loaded, in a process of its own."""
    command = [sys.executable, "-m", "bench._circle_parts", "memory", engine, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    return found["peak"] / found["nodes"], found["nodes"]


def _resident(field: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(row.split()[1]) * 1024 for row in status.splitlines() if row.startswith(field))


def _memory(name: str, path: Path) -> None:
    """Warm up on three nodes, then build, search and count on the whole; print the peak above that."""
    engine = engines.load(name)
    ends = (np.array([0, 1]), np.array([1, 2]))
    spots = np.zeros(3)
    tiny = between(np.arange(3), spots, spots, ends, np.array([10, 10], np.int32))
    _everything(tiny, [reach.seeds(np.array([0]))], engine)
    data = np.load(path)
    doors = [reach.seeds(nodes) for nodes in data["doors"]]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # start the high-water mark anew
    before = _resident("VmRSS")
    network = between(
        np.arange(len(data["lon"])), data["lon"], data["lat"], (data["tail"], data["head"]), data["length_dm"]
    )
    _everything(network, doors, engine)
    print(json.dumps({"peak": _resident("VmHWM") - before, "nodes": network.size}))


def _everything(network: Network, doors: list[reach.Seeds], engine: engines.Engine) -> int:
    reached = 0
    for each in doors:
        reached += int((reach.nearest(network, each, LIMIT_DM, engine).near < FAR).sum())
        reach.counts(network, each, [5_000, 10_000, LIMIT_DM], engine)
    return reached


def assess_seconds(runs: int = RUNS) -> tuple[float, float]:
    """Return the median wall and CPU seconds of `jinlin circle assess` on the reference city, start included."""
    import csv  # noqa: PLC0415  this figure alone needs them
    import gzip  # noqa: PLC0415  as above
    import resource  # noqa: PLC0415  as above

    with gzip.open(GEO / "porto_alegre_hex_population_facilities.csv.gz", "rt", encoding="utf-8") as handle:
        hexagons = list(csv.DictReader(handle))
    with tempfile.TemporaryDirectory() as folder:
        homes, places = Path(folder, "origins.csv"), Path(folder, "facilities.csv")
        rows = [f"{row['id']},{row['lon']},{row['lat']},{row['population']}\n" for row in hexagons]
        homes.write_text("id,lon,lat,population\n" + "".join(rows), encoding="utf-8")
        rows = [
            f"{row['id']},{row['lon']},{row['lat']},{name}\n"
            for name in ("schools", "healthcare")
            for row in hexagons
            if float(row[name] or 0) > 0
        ]
        places.write_text("id,lon,lat,category\n" + "".join(rows), encoding="utf-8")
        command = [sys.executable, "-m", "jinlin.cli", "circle", "assess", "--limits", "500,1000,1200"]
        command += ["--nodes", str(GEO / "porto_alegre_walk_nodes.parquet")]
        command += ["--edges", str(GEO / "porto_alegre_walk_edges.parquet")]
        command += ["--origins", str(homes), "--facilities", str(places), "--out", f"{folder}/out.csv"]
        wall, used = [], []
        for _run in range(runs):
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            wall.append(time.perf_counter() - started)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(wall), statistics.median(used)


if __name__ == "__main__" and sys.argv[1:2] == ["memory"]:
    _memory(sys.argv[2], Path(sys.argv[3]))
