"""Django's SQLite backend with durable settings, the fair write gate, and refusal of writes outside atomic().

ENGINE = "jinlin.kernel.sqlite3". The settings need no OPTIONS: WAL, synchronous FULL (a power cut loses
nothing that was answered), BEGIN IMMEDIATE, 30 s of patience, 64 MiB cache, 256 MiB mmap, temp tables in memory.
Every `atomic()` is a write transaction here, so reads stay outside of it (design/trust.md sections 3.3, 9.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError, ProgrammingError

from .creation import DatabaseCreation
from .gate import Gate, GateTimeout

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 268435456",
    "PRAGMA temp_store = MEMORY",
)
PATIENCE_S = 30.0
NORMAL = 1  # PRAGMA synchronous: in WAL mode a power cut may take the last commits, never the database

_WRITE = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)"
    r"\s+[\"`\[]?(\w+)",
    re.IGNORECASE | re.DOTALL,
)
# Tables that only Django's own code writes, in single statements of their own (migrations, sessions, jobs).
_FRAMEWORK = ("django_", "auth_", "sqlite_")


@lru_cache(maxsize=1024)
def _with_question_marks(query: str) -> str:
    """Return a statement with SQLite's own marks; the same few statements come again and again."""
    return str(base.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")


class GuardedCursor(base.SQLiteCursorWrapper):
    """A cursor that lets a write through only inside a transaction, that is, inside the gate."""

    def __init__(self, connection: Any, owner: DatabaseWrapper) -> None:
        super().__init__(connection)
        self._owner = owner

    def convert_query(self, query: str, *, param_names: Any = None) -> Any:
        if param_names is None:
            return _with_question_marks(query)
        return super().convert_query(query, param_names=param_names)

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction:
            return super().execute(query, params)
        with self._owner.guard(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self._owner.guard(query):
            return super().executemany(query, param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection: takes the gate at the outermost `atomic()` and frees it at its end."""

    creation_class = DatabaseCreation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: Gate | None = None

    @property
    def gate(self) -> Gate:
        """The gate of the database that this connection is set to now (tests move it)."""
        name = str(self.settings_dict["NAME"])
        if self._gate is None or self._gate.database != name:
            if self._gate is not None:
                self._gate.close()
            self._gate = Gate(name, None if self.is_in_memory_db() else f"{name}.gate")
        return self._gate

    def get_connection_params(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_connection_params()
        kwargs.setdefault("timeout", PATIENCE_S)
        if self.transaction_mode is None:  # type: ignore[has-type]
            self.transaction_mode = "IMMEDIATE"
        return kwargs

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        for pragma in self._extra_pragmas():
            connection.execute(pragma)
        return connection

    def _extra_pragmas(self) -> tuple[str, ...]:
        """Let a test run trade durability for speed; never used by a node that serves people."""
        return ("PRAGMA synchronous = OFF",) if getattr(self.creation, "made_for_tests", False) else ()

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=lambda connection: GuardedCursor(connection, self))

    def _take_gate(self) -> None:
        timeout = float(self.settings_dict.get("OPTIONS", {}).get("timeout", PATIENCE_S))
        try:
            self.gate.take(timeout)
        except GateTimeout as error:
            raise OperationalError(
                f"database is locked: the write gate stayed shut for {timeout:g} s"
            ) from error

    def _start_transaction_under_autocommit(self) -> None:
        self._take_gate()
        try:
            if self.force_debug_cursor or self.execute_wrappers:  # whoever listens hears the BEGIN too
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
            else:
                with self.wrap_database_errors:
                    self.connection.execute(f"BEGIN {self.transaction_mode}")
        except BaseException:
            self.gate.free()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]  # a failed commit is followed by a rollback, which frees the gate
        self.gate.free()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self.gate.free()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            if self._gate is not None:
                self._gate.close()

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let the transaction inside commit without waiting for the disk: for counts nobody was promised."""
        self.ensure_connection()
        driver = self.connection
        before = driver.execute("PRAGMA synchronous").fetchone()[0]
        driver.execute(f"PRAGMA synchronous = {min(before, NORMAL)}")
        try:
            yield
        finally:
            driver.execute(f"PRAGMA synchronous = {before}")

    @contextmanager
    def guard(self, query: str) -> Iterator[None]:
        """Refuse a write of ours outside a transaction; take the gate for a single write of Django's own."""
        if self.connection is None or self.connection.in_transaction or not (found := _WRITE.match(query)):
            yield
            return
        table = found.group(1)
        if not table.startswith(_FRAMEWORK) and not getattr(settings, "JINLIN_ALLOW_BARE_WRITES", False):
            raise ProgrammingError(
                f"{table} was written outside transaction.atomic(); on SQLite every write goes through the gate"
            )
        self._take_gate()
        try:
            yield
        finally:
            self.gate.free()
