"""The shipped defaults: complete, consistent, loaded once, and never stronger than an administrator."""

from __future__ import annotations

from collections import Counter

import pytest

from jinlin.orgs import actions, queries, rules
from jinlin.orgs.actions import seed
from jinlin.orgs.models import CatalogueEntry, Category, DutyItem, Line
from jinlin.people.access import SYSTEM

LEAVES = {
    "ENV": 9, "FAC": 10, "HSG": 9, "TRA": 8, "NEI": 8, "SAF": 9, "LIV": 8,
    "EDU": 8, "HEA": 8, "RUR": 9, "NET": 8, "SRV": 8, "CIR": 8, "PTY": 8,
}  # fmt: skip
DEPARTMENTS = (
    "CMB HCB MKT PSB TRF TRN ECO WTR EMG FIR CIV HRS EDU HLT MED AGR NRP CUL JUS LTR NET COM DRC FIN VET DPF WMF "
    "YTH GOV SWD ORG DIS UTL-W UTL-E UTL-G UTL-H UTL-T PMC TWN VIL GRD"
).split()
# code, lead, assist, class: one or two of every branch as domain.md 7 prints them
PRINTED = [
    ("ENV-01", "CMB", "VIL", "P2"),
    ("ENV-04", "PMC VIL", "CMB", "P3"),
    ("FAC-01", "CMB", "", "P1"),
    ("FAC-02", "CMB", "UTL-E", "P3"),
    ("FAC-07", "UTL-G", "", "P1"),
    ("HSG-05", "CMB", "NRP", "P4"),
    ("HSG-09", "TWN", "HCB", "P4"),
    ("TRA-07", "TWN", "HCB", "P5"),
    ("NEI-01", "VIL", "PSB ECO", "P3"),
    ("NEI-03", "TWN", "NRP AGR", "P4"),
    ("SAF-01", "FIR", "PMC VIL", "P1"),
    ("SAF-09", "EDU", "WTR TWN", "P2"),
    ("LIV-05", "HRS MED", "", "P3"),
    ("EDU-05", "EDU", "MKT", "P4"),
    ("HEA-08", "HLT", "CMB", "P2"),
    ("RUR-04", "AGR", "TWN DIS", "P4"),
    ("NET-02", "PSB", "", "P1"),
    ("SRV-01", "GOV", "", "CONSULT"),
    ("CIR-05", "TWN", "COM NRP HCB", "P5"),
    ("PTY-07", "SWD", "TWN", "P4"),
]


def test_every_leaf_is_there_with_lead_class_and_both_duty_lists(seeded):
    rows = list(Category.objects.filter(level=2).select_related("parent"))
    assert Counter(row.parent.code for row in rows) == LEAVES
    assert len(rows) == sum(LEAVES.values()) == 118
    entries = {row.category_id: row for row in CatalogueEntry.objects.all()}
    known = set(Line.objects.values_list("code", flat=True))
    duties = Counter(DutyItem.objects.values_list("category_id", flat=True))
    for row in rows:
        assert row.name
        assert row.name_en
        assert row.keywords
        assert row.sla_class in rules.SLA_CLASSES
        assert entries[row.id].lead_lines
        assert {*entries[row.id].lead_lines, *entries[row.id].assist_lines} <= known
        assert duties[row.id] == 2


def test_every_department_has_both_names(seeded):
    rows = {row.code: row for row in Line.objects.all()}
    assert sorted(rows) == sorted(DEPARTMENTS)
    assert all(
        row.name and row.name_en and row.short_name and row.kind in rules.KINDS for row in rows.values()
    )


@pytest.mark.parametrize(("code", "lead", "assist", "sla"), PRINTED)
def test_leaves_are_as_printed(seeded, code, lead, assist, sla):
    row = CatalogueEntry.objects.get(category__code=code)
    assert row.lead_lines == lead.split()
    assert row.assist_lines == assist.split()
    assert row.category.sla_class == sla


def test_flags_follow_the_printed_marks(seeded):
    sensitive = set(Category.objects.filter(level=1, sensitive=True).values_list("code", flat=True))
    assert sensitive == {"NEI", "LIV", "EDU", "HEA"}
    assert not Category.objects.filter(photo_required=True).exists()
    assert not Category.objects.filter(level=2, parent__sensitive=True, sensitive=False).exists()
    assert Category.objects.get(code="HSG-02").urgent_sla_class == "P1"
    assert "权属" in CatalogueEntry.objects.get(category__code="FAC-01").note


def test_the_default_lists_agree_with_the_default_catalogue(seeded):
    """Whoever the catalogue makes lead must have the matter as basic; whoever assists must not have it withdrawn."""
    duty = {(row.category.code, row.level): row.kind for row in DutyItem.objects.select_related("category")}
    for entry in CatalogueEntry.objects.select_related("category"):
        for line, level in (("TWN", 4), ("VIL", 5)):
            kind = duty[entry.category.code, level]
            if line in entry.lead_lines:
                assert kind == "basic", entry.category.code
            if line in entry.assist_lines:
                assert kind != "withdrawn", entry.category.code


def test_enforcement_is_withdrawn_from_the_township(seeded):
    withdrawn = set(
        DutyItem.objects.filter(level=4, kind="withdrawn").values_list("category__code", flat=True)
    )
    assert {"SAF-02", "SAF-03", "SAF-04", "SAF-05", "NET-04", "FAC-07", "HSG-02"} <= withdrawn
    assert DutyItem.objects.filter(source__contains="请以本县公布的清单替换").count() == 236


def test_a_second_run_adds_nothing(seeded, django_assert_max_num_queries):
    assert seeded.added == 41 + 132 + 118 + 236 + 5
    with django_assert_max_num_queries(20):
        again = actions.seed_reference()
    assert (again.added, again.changed, again.kept) == (0, 0, seeded.added)


def test_what_an_administrator_changed_stays(seeded, tuesday):
    actions.edit_category(
        actor=SYSTEM, category_code="FAC-02", changes={"sla_class": "P2", "name": "路灯照明"}
    )
    actions.set_catalogue_entry(actor=SYSTEM, category_code="FAC-02", lead_lines=["HCB"])
    actions.set_duty_item(actor=SYSTEM, category_code="FAC-02", kind="withdrawn")
    again = actions.seed_reference()
    assert (again.added, again.changed) == (0, 0)
    assert queries.category("FAC-02").sla_class == "P2"
    assert queries.category("FAC-02").name == "路灯照明"
    assert CatalogueEntry.objects.get(category__code="FAC-02", valid_to=None).lead_lines == ["HCB"]
    assert DutyItem.objects.get(category__code="FAC-02", level=4, valid_to=None).kind == "withdrawn"


def test_a_newer_default_replaces_an_untouched_one(seeded, monkeypatch):
    def newer(name):
        rows = seed_read(name)
        for row in rows:
            if name == "categories.csv" and row["code"] == "FAC-02":
                row |= {"lead": "HCB", "sla": "P2"}
        return rows

    seed_read = seed.read
    monkeypatch.setattr(seed, "read", newer)
    again = actions.seed_reference()
    assert (again.added, again.changed) == (0, 2)
    assert queries.category("FAC-02").sla_class == "P2"
    old, new = CatalogueEntry.objects.filter(category__code="FAC-02").order_by("valid_from")
    assert old.valid_to == new.valid_from
    assert (old.lead_lines, new.lead_lines) == (["CMB"], ["HCB"])
