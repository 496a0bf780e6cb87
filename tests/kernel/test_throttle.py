"""Counting knocks: exactly, in windows, without keeping who knocked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from jinlin.kernel import clock, throttle
from jinlin.kernel.models import Throttle
from tests.conftest import A_TUESDAY
from tests.kernel.threads import together

PHONE = "13812345678"


def knock(subject=PHONE, limit=3):
    throttle.hit("login", subject, limit=limit, seconds=900)


@pytest.mark.django_db
class TestWindow:
    def test_the_fourth_of_three_is_refused(self, tuesday):
        for _ in range(3):
            assert not throttle.is_blocked("login", PHONE, limit=3, seconds=900)
            knock()
        assert throttle.is_blocked("login", PHONE, limit=3, seconds=900)
        with pytest.raises(throttle.TooMany) as caught:
            knock()
        assert (caught.value.http_status, caught.value.code) == (429, "too_many")
        assert 890 <= caught.value.retry_after <= 901
        assert "15" in str(caught.value)

    def test_others_are_not_touched(self, tuesday):
        for _ in range(3):
            knock()
        knock("13900000000")
        throttle.hit("search", PHONE, limit=3, seconds=900)

    def test_knocking_on_does_not_prolong_the_window(self):
        for minute in range(14):
            with clock.fixed(A_TUESDAY + timedelta(minutes=minute)):
                if minute < 3:
                    knock()
                else:
                    with pytest.raises(throttle.TooMany):
                        knock()
        with clock.fixed(A_TUESDAY + timedelta(minutes=15)):
            assert not throttle.is_blocked("login", PHONE, limit=3, seconds=900)
            knock()

    def test_reset(self, tuesday):
        for _ in range(3):
            knock()
        throttle.reset("login", PHONE)
        knock()
        assert Throttle.objects.get().hits == 1

    def test_who_knocked_is_not_in_the_table(self, tuesday):
        knock()
        row = Throttle.objects.get()
        assert PHONE not in f"{row.subject}{row.bucket}"
        assert len(row.subject) == 32

    def test_limits_can_be_switched_off(self, tuesday, settings):
        settings.JINLIN_RATE_LIMITS = False
        for _ in range(9):
            knock()
        assert not throttle.is_blocked("login", PHONE, limit=1, seconds=900)

    def test_old_windows_are_forgotten(self):
        with clock.fixed(A_TUESDAY):
            knock()
        with clock.fixed(A_TUESDAY + timedelta(days=1, seconds=1)):
            knock("other")
            assert throttle.forget_old_hits() == 1


@pytest.mark.django_db(transaction=True)
def test_knocks_at_once_are_all_counted():
    results = together(8, lambda _n: [knock(limit=100) for _ in range(5)])
    assert not [r for r in results if isinstance(r, Exception)]
    assert Throttle.objects.get().hits == 40


@pytest.mark.sqlite_only(reason="PostgreSQL sets it for one transaction only")
@pytest.mark.django_db(transaction=True)
def test_counting_in_a_hurry_leaves_the_connection_durable():
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous = FULL")
        try:
            with connection.hurried():
                assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 1
            throttle.hit("hurry", "somebody", limit=3, seconds=60)
            with pytest.raises(ZeroDivisionError), connection.hurried():
                raise ZeroDivisionError
            assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
        finally:
            cursor.execute(f"PRAGMA synchronous = {before}")
