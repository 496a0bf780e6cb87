"""The figures of boards and counters, side by side: pages at ten million cases, counting in a move's time, recounting.

    .venv/bin/python bench/boards.py [--cases 10000000] [--quick] [--db sqlite|postgres|both]
        [--only recount|moves|pages|cores] [--asked 200] [--keep FOLDER]

Two nodes with Zhoukou's real tree run at once, one with counters as after 100,000 cases over three years, one as after
all of them; every page is asked of the one and then of the other, so that whatever else the machine does falls on both.
The counters are filled with arrays from the histories of real cases (`_histories.py`); tests prove that the product's
own way gives the same rows. The cases themselves need not exist, since no list is asked: 2,000 open ones do, in both.
Of the measured county every row is there; the others, which only the city's page sums up, have its own roll-ups: what
they have below would make the tables ten times larger, which is one step more in an index. Everything lies in a folder
of its own that is removed at the end (TMPDIR says where): 3 GB, and on two quiet cores some minutes a database.
With --keep both nodes stay in a folder and are asked again on the same day without being filled once more.
"--only cores" asks the pages without a server and takes the time of a core: what a busy machine can still measure. Of
PostgreSQL, whose part another process does, it sees the program's share only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import _http, case_loop
from bench._http import ROOT, Site, serving
from bench.case_loop import Figure, compare, compared, double, say, show, sites
from tests import pg

SMALL = 100_000
PARTS = ("recount", "moves", "pages")
MORE = ("cores",)  # pages again, in the time of a core instead of that of the clock: only when named
RECOUNTED = 30_000  # cases
LIVES = 90
HELD = "held.json"  # in the home of the small node, once both are filled
MOST_SHARE, LEAST_LINES, MOST_RATIO = 0.25, 20_000, 1.5


def step(site: Site, *words: object) -> dict[str, Any]:
    """Run one step of `_boards` on a site's database."""
    return case_loop.step(site, *words, module="bench._boards")


def asks(made: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return who asks for which address, by name: thirty days, a year, one and two filters, a map."""
    areas = made["areas"]
    today = date.fromisoformat(made["today"])
    year = f"from={today - timedelta(days=364)}&to={today}"
    wanted = {
        "city, 30 days": ("city", ""),
        "city, a year": ("city", year),
        "city, a year of one category": ("city", f"{year}&category=FAC"),
        "county, 30 days": ("county", ""),
        "county, a year": ("county", year),
        "county, a year of one source": ("county", f"{year}&source=hotline"),
        "county, 30 days of category and source": ("county", "category=FAC-02&source=web"),
        "department, a year": ("dept", year),
        "town, 30 days": ("town", ""),
        "town, a year": ("town", year),
        "village, a year": ("village", year),
    }
    pages = {
        name: (who, f"/board/{areas['county' if who == 'dept' else who]}?{query}")
        for name, (who, query) in wanted.items()
    }
    county = f"/board/{areas['county']}/areas.geojson"
    return pages | {
        "map of a county": ("county", county),
        "map of a county, a rate": ("county", f"{county}?by=close_rate"),
    }


def pages(ports: tuple[int, int], made: dict[str, Any], asked: int) -> list[Figure]:
    """Ask each board of the small and of the large node in turn."""
    figures = []
    for name, (who, path) in asks(made).items():
        requests = [_http.get(path, made["cookies"][who])]
        figures.append(told(_named(compare(name, requests, ports, asked), "")))
    return figures


def cores(small: Site, large: Site, made: dict[str, Any], asked: int) -> list[Figure]:
    """Ask each board inside two processes and take the time of a core: for a machine that does other things too."""
    figures = []
    for name, (who, path) in asks(made).items():
        running = [
            case_loop.started(site, "ask", path, made["cookies"][who], asked, module="bench._boards")
            for site in (small, large)
        ]
        took = [case_loop.ended(run)["seconds"] for run in running]
        figures.append(told(_named(compared(name, (took[0], took[1]), asked), "core ")))
    return figures


def _named(one: Figure, what: str) -> Figure:
    name = one.name[4:].split(", 10,000")[0]
    return Figure(f"p99 {what}{name}", one.shown, one.value, MOST_RATIO)


def told(figure: Figure) -> Figure:
    """Say a figure as soon as it is known: a run that is broken off has told something."""
    say(f"  {figure.name}: {figure.shown}, load average {os.getloadavg()[0]:.1f}")
    return figure


def recounted(site: Site) -> list[Figure]:
    """Run the very command, and let the check compare every counter it wrote."""
    made = step(site, "copies", RECOUNTED)
    command = [sys.executable, "-m", "jinlin.cli", "performance", "rebuild"]
    began = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=site.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout is not None
        counts = json.loads(run.stdout.read().splitlines()[-1])
        _pid, _status, used = os.wait4(run.pid, 0)
        run.returncode = 0
    took, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
    speed, retold = counts["events"] / cpu, step(site, "retold")
    shown = (
        f"{speed:,.0f} ({counts['events']:,} lines of {counts['cases']:,} cases to {counts['rows']:,} rows: {cpu:.1f} s of "
        f"a core with the start of the program, {took:.1f} s by the clock, {used.ru_maxrss / 1024:,.0f} MB)"
    )
    return [
        Figure("timeline lines copied from cases that lived", f"{made['lines']:,}"),
        Figure("timeline lines recounted a second of one core", shown, speed, LEAST_LINES, at_least=True),
        Figure(
            "counters that differ in the check",
            f"{retold['wrong']} in {retold['rows']:,} rows",
            retold["wrong"],
            0,
        ),
    ]


def measure(
    kind: str, cases: int, asked: int, parts: Sequence[str] = PARTS, keep: Path | None = None
) -> list[Figure]:
    """Return all figures of one kind of database."""
    with ExitStack() as stack:
        small, large = stack.enter_context(sites(kind) if keep is None else kept_sites(kind, keep))
        figures: list[Figure] = []
        held = _held(small, cases)
        if held is None:
            say(f"{kind}: the tree, and cases that live")
            held = {"made": step(small, "build"), "cases": cases}
            double(small, large)
            if "recount" in parts:
                say(f"{kind}: counting anew")
                figures += recounted(small)
            if parts == ("recount",):
                return figures
            held["filled"] = [filled(kind, small, SMALL), filled(kind, large, cases)]
            (small.home / HELD).write_text(json.dumps(held))
        figures += [Figure(*words) for words in held["filled"]]
        if "moves" in parts:
            say(f"{kind}: moves")
            moved = step(large, "moves", LIVES)
            shown = f"{moved['keep_ms']:.2f} of {moved['move_ms']:.2f} ms = {moved['share']:.0%}"
            figures.append(told(Figure("counting in a move's time", shown, moved["share"], MOST_SHARE)))
        if "cores" in parts:
            say(f"{kind}: boards of both nodes inside a process")
            figures += cores(small, large, held["made"], asked)
        if "pages" in parts:
            ports = stack.enter_context(serving(small)), stack.enter_context(serving(large))
            say(f"{kind}: boards of both nodes in turn")
            figures += pages(ports, held["made"], asked)
        return figures


def filled(kind: str, site: Site, number: int) -> tuple[str, str]:
    """Fill the counters of one site; returns the words of its line in the table."""
    say(f"{kind}: counters of {number:,} cases")
    began = time.monotonic()
    told = step(site, "fill", number)
    took = f"{time.monotonic() - began:.0f} s, {told['cpu']} of a core in Python"
    return f"counters of {number:,} cases", f"{told['rows']:,} rows, {told['bytes'] / 1e9:.1f} GB, {took}"


def _held(small: Site, cases: int) -> dict[str, Any] | None:
    """Return what was kept of the same number of cases today; other homes are emptied by whoever asks for them."""
    file = small.home / HELD
    if not file.exists():
        return None
    held: dict[str, Any] = json.loads(file.read_text())
    if held["cases"] == cases and held["made"]["today"] == step(small, "today")["today"]:
        return held
    raise SystemExit(
        f"{small.home.parent} holds other cases or another day's: remove it, or name another folder"
    )


@contextmanager
def kept_sites(kind: str, keep: Path) -> Iterator[tuple[Site, Site]]:
    """Yield two sites that stay; of a fill that was broken off nothing is used again."""
    home = keep.resolve() / kind
    if not (home / "small" / HELD).exists():
        shutil.rmtree(home, ignore_errors=True)
    (home / "small").mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        yield Site(home / "small"), Site(home / "large")
        return
    with kept_cluster(home / "cluster") as url:
        yield Site(home / "small", url), Site(home / "large", url.rsplit("/", 1)[0] + "/large")


@contextmanager
def kept_cluster(home: Path) -> Iterator[str]:
    """Yield the address of a cluster that stays; its word is kept beside it."""
    server = pg.Cluster(home, durable=True)
    word = home / "word"
    if word.exists():
        server._word = word.read_text()
        server.start()
    else:
        home.mkdir()
        server.make()
        word.write_text(server._word)
        word.chmod(0o600)
    try:
        yield server.url
    finally:
        server.stop()


def main() -> int:
    """Measure and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000_000)
    parser.add_argument("--quick", action="store_true", help="300,000 cases and short turns")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--only", choices=PARTS + MORE, action="append", help="leave the other parts out")
    parser.add_argument("--asked", type=int, default=200, help="how often each page is asked of each node")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave both nodes there, or ask those left there"
    )
    asked = parser.parse_args()
    cases, turns = (min(asked.cases, 300_000), 60) if asked.quick else (asked.cases, asked.asked)
    missed = False
    for kind in ("sqlite", "postgres") if asked.db == "both" else (asked.db,):
        figures = measure(kind, cases, turns, tuple(asked.only or PARTS), asked.keep)
        show(kind, figures)
        missed = missed or any(figure.verdict == "MISSED" for figure in figures)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
