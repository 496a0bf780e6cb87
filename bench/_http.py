"""Servers of the product and clients that cost next to nothing, so that the server is what is measured."""

from __future__ import annotations

import http.client
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STARTS_WITHIN_S = 60.0
PATIENCE_S = (
    600.0  # a page that waits longer is broken, a machine that stands still for a minute is only busy
)
MOST_A_SECOND = 1_000  # reports prepared before the clock starts; more are made when they are needed
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Site:
    """Where a node keeps its data and where it listens."""

    home: Path
    url: str = ""

    def environment(self) -> dict[str, str]:
        """The node's own data; visitors come through a proxy, each from an address of their own."""
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        more = {
            "JINLIN_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "jinlin.config.settings",
            "JINLIN_TRUSTED_PROXIES": "127.0.0.1",
            "PYTHONWARNINGS": "ignore",
        }
        return {**kept, **more, **({"DATABASE_URL": self.url} if self.url else {})}


@contextmanager
def serving(site: Site) -> Iterator[int]:
    """Run `jinlin serve` and yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with (site.home / "serve.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jinlin.cli", "serve", "--quiet", "--port", str(port)],
            cwd=ROOT,
            env=site.environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/v1/categories")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise RuntimeError("the server does not start; see serve.log in its home")


class Line:
    """One kept-open connection that sends prepared bytes and reads just enough to know the answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._told = b""

    def ask(self, request: bytes) -> int:
        """Send a request, read the whole answer, return its status."""
        self.socket.sendall(request)
        while (status := self.answer()) is None:
            pass
        return status

    def answer(self) -> int | None:
        """Read what has come; returns the status once the answer is whole."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the server hung up")
        told = self._told + part
        end = told.find(b"\r\n\r\n")
        found = _LENGTH.search(told, 0, end) if end >= 0 else None
        if found is None or len(told) - end - 4 < int(found[1]):
            self._told = told
            return None
        self._told = b""
        return int(told[9:12])


def get(path: str, cookie: str = "") -> bytes:
    """Return a GET as bytes."""
    login = f"Cookie: sessionid={cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{login}\r\n".encode()


def post(path: str, body: object, headers: dict[str, str]) -> bytes:
    """Return a POST of JSON as bytes."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    given = {
        "Host": "localhost",
        "Content-Type": "application/json",
        "Content-Length": str(len(raw)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + raw


_visitor = count(1)


def visitor() -> dict[str, str]:
    """Return the header of a visitor nobody has seen yet."""
    number = next(_visitor)
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def report(village: str) -> bytes:
    """Return one resident's report with its key."""
    body = {
        "text": "楼下的井盖坏了，晚上看不清，请尽快来人看看",
        "place": village,
        "contact": {"phone": "13800138000"},
    }
    return post("/api/v1/reports", body, {"Idempotency-Key": uuid.uuid4().hex, **visitor()})


@dataclass
class Crowd:
    """Clients who write at the same time, each on a line of its own; keeps how long every answer took."""

    port: int
    make: Callable[[], bytes]
    good: int = 201
    seconds: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def run(self, clients: int, seconds: float) -> float:
        """Write for some seconds; returns answers per second.

        One thread speaks on all lines and what it says is prepared, so that the clients take next to nothing of the
        processor that the server needs too.
        """
        before = len(self.seconds)
        said = deque(self.make() for _number in range(int(seconds * MOST_A_SECOND)))
        lines = [Line(self.port) for _client in range(clients)]
        with selectors.DefaultSelector() as ears:
            for line in lines:
                ears.register(line.socket, selectors.EVENT_READ, line)
            began = time.perf_counter()
            asked = {line: self._ask(line, said) for line in lines}
            while asked:
                for key, _events in ears.select(60):
                    status = key.data.answer()
                    if status is None:
                        continue
                    now = time.perf_counter()
                    self._keep(status, now - asked.pop(key.data))
                    if now < began + seconds:
                        asked[key.data] = self._ask(key.data, said)
            return (len(self.seconds) - before) / (time.perf_counter() - began)

    def _ask(self, line: Line, said: deque[bytes]) -> float:
        line.socket.sendall(said.popleft() if said else self.make())
        return time.perf_counter()

    def _keep(self, status: int, took: float) -> None:
        if status == self.good:
            self.seconds.append(took)
        else:
            self.refused.append(status)
