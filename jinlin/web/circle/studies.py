"""What the engine is asked: which gates help most, and where to build; its answers with who gains and who bears it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.circle import actions, queries
from jinlin.circle.actions import GateQuestion, SiteQuestion
from jinlin.circle.queries import StudyRow
from jinlin.circle.rules.words import CONFIDENCE, JOB_STATE_NAMES
from jinlin.kernel.errors import Invalid
from jinlin.people import access
from jinlin.web import moves
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle.address import DEFAULTS
from jinlin.web.circle.frame import area_name, draw, write
from jinlin.web.desk.frame import is_fragment

TOP = 30
MOST_SITES = 50


@permits("circle.view")
@require_http_methods(["GET", "HEAD", "POST"])
def openings(request: Any, area: str) -> HttpResponse:
    """Show which gates would help most, what one or several of them would change; order the study anew."""
    area_name(area)
    if request.method == "POST":
        return _order(request, area, "gates", "openings")
    return _openings(request, area, {}, {}, 200)


def _openings(
    request: Any, area: str, typed: Mapping[str, Any], errors: Mapping[str, list[str]], code: int
) -> HttpResponse:
    studies = queries.studies(viewer=request.actor, area=area, kind="gates")
    shown = _picked(studies, str(request.GET.get("study", "")))
    names = queries.category_names()
    frame: dict[str, Any] = {
        **_common(studies, shown, typed, errors),
        "profiles": [(one, _(label)) for one, label, _speed in queries.profiles()],
        "moments": [(one, _(label)) for one, label in queries.moments()],
        "defaults": DEFAULTS,
    }
    if shown is not None and shown.answer:
        frame |= {
            "rows": _sorted(
                [_gain(row, names) for row in shown.answer["rows"]], str(request.GET.get("by", ""))
            ),
            "sorts": _sorts(request, area, shown),
            **_what_if(request, shown),
        }
    return draw(request, "circle/openings.html", frame, area=area, tab="openings", status=code)


def _common(
    studies: Sequence[StudyRow],
    shown: StudyRow | None,
    typed: Mapping[str, Any],
    errors: Mapping[str, list[str]],
) -> dict[str, Any]:
    running = next((row for row in studies if row.state in ("waiting", "running")), None)
    return {
        "shown": shown,
        "running": running,
        "failed": studies[0] if studies and studies[0].state == "failed" else None,
        "older": [row for row in studies if row.state == "done" and row is not shown][:10],
        "typed": typed,
        "errors": errors,
    }


def _picked(studies: Sequence[StudyRow], asked: str) -> StudyRow | None:
    done = [row for row in studies if row.state == "done"]
    return next((row for row in done if str(row.id) == asked), done[0] if done else None)


def _gain(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "people": words.people(row["people"]),
        "slow": words.people(row["slow_people"]),
        "helps": [names.get(code, code) for code in row["categories"]],
        "gains": [(name or _("街边"), words.people(count)) for name, count in row["gains"]],
        "url": reverse("circle:gate", args=[row["gate_id"]]) if row["gate_id"] else "",
        "confidence": _(CONFIDENCE.get(row["confidence"], row["confidence"])),
    }


SORTS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "people": lambda one: -one["row"]["people"],
    "slow": lambda one: -one["row"]["slow_people"],
    "minutes": lambda one: -one["row"]["person_minutes"],
    "bears": lambda one: one["row"]["bears"],
}


def _sorted(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Return the rows in the order the reader chose; the study's own order otherwise."""
    return sorted(rows, key=SORTS[by]) if by in SORTS else rows


def _sorts(request: Any, area: str, shown: StudyRow) -> list[dict[str, Any]]:
    labels = {
        "": _("按研究给出的次序"),
        "people": _("新覆盖的人多的在前"),
        "slow": _("慢行的人受益多的在前"),
        "minutes": _("省下时间多的在前"),
        "bears": _("按要开门的小区"),
    }
    here, by = reverse("circle:openings", args=[area]), str(request.GET.get("by", ""))
    return [
        {"label": label, "url": f"{here}?study={shown.id}&by={name}", "current": name == by}
        for name, label in labels.items()
    ]


def _orders(texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted({int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 5}))


def _what_if(request: Any, shown: StudyRow) -> dict[str, Any]:
    """Return what opening the ticked gates would change; two plans stand side by side, the address keeps them."""
    plans = []
    for name, label in (("a", _("方案甲")), ("b", _("方案乙"))):
        orders = _orders(request.GET.getlist(name))
        if orders:
            found = queries.what_if(viewer=request.actor, study_id=shown.id, orders=orders)
            gates = [row["name"] or row["bears"] for row in shown.answer["rows"] if row["order"] in orders]
            plans.append(
                {
                    "name": name,
                    "label": label,
                    "orders": orders,
                    "gates": gates,
                    "found": found,
                    "ways": ways(found.compounds),
                }
            )
    return {
        "plans": plans,
        "ticked": {plan["name"]: plan["orders"] for plan in plans},
        "table": _beside(plans),
    }


def _beside(plans: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per category: covered now, then under each plan."""
    if not plans:
        return []
    rows: list[dict[str, Any]] = []
    for at, row in enumerate(plans[0]["found"].rows):
        after = [(plan["label"], plan["found"].rows[at]) for plan in plans]
        if any(one.gained_people for _label, one in after):
            told = [(label, words.people(one.after_people), one.gained_people) for label, one in after]
            rows.append({"name": row.name, "before": words.people(row.before_people), "after": told})
    return rows


def ways(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return ways to the nearest facility that get shorter: metres and detour before and after."""
    return [
        {
            "row": row,
            "before": words.metres(row.before_m),
            "after": words.metres(row.after_m),
            "before_detour": words.ratio(row.before_detour),
            "after_detour": words.ratio(row.after_detour),
            "was_alarm": row.before_detour is not None and row.before_detour > words.DETOUR_ALARM,
        }
        for row in rows
    ]


@permits("circle.view")
@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: Any, area: str) -> HttpResponse:
    """Show where to build, and how much better any other choice could be at most; order the study anew."""
    area_name(area)
    if request.method == "POST":
        return _order(request, area, "sites", "sites")
    return _sites(request, area, {}, {}, 200)


def _sites(
    request: Any, area: str, typed: Mapping[str, Any], errors: Mapping[str, list[str]], code: int
) -> HttpResponse:
    studies = queries.studies(viewer=request.actor, area=area, kind="sites")
    shown = _picked(studies, str(request.GET.get("study", "")))
    names = queries.category_names()
    frame: dict[str, Any] = {
        **_common(studies, shown, typed, errors),
        "categories": [("", _("请选择")), *names.items()],
        "asked_category": str(request.GET.get("category", "")),
    }
    if shown is not None and shown.answer:
        answer = shown.answer
        frame |= {
            "category": names.get(str(shown.question.get("category", "")), ""),
            "budget": shown.question.get("budget"),
            "rows": [
                {"row": row, "people": words.people(row["people"]), "share": words.share(row["share"])}
                for row in answer["rows"]
            ],
            "covered": words.share(answer["covered_share"]),
            "existing": words.share(answer["existing_share"]),
            "upper": words.share(answer["upper_bound_share"]),
            "most": most_better(answer["gap_percent"]),
        }
    return draw(request, "circle/sites.html", frame, area=area, tab="sites", status=code)


def most_better(gap: Any) -> str:
    """Return the certified gap rounded up to a tenth: a bound may be told too wide, never too narrow."""
    return str(Decimal(str(gap or 0)).quantize(Decimal("0.1"), ROUND_CEILING))


def _order(request: Any, area: str, kind: str, page: str) -> HttpResponse:
    post = request.POST

    def save() -> object:
        access.require(request.actor, "circle.assess")
        question = _gate_question(post) if kind == "gates" else _site_question(post)
        return actions.order_study(
            actor=request.actor, area=area, question=question, key=moves.key_of(request)
        )

    draw_again = _openings if kind == "gates" else _sites
    return write(
        request,
        save,
        back=reverse(f"circle:{page}", args=[area]),
        again=lambda errors, code: draw_again(request, area, post, errors, code),
        said=_("已开始计算，算好后显示在这里。"),
    )


def _gate_question(post: Mapping[str, Any]) -> GateQuestion:
    profile, moment = str(post.get("profile", "")), str(post.get("moment", ""))
    return GateQuestion(profile=profile or DEFAULTS["profile"], moment=moment or DEFAULTS["moment"], top=TOP)


def _site_question(post: Mapping[str, Any]) -> SiteQuestion:
    category, budget = str(post.get("category", "")), str(post.get("budget", ""))
    wrong: dict[str, list[str]] = {}
    if category not in queries.category_names():
        wrong["category"] = [_("请选要建的是哪一种设施。")]
    if not (budget.isascii() and budget.isdigit() and 0 < int(budget) <= MOST_SITES):
        wrong["budget"] = [_("请填写打算新建几处，1 到 {n} 之间。").format(n=MOST_SITES)]
    if wrong:
        raise Invalid(wrong)
    return SiteQuestion(category=category, budget=int(budget))


@permits("circle.view")
@require_safe
def progress(request: Any, area: str, kind: str, job_id: UUID) -> HttpResponse:
    """Show how far an assessment or a study has come; a fragment that asks again until it is done."""
    row: Any
    if kind == "study":
        row = queries.study(viewer=request.actor, study_id=job_id)
        back = reverse(f"circle:{'openings' if row.kind == 'gates' else 'sites'}", args=[row.area])
    else:
        row = queries.assessment(viewer=request.actor, area=area, assessment_id=job_id)
        back = reverse("circle:versions", args=[row.area])
    frame = {"job": row, "kind": kind, "back": back, "state": _(JOB_STATE_NAMES.get(row.state, row.state))}
    if is_fragment(request):
        return render(request, "circle/parts/progress.html", frame)
    tab = "versions" if kind == "assessment" else ("openings" if row.kind == "gates" else "sites")
    return draw(request, "circle/progress.html", frame, area=row.area, tab=tab)
