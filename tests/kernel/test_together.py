"""Deeds done together at the SQLite gate: one commit for a crowd, and nobody suffers for a neighbour."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jinlin.kernel import clock, throttle
from jinlin.kernel.idempotency import whole
from jinlin.kernel.models import Throttle
from jinlin.kernel.sqlite3 import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite_only(reason="only SQLite has one writer and a gate"),
]

who: ContextVar[str] = ContextVar("who", default="")


def put(subject: str) -> str:
    Throttle.objects.create(bucket="t", subject=subject, opened_at=clock.now(), hits=1)
    return subject


def there() -> set[str]:
    return set(Throttle.objects.values_list("subject", flat=True))


def crowd(works: list[Callable[[], Any]]) -> list[Any]:
    """Start all deeds while a first one holds the gate, so that they wait together; results or errors in order."""
    holds, may_end = threading.Event(), threading.Event()

    def first() -> None:
        holds.set()
        may_end.wait(10)

    came: list[Any] = [None] * len(works)

    def one(at: int) -> None:
        try:
            came[at] = whole(works[at])
        except Exception as error:
            came[at] = error
        finally:
            connection.close()

    def hold() -> None:
        try:
            whole(first)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=hold),
        *(threading.Thread(target=one, args=(at,)) for at in range(len(works))),
    ]
    threads[0].start()
    holds.wait(10)
    for thread in threads[1:]:
        thread.start()
    crew = together._crews[str(connection.settings_dict["NAME"])]
    while len(crew._waiting) < len(works):
        pass
    may_end.set()
    for thread in threads:
        thread.join(20)
    return came


def test_a_waiting_crowd_shares_one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def deed(name: str) -> Callable[[], str]:
        def work() -> str:
            seen.append(threading.get_ident())
            return put(name)

        return work

    names = [f"n{at}" for at in range(6)]
    assert crowd([deed(name) for name in names]) == names
    assert there() == set(names)
    assert len(set(seen)) == 1  # the one in front did it for all of them


def test_a_deed_that_fails_takes_back_only_itself() -> None:
    def bad() -> None:
        put("bad")
        raise ValueError("no")

    came = crowd([lambda: put("a"), bad, lambda: put("b")])
    assert came[0] == "a"
    assert isinstance(came[1], ValueError)
    assert came[2] == "b"
    assert there() == {"a", "b"}


def test_a_failure_inside_an_inner_transaction_spares_the_others() -> None:
    def bad() -> None:
        with transaction.atomic(savepoint=False):
            put("x")
            put("x")  # the same key twice

    came = crowd([bad, lambda: put("a"), bad, lambda: put("b")])
    assert isinstance(came[0], IntegrityError)
    assert isinstance(came[2], IntegrityError)
    assert there() == {"a", "b"}


def test_what_only_the_commit_refuses_is_found_and_the_others_stand() -> None:
    def orphan() -> None:
        with connection.cursor() as cursor:  # a foreign key that is looked at when the transaction commits
            cursor.execute(
                "INSERT INTO django_admin_log_stand_in (id, other) VALUES (1, 999)",
            )

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE django_admin_log_stand_in (id INTEGER PRIMARY KEY, other TEXT NOT NULL "
            "REFERENCES kernel_throttle (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    try:
        came = crowd([lambda: put("a"), orphan, lambda: put("b")])
        assert isinstance(came[1], IntegrityError)
        assert came[0] == "a"
        assert came[2] == "b"
        assert there() == {"a", "b"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE django_admin_log_stand_in")


def test_each_deed_runs_in_its_own_context_and_its_hooks_after_the_commit() -> None:
    told: list[tuple[str, bool]] = []

    def named(name: str) -> Callable[[], str]:
        def work() -> str:
            put(who.get())
            transaction.on_commit(lambda: told.append((who.get(), connection.in_atomic_block)))
            return who.get()

        context = copy_context()
        context.run(who.set, name)
        return lambda: context.run(work)

    assert crowd([named("一"), named("二")]) == ["一", "二"]
    assert there() == {"一", "二"}
    assert [inside for _name, inside in told] == [False, False]


def test_a_lone_deed_that_fails_leaves_nothing() -> None:
    def bad() -> None:
        put("bad")
        raise KeyError("no")

    with pytest.raises(KeyError):
        whole(bad)
    assert there() == set()
    assert whole(lambda: put("good")) == "good"


class TestKnocksCountedWithTheDeed:
    def knocks(self) -> int:
        return sum(Throttle.objects.filter(bucket="report").values_list("hits", flat=True))

    def test_once_with_the_deed(self, settings: Any) -> None:
        settings.JINLIN_RATE_LIMITS = True
        with throttle.owing():
            throttle.owe("report", "1.2.3.4", limit=5, seconds=60)
            whole(lambda: put("x"))
        assert self.knocks() == 1

    def test_also_when_the_deed_fails_or_never_comes(self, settings: Any) -> None:
        settings.JINLIN_RATE_LIMITS = True

        def bad() -> None:
            raise ValueError

        with throttle.owing():
            throttle.owe("report", "1.2.3.4", limit=5, seconds=60)
            with pytest.raises(ValueError):
                whole(bad)
        with throttle.owing():
            throttle.owe("report", "1.2.3.4", limit=5, seconds=60)
        assert self.knocks() == 2

    def test_one_too_many_undoes_the_deed(self, settings: Any) -> None:
        settings.JINLIN_RATE_LIMITS = True

        def knock(name: str) -> None:
            with throttle.owing():
                throttle.owe("report", "a", limit=1, seconds=60)
                whole(lambda: put(name))

        knock("first")
        with pytest.raises(throttle.TooMany):
            knock("second")
        assert "second" not in there()
        with clock.fixed(clock.now() + timedelta(seconds=61)):
            knock("third")
        assert "third" in there()

    def test_at_once_where_nothing_stands_around(self, settings: Any) -> None:
        settings.JINLIN_RATE_LIMITS = True
        throttle.owe("report", "b", limit=1, seconds=60)
        assert self.knocks() == 1
