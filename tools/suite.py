"""The whole suite on SQLite and on PostgreSQL side by side, then the browser tests and the permission matrix.

Two run at a time, the longest first, and whichever ends first is followed by what waits.

Each lane's output goes to .suite/NAME.log and is printed whole when all lanes have ended, failed ones last, so that
the closing lines are a summary of the test runner and the worst news stands where it is seen.
Called by `make test` after `make check`, which has already run tests/house but for the permission matrix: that calls
every route as every role, takes most of a minute, and has the same to say on either database.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".suite"
PYTEST = [sys.executable, "-m", "pytest", "--durations=10", "--tb=short", "--color=no"]
ROOMS = ["tests", "--ignore=tests/house", "--ignore=tests/e2e"]
AT_ONCE = 2  # the browser draws with a core of its own
LIMIT = 25 * 60  # seconds; the whole of `make test` stays under half an hour
NO_TESTS = 5  # pytest's own exit code


@dataclass
class Lane:
    """One command with its log; `code` is its exit code once it has ended."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    code: int | None = None
    seconds: float = 0.0

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def run(self, deadline: float) -> None:
        """Run to the end or to the deadline (monotonic seconds); a lane that ran no test has failed."""
        started = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
            )
            self.process = process
            try:
                self.code = process.wait(max(deadline - time.monotonic(), 1))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(30)
                log.write(f"\nStopped: {self.name} did not end within {LIMIT // 60} minutes.\n".encode())
                self.code = 124
        if self.code == NO_TESTS:
            with self.log.open("a") as log:
                log.write(f"{self.name}: no test was collected, which counts as a failure.\n")
        self.seconds = time.monotonic() - started

    def stop(self) -> None:
        """End what still runs, with its children, when the run itself is interrupted."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)

    def progress(self) -> str:
        """Return the last percentage pytest printed."""
        if not self.log.exists():
            return f"{self.name} waits"
        if self.code is not None:
            return f"{self.name} {'passed' if self.code == 0 else 'FAILED'}"
        found = re.findall(rb"\[ *(\d+%)\]", self.log.read_bytes())
        return f"{self.name} {found[-1].decode() if found else 'starts'}"


def lanes() -> list[Lane]:
    """Return the lanes, the longest first."""
    found = [
        Lane("postgresql", [sys.executable, "-m", "tests.pg", *PYTEST, *ROOMS]),
        Lane("sqlite", [*PYTEST, *ROOMS]),
        Lane("e2e", [*PYTEST, "tests/e2e"]),
        Lane("matrix", [*PYTEST, "tests/house/test_permissions.py"]),
    ]
    return [one for one in found if one.name != "e2e" or any((ROOT / "tests" / "e2e").glob("test_*.py"))]


def _run_in_turn(waiting: deque[Lane], deadline: float) -> None:
    while True:
        try:
            part = waiting.popleft()
        except IndexError:
            return
        part.run(deadline)


def main() -> int:
    """Run all lanes; 0 only if every one of them ran tests and passed."""
    LOGS.mkdir(exist_ok=True)
    for old in LOGS.glob("*.log"):
        old.unlink()
    parts = lanes()
    waiting, deadline = deque(parts), time.monotonic() + LIMIT
    threads = [
        threading.Thread(target=_run_in_turn, args=(waiting, deadline), daemon=True)
        for _one in range(AT_ONCE)
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(15)
            sys.stderr.write(f"· {' · '.join(part.progress() for part in parts)}\n")
    finally:
        for part in parts:
            part.stop()
    for part in sorted(parts, key=lambda part: part.code != 0):
        print(f"\n━━ {part.name}: {part.seconds:.0f} s, exit {part.code}", flush=True)
        sys.stdout.write(part.log.read_text(errors="replace"))
        sys.stdout.flush()
    return int(any(part.code != 0 for part in parts))


if __name__ == "__main__":
    sys.exit(main())
