"""Deeds that wait for the write gate at the same time are done in one transaction, each in a savepoint of its own.

One writer works at a time on SQLite; the others wait for its BEGIN, its COMMIT and the disk. Here the one in front does
what those behind it came for as well, so that a crowd pays for one commit (group commit by flat combining: Hendler and
others, SPAA 2010). A deed that fails takes back only its own savepoint; nobody is answered before the common commit.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any, Final, TypeVar

from django.db import connection, transaction

from jinlin.kernel import rows

MOST: Final = 32  # deeds in one transaction
LONGEST_S: Final = 0.05  # after which no further deed is begun

R = TypeVar("R")
_log = logging.getLogger(__name__)


class Turn:
    """One deed in the line: what is to be done, in whose context, and what came of it."""

    __slots__ = ("context", "error", "go", "hooks", "is_over", "result", "work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.context: Context = copy_context()
        self.go = threading.Event()
        self.is_over = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.hooks: list[tuple[Callable[[], object], bool]] = []

    def do(self, *, savepoint: bool = True) -> None:
        """Do the deed inside the open transaction; keep what it raised and what it wants done after the commit.

        Without a savepoint of its own a failure marks the whole transaction to be rolled back.
        """
        db = rows.link()
        before = len(db.run_on_commit)
        self.error = None
        try:
            with transaction.atomic(savepoint=savepoint):
                self.result = self.context.run(self.work)
        except Exception as error:
            self.error = error
        registered = db.run_on_commit  # (savepoints, hook, robust)
        self.hooks = [(hook, robust) for _savepoints, hook, robust in registered[before:]]
        del registered[before:]

    def alone(self) -> None:
        """Do the deed in a transaction of its own."""
        try:
            with transaction.atomic():
                self.do(savepoint=False)
        except Exception as error:
            self.error = error

    def outcome(self) -> Any:
        """Return the result in the thread that came for it, after what was left for the time after the commit."""
        if self.error is not None:
            raise self.error
        for hook, robust in self.hooks:
            try:
                hook()
            except Exception:
                if not robust:
                    raise
                _log.exception("what should follow a commit failed")
        return self.result


class Crew:
    """The line of one process before one database; whoever comes first leads, or a writer of its own always does."""

    def __init__(self, *, has_writer: bool = False) -> None:
        self._lock = threading.Lock()
        self._filled = threading.Condition(self._lock)
        self._waiting: deque[Turn] = deque()
        self._is_led = has_writer
        self._writer: threading.Thread | None = None
        if has_writer:
            self._writer = threading.Thread(target=self._write, name="jinlin-writer", daemon=True)
            self._writer.start()

    def run(self, work: Callable[[], R]) -> R:
        """Do a deed in a transaction, perhaps together with others; returns and raises what it does."""
        turn = Turn(work)
        with self._lock:
            self._waiting.append(turn)
            leads, self._is_led = not self._is_led, True
            self._filled.notify()
        if not leads:
            turn.go.wait()
        if not turn.is_over:
            self._lead()
        result: R = turn.outcome()
        return result

    def _write(self) -> None:
        """Lead for good: one connection that writes keeps its pages, where taking turns makes each read them anew."""
        while True:
            with self._lock:
                while not self._waiting:
                    self._filled.wait()
            connection.close_if_unusable_or_obsolete()
            self._lead()

    def _lead(self) -> None:
        """Do the first deed of the line, which is the own one, and those that came meanwhile; then hand the lead on."""
        taken: list[Turn] = []
        try:
            with transaction.atomic():
                self._do_all(taken)
        except Exception as error:
            self._one_by_one(taken, error)
        finally:
            for turn in taken:
                turn.is_over = True
                turn.go.set()
            self._hand_on()

    def _do_all(self, taken: list[Turn]) -> None:
        stop = time.monotonic() + LONGEST_S
        while len(taken) < MOST and (not taken or time.monotonic() < stop):
            if not self._take(taken):
                return
            taken[-1].do(savepoint=len(taken) > 1 or bool(self._waiting))
            if rows.link().needs_rollback:
                return

    def _take(self, taken: list[Turn]) -> bool:
        with self._lock:
            if self._waiting:
                taken.append(self._waiting.popleft())
                return True
        return False

    def _one_by_one(self, taken: list[Turn], error: Exception) -> None:
        """Find out whose deed the commit refused: the others must not suffer for it."""
        if len(taken) > 1:
            for turn in taken:
                turn.alone()
        elif taken or self._take(taken):
            taken[0].error = error

    def _hand_on(self) -> None:
        if threading.current_thread() is self._writer:
            return
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].go.set()


_crews: dict[str, Crew] = {}
_have_writers = False
_making = threading.Lock()


def use_writers() -> None:
    """Give each database of this process a thread that writes (a server; tests and commands need none)."""
    global _have_writers
    _have_writers = True
    _crews.clear()


def _forget_crews() -> None:
    """Start empty in a forked child: the threads that stood in the parent's lines are not here."""
    global _making
    _making = threading.Lock()
    _crews.clear()


os.register_at_fork(after_in_child=_forget_crews)


def run(work: Callable[[], R]) -> R:
    """Do a deed in a transaction of this thread's SQLite database, together with others that wait now."""
    name = str(rows.link().settings_dict["NAME"])
    crew = _crews.get(name)
    if crew is None:
        with _making:
            crew = _crews.get(name) or _crews.setdefault(name, Crew(has_writer=_have_writers))
    return crew.run(work)
