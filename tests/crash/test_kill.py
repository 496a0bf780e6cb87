"""kill -9 under four writers: whatever a person was told is done stands there afterwards, and stands there once.

trust.md 14 row 1. Kills happen at random moments; CRASH_SEED repeats a run's moments, CRASH_ROUNDS makes more of them.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.crash.clients import Deed, Judge, Node, Writer, allowed_start, shots
from tests.pg import running

URL = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = URL.startswith("postgres")
ROUNDS = int(os.environ.get("CRASH_ROUNDS", 3 if ON_POSTGRES else 10))
SEED = int(os.environ.get("CRASH_SEED", 20261))
WRITERS = 4


@contextmanager
def _database() -> Iterator[str]:
    """Give a database of our own: a file of the node's home, or a new database beside the suite's."""
    if not ON_POSTGRES:
        yield ""
        return
    name = f"crash_{os.getpid()}"
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield URL.rsplit("/", 1)[0] + "/" + name
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def _crew(judge: Judge, rng: random.Random) -> list[Writer]:
    men = judge.crew
    return [
        Writer(n, men[n % len(men)]["key"], men[n % len(men)]["place"], random.Random(rng.random()))
        for n in range(WRITERS)
    ]


def _round(node: Node, writers: list[Writer], seconds: float, shoot: Callable[[], None]) -> float:
    """Let everybody write, shoot, start again, send again what got no answer; returns the seconds of the start."""
    stop = threading.Event()
    threads = [threading.Thread(target=one.work, args=(node.port, stop), daemon=True) for one in writers]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    shoot()
    stop.set()
    for thread in threads:
        thread.join(40)
    assert not any(thread.is_alive() for thread in threads), "a client hangs on a dead server"
    took = node.start()
    for writer in writers:
        writer.settle(node.port)
    return took


def _verdict(found: dict[str, Any], deeds: list[Deed]) -> list[str]:
    """Compare what people were told with what stands there."""
    faults = list(found["faults"])
    refused = Counter((deed.verb, deed.status) for deed in deeds if not deed.acknowledged)
    faults += [f"{n} times {verb} was answered {status}" for (verb, status), n in refused.items()]
    reports = [deed for deed in deeds if deed.verb == "report"]
    for deed in reports:
        stands = found["appeals"].get(deed.body["text"], [])
        if stands != [deed.code]:
            faults.append(f"told {deed.code} for one report, there stands {stands}")
    if found["cases"] != len(reports):
        faults.append(f"{found['cases']} cases stand for {len(reports)} reports")
    done: dict[str, list[str]] = {deed.code: ["report"] for deed in reports}
    for deed in deeds:
        if deed.verb != "report":
            done.setdefault(deed.code, []).append(deed.verb)
    for code, verbs in done.items():
        if found["verbs"].get(code) != verbs:
            faults.append(f"{code}: told {verbs}, there stands {found['verbs'].get(code)}")
    return faults


def _fight(node: Node, rounds: int, shoot: Callable[[int], None], *, failures: int = 0) -> None:
    """Run the rounds; `shoot` is told the number of the round, at most `failures` answers may be a 5xx."""
    rng = random.Random(SEED)
    judge = Judge(node)
    try:
        writers = _crew(judge, rng)
        node.start()
        for number, seconds in shots(rng, rounds, 0.3, 1.5):
            took = _round(node, writers, seconds, lambda number=number: shoot(number))
            deeds = [deed for writer in writers for deed in writer.deeds]
            faults = _verdict(judge.ask(), deeds)
            failed = sum(deed.failures for deed in deeds)
            faults += [f"{failed} answers with a 5xx"] if failed > failures else []
            where = f"round {number}, shot after {seconds:.3f} s, seed {SEED}"
            assert not faults, f"{where}: {len(faults)} faults\n" + "\n".join(faults[:20])
            assert took <= allowed_start(), f"{where}: the node took {took:.1f} s to start"
            sys.stdout.write(f"{where}: {len(deeds)} deeds, started in {took:.1f} s\n")
        assert sum(deed.acknowledged for deed in deeds) > rounds * WRITERS
    finally:
        node.kill()
        judge.close()


def test_kill_the_server(tmp_path: Path) -> None:
    with _database() as url:
        node = Node(tmp_path, url)
        _fight(node, ROUNDS, lambda _number: node.kill())


@pytest.mark.postgres_only(reason="there is no second process to kill on SQLite")
def test_kill_the_database(tmp_path: Path) -> None:
    """Kill PostgreSQL with all its processes: under a server that lives on, then together with the server."""
    with running(durable=True) as cluster:
        node = Node(tmp_path, cluster.url)

        def shoot(number: int) -> None:
            cluster.kill()
            if number > 1:
                node.kill()
            cluster.start()

        _fight(node, 2, shoot, failures=2 * WRITERS)  # one for each writer in each round
