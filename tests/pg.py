"""A private PostgreSQL cluster in a temporary folder, gone when the run ends.

    python -m tests.pg .venv/bin/python -m pytest tests/cases     # any command, with DATABASE_URL set
    with cluster() as url: ...                                     # from a bench

The server refuses to run as root, so as root its programs run as the `postgres` user. The application connects
as a role that owns its database and is no superuser, as in production.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROLE = "jinlin"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = (
    "max_connections=60",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "timezone=UTC",
    "log_min_messages=warning",
    "lc_messages=C",
)


class NoPostgresError(RuntimeError):
    """PostgreSQL 15 or newer is not on this machine, or does not start."""


def programs() -> Path:
    """Return the folder with initdb and postgres, newest version first; raises NoPostgresError below 15."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -int(path.parts[-3].split(".")[0])
    )
    for path in [*found, *filter(None, [shutil.which("initdb")])]:
        folder = Path(path).resolve().parent
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        version = re.search(r"(\d+)", told)
        if version and int(version[1]) >= 15:
            return folder
    raise NoPostgresError("PostgreSQL 15 or newer is missing; `make test` run as root installs it")


def _prefix() -> list[str]:
    """Words in front of a server program: nothing for a person, another user for root."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return ["setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups"]
    raise NoPostgresError(
        "PostgreSQL does not run as root and there is no user postgres or nobody to run it as"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(arguments: list[str | Path], **more: object) -> str:
    done = subprocess.run([*_prefix(), *map(str, arguments)], capture_output=True, text=True, cwd="/", **more)
    if done.returncode:
        raise NoPostgresError(f"{Path(str(arguments[0])).name} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _start(
    folder: Path, home: Path, settings: tuple[str, ...], port: int = 0
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port of localhost, or on the given one, and wait until it answers (at most 30 s)."""
    for _attempt in range(3):
        at = port or _free_port()
        options = [word for setting in settings for word in ("-c", setting)]
        with (home / "log").open("ab") as log:
            place = ["-D", str(home / "data"), "-k", str(home), "-p", str(at)]
            server = subprocess.Popen(
                [*_prefix(), str(folder / "postgres"), *place, "-c", "listen_addresses=127.0.0.1", *options],
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and server.poll() is None:
            ready = subprocess.run(
                [folder / "pg_isready", "-q", "-h", home, "-p", str(at)], cwd="/", check=False
            )
            if ready.returncode == 0:
                return server, at
            time.sleep(0.1)
        server.kill()
        server.wait()
    raise NoPostgresError(f"The server does not start:\n{(home / 'log').read_text(errors='replace')[-2000:]}")


def _children(parent: int) -> list[int]:
    """Return the processes a process has started; read before it dies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # gone meanwhile
            state_and_parent = stat.read_text().rsplit(")", 1)[1].split()
            if int(state_and_parent[1]) == parent:
                found.append(int(stat.parent.name))
    return found


class Cluster:
    """One private server that can be killed and started again on its port."""

    def __init__(self, home: Path, *, durable: bool = False) -> None:
        self.home = home
        self.settings = ALWAYS if durable else ALWAYS + QUICK
        self.folder = programs()
        self.server: subprocess.Popen[bytes] | None = None
        self._word = secrets.token_hex(16)
        self._port = 0

    @property
    def url(self) -> str:
        """The DATABASE_URL of the running server."""
        return f"postgres://{ROLE}:{self._word}@127.0.0.1:{self._port}/{ROLE}"

    def make(self) -> None:
        """Make the cluster's files, start it, and make the role and the database of the application."""
        if os.geteuid() == 0:
            os.chown(self.home, int(_prefix()[1].split("=")[1]), -1)
        options = [
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        _run([self.folder / "initdb", "-D", self.home / "data", "-U", "postgres", *options])
        self.start()
        script = (
            f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB PASSWORD '{self._word}';\n"
            f"CREATE DATABASE {ROLE} OWNER {ROLE};\n"
        )
        asked = ["-h", self.home, "-p", str(self._port), "-U", "postgres", "-d", "postgres"]
        _run([self.folder / "psql", "-q", *asked], input=script)

    def start(self) -> None:
        """Start the server: on a free port, then always on the same."""
        self.server, self._port = _start(self.folder, self.home, self.settings, self._port)

    def kill(self) -> None:
        """Kill the postmaster and every process of it at once, as a power cut of the process would."""
        if self.server is None:
            return
        for pid in (self.server.pid, *_children(self.server.pid)):  # each leads a session of its own
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> None:
        """Stop it if it runs: open sessions are rolled back."""
        if self.server is None or self.server.poll() is not None:
            return
        self.server.send_signal(signal.SIGINT)
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[Cluster]:
    """Yield a fresh cluster, gone afterwards; `durable` keeps fsync on, for figures that claim durability."""
    home = Path(tempfile.mkdtemp(prefix="jinlin-pg-"))
    made = None
    try:
        made = Cluster(home, durable=durable)
        made.make()
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of a fresh cluster."""
    with running(durable=durable) as made:
        yield made.url


def main(command: list[str]) -> int:
    """Run one command with DATABASE_URL set; SIGTERM ends the command and the cluster."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with cluster() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoPostgresError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
