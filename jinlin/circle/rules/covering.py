"""From blocks to places: people and buildings by status, the middle walk, for every group of blocks at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.coverage import Status
from jinlin.circle.network import FAR, Floats, Longs

KINDS = len(Status)


@dataclass(frozen=True, eq=False)
class Tallies:
    """For g groups and c categories: people, buildings (g, c, 6); slow_gap (g, c); near_m, straight_m (g, c), NaN for none."""

    people: Longs
    buildings: Longs
    slow_gap: Longs
    near_m: Floats
    straight_m: Floats


@dataclass(frozen=True, eq=False)
class Blocks:
    """What is known of k blocks: residents, buildings (k,); status, slow (k, c); near, straight (k, c) decimetres."""

    residents: NDArray[Any]
    buildings: NDArray[Any]
    status: NDArray[np.int8]
    slow: NDArray[np.int8]
    near: NDArray[np.int32]
    straight: NDArray[np.int32]


def tallied(blocks: Blocks, group: Longs, groups: int) -> Tallies:
    """Sum blocks by group; blocks with group -1 belong to none."""
    rows = np.flatnonzero(group >= 0)
    own = group[rows]
    people, buildings = blocks.residents[rows], blocks.buildings[rows]
    status = blocks.status[rows]
    gap = (blocks.slow[rows] == Status.NOT_COVERED) | (blocks.slow[rows] == Status.ESTIMATED_NOT_COVERED)
    known = (blocks.near[rows] < FAR) & (blocks.straight[rows] < FAR)
    weight = np.maximum(people, 1)
    return Tallies(
        _by_status(own, groups, status, people),
        _by_status(own, groups, status, buildings),
        _summed(own, groups, gap * people[:, None]).astype(np.int64),
        _mean(own, groups, blocks.near[rows], known, weight),
        _mean(own, groups, blocks.straight[rows], known, weight),
    )


def lacking(blocks: Blocks, needed: NDArray[np.bool_], group: Longs, groups: int) -> Longs:
    """Return (g, 2): residents for whom at least one needed category (c,) is too far for certain, and residents judged.

    Judged is who has a certain answer for any needed category; who isn't mapped or only estimated is in neither.
    """
    status = blocks.status[:, needed]
    lacks = (status == Status.NOT_COVERED).any(axis=1)
    judged = lacks | (status == Status.COVERED).any(axis=1)
    own = group >= 0
    sums = [
        np.bincount(group[own], (blocks.residents * which)[own], minlength=groups)
        for which in (lacks, judged)
    ]
    return np.rint(np.column_stack(sums)).astype(np.int64)


def _by_status(group: Longs, groups: int, status: NDArray[np.int8], weight: NDArray[Any]) -> Longs:
    found = np.zeros((groups, status.shape[1], KINDS), np.int64)
    for column in range(status.shape[1]):
        cell = group * KINDS + status[:, column]
        sums = np.bincount(cell, weight, minlength=groups * KINDS)
        found[:, column, :] = np.rint(sums).astype(np.int64).reshape(groups, KINDS)
    return found


def _summed(group: Longs, groups: int, values: NDArray[Any]) -> Floats:
    found = np.zeros((groups, values.shape[1]))
    np.add.at(found, group, values)
    return found


def _mean(
    group: Longs, groups: int, distance_dm: NDArray[np.int32], known: NDArray[np.bool_], weight: NDArray[Any]
) -> Floats:
    """Return the mean metres of the people for whom a way is known."""
    heavy = known * weight[:, None]
    total = _summed(group, groups, heavy)
    sums = _summed(group, groups, np.where(known, distance_dm, 0) * heavy)
    mean = np.full(total.shape, np.nan)
    np.divide(sums, total * 10, out=mean, where=total > 0)
    return mean


def rounded(people: float) -> int:
    """Return a count of people in tens, half up: what is shown never names one person."""
    return int((people + 5) // 10) * 10
