"""The peer: a program without web server, framework or rules that makes the same writes, one transaction a case."""

from __future__ import annotations

import pickle
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from bench._http import Site

Transaction = list[tuple[str, tuple[Any, ...]]]


def read(file: Path) -> list[Transaction]:
    """Return the transactions that `_inside capture` wrote down."""
    taken: list[Transaction] = pickle.loads(file.read_bytes())  # noqa: S301  our own file
    return taken


def _on_sqlite(path: Path) -> Callable[[list[Transaction]], None]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "cache_size = -65536",
        "mmap_size = 268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")

    def play(transactions: list[Transaction]) -> None:
        for transaction in transactions:
            connection.execute("BEGIN IMMEDIATE")
            for sql, values in transaction:
                connection.execute(sql.replace("%s", "?"), values)
            connection.execute("COMMIT")

    return play


def _on_postgres(url: str) -> Callable[[list[Transaction]], None]:
    connection = psycopg.connect(url, autocommit=True)  # prepares statements by itself after a few uses

    def play(transactions: list[Transaction]) -> None:
        for transaction in transactions:
            with connection.transaction(), connection.cursor() as cursor:
                for sql, values in transaction:
                    cursor.execute(sql, values)

    return play


class Bare:
    """Plays written-down transactions on the database of a site, as fast as one connection can."""

    def __init__(self, site: Site, transactions: list[Transaction]) -> None:
        self.left = transactions
        self._play = _on_postgres(site.url) if site.url else _on_sqlite(site.home / "jinlin.sqlite3")

    def run(self, number: int) -> float:
        """Play the next transactions; returns cases per second."""
        now, self.left = self.left[:number], self.left[number:]
        began = time.perf_counter()
        self._play(now)
        return len(now) / (time.perf_counter() - began)
