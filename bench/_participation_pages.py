"""Every list, calendar and board of these rooms at 100 rows of each kind and at 100,000: statements and time, in turns.

Two whole nodes stand side by side, a small and a large one, each a process with a database of its own. Each page is asked
of the one and of the other, turn about and `--rounds` times, so that a busy machine slows both; told are the statements,
the median and the 99th percentile of each, the ratio of large to small, and how long the answer is: a calendar that shows
five hundred lines at most shows fewer of them where there are fewer, and may take as much longer as it is longer. Judged is the time in the database, for drawing depends on the page alone.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench._http import ROOT

FEW = 100
MOST_STATEMENTS = 14
SLOWER = 1.5  # times in the database, at most; more means that a page reads along with the rows
NOISE_MS = 5.0  # and never for a difference that nobody sees


class Node:
    """A process of `_participation_node`."""

    def __init__(self, rows: int, url: str) -> None:
        kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "JINLIN_HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench._participation_node", str(rows)],
            cwd=ROOT,
            env={**kept, **({"DATABASE_URL": url} if url else {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> Any:
        """Return the next line it says."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, page: int) -> tuple[int, float, float, float]:
        """Let it answer a page; returns (statements, milliseconds, of them in the database, kilobytes)."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{page}\n")
        self.process.stdin.flush()
        statements, took, asked, size = self.hear()
        return statements, took, asked, size

    def close(self) -> None:
        """Let it clear up and go."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)


@contextmanager
def _beside(url: str) -> Iterator[str]:
    """Give the small node a database beside the large one's; "" stays "" (a SQLite file in each home)."""
    if not url:
        yield ""
        return
    parts = urlsplit(url)
    name = parts.path.strip("/") + "_few"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(asked: Any) -> dict[str, Any]:
    """Build both nodes at once, ask them in turns, tell the table."""
    url = os.environ.get("DATABASE_URL", "")
    with ExitStack() as stack:
        small, large = (
            Node(rows, where) for rows, where in ((FEW, stack.enter_context(_beside(url))), (asked.rows, url))
        )
        stack.callback(small.close)
        stack.callback(large.close)
        first, second = small.hear(), large.hear()
        table = {
            name: _compared(small, large, page, asked.rounds) for page, name in enumerate(first["names"])
        }
    slow = [name for name, row in table.items() if not row["constant"]]
    return {
        "database": first["database"],
        "rows": [FEW, asked.rows],
        "rounds": asked.rounds,
        "filled_s": second["filled_s"],
        "counters_agree": second["agrees"],
        "pages": table,
        "grow": slow,
        "kept": not slow and all(second["agrees"].values()) and all(first["agrees"].values()),
    }


def _compared(small: Node, large: Node, page: int, rounds: int) -> dict[str, Any]:
    """Ask both in turns, the first answer of each thrown away: it warms the caches up."""
    small.ask(page)
    large.ask(page)
    few, many = [], []
    for turn in range(rounds):
        for node, told in ((small, few), (large, many)) if turn % 2 else ((large, many), (small, few)):
            told.append(node.ask(page))
    statements = [max(one[0] for one in told) for told in (few, many)]
    medians = [statistics.median(one[1] for one in told) for told in (few, many)]
    lasts = [statistics.quantiles([one[1] for one in told], n=100)[98] for told in (few, many)]
    queries = [statistics.median(one[2] for one in told) for told in (few, many)]
    size = [max(one[3] for one in told) for told in (few, many)]
    ratio, longer = medians[1] / medians[0], max(1.0, size[1] / size[0])
    reads = queries[1] / max(queries[0], 0.01)
    return {
        "sql": statements,
        "median_ms": [round(one, 1) for one in medians],
        "p99_ms": [round(one, 1) for one in lasts],
        "in_database_ms": [round(one, 2) for one in queries],
        "kilobytes": [round(one, 1) for one in size],
        "ratio": [round(ratio, 2), round(lasts[1] / lasts[0], 2)],
        "constant": statements[0] == statements[1] <= MOST_STATEMENTS
        and (reads <= SLOWER * longer or queries[1] - queries[0] < NOISE_MS),
    }
