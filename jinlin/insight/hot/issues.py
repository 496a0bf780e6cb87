"""Issues of many messages: grouped by matter and place, told as a headline, counts and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jinlin.insight.hot.heat import Voice, heat
from jinlin.insight.hot.linking import joined
from jinlin.insight.hot.masking import masked, tells_of_someone
from jinlin.insight.likeness.grams import Ints
from jinlin.insight.likeness.near import Floats, Pairs, Progress, near_pairs
from jinlin.insight.likeness.space import Space, space_of
from jinlin.insight.likeness.texts import letters, repost_groups

LINK = 0.40  # mean sureness at which two groups of messages join
MERGE = 0.60  # sureness at which two groups, each taken as one text, are the same matter at the same place
REPEAT = 0.5  # from here two messages of one reporter count as one said twice
REACH_DAYS = 400.0  # an issue may sleep for a season; last year's is its own
SHORTEST_HEADLINE = 6


Near = Callable[[Ints, Ints], Floats]


@dataclass(frozen=True, eq=False)
class Stream:
    """Messages in order of time, then id: `days` (n,) never falls; `reporters` as words, each reporter one word.

    `near(one, other)` tells what is known beside the words: how far two messages (m,) can be the same matter, 0 to 1,
    by their places and categories.
    """

    titles: Sequence[str]
    bodies: Sequence[str]
    days: Floats
    reporters: Sequence[str]
    votes: Floats
    near: Near | None = None

    def __len__(self) -> int:
        return len(self.titles)


@dataclass(frozen=True)
class Issue:
    """One matter at one place: members are places in the stream, by time; `centre` the most central of them."""

    members: tuple[int, ...]
    heat: float
    reporters: int
    centre: int
    headline: str


def issues_of(stream: Stream, progress: Progress | None = None) -> list[Issue]:
    """Return every issue, also those of one message, hottest first; equal ones by their first message."""
    titles, bodies = [letters(each) for each in stream.titles], [letters(each) for each in stream.bodies]
    writers = np.unique(np.asarray(stream.reporters), return_inverse=True)[1].ravel().astype(np.int64)
    once, node = _once(writers, repost_groups(titles, bodies))
    space = space_of([titles[k] for k in once], [bodies[k] for k in once], writers[once])
    pairs = _dimmed(near_pairs(space, stream.days[once], REACH_DAYS, progress), stream.near, once)
    kept = _said_once(pairs, writers[once], len(once))
    group = grouped(space, pairs, kept, stream.near, once)[kept]
    central = _central(space, group)[node]
    members = defaultdict(list)
    for place, each in enumerate(group[node].tolist()):
        members[each].append(place)
    today = float(stream.days[-1]) if len(stream) else 0.0
    found = [_issue(stream, writers, central, tuple(each), today) for each in members.values()]
    return sorted(found, key=lambda each: (-each.heat, each.members[0]))


def _dimmed(pairs: Pairs, near: Near | None, at: Ints) -> Pairs:
    """Return the pairs with what is known of places and categories; `at` (n,) places the texts in the stream."""
    if near is None:
        return pairs
    return Pairs(pairs.one, pairs.other, pairs.same * near(at[pairs.one], at[pairs.other]))


def grouped(space: Space, pairs: Pairs, kept: Ints, near: Near | None, at: Ints) -> Ints:
    """Return a group for each text: average linking first, then groups that tell the same as a whole join.

    `kept` (n,) names for each text the one that stands for it; only those are linked. A group lies where its first
    text lies. The second step is what an
    average over many differently worded messages misses: one issue that split in two.
    """
    inside = (kept[pairs.one] == pairs.one) & (kept[pairs.other] == pairs.other)
    first = joined(pairs.only(inside), len(space), LINK)
    stands = np.flatnonzero(kept == np.arange(len(space)))
    names, number = np.unique(first[stands], return_inverse=True)
    centres = _centres(space, stands, number, len(names))
    between = _dimmed(near_pairs(centres, np.zeros(len(names)), 0.0), near, at[names])
    again = joined(between, len(names), MERGE)
    group = first.copy()
    group[stands] = names[again[number]]
    return group


def _once(writers: Ints, texts: Ints) -> tuple[Ints, Ints]:
    """Return the first messages of each reporter and text (m,), by time, and which of them stands for each (n,)."""
    keys = np.stack([writers, texts], axis=1)
    _keys, first, node = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    by_time = np.argsort(first, kind="stable")
    number = np.empty(len(by_time), np.int64)
    number[by_time] = np.arange(len(by_time))
    return first[by_time], number[node.ravel()]


def _said_once(pairs: Pairs, writers: Ints, count: int) -> Ints:
    """Return for each text the earliest of the same reporter that tells the same matter (n,); itself, mostly."""
    kept = np.arange(count)
    own = pairs.only((writers[pairs.one] == writers[pairs.other]) & (pairs.same >= REPEAT))
    for one, other in sorted(zip(own.one.tolist(), own.other.tolist(), strict=True)):
        kept[other] = min(kept[other], kept[one])
    return kept


def _centres(space: Space, stands: Ints, number: Ints, count: int) -> Space:
    """Return each group as one text: the mean of its rows, of length 1 again."""
    sizes = np.bincount(number, minlength=count).astype(np.float32)
    shape = (count, len(space))
    mean = sparse.csr_matrix(((1 / sizes)[number], (number, stands)), shape=shape, dtype=np.float32)
    rows = sparse.csr_matrix(mean @ space.rows)
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    length[length == 0] = 1
    rows = sparse.csr_matrix(sparse.diags((1 / length).astype(np.float32)) @ rows)
    return Space(rows, sparse.csr_matrix(mean @ space.titles), sparse.csr_matrix(mean @ space.has))


def _central(space: Space, group: Ints) -> Floats:
    """Return how well the title of each text tells what its group tells (n,), 0 to 2.

    The share of the title's rarer words that the group says, plus the likeness of the text to the group as a whole.
    """
    names, number = np.unique(group, return_inverse=True)
    own = _centres(space, np.arange(len(space)), number.ravel(), len(names))
    told = np.asarray(space.titles.multiply(own.has[number.ravel()]).sum(axis=1)).ravel()
    return told + np.asarray(space.rows.multiply(own.rows[number.ravel()]).sum(axis=1)).ravel()


def _issue(
    stream: Stream, writers: Ints, central: NDArray[np.float64], members: tuple[int, ...], today: float
) -> Issue:
    voices: dict[int, Voice] = {}
    for place in members:
        votes = float(stream.votes[place])
        known = voices.get(int(writers[place]))
        day = known.day if known else float(stream.days[place])
        voices[int(writers[place])] = Voice(day, max(votes, known.votes if known else 0.0))
    centre = min(members, key=lambda place: (not _serves(stream.titles[place]), -central[place], place))
    line = masked(stream.titles[centre] or stream.bodies[centre][:30])
    return Issue(members, heat(tuple(voices.values()), today), len(voices), centre, line)


def _serves(title: str) -> bool:
    return len(title) >= SHORTEST_HEADLINE and not tells_of_someone(title)
