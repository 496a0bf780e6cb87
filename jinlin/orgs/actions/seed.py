"""The first filling: lines, categories, catalogue and duty lists from the files in `data/`, safe to run again.

Source of the files: domain.md section 7 (tree, departments, lead and assist, time classes) and sections 0.7, 2.1, 6.0
(duty lists). They are defaults to be replaced by the county's own published texts; what a person edited stays.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from jinlin.audit import actions as audit
from jinlin.kernel import clock
from jinlin.orgs import rules
from jinlin.orgs.actions.gate import require_manage, touch
from jinlin.orgs.actions.levels import REFERENCE_FROM
from jinlin.orgs.models import CatalogueEntry, Category, DutyItem, Line, WorkMethod
from jinlin.people.access import SYSTEM, Actor

DATA: Final = Path(__file__).resolve().parent.parent / "data"
TREE_SOURCE: Final = "默认分类，可由管理员修改（default category tree）"  # data
CATALOGUE_SOURCE: Final = (  # data
    "默认派单目录，请以本县公布的目录替换"
)
DUTY_SOURCE: Final = "默认清单，请以本县公布的清单替换"  # data


@dataclass
class SeedReport:
    """What one run did: rows added, brought up to a newer default, and left alone."""

    added: int = 0
    changed: int = 0
    kept: int = 0


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of one shipped file."""
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def seed_reference(*, actor: Actor = SYSTEM) -> SeedReport:
    """Load the shipped defaults; rows an administrator touched are never overwritten, old defaults are replaced.

    A constant number of queries. Returns the counts over all four tables.
    """
    require_manage(actor, "")
    report = SeedReport()
    with transaction.atomic():
        _plain(Line, _line_values(), report)
        _plain(Category, _category_values(roots=True), report)
        parents = {row.code: row for row in Category.objects.filter(level=1)}
        _plain(Category, _category_values(roots=False, parents=parents), report)
        leaves = {row.code: row for row in Category.objects.filter(level=2)}
        _dated(CatalogueEntry, _catalogue_values(), leaves, CATALOGUE_SOURCE, report)
        _dated(DutyItem, _duty_values(), leaves, DUTY_SOURCE, report)
        _methods(report)
        if report.added or report.changed:
            touch()
            audit.record(actor=actor, verb="orgs.seed", obj=None)
    return report


def _line_values() -> dict[str, dict[str, Any]]:
    return {
        row["code"]: {
            "name": row["name_zh"],
            "name_en": row["name_en"],
            "short_name": row["short_zh"],
            "kind": row["kind"],
            "pattern": row["pattern"],
            "pattern_city": row["pattern_city"],
            "position": position,
        }
        for position, row in enumerate(read("lines.csv"))
    }


def _category_values(*, roots: bool, parents: dict[str, Category] | None = None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    base = 0
    for row in read("categories.csv"):
        base += 0 if row["parent"] else 100  # roots 100 apart, so that leaves added later find room
        if bool(row["parent"]) is roots:
            continue
        found[row["code"]] = {
            "parent": parents[row["parent"]] if parents else None,
            "name": row["name_zh"],
            "name_en": row["name_en"],
            "level": 2 if row["parent"] else 1,
            "sla_class": row["sla"],
            "urgent_sla_class": row["urgent_sla"],
            "sensitive": row["sensitive"] == "1",
            "photo_required": row["photo_required"] == "1",
            "public_space": row["public_space"] == "1",
            "keywords": row["keywords"],
            "note": row["note"],
            "position": base + (int(row["code"].partition("-")[2] or 0)),
            "valid_from": REFERENCE_FROM,
            "source": TREE_SOURCE,
        }
    return found


def _catalogue_values() -> dict[tuple[str, int], dict[str, Any]]:
    return {
        (row["code"], rules.COUNTY): {
            "lead_lines": row["lead"].split(),
            "assist_lines": row["assist"].split(),
            "note": row["note"],
        }
        for row in read("categories.csv")
        if row["parent"]
    }


def _duty_values() -> dict[tuple[str, int], dict[str, Any]]:
    return {
        (row["code"], level): {"kind": row[column], "note": row["note"]}
        for row in read("duty_lists.csv")
        for level, column in ((rules.TOWN, "town"), (rules.VILLAGE, "village"))
    }


def _methods(report: SeedReport) -> None:
    """Add the work methods nobody has said anything about yet."""
    wanted: dict[str, dict[str, Any]] = {}
    for row in read("methods.csv"):
        method = wanted.setdefault(row["code"], {"name": row["name"], "source": row["source"], "steps": []})
        method["steps"].append({"kind": row["kind"], "words": row["words"]})
    said = set(WorkMethod.objects.filter(county="").values_list("code", flat=True))
    fresh = [
        WorkMethod(code=code, valid_from=REFERENCE_FROM, **values)
        for code, values in wanted.items()
        if code not in said
    ]
    WorkMethod.objects.bulk_create(fresh)
    report.added += len(fresh)
    report.kept += len(wanted) - len(fresh)


def _plain(model: Any, wanted: dict[str, dict[str, Any]], report: SeedReport) -> None:
    """Add missing rows by code; bring unedited ones to the shipped values."""
    rows = model.objects.filter(code__in=wanted)
    held = {row.code: row for row in (rows.select_related("parent") if model is Category else rows)}
    added = [model(code=code, **values) for code, values in wanted.items() if code not in held]
    changed = []
    for code, row in held.items():
        if row.is_edited or not _differs(row, wanted[code]):
            report.kept += 1
            continue
        for field, value in wanted[code].items():
            setattr(row, field, value)
        changed.append(row)
    model.objects.bulk_create(added)
    if changed:
        model.objects.bulk_update(changed, list(next(iter(wanted.values()))))
    report.added += len(added)
    report.changed += len(changed)


def _dated(
    model: Any,
    wanted: dict[tuple[str, int], dict[str, Any]],
    leaves: dict[str, Category],
    source: str,
    report: SeedReport,
) -> None:
    """Add rows where nothing was ever said for everywhere; replace an open default that the files now say otherwise."""
    said = {(row.category_id, row.level) for row in model.objects.filter(region_code="")}
    held = {
        (row.category_id, row.level): row
        for row in model.objects.filter(region_code="", valid_to__isnull=True, is_seed=True)
    }
    fresh: list[tuple[dict[str, Any], Category, int, date]] = []
    ended = []
    for (code, level), values in wanted.items():
        spot = (leaves[code].id, level)
        if spot not in said:
            fresh.append((values, leaves[code], level, REFERENCE_FROM))
            report.added += 1
        elif spot in held and _differs(held[spot], values):
            held[spot].valid_to = clock.today()
            ended.append(held[spot])
            fresh.append((values, leaves[code], level, clock.today()))
            report.changed += 1
        else:
            report.kept += 1
    if ended:
        model.objects.bulk_update(ended, ["valid_to"])
    model.objects.bulk_create(
        model(category=category, level=level, valid_from=start, source=source, is_seed=True, **values)
        for values, category, level, start in fresh
    )


def _differs(row: Any, values: dict[str, Any]) -> bool:
    return any(getattr(row, field) != value for field, value in values.items())
