"""One key, one effect, one answer."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import KeyReused, fingerprint, forget_old_keys, once
from jinlin.kernel.models import IdempotencyRecord, Throttle
from tests.kernel.threads import together

ANNA = SimpleNamespace(key="a:1")
BO = SimpleNamespace(key="a:2")
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@once("note.add")
def add_note(*, actor, words, key=None, at=None, expect=None, delay=0.0):
    note = Throttle.objects.create(bucket=words, subject=str(Throttle.objects.count()))
    time.sleep(delay)
    return note


@once("note.drop")
def drop_note(*, actor, words, key=None):
    Throttle.objects.filter(bucket=words).delete()


@once("note.fail")
def fail(*, actor, words, key=None):
    Throttle.objects.create(bucket=words, subject="x")
    raise RuleBroken("no")


@pytest.mark.django_db
class TestOneConnection:
    def test_without_a_key_every_call_counts(self):
        assert add_note(actor=ANNA, words="a").pk != add_note(actor=ANNA, words="a").pk
        assert IdempotencyRecord.objects.count() == 0

    def test_the_same_key_answers_the_same_once(self):
        first = add_note(actor=ANNA, words="a", key=KEY, at=datetime(2026, 1, 1, tzinfo=UTC), expect=1)
        Throttle.objects.filter(pk=first.pk).update(hits=9)
        again = add_note(actor=ANNA, words="a", key=KEY, at=datetime(2026, 1, 2, tzinfo=UTC), expect=2)
        assert again.pk == first.pk
        assert again.hits == 9
        assert Throttle.objects.count() == 1

    def test_a_default_said_aloud_is_the_same_request(self):
        first = add_note(actor=ANNA, words="a", key=KEY)
        assert add_note(actor=ANNA, words="a", key=KEY, delay=0.0).pk == first.pk

    def test_other_arguments_or_another_verb_are_refused(self):
        add_note(actor=ANNA, words="a", key=KEY)
        for wrong in (
            lambda: add_note(actor=ANNA, words="b", key=KEY),
            lambda: drop_note(actor=ANNA, words="a", key=KEY),
        ):
            with pytest.raises(KeyReused) as caught:
                wrong()
            assert isinstance(caught.value, Conflict)
            assert (caught.value.code, caught.value.http_status) == ("key_reused", 422)
        assert Throttle.objects.count() == 1

    def test_inputs_without_a_name_are_a_mistake_of_the_program(self):
        @once("note.say")
        def say(words, *, actor, key=None):
            raise AssertionError("not reached")

        with pytest.raises(TypeError, match=r"note\.say"):
            say("a", actor=ANNA, key=KEY)
        assert IdempotencyRecord.objects.count() == 0

    def test_keys_belong_to_their_actor(self):
        assert add_note(actor=ANNA, words="a", key=KEY).pk != add_note(actor=BO, words="a", key=KEY).pk

    def test_nothing_is_an_answer_too(self):
        assert drop_note(actor=ANNA, words="a", key=KEY) is None
        Throttle.objects.create(bucket="a", subject="1")
        assert drop_note(actor=ANNA, words="a", key=KEY) is None
        assert Throttle.objects.count() == 1

    def test_a_failure_leaves_the_key_free(self):
        for _ in range(2):
            with pytest.raises(RuleBroken):
                fail(actor=ANNA, words="a", key=KEY)
        assert Throttle.objects.count() == IdempotencyRecord.objects.count() == 0
        add_note(actor=ANNA, words="a", key=KEY)

    def test_an_answer_that_is_gone_is_not_found(self):
        add_note(actor=ANNA, words="a", key=KEY).delete()
        with pytest.raises(NotFound):
            add_note(actor=ANNA, words="a", key=KEY)

    def test_a_key_inside_its_own_run_is_still_running(self):
        @once("note.loop")
        def loop(*, actor, key=None, deep=False):
            loop(actor=actor, key=key)

        with pytest.raises(Conflict) as caught:
            loop(actor=ANNA, key=KEY)
        assert caught.value.code == "still_running"

    @pytest.mark.parametrize(
        "key", ["short", "x" * 65, "密钥密钥密钥密钥", "abc\ndefgh", "a b c d e f", 12345678, "\x00" * 9]
    )
    def test_malformed_keys_are_refused(self, key):
        with pytest.raises(Invalid) as caught:
            add_note(actor=ANNA, words="a", key=key)
        assert list(caught.value.fields) == ["key"]

    def test_a_key_costs_two_statements(self, django_assert_num_queries):
        with django_assert_num_queries(
            2 + 2 + 2
        ):  # savepoint and release, the two of the note, the two of the key
            add_note(actor=ANNA, words="a", key=KEY)

    def test_an_action_must_answer_with_a_row(self):
        @once("note.count")
        def count_notes(*, actor, key=None):
            return 5

        with pytest.raises(TypeError):
            count_notes(actor=ANNA, key=KEY)

    def test_old_keys_are_forgotten(self):
        with clock.fixed(datetime(2026, 1, 1, tzinfo=UTC)):
            add_note(actor=ANNA, words="a", key=KEY)
            add_note(actor=ANNA, words="b", key=KEY + "2")
        with clock.fixed(datetime(2026, 1, 31, tzinfo=UTC)):
            assert forget_old_keys() == 0
        with clock.fixed(datetime(2026, 1, 31, tzinfo=UTC) + timedelta(seconds=1)):
            assert forget_old_keys(batch=1) == 2


@pytest.mark.django_db(transaction=True)
class TestSeveralConnections:
    def test_the_same_key_at_once_happens_once(self):
        results = together(6, lambda _n: add_note(actor=ANNA, words="a", key=KEY, delay=0.05))
        assert len({getattr(note, "pk", note) for note in results}) == 1
        assert Throttle.objects.count() == 1

    def test_when_the_first_fails_the_next_in_line_tries(self):
        tried = []

        @once("note.second")
        def second_time(*, actor, key=None):
            tried.append(1)
            time.sleep(0.05)
            if len(tried) == 1:
                raise RuleBroken("first")
            return Throttle.objects.create(bucket="s", subject="1")

        results = together(4, lambda _n: second_time(actor=ANNA, key=KEY))
        assert sum(isinstance(r, RuleBroken) for r in results) == 1
        assert len({r.pk for r in results if isinstance(r, Throttle)}) == 1
        assert Throttle.objects.count() == 1

    def test_different_keys_do_not_disturb_each_other(self):
        results = together(6, lambda n: add_note(actor=ANNA, words=f"w{n}", key=KEY + str(n)))
        assert len({note.pk for note in results}) == 6


@dataclass(frozen=True)
class Facts:
    title: str
    size: int


def test_fingerprints_tell_requests_apart():
    base = {"actor": ANNA, "key": "k", "words": "a"}
    same = fingerprint(base)
    assert same == fingerprint({**base, "actor": BO, "key": "other", "at": 5, "expect": 6})
    others = [
        "b", 1, 1.5, True, None, ["a"], ("a", "b"), {"a": 1}, {"x", "y"}, date(2026, 1, 1), Facts("a", 1), Facts("a", 2),
        datetime(2026, 1, 1, tzinfo=UTC), UUID(int=5), b"a", b"b", io.BytesIO(b"c"), Throttle(pk=UUID(int=1)),
    ]  # fmt: skip
    prints = {fingerprint({**base, "words": value}) for value in others}
    assert len(prints) == len(others)
    assert same not in prints


def test_a_file_is_hashed_and_left_where_it_was():
    file = io.BytesIO(b"head and body")
    file.seek(5)
    assert fingerprint({"file": file}) == fingerprint({"file": b"and body"})
    assert file.tell() == 5


def test_the_same_moment_in_two_zones_is_one_moment():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert fingerprint({"w": moment}) == fingerprint({"w": clock.local(moment)})


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(TypeError):
        fingerprint({"thing": object()})
