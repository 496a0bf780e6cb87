"""The figures of the closed loop, measured side by side in one run: statements, lists at a million cases, reports a second.

    .venv/bin/python bench/case_loop.py [--cases 1000000] [--quick] [--db sqlite|postgres|both]

Two nodes run at once, one with 10,000 cases and one with all of them; every page is asked of the one and then of the
other, so that whatever else the machine does falls on both. The small database has as many open cases as fill its
lists, so both draw full pages. Reports go through `jinlin serve` with its limits on; the peer is a program without
web server, framework or rules (`_bare.py`) that makes the same writes on the same database, in turns with it.
Everything is durable: fsync on both databases. It needs about 3 GB of disk and some minutes a database.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from bench import _bare, _http
from bench._http import ROOT, Crowd, Line, Site, serving
from tests import pg

SMALL = 10_000
CLIENTS, WRITERS = 8, 16
PARTS = 4  # in which a p99 is taken
VIEWS = ("mine", "open", "overdue", "check", "closed")


@dataclass(frozen=True)
class Size:
    """How much is done: cases loaded, pages asked, seconds of writing."""

    cases: int
    asked: int = 800
    blocks: int = 4
    seconds: float = 5.0
    played: int = 500  # transactions of the peer in one block


QUICK = {"asked": 200, "blocks": 2, "seconds": 2.0, "played": 150}


@dataclass(frozen=True)
class Figure:
    """One line of the table; `limit` is the most it may be, or the least when `at_least`."""

    name: str
    shown: str
    value: float = 0.0
    limit: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the target is met."""
        if self.limit is None:
            return ""
        good = self.value >= self.limit if self.at_least else self.value <= self.limit
        return "ok" if good else "MISSED"

    @property
    def target(self) -> str:
        """Return the target in words."""
        return "" if self.limit is None else f"{'>=' if self.at_least else '<='} {self.limit:g}"


def step(site: Site, *words: object, module: str = "bench._inside") -> dict[str, Any]:
    """Run one step of `_inside` (or another module of steps) on a site's database."""
    return ended(started(site, *words, module=module))


def started(site: Site, *words: object, module: str = "bench._inside") -> subprocess.Popen[str]:
    """Start one step, for two that run side by side."""
    command = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, env=site.environment(), stdout=subprocess.PIPE, text=True)


def ended(run: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for a step; returns what it told."""
    words, _nothing = run.communicate()
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, run.args)
    told: dict[str, Any] = json.loads(words.splitlines()[-1])
    return told


def say(sentence: str) -> None:
    """Tell on stderr what is going on."""
    sys.stderr.write(f"· {sentence}\n")


@contextmanager
def sites(kind: str) -> Iterator[tuple[Site, Site]]:
    """Yield two empty sites on one kind of database."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jinlin-bench-")))
        homes = home / "small", home / "large"
        homes[0].mkdir()
        if kind == "sqlite":
            yield Site(homes[0]), Site(homes[1])
            return
        url = stack.enter_context(pg.cluster(durable=True))
        yield Site(homes[0], url), Site(homes[1], url.rsplit("/", 1)[0] + "/large")


def double(small: Site, large: Site) -> None:
    """Give the large site a copy of what the small one has: database, files, keys."""
    shutil.copytree(small.home, large.home)
    if small.url:
        with psycopg.connect(small.url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE large TEMPLATE jinlin")


def p99(seconds: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]


def pages(ports: tuple[int, int], made: dict[str, Any], asked: int) -> list[Figure]:
    """Ask each page of the small and of the large node in turn."""
    cookies = made["cookies"]
    track = [
        _http.post(f"/api/v1/track/{one['code']}", {"digits": "8000"}, {"Accept": "application/json"})
        for one in made["tracked"]
    ]
    wanted = {
        "desk list": [_http.get(f"/desk/?view={view}", cookies["county"]) for view in VIEWS],
        "department's list": [_http.get(f"/desk/?view={view}", cookies["dept"]) for view in VIEWS],
        "grid worker's list": [_http.get("/field/", cookies["grid"])],
        "resident tracking": track,
    }
    return [compare(name, requests, ports, asked) for name, requests in wanted.items()]


def compare(name: str, requests: list[bytes], ports: tuple[int, int], asked: int) -> Figure:
    """Ask both nodes in turn; their p99 and ratio are the middle one of four parts, so that no hiccup decides."""
    lines = [Line(port) for port in ports]
    took: tuple[list[float], list[float]] = ([], [])
    warm = len(requests) + 20
    for number, request in zip(range(asked + warm), cycle(requests), strict=False):
        for line, kept in zip(lines, took, strict=True):
            began = time.perf_counter()
            status = line.ask(request)
            if status != 200:
                raise RuntimeError(f"{name} was answered {status}")
            if number >= warm:
                kept.append(time.perf_counter() - began)
    return compared(name, took, asked)


def compared(name: str, took: tuple[list[float], list[float]], asked: int) -> Figure:
    """Return the p99 of two series of seconds and their ratio."""
    part = asked // PARTS
    high = [[p99(kept[at : at + part]) * 1000 for at in range(0, part * PARTS, part)] for kept in took]
    ratio = statistics.median(large / small for small, large in zip(*high, strict=True))
    small, large = (statistics.median(column) for column in high)
    middle = [statistics.median(kept) * 1000 for kept in took]
    shown = f"{small:.0f} -> {large:.0f} ms = {ratio:.2f}x (median {middle[0]:.0f} -> {middle[1]:.0f})"
    return Figure(f"p99 {name}, {SMALL:,} -> all", shown, ratio, 1.5)


def statements(told: dict[str, Any]) -> list[Figure]:
    """Turn the counted statements into figures; a cold process counts, a warm one is told beside."""
    limits = {"case page": 15, "report, one transaction": 25}
    return [
        Figure(f"SQL {name}", f"{cold} cold, {warm} warm", cold, limits.get(name, 12))
        for name, (cold, warm) in told.items()
    ]


def writing(kind: str, site: Site, port: int, made: dict[str, Any], size: Size) -> list[Figure]:
    """Let clients report and the peer play in turns; then let 16 writers meet."""
    say("writing down what the peer plays")
    file = site.home / "transactions"
    told = step(site, "capture", size.blocks * size.played + 50, made["other"], file)
    peer = _bare.Bare(site, _bare.read(file))
    villages = cycle(made["villages"])
    crowd = Crowd(port, lambda: _http.report(next(villages)))
    say("reports and peer in turns")
    crowd.run(CLIENTS, 2.0)
    peer.run(50)
    rates = [(crowd.run(CLIENTS, size.seconds), peer.run(size.played)) for _block in range(size.blocks)]
    share = statistics.median(ours / bare for ours, bare in rates)
    ours, bare = (statistics.median(column) for column in zip(*rates, strict=True))
    figures = [
        Figure(
            f"reports/s over HTTP vs bare program ({told['writes']} writes)",
            f"{ours:.0f} vs {bare:.0f} = {share:.0%}",
            share,
            0.4,
            at_least=True,
        )
    ]
    fair = Crowd(port, lambda: _http.report(next(villages)))
    rate = fair.run(WRITERS, 2 * size.seconds)
    high, middle = p99(fair.seconds) * 1000, statistics.median(fair.seconds) * 1000
    shown = f"{high:.0f} / {middle:.0f} ms = {high / middle:.1f}x at {rate:.0f}/s"
    figures.append(
        Figure(f"{WRITERS} writers, p99 / median", shown, high / middle, 10 if kind == "sqlite" else None)
    )
    refused = crowd.refused + fair.refused
    if refused:
        raise RuntimeError(f"{len(refused)} reports were refused, first with {refused[0]}")
    return figures


def measure(kind: str, size: Size) -> list[Figure]:
    """Return all figures of one kind of database."""
    with sites(kind) as (small, large):
        say(f"{kind}: the tree and the first {SMALL:,} cases")
        made = step(small, "build", SMALL)
        double(small, large)
        say(f"{kind}: up to {size.cases:,} cases")
        began = time.monotonic()
        grown = step(large, "grow", size.cases)
        loaded = Figure(
            "loaded", f"{grown['cases']:,} cases, {grown['open']:,} open in {time.monotonic() - began:.0f} s"
        )
        say(f"{kind}: statements")
        figures = [loaded, *statements(step(large, "statements"))]
        with serving(large) as port:
            with serving(small) as other:
                say(f"{kind}: pages of both nodes in turn")
                figures += pages((other, port), made, size.asked)
            figures += writing(kind, large, port, made, size)
    return figures


def show(kind: str, figures: list[Figure]) -> None:
    """Print the table of one kind of database."""
    wide = max(len(figure.name) for figure in figures)
    busy = f"{os.cpu_count()} cores, load average {os.getloadavg()[1]:.1f} while measuring"
    sys.stdout.write(f"\n{kind} ({busy})\n")
    for figure in figures:
        sys.stdout.write(
            f"  {figure.name:<{wide}}  {figure.target:>7}  {figure.verdict:<6}  {figure.shown}\n"
        )
    sys.stdout.flush()


def main() -> int:
    """Measure and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="50,000 cases and short turns")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    asked = parser.parse_args()
    size = Size(min(asked.cases, 50_000), **QUICK) if asked.quick else Size(asked.cases)
    missed = False
    for kind in ("sqlite", "postgres") if asked.db == "both" else (asked.db,):
        figures = measure(kind, size)
        show(kind, figures)
        missed = missed or any(figure.verdict == "MISSED" for figure in figures)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
