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


def _start(folder: Path, home: Path, settings: tuple[str, ...]) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port of localhost and wait until it answers (at most 30 s)."""
    for _attempt in range(3):
        port = _free_port()
        options = [word for setting in settings for word in ("-c", setting)]
        with (home / "log").open("ab") as log:
            place = ["-D", str(home / "data"), "-k", str(home), "-p", str(port)]
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
                [folder / "pg_isready", "-q", "-h", home, "-p", str(port)], cwd="/", check=False
            )
            if ready.returncode == 0:
                return server, port
            time.sleep(0.1)
        server.kill()
        server.wait()
    raise NoPostgresError(f"The server does not start:\n{(home / 'log').read_text(errors='replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # fast shutdown: open sessions are rolled back
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of a fresh cluster; `durable` keeps fsync on, for figures that claim durability."""
    folder = programs()
    home = Path(tempfile.mkdtemp(prefix="jinlin-pg-"))
    server = None
    try:
        if os.geteuid() == 0:
            user = _prefix()[1].split("=")[1]
            os.chown(home, int(user), -1)
        options = [
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        _run([folder / "initdb", "-D", home / "data", "-U", "postgres", *options])
        server, port = _start(folder, home, ALWAYS if durable else ALWAYS + QUICK)
        word = secrets.token_hex(16)
        script = (
            f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB PASSWORD '{word}';\n"
            f"CREATE DATABASE {ROLE} OWNER {ROLE};\n"
        )
        _run(
            [folder / "psql", "-q", "-h", home, "-p", str(port), "-U", "postgres", "-d", "postgres"],
            input=script,
        )
        yield f"postgres://{ROLE}:{word}@127.0.0.1:{port}/{ROLE}"
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(home, ignore_errors=True)


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
