"""A real node that can be killed, and clients that remember what they were told.

A deed is one tap: a request with a key made before it is sent. It is acknowledged once a whole answer with a 2xx
status has been read; only then the person on the phone has been promised anything.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parents[2]
START_S = 10.0  # trust.md 9.3: a node answers again within this time after a kill, on a machine with nothing else to do
LOST = (OSError, http.client.HTTPException)  # what a client sees when the server dies under it


@dataclass
class Node:
    """One `jinlin serve` on a free port with a home of its own; `url` switches it to PostgreSQL."""

    home: Path
    url: str = ""
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """The node's own data, no limit on knocking (every client has one address), nothing of the test run's."""
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        more = {"JINLIN_HOME": str(self.home), "JINLIN_RATE_LIMITS": "off", "PYTHONWARNINGS": "ignore"}
        more |= {"DATABASE_URL": self.url} if self.url else {}
        return {**kept, **more, "DJANGO_SETTINGS_MODULE": "jinlin.config.settings"}

    def start(self) -> float:
        """Start it unless it runs, and wait until it answers from its database; returns the seconds that took."""
        began = time.monotonic()
        if self.process is None or self.process.poll() is not None:
            self.process = self._serve()
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - began > 6 * START_S:
                raise RuntimeError(f"The node does not start:\n{(self.home / 'log').read_text()[-3000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def _serve(self) -> subprocess.Popen[bytes]:
        self.port = self.port or _free_port()
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "jinlin.cli", "serve", "--quiet", "--port", str(self.port)],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=self.environment(),
                start_new_session=True,
            )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/api/v1/categories")
            return connection.getresponse().status == 200
        except LOST:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill the server, its workers and its schedule at once, with no chance to tidy up."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Deed:
    """One tap: what was sent under which key, and what was answered."""

    path: str
    body: dict[str, Any]
    verb: str
    staff_key: str = ""
    code: str = ""  # of the case a move is about, or that a report was given
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: int = 0
    failures: int = 0  # how often the server answered that it had failed

    @property
    def acknowledged(self) -> bool:
        """Whether the person was told that it is done."""
        return 200 <= self.status < 300

    def send(self, browser: Browser) -> None:
        """Send it and keep the answer; raises one of LOST when no whole answer came."""
        status, told = browser.post(self)
        self.status = status
        self.failures += status >= 500
        if self.acknowledged and self.verb == "report":
            code = told.get("tracking") or told["url"].rsplit("/", 1)[1].replace("-", "")
            assert self.code in ("", code), f"the same key was answered with {self.code} and with {code}"
            self.code = code


class Browser:
    """One client with one connection kept open and one cookie, as a phone has."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.csrf = ""

    def post(self, deed: Deed) -> tuple[int, dict[str, Any]]:
        """Send a deed as the API takes it, or as the page's own script does; returns status and answer."""
        headers = {"Accept": "application/json", "Idempotency-Key": deed.key}
        if deed.staff_key:
            headers["Authorization"] = f"Bearer {deed.staff_key}"
        if deed.path.startswith("/api/"):
            headers["Content-Type"] = "application/json"
            return self._ask(deed.path, json.dumps(deed.body), headers)
        self.csrf = self.csrf or self._cookie()
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Cookie": f"csrftoken={self.csrf}", "X-CSRFToken": self.csrf}
        return self._ask(deed.path, urlencode(deed.body), headers)

    def _ask(self, path: str, body: str, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.connection.request("POST", path, body.encode(), headers)
        answer = self.connection.getresponse()
        told = answer.read()
        return answer.status, json.loads(told) if told.startswith(b"{") else {"text": told[:500]}

    def _cookie(self) -> str:
        self.connection.request("GET", "/")
        answer = self.connection.getresponse()
        answer.read()
        cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        return next(one.split(";")[0].split("=", 1)[1] for one in cookies if one.startswith("csrftoken="))


@dataclass
class Writer:
    """One person at a phone: reports, takes what was reported, solves it; remembers every deed."""

    number: int
    staff_key: str
    place: str
    rng: random.Random
    deeds: list[Deed] = field(default_factory=list)
    fresh: list[Deed] = field(default_factory=list)  # reported, not taken yet
    taken: list[Deed] = field(default_factory=list)  # accepted, not solved yet

    def next_deed(self) -> Deed:
        """Choose the next tap; every case gets each move once at most, so that a doubled one is seen."""
        if self.taken and self.rng.random() < 0.3:
            return self._move(self.taken.pop(0), "solve_on_spot", {"words": "已当场处理"})
        if self.fresh and self.rng.random() < 0.5:
            return self._move(self.fresh.pop(0), "accept", {})
        words = {"text": f"写手{self.number}第{len(self.deeds)}件 {uuid.uuid4().hex}", "place": self.place}
        if self.number == 0:
            return Deed("/report", {**words, "phone": "13800138000"}, "report")
        return Deed("/api/v1/reports", {**words, "contact": {"phone": "13800138000"}}, "report")

    def _move(self, on: Deed, verb: str, body: dict[str, Any]) -> Deed:
        return Deed(f"/api/v1/cases/{quote(on.code)}/moves/{verb}", body, verb, self.staff_key, on.code)

    def work(self, port: int, stop: threading.Event) -> None:
        """Tap until told to stop or until the server dies or fails."""
        browser = Browser(port)
        try:
            while not stop.is_set():
                deed = self.next_deed()
                self.deeds.append(deed)
                deed.send(browser)
                self._remember(deed)
                if deed.failures:
                    return  # as a phone does: try again later
        except LOST:
            return

    def settle(self, port: int) -> None:
        """After the restart: send again, with its own key, every deed that got no answer, and some that did."""
        browser = Browser(port)
        unsure = [deed for deed in self.deeds if not deed.acknowledged]
        doubled = self.rng.sample(self.deeds, min(3, len(self.deeds)))
        for deed in [*unsure, *doubled]:
            known = deed.acknowledged
            deed.send(browser)
            if not known:
                self._remember(deed)

    def _remember(self, deed: Deed) -> None:
        if deed.acknowledged and deed.verb == "report":
            self.fresh.append(deed)
        elif deed.acknowledged and deed.verb == "accept":
            self.taken.append(deed)


class Judge:
    """The judge's process (tests.crash.judge): built the town, tells what stands in the database."""

    def __init__(self, node: Node) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.judge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=node.environment(),
            text=True,
        )
        self.crew: list[dict[str, str]] = self._told()["crew"]

    def _told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the judge has died; its words stand above"
        told: dict[str, Any] = json.loads(line)
        return told

    def ask(self) -> dict[str, Any]:
        """Return what stands in the database now."""
        assert self.process.stdin is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return self._told()

    def close(self) -> None:
        """Let the judge go."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)


def allowed_start() -> float:
    """Return the seconds a start may take now: more only while others keep the cores busy."""
    return START_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def shots(rng: random.Random, rounds: int, low: float, high: float) -> Iterator[tuple[int, float]]:
    """Yield the rounds with the seconds after which each is shot."""
    for number in range(1, rounds + 1):
        yield number, rng.uniform(low, high)
