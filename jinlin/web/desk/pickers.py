"""Fields of the desk's move forms: units of the place with what is proposed in front, similar cases, words of yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinlin.cases import queries as cases
from jinlin.cases.rules import moves as m
from jinlin.insight.queries.suggestions import suggested_for
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.orgs.queries import Proposal
from jinlin.people.access import Actor
from jinlin.web.moves import FormField, MoveForm, form_for

if TYPE_CHECKING:
    from jinlin.cases.models import Case

Group = tuple[str, list[tuple[str, str]]]
PART_ROWS = 8
FEW = 7  # up to so many choices are radio buttons, more a select box
YES_NO = {
    "passed": (gettext_lazy("办好了"), gettext_lazy("没办好，退回返工")),
    "granted": (gettext_lazy("同意"), gettext_lazy("不同意")),
    "upheld": (gettext_lazy("成立，收回或改派"), gettext_lazy("不成立，仍由原单位办")),
    "on_spot": (gettext_lazy("去了现场"), gettext_lazy("没去，看材料")),
}
_ASKS_UNITS = frozenset({"unit", "units", "parts"})


@dataclass(frozen=True)
class Offer:
    """The units to choose from: as lead, and as assisting units."""

    lead: tuple[Group, ...]
    assist: tuple[Group, ...]


@dataclass(frozen=True)
class Question:
    """A field as the desk draws it: `draw` names the control, `groups` its choices under headings."""

    field: FormField
    draw: str
    groups: tuple[Group, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def proposes(self) -> bool:
        """Whether the first heading holds what is proposed."""
        return bool(self.groups) and self.groups[0][0] == _("建议")

    @property
    def chosen(self) -> list[str]:
        """What is picked already, as strings."""
        value = self.field.value
        return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


@dataclass(frozen=True)
class Asked:
    """A move's form on the desk with why the proposed unit is proposed."""

    form: MoveForm
    questions: tuple[Question, ...]
    proposal: Proposal | None = None
    pending: cases.Pending | None = None
    objection: str = ""

    @property
    def has_files(self) -> bool:
        """Whether photos may come along."""
        return any(question.draw == "photos" for question in self.questions)


def ask(
    viewer: Actor,
    case: Case,
    move: m.Move,
    *,
    posted: Any = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> Asked:
    """Return the form of a move the viewer may make; `posted` is what was sent before and comes back to be mended."""
    proposal = cases.proposal_for(case) if move.verb in ("dispatch", "rule", "split") else None
    units = _units(viewer, case, move) if any(need.kind in _ASKS_UNITS for need in move.needs) else []
    known = _posted(move, posted) if posted is not None else _proposed(move, proposal, units, case)
    form = form_for(move, case=case, defaults=known, posted=known, errors=errors)
    form = replace(form, fields=tuple(_narrowed(field, case, move, viewer) for field in form.fields))
    named = (proposal.lead, *proposal.others) if proposal else ()
    helping = proposal.assists if proposal else ()
    offer = Offer(_groups(units, (*named, *helping)), _groups(units, helping))
    return Asked(
        form=form,
        questions=tuple(_question(field, offer, viewer, case, posted) for field in form.fields),
        proposal=proposal,
        pending=cases.pending_of(case) if move.verb == "decide" else None,
        objection=_objection(case) if move.verb == "rule" else "",
    )


def _units(viewer: Actor, case: Case, move: m.Move) -> list[Any]:
    top = min([3, *(post.level for post in viewer.posts)])
    found = orgs.receivers(county=case.county, town=case.town, village=case.village, top=top)
    if move.verb == "hand_down":
        return [unit for unit in found if unit.is_desk and unit.level > case.level]
    if move.verb in ("convene", "settle"):  # the meeting may leave it where it is
        return found
    return [unit for unit in found if unit.pk != case.holder_unit]


def _posted(move: m.Move, posted: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        need.name: posted.getlist(need.name) if need.kind == "units" else posted.get(need.name, "")
        for need in move.needs
    }
    return known


def _proposed(move: m.Move, proposal: Proposal | None, units: list[Any], case: Case) -> dict[str, Any]:
    if move.verb == "categorise":
        return {"category": suggested_for(case).filled if case.category_id is None else ""}
    if move.verb == "hand_down":
        return {"to_unit": str(units[-1].pk) if units else ""}
    if move.verb in ("convene", "settle"):
        return {"kind": "joint", "held_on": clock.today().isoformat(), "to_unit": str(case.holder_unit)}
    if move.verb != "dispatch" or proposal is None or proposal.lead is None:
        return {}
    offered = {unit.pk for unit in units}
    lead = str(proposal.lead.pk) if proposal.lead.pk in offered else ""
    return {"to_unit": lead, "assist": [str(unit.pk) for unit in proposal.assists if unit.pk in offered]}


def _groups(units: list[Any], wanted: Sequence[Any]) -> tuple[Group, ...]:
    """Return the units under headings, those wanted in front."""
    offered = {unit.pk for unit in units}
    first = [unit for unit in dict.fromkeys(wanted) if unit is not None and unit.pk in offered]
    rest = [unit for unit in units if unit not in first]
    groups: list[Group] = [(_("建议"), [_row(unit) for unit in first])]
    groups.append(
        (_("部门和公共服务企业"), [_row(unit) for unit in rest if not unit.is_desk and unit.level <= 3])
    )
    groups.append((_("上下级受理单位"), [_row(unit) for unit in rest if unit.is_desk]))
    groups.append(
        (
            _("乡镇（街道）和村（社区）其他单位"),
            [_row(unit) for unit in rest if not unit.is_desk and unit.level > 3],
        )
    )
    return tuple(group for group in groups if group[1])


def _row(unit: Any) -> tuple[str, str]:
    return str(unit.pk), unit.name


def _narrowed(field: FormField, case: Case, move: m.Move, viewer: Actor) -> FormField:
    """Offer only the requests that make sense now, and the government's office to a county's desk only."""
    if move.verb == "convene" and all(post.level > 3 for post in viewer.posts):
        return replace(field, options=tuple(row for row in field.options if row[0] != "office"))
    if field.name != "kind" or move.verb != "ask":
        return field
    return replace(field, options=tuple(row for row in field.options if row[0] in m.requests_in(case.state)))


def _question(field: FormField, offer: Offer, viewer: Actor, case: Case, posted: Any) -> Question:
    if field.name == "category":
        return Question(field, "grouped", _categories(case))
    if field.kind == "unit":
        return Question(field, "grouped", offer.lead)
    if field.kind == "units":
        return Question(field, "units", offer.assist)
    if field.kind == "parts":
        return Question(field, "parts", offer.lead, _part_rows(posted))
    if field.kind == "case":
        return Question(field, "case", rows=_similar(viewer, case))
    if field.kind == "choice":
        return Question(field, "radio" if len(field.options) <= FEW else "select")
    if field.kind == "yes_no":
        yes, no = YES_NO.get(field.name, (_("是"), _("否")))
        return Question(replace(field, options=(("yes", str(yes)), ("no", str(no)))), "radio")
    return Question(field, {"words": "words", "photos": "photos", "date": "date"}.get(field.kind, field.kind))


def _categories(case: Case) -> tuple[Group, ...]:
    """Return the leaves under their branches, in front the two that the case's first words speak of."""
    tree = orgs.categories()
    found = suggested_for(case)
    groups = [
        (root.label, [(leaf.code, leaf.label) for leaf in tree.children(root.code)]) for root in tree.roots
    ]
    if found.nodes:
        groups.insert(0, (_("建议"), [(node.code, tree.path(node.code)) for node in found.nodes]))
    return tuple(groups)


def _part_rows(posted: Any) -> tuple[Mapping[str, Any], ...]:
    units = posted.getlist("part_unit") if posted is not None else []
    tasks = posted.getlist("part_task") if posted is not None else []
    return tuple(
        {
            "number": at + 1,
            "unit": units[at] if at < len(units) else "",
            "task": tasks[at] if at < len(tasks) else "",
        }
        for at in range(PART_ROWS)
    )


def _similar(viewer: Actor, case: Case) -> tuple[Mapping[str, Any], ...]:
    rows = [row for row in cases.place_history(viewer=viewer, case=case) if row.closed_at is None]
    return tuple({"value": row.tracking, "row": row} for row in rows[:6])


def _objection(case: Case) -> str:
    line = cases.last_objection(case)
    return f"{line.who}：{line.note}" if line else ""
