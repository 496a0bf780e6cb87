"""The SQLite backend: durable settings, writes in a fair line, no writes beside it."""

from __future__ import annotations

import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import OperationalError, ProgrammingError

from jinlin.kernel.models import Throttle
from jinlin.kernel.sqlite3 import gate as gate_module
from jinlin.kernel.sqlite3.base import _WRITE
from jinlin.kernel.sqlite3.gate import Gate, GateTimeout, Line
from tests.kernel.threads import together

sqlite_only = pytest.mark.sqlite_only("the gate is SQLite's")

PROGRAM = """
import os, sys, time, threading
import django
from django.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "jinlin.kernel.sqlite3", "NAME": sys.argv[1]}}, USE_TZ=True,
    INSTALLED_APPS=[],
)
django.setup()
from django.db import connection, transaction
def table():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, word TEXT)")
def add(word):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO note (word) VALUES (%s)", [word])
"""


def program(database, body, **how):
    """Run `body` in a process of its own, on a SQLite file, with `table()` and `add(word)` at hand."""
    code = PROGRAM + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


def output(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


class TestLine:
    def test_first_come_first_served(self):
        line, order = Line(), []
        line.enter(1)

        def wait(number):
            line.enter(10)
            order.append(number)
            line.leave()

        threads = [threading.Thread(target=wait, args=(n,)) for n in range(8)]
        for n, thread in enumerate(threads):
            thread.start()
            while len(line._waiting) <= n:
                time.sleep(0.001)
        line.leave()
        for thread in threads:
            thread.join()
        assert order == list(range(8))

    def test_waiting_ends_and_the_line_moves_on(self):
        line = Line()
        line.enter(1)
        with pytest.raises(GateTimeout):
            line.enter(0.01)
        line.leave()
        line.enter(0.01)

    def test_a_side_file_that_cannot_be_opened_frees_the_line(self, tmp_path):
        gate = Gate("lost", str(tmp_path / "no" / "such" / "folder"))
        with pytest.raises(FileNotFoundError):
            gate.take(1)
        assert not gate.held
        gate_module.line_of("lost").enter(0.01)


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('INSERT INTO "a_b" VALUES (1)', "a_b"),
        ("insert or ignore into a_b values (1)", "a_b"),
        ("  UPDATE a_b SET x = 1", "a_b"),
        ("UPDATE OR REPLACE a_b SET x = 1", "a_b"),
        ("DELETE FROM [a_b]", "a_b"),
        ("REPLACE INTO `a_b` VALUES (1)", "a_b"),
        ("WITH x AS (SELECT 1) INSERT INTO a_b SELECT * FROM x", "a_b"),
        ("SELECT 'INSERT INTO a_b'", None),
        ("CREATE TABLE a_b (x)", None),
        ("PRAGMA foreign_keys = ON", None),
        ("WITH x AS (SELECT 1) SELECT * FROM x", None),
        ("SAVEPOINT x", None),
    ],
)
def test_writes_are_recognised(sql, table):
    found = _WRITE.match(sql)
    assert (found.group(1) if found else None) == table


@sqlite_only
@pytest.mark.django_db(transaction=True)
class TestConnection:
    def test_settings_of_the_connection(self):
        with connection.cursor() as cursor:
            found = {
                name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "cache_size", "mmap_size", "temp_store", "foreign_keys")
            }
        assert found == {
            "journal_mode": "wal", "cache_size": -65536, "mmap_size": 268435456, "temp_store": 2, "foreign_keys": 1,
        }  # fmt: skip

    def test_the_gate_is_held_from_the_outermost_atomic_to_its_end(self):
        assert not connection.gate.held
        with transaction.atomic():
            assert connection.gate.held
            with transaction.atomic():
                Throttle.objects.create(bucket="a", subject="1")
            assert connection.gate.held
        assert not connection.gate.held

    def test_the_gate_is_freed_by_rollback_by_error_and_by_close(self):
        with transaction.atomic():
            transaction.set_rollback(True)
        assert not connection.gate.held
        with pytest.raises(IntegrityError), transaction.atomic():
            Throttle.objects.bulk_create(
                [Throttle(bucket="a", subject="1"), Throttle(bucket="a", subject="1")]
            )
        assert not connection.gate.held
        connection.set_autocommit(False)
        assert not Throttle.objects.exists()
        connection.close()
        assert not connection.gate.held

    @pytest.mark.parametrize(
        "write",
        [
            lambda: Throttle.objects.create(bucket="a", subject="1"),
            lambda: Throttle.objects.update(hits=1),
            lambda: Throttle.objects.filter(hits=0)._raw_delete("default"),
            lambda: connection.cursor().execute("DELETE FROM kernel_throttle"),
            lambda: connection.cursor().executemany("UPDATE kernel_throttle SET hits = %s", [(1,), (2,)]),
        ],
    )
    def test_a_write_beside_the_gate_is_refused(self, write):
        with pytest.raises(ProgrammingError, match=r"outside transaction\.atomic"):
            write()
        assert not connection.gate.held
        assert not Throttle.objects.exists()

    def test_the_refusal_has_a_named_way_out(self, settings):
        settings.JINLIN_ALLOW_BARE_WRITES = True
        Throttle.objects.create(bucket="a", subject="1")
        assert not connection.gate.held

    def test_djangos_own_single_writes_pass_through_the_gate(self):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_content_type SET model = model")
        assert not connection.gate.held

    def test_reads_do_not_wait_for_a_writer(self):
        with transaction.atomic():
            Throttle.objects.create(bucket="a", subject="1")
            assert together(1, lambda _n: Throttle.objects.count()) == [0]

    def test_a_writer_that_never_ends_is_reported(self):
        connection.settings_dict["OPTIONS"]["timeout"] = 0.05
        try:
            with transaction.atomic():
                (result,) = together(1, lambda _n: transaction.atomic().__enter__())
        finally:
            del connection.settings_dict["OPTIONS"]["timeout"]
        assert isinstance(result, OperationalError)
        assert "database is locked" in str(result)

    def test_sixteen_threads_are_served_fairly(self):
        waits = []

        def write(number):
            for n in range(12):
                started = time.perf_counter()
                with transaction.atomic():
                    Throttle.objects.create(bucket=f"b{number}", subject=str(n))
                waits.append(time.perf_counter() - started)

        results = together(16, write)
        assert not [r for r in results if isinstance(r, Exception)]
        assert Throttle.objects.count() == 16 * 12
        assert max(waits) < max(20 * statistics.median(waits), 0.5)


class TestProcesses:
    def test_synchronous_full_immediate_and_a_private_side_file(self, tmp_path):
        told = output(
            program(
                tmp_path / "a.db",
                """
                table()
                print(connection.cursor().execute("PRAGMA synchronous").fetchone()[0], connection.transaction_mode)
                """,
            )
        )
        assert told.split() == ["2", "IMMEDIATE"]
        assert (tmp_path / "a.db.gate").stat().st_mode & 0o777 == 0o600

    def test_memory_databases_have_no_side_file(self, tmp_path):
        told = output(
            program(
                ":memory:", "table(); add('x'); print(connection.gate.side_file)", cwd=tmp_path, env=here()
            )
        )
        assert told.split() == ["None"]
        assert list(tmp_path.iterdir()) == []

    def test_four_processes_of_four_threads(self, tmp_path):
        body = """
            table()
            waits = []
            def work(n):
                for i in range(15):
                    started = time.perf_counter()
                    add(f"{os.getpid()} {n} {i}")
                    waits.append(time.perf_counter() - started)
                connection.close()
            threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
            for t in threads: t.start()
            for t in threads: t.join()
            print(max(waits))
        """
        with ThreadPoolExecutor(4) as pool:
            worst = list(pool.map(lambda _n: float(output(program(tmp_path / "a.db", body))), range(4)))
        with sqlite3.connect(tmp_path / "a.db") as db:
            assert db.execute("SELECT count(*), count(DISTINCT word) FROM note").fetchone() == (240, 240)
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert max(worst) < 5

    def test_a_killed_writer_frees_the_gate_and_leaves_nothing_half(self, tmp_path):
        output(program(tmp_path / "a.db", "table(); add('before')"))
        victim = program(
            tmp_path / "a.db",
            """
            with transaction.atomic():
                add("half")
                print("holding", flush=True)
                time.sleep(60)
            """,
        )
        assert victim.stdout.readline().strip() == "holding"
        waiter = program(tmp_path / "a.db", "print('waiting', flush=True); add('after'); print('done')")
        assert waiter.stdout.readline().strip() == "waiting"
        time.sleep(0.3)
        assert waiter.poll() is None
        os.kill(victim.pid, signal.SIGKILL)
        victim.communicate()
        assert output(waiter).split() == ["done"]
        with sqlite3.connect(tmp_path / "a.db") as db:
            assert [w for (w,) in db.execute("SELECT word FROM note ORDER BY id")] == ["before", "after"]

    def test_a_forked_child_stands_in_line_for_itself(self, tmp_path):
        told = output(
            program(
                tmp_path / "a.db",
                """
                table(); add("parent")
                gate = connection.gate
                gate.take(1)
                child = os.fork()
                if child == 0:
                    assert not gate.held
                    connection.connection = None
                    connection.gate.take(1)
                    print("child", flush=True)
                    os._exit(0)
                time.sleep(0.3)
                print("parent", flush=True)
                gate.free()
                assert os.waitpid(child, 0)[1] == 0
                """,
            )
        )
        assert told.split() == ["parent", "child"]


def here():
    """The environment for a child that runs in another folder."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return {**os.environ, "PYTHONPATH": root}
