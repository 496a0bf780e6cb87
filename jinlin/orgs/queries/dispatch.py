"""Where a case goes by itself: catalogue plus duty lists -> a proposal with its reason; a person confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.orgs import rules
from jinlin.orgs.models import CatalogueEntry, DutyItem, Organisation
from jinlin.orgs.queries import cache
from jinlin.orgs.queries.categories import CategoryNode, CategoryTree, LineName, load_lines, load_tree


@dataclass(frozen=True)
class Proposal:
    """Lead and assisting units for a case, other possible leads, and why here in plain words.

    `lead` is None only when not even a desk stands above the place; `how` is the machine word behind the reason.
    """

    lead: Organisation | None
    assists: tuple[Organisation, ...]
    reason: str
    others: tuple[Organisation, ...] = ()
    how: rules.How = "catalogue"
    entry_id: UUID | None = None


def propose(
    category_code: str,
    *,
    county: str,
    town: str = "",
    village: str = "",
    level: int = rules.COUNTY,
    on: date | None = None,
) -> Proposal:
    """Propose who leads and who assists, as the desk of `level` would read the catalogue on a day.

    At most 6 queries (4 once the process knows the tree). Units come only from the case's own chain of regions;
    what the duty lists withdraw from the township or let a community only assist is never proposed to them.
    """
    day = on or clock.today()
    known = cache.remembered_all(tree=load_tree, lines=load_lines)
    tree: CategoryTree = known["tree"]
    node = tree.get(category_code)
    regions = rules.case_chain(county, town, village)
    entry = _entry(node, regions, day, level)
    duties = _duties(node, regions, day)
    lead_lines = list(entry.lead_lines) if entry else []
    assist_lines = list(entry.assist_lines) if entry else []
    rows = _rows(regions, day, {*lead_lines, *assist_lines, "TWN"})
    units = tuple(rules.Unit(row.id, row.line, row.kind, row.region_code, row.code) for row in rows.values())
    choice = rules.choose(rules.Chooser(regions, duties, units, level), lead_lines, assist_lines)
    lead = rows[choice.lead.id] if choice.lead else None
    assists = tuple(rows[unit.id] for unit in choice.assists)
    told = _Told(node, entry, duties, known["lines"])
    return Proposal(
        lead=lead,
        assists=assists,
        reason=told.reason(choice, lead, assists),
        others=tuple(rows[unit.id] for unit in choice.others),
        how=choice.how,
        entry_id=entry.id if entry else None,
    )


def duty_kind(
    category_code: str, *, town: str, level: int = rules.TOWN, on: date | None = None
) -> rules.DutyKind | None:
    """Return what the list of a town (or, with level 5, a community) says of a category (two queries once warm)."""
    tree: CategoryTree = cache.remembered("tree", load_tree)
    duties = _duties(tree.get(category_code), rules.chain(town), on or clock.today())
    return duties.town if level == rules.TOWN else duties.of("VIL")[0]


def _in_force(day: date) -> Q:
    return (Q(valid_to__isnull=True) | Q(valid_to__gt=day)) & Q(valid_from__lte=day)


def _entry(node: CategoryNode | None, regions: Sequence[str], day: date, level: int) -> CatalogueEntry | None:
    if node is None or not node.is_leaf:
        return None
    rows = CatalogueEntry.objects.filter(_in_force(day), category_id=node.id, region_code__in=("", *regions))
    return rules.pick(list(rows), regions=regions, on=day, level=level)


def _duties(node: CategoryNode | None, regions: Sequence[str], day: date) -> rules.Duties:
    if node is None:
        return rules.Duties()
    rows = list(DutyItem.objects.filter(_in_force(day), category_id=node.id, region_code__in=("", *regions)))
    kinds: dict[int, rules.DutyKind | None] = {}
    for level in (rules.TOWN, rules.VILLAGE):
        item = rules.pick([row for row in rows if row.level == level], regions=regions, on=day)
        kinds[level] = cast("rules.DutyKind", item.kind) if item else None
    return rules.Duties(town=kinds[rules.TOWN], village=kinds[rules.VILLAGE])


def _rows(regions: Sequence[str], day: date, lines: set[str]) -> dict[UUID, Organisation]:
    if "GRD" in lines:
        lines = lines | {"VIL"}
    wanted = Q(line__in=lines) | Q(kind="governance_centre")
    rows = Organisation.objects.on(day).standing_in(regions).filter(wanted).order_by("code")
    return {row.id: row for row in rows}


@dataclass(frozen=True)
class _Told:
    """Words for a choice, in the language of the page."""

    node: CategoryNode | None
    entry: CatalogueEntry | None
    duties: rules.Duties
    lines: Mapping[str, LineName]

    def reason(self, choice: rules.Choice, lead: Organisation | None, assists: Sequence[Organisation]) -> str:
        """Return one line: the catalogue, what was skipped, the duty lists, the note."""
        parts = [self._who(choice.how, lead, assists)]
        parts += [self._skipped(skip) for skip in choice.skips]
        parts.append(self._lists())
        if self.entry and self.entry.note:
            parts.append(self.entry.note)
        return _("；").join(part for part in parts if part)

    def _who(self, how: rules.How, lead: Organisation | None, assists: Sequence[Organisation]) -> str:
        said = self._found(how, lead)
        if assists and lead:
            said += _("，%(units)s 协办") % {"units": _("、").join(unit.name for unit in assists)}
        return said

    def _found(self, how: rules.How, lead: Organisation | None) -> str:
        facts = {"category": self.node.label if self.node else "", "lead": lead.name if lead else ""}
        if lead is None:
            return _("本地还没有登记能接办的单位，请管理员先建立综治中心")
        if how == "desk" and self.node is None:
            return _("还没有选定分类，先由 %(lead)s 接办分派") % facts
        if how == "desk" and self.entry is None:
            return _("派单目录里没有“%(category)s”，先由 %(lead)s 接办分派") % facts
        sentences = {
            "catalogue": _("派单目录：%(category)s 由 %(lead)s 主办"),
            "department": _("派单目录：%(category)s 的基层主办单位不能主办，由部门 %(lead)s 主办"),
            "town_desk": _("派单目录：%(category)s 的基层主办单位不能主办，由 %(lead)s 主办"),
            "desk": _("派单目录：%(category)s 没有可派的主办单位，由 %(lead)s 协调"),
        }
        return sentences[how] % facts

    def _skipped(self, skip: rules.Skip) -> str:
        line = self.lines[skip.line].label if skip.line in self.lines else skip.line
        sentences = {
            "withdrawn": _("%(line)s：已上级收回，不派"),
            "assist_only": _("%(line)s：只配合，不主办"),
            "not_listed": _("%(line)s：清单外事项，不派"),
            "no_unit": _("%(line)s：本地没有登记单位"),
            "several": _("%(line)s：本地有多家，请人工选择"),
        }
        return sentences[skip.why] % {"line": line}

    def _lists(self) -> str:
        words = {"basic": _("基本履职"), "cooperate": _("配合"), "withdrawn": _("上级收回")}
        said = []
        if self.duties.town:
            said.append(_("乡镇（街道）%(kind)s") % {"kind": words[self.duties.town]})
        village = self.duties.of("VIL")[0]
        if village and village != self.duties.town:
            said.append(_("村（社区）%(kind)s") % {"kind": words[village]})
        return _("履职清单：%(said)s") % {"said": _("，").join(said)} if said else ""
