"""The chain's arithmetic on plain tuples: every edit is found, and finding is fast."""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.audit import rules

DAY = date(2026, 3, 10)
START = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def chain(length, suite="intl"):
    opening = rules.opening_hash("411602000000", DAY.isoformat(), "", suite)
    rows, previous = [], opening
    for n in range(1, length + 1):
        values = (
            "411602000000", DAY, n, START + timedelta(seconds=n), "a:1", "p1", "u1", "七一路街道", "case.read",
            "cases.case", f"id-{n}", "回访", "phone", True, "r1", previous,
        )  # fmt: skip
        previous = rules.entry_hash(values, suite)
        rows.append((*values, previous))
    return opening, rows


def check(opening, rows, *, last_seq=None, root=None, suite="intl"):
    last = len(rows) if last_seq is None else last_seq
    return rules.first_break(
        rows, opening=opening, last_seq=last, root=root or (rows[-1][-1] if rows else opening), suite=suite
    )


@pytest.mark.parametrize("suite", ["intl", "gm"])
@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_a_sound_chain(suite, length):
    opening, rows = chain(length, suite)
    assert check(opening, rows, suite=suite) == (length, None)


def test_the_hash_covers_every_stored_value():
    assert len(rules.COVERED) == len(set(rules.COVERED)) == 16


EDITS = ("change", "delete", "swap", "truncate", "double", "forge")


@given(st.integers(0, 10**9), st.sampled_from(EDITS))
def test_every_edit_is_found(seed, edit):
    rng = random.Random(seed)
    opening, rows = chain(20)
    root = rows[-1][-1]
    at = rng.randrange(20)
    if edit == "change":
        column = rng.randrange(len(rows[at]))
        row = list(rows[at])
        row[column] = "x" if isinstance(row[column], str) else (not row[column])
        rows[at] = tuple(row)
    elif edit == "delete":
        del rows[at]
    elif edit == "swap":
        other = (at + 1 + rng.randrange(19)) % 20
        rows[at], rows[other] = rows[other], rows[at]
    elif edit == "truncate":
        del rows[at:]
    elif edit == "double":
        rows.insert(at, rows[at])
    else:  # somebody changes a row and computes every later hash anew: only the published root tells
        values = [*rows[at][:-1]]
        values[8] = "case.look"
        previous = values[-1]
        for n in range(at, 20):
            values = [*(values if n == at else rows[n][:-1])]
            values[-1] = previous
            previous = rules.entry_hash(tuple(values), "intl")
            rows[n] = (*values, previous)
    _count, found = check(opening, rows, last_seq=20, root=root)
    assert found is not None


@pytest.mark.parametrize(
    ("edit", "seq", "why"),
    [
        (lambda r: r.pop(2), 3, "missing"),
        (lambda r: r.pop(), 5, "missing"),
        (lambda r: r.__setitem__(1, (*r[1][:8], "other", *r[1][9:])), 2, "altered"),
        (lambda r: r.__setitem__(1, (*r[1][:15], "0" * 64, r[1][16])), 2, "unlinked"),
    ],
)
def test_where_and_why(edit, seq, why):
    opening, rows = chain(5)
    root = rows[-1][-1]
    edit(rows)
    assert check(opening, rows, last_seq=5, root=root)[1] == rules.Break(seq, why)


def test_a_day_holds_the_root_of_the_day_before():
    assert rules.opening_hash("c", "2026-03-10", "a", "intl") != rules.opening_hash(
        "c", "2026-03-10", "b", "intl"
    )
    assert rules.opening_hash("c", "2026-03-10", "a", "intl") != rules.opening_hash(
        "c", "2026-03-11", "a", "intl"
    )


def test_checking_keeps_pace():
    opening, rows = chain(20_000)
    started = time.perf_counter()
    assert check(opening, rows)[1] is None
    rate = 20_000 / (time.perf_counter() - started)
    assert rate > 40_000, f"{rate:.0f} rows/s; bench/ measures the target of 200,000 on a quiet machine"
