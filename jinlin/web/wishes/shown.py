"""How initiatives look: rows of lists, the strip of stages, the working of a vote in words, history in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from jinlin.initiatives.queries.page import Decided, Page
from jinlin.initiatives.rules import deciding, kinds, moves, phases, procedures, site, words
from jinlin.initiatives.rules.deciding import Line
from jinlin.initiatives.rules.money import yuan
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.places import queries as places
from jinlin.places.rules import short_name

if TYPE_CHECKING:
    from jinlin.initiatives.models import Initiative, StageEntry

TONES = {
    phases.ASKING: "action",
    phases.WEIGHING: "wait",
    phases.DOING: "action",
    phases.DONE: "done",
    phases.ENDED: "none",
}


def rows_of(items: Iterable[Initiative], *, inner: bool = False) -> list[dict[str, Any]]:
    """Return items as rows of a list (one query for the names of places and units)."""
    items = list(items)
    areas = places.area_names({row.area for row in items})
    route = "initiatives:item" if inner else "wishes:item"
    return [_row(row, route, areas, inner=inner) for row in items]


def _row(row: Initiative, route: str, areas: dict[str, str], *, inner: bool) -> dict[str, Any]:
    stage = row.the_kind.stage(row.stage)
    meta = [short_name(areas.get(row.area, ""))]
    if row.the_kind.supports:
        meta.append(_("{n} 人支持").format(n=row.support_total))
    if row.kind == kinds.VENTURE and row.granted_fen:
        meta.append(_("{n} 元").format(n=yuan(row.granted_fen)))
    if row.next_by:
        meta.append(_("{day}前有下文").format(day=day_words(row.next_by)))
    return {
        "url": reverse(route, args=[row.pk]),
        "title": row.title,
        "meta": meta,
        "badge": _(stage.inner if inner else stage.public),
        "tone": TONES[row.phase],
        "row": row,
    }


def day_words(day: Any) -> str:
    """Return 3月12日."""
    return str(formats.date_format(day, _("n月j日")))


def stages_of(item: Initiative, *, inner: bool = False) -> list[dict[str, Any]]:
    """Return the strip of stages; an end stands after what was reached."""
    path = item.the_kind.path
    codes = item.the_kind.stages
    at = codes.index(item.reached if item.stage in kinds.ENDS else item.stage)
    shown: list[dict[str, Any]] = []
    for number, stage in enumerate(path):
        if item.stage in kinds.ENDS and number > at:
            break
        ended_here = item.stage in kinds.ENDS or item.stage == kinds.REVIEWED
        state = "done" if number < at or (number == at and ended_here) else "now" if number == at else "todo"
        shown.append({"label": _(stage.inner if inner else stage.public), "state": state})
    if item.stage in kinds.ENDS:
        end = kinds.ENDINGS[item.stage]
        shown.append({"label": _(end.inner if inner else end.public), "state": "now"})
    return shown


def timeline_of(entries: Iterable[StageEntry], *, inner: bool = False) -> list[dict[str, Any]]:
    """Return the history, the newest first; notes for the office only where `inner`."""
    found = []
    for row in entries:
        title = words.ENTRIES.get(row.verb) or moves.LABELS.get(row.verb, row.verb)
        if row.step:
            title = procedures.STEPS[row.step][0]
        found.append(
            {
                "title": _(title),
                "by": row.unit_name,
                "when": row.at,
                "text": row.public_text,
                "inner": row.inner_note if inner else "",
                "state": "care" if row.target in kinds.ENDS else "done",
            }
        )
    if found:
        found[0]["state"] = found[0]["state"] if found[0]["state"] == "care" else "now"
    return found


def _amount(line: Line, value: int) -> str:
    if line.measure in deciding.HUNDREDTHS:
        return f"{value // 100:,}.{value % 100:02d}"
    return f"{value:,}"


def working_of(one: Decided) -> list[dict[str, Any]]:
    """Return every comparison of a vote as a sentence and whether it holds."""
    if one.decision is None:
        return []
    return [_line_words(line) for line in one.decision.lines]


def _line_words(line: Line) -> dict[str, Any]:
    said = (
        _("参与的 %(part)s，应参与的 %(whole)s，要%(share)s")
        if line.asked == "quorum"
        else _("同意的 %(part)s，参与的 %(whole)s，要%(share)s")
    )
    values = {
        "part": _amount(line, line.part),
        "whole": _amount(line, line.whole),
        "share": line.share.words,
    }
    name = _(deciding.MEASURES[line.measure])
    return {"name": name, "said": said % values, "met": line.met}


def decisions_of(rows: Iterable[Decided]) -> list[dict[str, Any]]:
    """Return decisions with verdict, working and what came of them."""
    return [
        {
            "row": one.row,
            "verdict": _(deciding.VERDICTS[one.row.verdict]) if one.row.verdict else "",
            "tone": "done" if one.row.verdict == deciding.PASSED else "wait",
            "rule": deciding.RULES.get(one.row.rule),
            "rule_name": _(deciding.RULES[one.row.rule].name) if one.row.rule else "",
            "source": _(deciding.RULES[one.row.rule].source) if one.row.rule else "",
            "advisory": bool(one.decision and one.decision.advisory),
            "step": _(procedures.STEPS[one.row.step][0]) if one.row.step else "",
            "working": working_of(one),
            "late": one.is_late,
        }
        for one in rows
    ]


def findings_of(rows: Iterable[Decided]) -> list[dict[str, Any]]:
    """Return findings with where they stand."""
    found = []
    for one in rows:
        row = one.row
        if row.rechecked_by:
            badge, tone = _("已复查销号"), "done"
        elif row.corrected_by:
            badge, tone = _("已整改，待复查"), "wait"
        else:
            badge, tone = _("待整改"), "overdue" if one.is_late else "action"
        found.append({"row": row, "badge": badge, "tone": tone, "severity": _(site.SEVERITIES[row.severity])})
    return found


def item_frame(page: Page, *, inner: bool = False) -> dict[str, Any]:
    """Return what the page of an item shows to everybody, and with `inner` to those who look after it."""
    item = page.item
    return {
        "page": page,
        "item": item,
        "kind_name": _(item.the_kind.name),
        "stage_name": _(item.the_kind.stage(item.stage).public),
        "tone": TONES[item.phase],
        "stages": stages_of(item, inner=inner),
        "timeline": timeline_of(page.entries, inner=inner),
        "decisions": decisions_of(page.decisions),
        "findings": findings_of(page.findings),
        "feasibility": _(kinds.FEASIBILITY[item.feasibility]),
        "works_class": _(kinds.WORKS_CLASSES[item.works_class]) if item.works_class else "",
        "eligibility": _(kinds.ELIGIBILITY[item.eligibility]),
        "procedure": _(procedures.PROCEDURES[item.procedure]),
        "common_rule": _(deciding.RULES[item.common_rule].name) if item.common_rule else "",
        "cost": yuan(item.cost_fen) if item.cost_fen is not None else "",
        "granted": yuan(item.granted_fen),
        "paid": yuan(item.paid_fen),
        "asked": yuan(item.asked_fen),
        "parts": [
            {
                "row": row,
                "slot": str(row.number),
                "planned": yuan(row.planned_fen),
                "paid": yuan(row.paid_fen),
            }
            for row in page.milestones
        ],
        "payments": [{"row": row, "sum": yuan(row.amount_fen)} for row in page.payments],
        "line": [
            {
                "url": reverse("wishes:item", args=[step.id]),
                "kind": _(kinds.KINDS[step.kind].short),
                "title": step.title,
                "stage": _(step.stage),
                "here": step.is_here,
            }
            for step in page.line
        ],
        "cases": [{"row": row, "state": _(row.state)} for row in page.cases],
        "next_by": next_words(item),
        "place": short_name(places.area_name(item.area)),
        "who_next": who_next(item),
    }


def next_words(item: Initiative) -> str:
    """Return by when the next step comes, in words; "" for what is over."""
    if not item.is_open:
        return ""
    if item.kind == kinds.TOPIC and item.stage == kinds.OPEN and item.notice_until:
        return _("议题公示到 %(day)s，之后开会商议") % {"day": day_words(item.notice_until)}
    today = clock.today()
    if (
        item.stage in (kinds.DISCUSSED, kinds.DECIDED)
        and item.objections_until
        and item.objections_until >= today
    ):
        return _("结果公示到 %(day)s，有异议请在这之前说") % {"day": day_words(item.objections_until)}
    if item.stage == kinds.DECIDED and item.review_on:
        return _("%(day)s回访") % {"day": day_words(item.review_on)}
    return _("%(day)s前有下文") % {"day": day_words(item.next_by)} if item.next_by else ""


def who_next(item: Initiative) -> str:
    """Return who has it now: the unit that does it once decided, else the one that looks after it."""
    unit = item.owner_unit if item.phase == phases.DOING and item.owner_unit else item.host_unit
    return orgs.unit_name(unit)
