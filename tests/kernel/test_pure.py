"""Ids, clock and errors: no database."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from jinlin.kernel import clock, errors
from jinlin.kernel.ids import new_id


def test_ids_sort_by_time_and_never_repeat():
    ids = [new_id() for _ in range(5000)]
    assert len(set(ids)) == 5000
    assert ids == sorted(ids)
    assert {i.version for i in ids} == {7}


def test_the_day_turns_at_midnight_in_china():
    with clock.fixed(datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 3, 9)
    with clock.fixed(datetime(2026, 3, 9, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 3, 10)
        assert clock.local(clock.now()).hour == 0


def test_a_fixed_clock_nests_and_stays_in_its_thread():
    a, b = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    seen = []
    with clock.fixed(a):
        with clock.fixed(b):
            assert clock.now() == b
        assert clock.now() == a
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0].year > 2021


def test_naive_moments_are_refused():
    with pytest.raises(ValueError):
        clock.local(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError), clock.fixed(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (errors.NotFound("cases.case"), "not_found", 404),
        (errors.NotAllowed(), "not_allowed", 403),
        (errors.RuleBroken("too_late"), "too_late", 409),
        (errors.Invalid({"title": ["请填写"]}), "invalid", 422),
        (errors.Conflict("stale"), "stale", 409),
    ],
)
def test_every_error_has_a_code_a_status_and_a_sentence(error, code, status):
    assert (error.code, error.http_status) == (code, status)
    assert str(error) == error.message
    assert len(str(error)) >= 3


def test_facts_fill_the_sentence_and_braces_of_users_do_no_harm():
    assert str(errors.RuleBroken("late", "还剩 {days} 天", days=3)) == "还剩 3 天"
    assert str(errors.Conflict("x", "{nothing} {0}", days=3)) == "{nothing} {0}"
    assert str(errors.Conflict("x", "居民写了 {")) == "居民写了 {"


def test_the_sentence_is_translated_when_it_is_read():
    lazy = translation.gettext_lazy("Yes")
    error = errors.RuleBroken("x", lazy)
    with translation.override("en"):
        assert str(error) == "Yes"


def test_invalid_speaks_its_first_field():
    assert str(errors.Invalid({"title": ["请填写标题。"], "body": ["太长。"]})) == "请填写标题。"
    assert str(errors.Invalid({"title": ["请填写标题。"]}, "有一处要改。")) == "有一处要改。"
