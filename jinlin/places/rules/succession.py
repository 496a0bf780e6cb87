"""Which unit took over from one that left the table: by name, by structure, by where its parts went.

All units that ended on a day are held against all that began on it, level by level, so that a county that
moved (411626 淮阳县 -> 411603 淮阳区) carries its whole subtree. A match is made only when it is the only one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from jinlin.places.rules.codes import parent_code
from jinlin.places.rules.history import Version

Key = Callable[[Version], object]


def successors(
    ended: Iterable[Version], begun: Iterable[Version], standing: Callable[[str], Version | None]
) -> dict[str, Version]:
    """Return {code that ended: the version that took over} for units that ended and began on the same day.

    `standing(code)` gives the version of a code that is valid after that day, for units merged into an old one.
    """
    return _Matching(list(ended), list(begun), standing).run()


class _Matching:
    """One day's matching; `moved` maps the code of an ended unit to its successor."""

    def __init__(
        self, ended: list[Version], begun: list[Version], standing: Callable[[str], Version | None]
    ) -> None:
        self.standing = standing
        self.ended = sorted(ended, key=lambda v: v.code)
        self.begun = sorted(begun, key=lambda v: v.code)
        self.moved: dict[str, Version] = {}
        self.taken: set[str] = set()
        self.parts: dict[int, set[str]] = defaultdict(set)
        self._gather_parts()

    def _gather_parts(self) -> None:
        for group in (self.ended, self.begun):
            here = {v.code: v for v in group}
            for version in group:
                above = here.get(parent_code(version.code, version.level))
                if above is not None:
                    self.parts[id(above)].add(version.stem)

    def run(self) -> dict[str, Version]:
        for level in (2, 3, 4, 5):
            ended = [v for v in self.ended if v.level == level]
            begun = [v for v in self.begun if v.level == level]
            self._by_name(ended, begun)
            self._by(ended, begun, lambda v: v.code, lambda v: v.code)  # renamed in place
            self._by_parts(ended, begun)
            if level == 5:
                self._by(ended, begun, self._new_place, lambda v: v.code)
        self._by_where_parts_went()
        return self.moved

    def _by_name(self, ended: list[Version], begun: list[Version]) -> None:
        """Same core name: under the same (or successor) parent, then in the county, then in the prefecture."""
        steps: list[tuple[Key, Key]] = [
            (self._new_home, lambda v: parent_code(v.code, v.level)),
            (self._new_county, lambda v: v.code[:6]),
            (
                lambda v: v.code[:4] if v.level < 5 else v.code,
                lambda v: v.code[:4],
            ),  # villages stay in a county
        ]
        for old, new in steps:
            self._by(ended, begun, self._key(old, end=True), self._key(new, end=True))
            self._by(ended, begun, self._key(old), self._key(new))

    def _key(self, where: Key, *, end: bool = False) -> Key:
        """Name and place; with `end`, also the unit's own last digits, which a move of the county keeps."""
        if end:
            return lambda v: (where(v), v.stem, v.code[9:] if v.level == 5 else v.code[6:9])
        return lambda v: (where(v), v.stem)

    def _new_home(self, version: Version) -> str:
        home = parent_code(version.code, version.level)
        return self.moved[home].code if home in self.moved else home

    def _new_county(self, version: Version) -> str:
        county = version.code[:6].ljust(12, "0")
        return self.moved[county].code[:6] if county in self.moved else county[:6]

    def _new_place(self, version: Version) -> str:
        """The same number under the town that took over: only where the town itself moved."""
        home = parent_code(version.code, version.level)
        return self.moved[home].code[:9] + version.code[9:] if home in self.moved else ""

    def _by(self, ended: list[Version], begun: list[Version], old: Key, new: Key) -> None:
        """Pair what is alone on both sides of a key."""
        left: dict[object, list[Version]] = defaultdict(list)
        right: dict[object, list[Version]] = defaultdict(list)
        for version in ended:
            if version.code not in self.moved:
                left[old(version)].append(version)
        for version in begun:
            if version.code not in self.taken:
                right[new(version)].append(version)
        for key, olds in left.items():
            news = right.get(key, [])
            if len(olds) == 1 and len(news) == 1:
                self._pair(olds[0], news[0])

    def _by_parts(self, ended: list[Version], begun: list[Version]) -> None:
        """At least half of the smaller unit's parts carry the same names, and no other unit comes close."""
        for old in ended:
            mine = self.parts[id(old)]
            if old.code in self.moved or len(mine) < 3:
                continue
            shared = [
                (len(mine & theirs) / min(len(mine), len(theirs)), new)
                for new in begun
                if new.code not in self.taken
                and new.code[:4] == old.code[:4]
                and len(theirs := self.parts[id(new)]) >= 3
            ]
            best = sorted(shared, key=lambda pair: -pair[0])[:2]
            if best and best[0][0] >= 0.5 and (len(best) == 1 or best[1][0] < best[0][0] / 2):
                self._pair(old, best[0][1])

    def _by_where_parts_went(self) -> None:
        """A unit without an heir follows the majority of its parts, if they went to one unit."""
        for level in (4, 3):
            votes: dict[str, Counter[str]] = defaultdict(Counter)
            sizes: Counter[str] = Counter()
            for part in (v for v in self.ended if v.level == level + 1):
                home = parent_code(part.code, part.level)
                sizes[home] += 1
                if part.code in self.moved:
                    votes[home][parent_code(self.moved[part.code].code)] += 1
            for old in (
                v for v in self.ended if v.level == level and v.code in votes and v.code not in self.moved
            ):
                code, count = votes[old.code].most_common(1)[0]
                heir = self.standing(code)
                if count * 2 > sizes[old.code] and heir is not None and code != old.code:
                    self.moved[old.code] = heir

    def _pair(self, old: Version, new: Version) -> None:
        self.moved[old.code] = new
        self.taken.add(new.code)
