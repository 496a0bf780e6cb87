"""The fair write gate: writers stand in a line, where SQLite's busy handler would let some starve.

A writer takes the gate before BEGIN IMMEDIATE and frees it at commit, rollback or close. Inside one process
the line is first come, first served, and waiting ends after a time limit. Between processes an exclusive
flock on a side file decides, which the kernel of the machine frees when a process dies. Local disks only.
Figures: design/trust.md section 9.1 (16 threads: p99 29 ms with the gate, 181 ms and up to 3 s without).
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque


class GateTimeout(Exception):
    """The line did not move in time: somebody holds a transaction open."""


class Line:
    """The waiting line of one process for one database; freeing hands the turn to the one who waits longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    def enter(self, timeout: float) -> None:
        """Wait for the turn; GateTimeout after `timeout` seconds."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise GateTimeout
        # The turn was handed over in the very moment of giving up: it is ours.

    def leave(self) -> None:
        """Hand the turn on."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


_lines: dict[str, Line] = {}
_lines_lock = threading.Lock()


def _forget_lines() -> None:
    """Start empty in a forked child: the threads that stood in the parent's lines are not here."""
    global _lines_lock
    _lines_lock = threading.Lock()
    _lines.clear()


os.register_at_fork(after_in_child=_forget_lines)


def line_of(database: str) -> Line:
    """Return this process's line for one database."""
    with _lines_lock:
        return _lines.setdefault(database, Line())


class Gate:
    """One connection's access to the gate of its database; in-memory databases have a line but no side file."""

    def __init__(self, database: str, side_file: str | None) -> None:
        self.database = database
        self.side_file = side_file
        self._line: Line | None = None
        self._handle: int | None = None
        self._owner = os.getpid()

    @property
    def held(self) -> bool:
        """Whether this connection holds the gate."""
        return self._line is not None and self._owner == os.getpid()

    def take(self, timeout: float) -> None:
        """Take the gate; GateTimeout if the line in this process does not move within `timeout` seconds."""
        if self.held:
            return
        line = line_of(self.database)
        line.enter(timeout)
        try:
            if self.side_file is not None:
                fcntl.flock(self._side_handle(self.side_file), fcntl.LOCK_EX)
        except BaseException:
            line.leave()
            raise
        self._line, self._owner = line, os.getpid()

    def free(self) -> None:
        """Free the gate if this connection holds it."""
        if not self.held or self._line is None:
            return
        line, self._line = self._line, None
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        line.leave()

    def close(self) -> None:
        """Free the gate and close the side file."""
        self.free()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _side_handle(self, path: str) -> int:
        """Open the side file once per connection and process: a forked handle would share the parent's lock."""
        if self._handle is not None and self._owner != os.getpid():
            os.close(self._handle)
            self._handle = None
        if self._handle is None:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._handle
