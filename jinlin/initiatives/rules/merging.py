"""Whose support counts once when two items become one; pure, so that every order of merges can be tried."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

R = TypeVar("R", bound=Hashable)
I = TypeVar("I", bound=Hashable)  # noqa: E741  an item


def root_of(item: I, merged_into: Mapping[I, I]) -> I:
    """Return what an item has become by all merges; ValueError for a ring, which no history may make."""
    seen = {item}
    while item in merged_into:
        item = merged_into[item]
        if item in seen:
            raise ValueError("items are merged in a ring")
        seen.add(item)
    return item


def to_move(ours: Iterable[R], theirs: Iterable[R]) -> frozenset[R]:
    """Return the residents whose support moves over: those who do not support the surviving item yet."""
    return frozenset(theirs) - frozenset(ours)
