"""Bringing a table of divisions in: one transaction, whatever order the editions arrive in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit.actions import Doer, record
from jinlin.kernel import clock, ids
from jinlin.kernel.errors import Invalid
from jinlin.kernel.tables import Problem
from jinlin.places import rules
from jinlin.places.actions.bulk import insert_rows, update_rows
from jinlin.places.actions.division_rows import Divisions, check_table, read_divisions, table_of
from jinlin.places.actions.version import mark_changed
from jinlin.places.models import Edition, Grid, Region
from jinlin.places.rules.history import Coverage, Version, observe
from jinlin.places.rules.succession import successors

Progress = Callable[[int, int], None]  # rows done, rows in all

_LOADED = (
    "id", "code", "name", "stem", "level", "parent_id", "valid_from", "valid_to", "replaced_by_id",
    "ur_class", "lon", "lat",
)  # fmt: skip
_UPDATED = ("name", "stem", "valid_from", "valid_to", "ur_class", "lon", "lat")
_LINKS = ("parent_id", "replaced_by_id")
_INSERTED = ("id", "code", "level", "parent_id", *_UPDATED, "kind", "county", "is_statistical_only")


@dataclass(slots=True)
class ImportReport:
    """What became of a file: counts of rows and one sentence for each refused row."""

    read: int = 0
    added: int = 0
    changed: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The four numbers every import ends with."""
        return {"read": self.read, "added": self.added, "changed": self.changed, "refused": self.refused}


def import_divisions(
    rows: Path | str | bytes | Iterable[Mapping[str, str]],
    *,
    as_of: date,
    source: str = "",
    actor: Doer | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring the divisions of a CSV file (path or bytes), or of rows as dictionaries, in as an edition of `as_of`.

    Rows that are wrong are refused one by one and reported; all others go in together or, on a failure, not at
    all. A unit of the covered area that the file does not show is closed on `as_of` with its successor, if one
    is found; units whose rows were refused are left alone. `changed` counts rows of the table that were given
    another name, date, class, point or successor. Running it again adds and changes nothing. Invalid if the
    file as a whole is unusable.
    """
    if not 1949 <= as_of.year <= clock.today().year + 1:
        raise Invalid({"as_of": [_("版本日期不对，请按“2023-06-30”填写。")]})
    if isinstance(rows, Path | str | bytes):
        checked = read_divisions(rows, _standing)
    else:
        checked = check_table(table_of(rows), _standing)
    report = ImportReport(checked.read, refused=len(checked.problems), problems=checked.problems)
    with transaction.atomic():
        _lock()
        _Import(checked, as_of, progress).run(report, source)
        if report.added or report.changed:
            _repoint_grids(report)
            mark_changed()
            if actor is not None:
                purpose = _("导入区划 %(day)s") % {"day": as_of.isoformat()}
                record(actor=actor, verb="places.import_divisions", obj=None, purpose=purpose)
    return report


def _standing(codes: set[str]) -> set[str]:
    return set(Region.objects.current().filter(code__in=codes).values_list("code", flat=True))


def _lock() -> None:
    """Let one import of divisions run at a time (SQLite's gate does; PostgreSQL needs a lock)."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x6A696E6C])


class _Import:
    """One edition meeting the versions that are there."""

    def __init__(self, checked: Divisions, as_of: date, progress: Progress | None) -> None:
        self.checked = checked
        self.as_of = as_of
        self.progress = progress
        self.done = 0
        self.versions: dict[str, list[Version]] = defaultdict(list)

    def run(self, report: ImportReport, source: str) -> None:
        self._note_editions(source)
        self._load()
        self._observe(report)
        self._follow_closed_parents()
        everything = [v for versions in self.versions.values() for v in versions]
        self._name_successors(everything)
        self._link_parents(everything)
        new = [v for v in everything if v.is_new]
        changed = [v for v in everything if not v.is_new and v.before != (*v.facts(), v.parent_id)]
        report.added = len(new)
        report.changed = sum(1 for v in changed if v.before[:-1] != v.facts() or v.before[-1] is None)
        self._write(new, changed)

    def _note_editions(self, source: str) -> None:
        for root, depth in self.checked.roots.items():
            label = f"{root} {self.as_of.isoformat()}"
            edition, made = Edition.objects.get_or_create(
                as_of=self.as_of,
                root_code=root,
                defaults={"label": label, "source": source[:300], "depth": depth, "imported_at": clock.now()},
            )
            if not made and edition.depth < depth:
                Edition.objects.filter(pk=edition.pk).update(depth=depth, imported_at=clock.now())
        roots = self.checked.roots.items()
        self.whole = Coverage((self.as_of, r, d) for r, d in roots if r not in self.checked.partial)
        self.coverage = Coverage(Edition.objects.values_list("as_of", "root_code", "depth"))

    def _load(self) -> None:
        for root in self.checked.roots:
            found = Region.objects.between("code", rules.code_range(root)).order_by("valid_from")
            for row in found.values_list(*_LOADED).iterator(chunk_size=10_000):
                version = Version(**dict(zip(_LOADED, row, strict=True)))
                version.before = (*version.facts(), version.parent_id)
                self.versions[version.code].append(version)

    def _observe(self, report: ImportReport) -> None:
        for code, seen in self.checked.seen.items():
            dates = self.coverage.dates(code, seen.level)
            self.versions[code] = observe(self.versions.get(code, []), seen, self.as_of, dates)
            self._tick(1)
        if self.checked.may_lack:
            report.notes.append(_("有些行读不出代码，所以这次没有撤销任何区划；改正后请再导入一次。"))
            return
        for code, versions in self.versions.items():
            level = versions[0].level
            if code in self.checked.seen or not self._may_close(code, level):
                continue
            self.versions[code] = observe(versions, None, self.as_of, self.coverage.dates(code, level))

    def _may_close(self, code: str, level: int) -> bool:
        """A unit is missing only if the file goes down to its level and neither it nor a unit above was refused."""
        if not self.whole.dates(code, level):
            return False
        spared = self.checked.spared
        return not spared or (code not in spared and spared.isdisjoint(rules.lineage(code)))

    def _follow_closed_parents(self) -> None:
        """A table of counties only says nothing of villages, but a village can't outlive its county."""
        for code in sorted(self.versions):
            versions = self.versions[code]
            above = self.versions.get(rules.parent_code(code, versions[0].level))
            if not above or above[-1].valid_to is None:
                continue
            last = max(v.valid_to or date.max for v in above)
            for version in versions:
                if (version.valid_to or date.max) > last and version.valid_from <= last:
                    version.valid_to = last

    def _name_successors(self, everything: list[Version]) -> None:
        for version in everything:
            if version.is_new:
                version.id = ids.new_id()
        ended: dict[date, list[Version]] = defaultdict(list)
        begun: dict[date, list[Version]] = defaultdict(list)
        for version in everything:
            begun[version.valid_from].append(version)
            if version.valid_to is not None and version.valid_to > version.valid_from:
                ended[version.valid_to].append(version)
        for day, gone in ended.items():
            heirs = successors(gone, begun.get(day, ()), lambda code, day=day: self._at(code, day))  # type: ignore[misc]
            for version in gone:
                heir = heirs.get(version.code)
                version.replaced_by_id = heir.id if heir is not None else version.replaced_by_id
                if heir is not None and heir.lon is None and heir.level <= 4:
                    heir.lon, heir.lat = version.lon, version.lat

    def _at(self, code: str, day: date) -> Version | None:
        return next((v for v in self.versions.get(code, ()) if v.holds(day)), None)

    def _link_parents(self, everything: list[Version]) -> None:
        """Each row hangs under its parent's row of the same time; for a root, the parent is outside the file."""
        outside = {p for p in map(rules.parent_code, self.checked.roots) if p}
        above = dict(Region.objects.current().filter(code__in=outside).values_list("code", "id"))
        for version in everything:
            code = rules.parent_code(version.code, version.level)
            last = version.valid_to or date.max
            fitting = [p for p in self.versions.get(code, ()) if p.valid_from < last]
            if fitting:
                newest = fitting[0] if len(fitting) == 1 else max(fitting, key=lambda p: p.valid_from)
                version.parent_id = newest.id
            elif code in above:
                version.parent_id = above[code]

    def _write(self, new: list[Version], changed: list[Version]) -> None:
        """Closings first (a code has at most one row without an end), then new rows, parents before children.

        Links follow when both ends stand: SQLite would search every table for each row a link waited for.
        """
        changed.sort(key=lambda v: v.valid_to is None)
        new.sort(key=lambda v: v.level)
        update_rows(Region, _UPDATED, (_values(v, _UPDATED, last=v.id) for v in changed), self._tick)
        insert_rows(Region, _INSERTED, (self._new_row(v) for v in new), self._tick)
        linked = [v for v in changed if v.links_before() != (v.parent_id, v.replaced_by_id)]
        linked += [v for v in new if v.replaced_by_id is not None]
        update_rows(Region, _LINKS, (_values(v, _LINKS, last=v.id) for v in linked), self._tick)

    def _new_row(self, version: Version) -> list[Any]:
        code = version.code
        level = version.level
        fixed = (
            rules.kind_of(code, level),
            rules.county_of(code, level),
            rules.is_statistical_only(code, level),
        )
        return [*_values(version, _INSERTED[:-3]), *fixed]

    def _tick(self, rows: int) -> None:
        self.done += rows
        if self.progress is not None and (self.done % 1000 < rows or rows > 1):
            self.progress(self.done, 2 * len(self.checked.seen))


def _values(version: Version, columns: Iterable[str], last: Any = None) -> list[Any]:
    found = [getattr(version, column) for column in columns]
    return [*found, last] if last is not None else found


def _repoint_grids(report: ImportReport) -> None:
    """A grid hangs under the row of its village that is valid today; say so when the village is gone."""
    stale = Grid.objects.current().filter(region__valid_to__isnull=False)
    gone = 0
    for grid in stale.only("id", "village"):
        now = Region.objects.current().filter(code=grid.village).values_list("id", flat=True).first()
        if now is None:
            gone += 1
            continue
        Grid.objects.filter(pk=grid.pk).update(region_id=now)
    if gone:
        report.notes.append(
            _("有 %(count)d 个网格所在的村（社区）已撤销，请为接替的村（社区）划定网格。") % {"count": gone}
        )
