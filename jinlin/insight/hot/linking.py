"""Average linking on a sparse graph: two groups join while their members tell the same on average."""

from __future__ import annotations

import heapq

import numpy as np

from jinlin.insight.likeness.grams import Ints
from jinlin.insight.likeness.near import Pairs

FAINT = 0.06  # weaker pairs count as none: they only cost time


def joined(pairs: Pairs, count: int, least: float) -> Ints:
    """Return a group number for each of `count` texts, numbered by their first member.

    Joins the two groups with the greatest mean of `same` over all pairs between them (pairs not given are 0) until no
    mean reaches `least`; ties go to the earlier groups. The average-link method (Sokal and Michener 1958) with a heap
    and only the pairs there are: 50,000 texts with 300,000 pairs take seconds, where the full table would need 10 GB.
    """
    strong = pairs.only(pairs.same >= FAINT)
    links: list[dict[int, float]] = [{} for _each in range(count)]
    for one, other, same in zip(
        strong.one.tolist(), strong.other.tolist(), strong.same.tolist(), strict=True
    ):
        links[one][other] = links[other][one] = same
    sizes, parent = [1] * count, list(range(count))
    heap = [
        (-same, one, other) for one, near in enumerate(links) for other, same in near.items() if one < other
    ]
    heapq.heapify(heap)
    while heap:
        mean, one, other = heapq.heappop(heap)
        if -mean < least:
            break
        if not _stands(links, sizes, (one, other), -mean):
            continue
        _join(links, sizes, one, other)
        parent[other] = one
        for third, total in links[one].items():
            entry = (-total / (sizes[one] * sizes[third]), min(one, third), max(one, third))
            heapq.heappush(heap, entry)
    return np.array([_root(parent, each) for each in range(count)], np.int64)


def _stands(links: list[dict[int, float]], sizes: list[int], pair: tuple[int, int], mean: float) -> bool:
    """Say whether an entry of the heap still tells the mean of two groups; later joins leave old entries behind."""
    one, other = pair
    total = links[one].get(other)
    return total is not None and total / (sizes[one] * sizes[other]) == mean


def _join(links: list[dict[int, float]], sizes: list[int], one: int, other: int) -> None:
    """Give the members and links of the later group to the earlier."""
    gone = links[other]
    links[other] = {}
    for third, total in gone.items():
        del links[third][other]
        if third != one:
            links[one][third] = links[third][one] = links[one].get(third, 0.0) + total
    sizes[one] += sizes[other]
    sizes[other] = 0


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place
