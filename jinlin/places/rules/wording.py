"""Finding the place that words of an address speak of, without guessing.

Chinese writes no spaces, so names are matched longest first from left to right. A name alone proves little: 25
villages of one prefecture share a name. Whatever is named above (town, county) must fit, and where a doubt is left
the answer is the area that holds all candidates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jinlin.places.rules.codes import PREFIX_LENGTH, level_of, prefix_of
from jinlin.places.rules.names import short_name, stem

SHORTEST: Final = 2
LONGEST: Final = 24
READ: Final = 600  # characters of a text that are read
COUNTY: Final = 3

# A core name before these is a road, a shop or a school: 淮阳路, 川汇大道, 中原银行.
_NOT_A_PLACE = re.compile(  # data
    "路|街(?!道)|大道|大街|巷|桥|站|银行|大厦|广场|商场|医院|学校|中学|小学|大学|公司|集团|酒店|宾馆|公园|高速|铁路"
)
# After these a village's name is the end of a longer name: 大李庄村 is not 李庄村.
_LONGER: Final = frozenset("大小东西南北前后上下老新中")  # data


@dataclass(frozen=True, slots=True)
class Names:
    """Names by word: `full` stand alone, `core` (淮阳, 李庄) only beside another name or, for counties, by themselves."""

    full: Mapping[str, tuple[str, ...]]
    core: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mention:
    """A word of the text that names one or more places."""

    word: str
    codes: tuple[str, ...]
    is_core: bool


def gather(regions: Iterable[tuple[str, str, int]], others: Iterable[tuple[str, str]] = ()) -> Names:
    """Return the names of regions (code, name, level) and of grids or compounds (grid code, name)."""
    full: defaultdict[str, set[str]] = defaultdict(set)
    core: defaultdict[str, set[str]] = defaultdict(set)
    for code, name, level in regions:
        full[name].add(code)
        said = short_name(name)
        bare = stem(name, level)
        (full if said != bare or level < 5 else core)[said].add(code)
        if level >= COUNTY and bare not in (name, said):
            core[bare].add(code)
    for code, name in others:
        full[name].add(code)
    return Names(_fixed(full), _fixed(core))


def _fixed(found: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(sorted(codes)) for word, codes in found.items() if SHORTEST <= len(word) <= LONGEST}


def find(text: str, names: Names, within: str = "") -> tuple[str, str] | None:
    """Return (code, word) of the finest place the text names without doubt, None if it names none.

    The code may be a grid's (15 digits). Of several candidates that fit, the smallest area that holds them all is
    returned if it is a county or finer.
    """
    head = prefix_of(within) if within else ""
    mentions = _mentions(text[:READ], names, head)
    for level in (6, 5, 4, 3):
        fitting = _fitting(mentions, level)
        if fitting:
            return _agreed(fitting)
    return None


def _fitting(mentions: list[Mention], level: int) -> dict[str, str]:
    """Return {code: word} of the places of a level that agree with everything named above them."""
    above: defaultdict[int, set[str]] = defaultdict(set)
    soft: set[str] = set()
    for mention in mentions:
        for code in mention.codes:
            upper = level_of(code)
            if upper >= level:
                continue
            if mention.is_core and upper == COUNTY:
                soft.add(prefix_of(code))
            else:
                above[upper].add(prefix_of(code))
    found = {c: m.word for m in mentions for c in m.codes if level_of(c) == level}
    for heads in above.values():
        found = {c: word for c, word in found.items() if c.startswith(tuple(heads))}
    helped = {c: word for c, word in found.items() if c.startswith(tuple(soft))} if soft else {}
    return helped or found


def _agreed(fitting: Mapping[str, str]) -> tuple[str, str] | None:
    codes = sorted(fitting)
    if len(codes) == 1:
        return codes[0], fitting[codes[0]]
    shared = 0
    while shared < 12 and codes[0][shared] == codes[-1][shared]:  # sorted: the ends differ first
        shared += 1
    size = max((n for n in PREFIX_LENGTH.values() if n <= shared), default=0)
    if size < PREFIX_LENGTH[COUNTY]:
        return None
    return codes[0][:size].ljust(12, "0"), fitting[codes[0]]


def _mentions(text: str, names: Names, head: str) -> list[Mention]:
    found: list[Mention] = []
    at, last_end = 0, -1
    while at < len(text):
        mention = _full_at(text, at, names, at == last_end) or _core_at(text, at, names, found, last_end)
        if mention is None:
            at += 1
            continue
        at += len(mention.word)
        last_end = at
        inside = tuple(c for c in mention.codes if c.startswith(head) or head.startswith(prefix_of(c)))
        if inside:
            found.append(Mention(mention.word, inside, mention.is_core))
    return found


def _full_at(text: str, at: int, names: Names, follows: bool) -> Mention | None:
    for length in range(min(LONGEST, len(text) - at), SHORTEST - 1, -1):
        word = text[at : at + length]
        codes = names.full.get(word)
        if codes is None:
            continue
        if at and not follows and text[at - 1] in _LONGER:
            codes = tuple(c for c in codes if level_of(c) < 5)
        if codes:
            return Mention(word, codes, is_core=False)
    return None


def _core_at(text: str, at: int, names: Names, found: list[Mention], last_end: int) -> Mention | None:
    """A core name counts right behind the name of a place above it; a county's also by itself."""
    for length in range(min(LONGEST, len(text) - at), SHORTEST - 1, -1):
        word = text[at : at + length]
        codes = names.core.get(word, ())
        if not codes or _NOT_A_PLACE.match(text, at + length):
            continue
        behind = tuple(prefix_of(c) for c in found[-1].codes) if found and at == last_end else ()
        kept = tuple(c for c in codes if level_of(c) == COUNTY or (behind and c.startswith(behind)))
        if kept:
            return Mention(word, kept, is_core=True)
    return None
