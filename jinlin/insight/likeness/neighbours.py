"""The nearest texts of each text within a window of days; verbatim reposts of its own apart, no text twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.likeness.grams import Ints
from jinlin.insight.likeness.near import Floats, Pairs, Progress, near_pairs
from jinlin.insight.likeness.space import space_of
from jinlin.insight.likeness.texts import letters, repost_groups

NEAREST = 10
WINDOW_DAYS = 180.0  # design/insight.md 2.2
COPIES_SHOWN = 3  # a text posted a hundred times leaves room for other people's
SURE = (
    0.5  # beyond the window only what is as likely as not the same matter at the same place is named at all
)
REACH = 3  # windows; nothing older is looked at


@dataclass(frozen=True)
class Neighbour:
    """One text near another; `copy` means word for word the same, `days` how far apart they were said."""

    place: int
    score: float
    copy: bool
    days: float


@dataclass(frozen=True, eq=False)
class Found:
    """What there is to choose neighbours from: texts said once (nodes), who is near whom, and their members."""

    days: Floats
    text: Ints  # (n,) number of the text each message says
    node: Ints  # (n,) its node: one text within half a window
    members: dict[int, list[int]]  # node -> messages, by time
    of_text: dict[int, list[int]]  # text -> messages, by time
    near: dict[int, list[tuple[int, float]]]  # node -> (other node, how surely the same)


def neighbours(
    titles: Sequence[str],
    bodies: Sequence[str],
    days: Floats,
    *,
    window: float = WINDOW_DAYS,
    count: int = NEAREST,
    progress: Progress | None = None,
) -> Iterator[list[Neighbour]]:
    """Yield for each message its nearest, best first. `days` (n,) must not fall (sort by time, then id).

    First its verbatim reposts, the nearest in time, at most three; then other texts by score, each once, in the
    person of the message said nearest in time. An older or later text than the window is named only where it is as
    likely as not the same matter, and its score halves with every window of days beyond.
    """
    found = _find([letters(t) for t in titles], [letters(b) for b in bodies], days, window, progress)
    for place in range(len(days)):
        yield _of(place, found, window, count)


def _find(
    titles: list[str], bodies: list[str], days: Floats, window: float, progress: Progress | None
) -> Found:
    text = repost_groups(titles, bodies)
    stretch = np.floor(days / max(window / 2, 1)).astype(np.int64)
    _keys, first, node = np.unique(
        np.stack([text, stretch], axis=1), axis=0, return_index=True, return_inverse=True
    )
    by_time = np.argsort(first, kind="stable")  # nodes in the order of their first message
    heads = first[by_time]
    number = np.empty(len(by_time), np.int64)
    number[by_time] = np.arange(len(by_time))
    node = number[node.ravel()]
    space = space_of([titles[k] for k in heads], [bodies[k] for k in heads])
    pairs = near_pairs(space, days[heads], REACH * window, progress)
    return Found(days, text, node, _lists(node), _lists(text), _both_ways(pairs))


def _lists(number: Ints) -> dict[int, list[int]]:
    lists = defaultdict(list)
    for place, each in enumerate(number.tolist()):
        lists[each].append(place)
    return dict(lists)


def _both_ways(pairs: Pairs) -> dict[int, list[tuple[int, float]]]:
    near = defaultdict(list)
    for one, other, sure in zip(pairs.one.tolist(), pairs.other.tolist(), pairs.same.tolist(), strict=True):
        near[one].append((other, sure))
        near[other].append((one, sure))
    return dict(near)


def _of(place: int, found: Found, window: float, count: int) -> list[Neighbour]:
    copies = [each for each in found.of_text[int(found.text[place])] if each != place]
    copies = sorted(copies, key=lambda each: (_gap(found.days, place, each), each))[:COPIES_SHOWN]
    chosen = [Neighbour(each, 1.0, True, _gap(found.days, place, each)) for each in copies]
    others, texts = [], {int(found.text[place])}
    for node, sure in found.near.get(int(found.node[place]), ()):
        nearest = min(found.members[node], key=lambda each: (_gap(found.days, place, each), each))
        gap = _gap(found.days, place, nearest)
        if gap <= window or sure >= SURE:
            others.append(Neighbour(nearest, _faded(sure, gap, window), False, gap))
    for each in sorted(others, key=lambda each: (-each.score, each.days, each.place)):
        if len(chosen) >= count:
            break
        if int(found.text[each.place]) not in texts:
            texts.add(int(found.text[each.place]))
            chosen.append(each)
    return chosen[:count]


def _faded(sure: float, gap: float, window: float) -> float:
    return float(sure * 0.5 ** (max(0.0, gap - window) / max(window, 1)))


def _gap(days: NDArray[np.float64], one: int, other: int) -> float:
    return float(abs(days[one] - days[other]))
