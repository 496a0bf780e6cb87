"""Assessments as versions: order one, see how far it is, compare two; and how far the data behind them can be trusted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.circle import actions, queries
from jinlin.circle.queries import AssessmentRow
from jinlin.circle.rules.words import JOB_STATE_NAMES, MOMENT_NAMES, PROFILE_NAMES
from jinlin.kernel.errors import gettext_noop
from jinlin.people import access
from jinlin.web import moves
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle.address import DEFAULTS, is_uuid
from jinlin.web.circle.frame import area_name, draw, write
from jinlin.web.circle.studies import ways

TRIGGERS = {
    "order": gettext_noop("人工安排"),
    "edit": gettext_noop("改了门或设施后自动"),
    "night": gettext_noop("夜间自动"),
}
TONES = {"done": "done", "failed": "wait", "running": "action", "waiting": "action"}


@permits("circle.view")
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: Any, area: str) -> HttpResponse:
    """Show an area's assessments; those who may, order one."""
    area_name(area)
    if request.method != "POST":
        return _page(request, area, {}, {}, 200)
    post = request.POST

    def save() -> object:
        access.require(request.actor, "circle.assess")
        return actions.order_assessment(
            actor=request.actor,
            area=area,
            profile=str(post.get("profile", "")) or DEFAULTS["profile"],
            moment=str(post.get("moment", "")) or DEFAULTS["moment"],
            label=str(post.get("label", "")),
            key=moves.key_of(request),
        )

    return write(
        request,
        save,
        back=reverse("circle:versions", args=[area]),
        again=lambda errors, code: _page(request, area, post, errors, code),
        said=_("已开始评估，算好后显示在这里。"),
    )


def _page(request: Any, area: str, typed: Any, errors: Any, code: int) -> HttpResponse:
    rows = queries.assessments(viewer=request.actor, area=area)
    done = [row for row in rows if row.state == "done"]
    frame = {
        "rows": [version_words(row) for row in rows],
        "running": next((row for row in rows if row.state in ("waiting", "running")), None),
        "comparable": len(done) > 1,
        "first": str(done[1].id) if len(done) > 1 else "",
        "second": str(done[0].id) if done else "",
        "profiles": [(one, _(label)) for one, label, _speed in queries.profiles()],
        "moments": [(one, _(label)) for one, label in queries.moments()],
        "typed": typed,
        "errors": errors,
    }
    return draw(request, "circle/versions.html", frame, area=area, tab="versions", status=code)


def version_words(row: AssessmentRow) -> dict[str, Any]:
    """Return an assessment with its words."""
    return {
        "row": row,
        "state": _(JOB_STATE_NAMES.get(row.state, row.state)),
        "tone": TONES.get(row.state, "none"),
        "trigger": _(TRIGGERS.get(row.trigger, row.trigger)),
        "profile": _(PROFILE_NAMES.get(row.profile, row.profile)),
        "moment": _(MOMENT_NAMES.get(row.moment, row.moment)),
        "url": f"{reverse('circle:area', args=[row.area])}?version={row.id}",
    }


@permits("circle.view")
@require_safe
def compare(request: Any, area: str) -> HttpResponse:
    """Show two versions side by side: people newly within reach, ways that got shorter."""
    area_name(area)
    first, second = (str(request.GET.get(name, "")) for name in ("a", "b"))
    if not (is_uuid(first) and is_uuid(second)) or first == second:
        errors = {"a": [_("请选两个不同的版本再比较。")]}
        return _page(request, area, {}, errors, 422)
    found = queries.compared(viewer=request.actor, area=area, before=UUID(first), after=UUID(second))
    rows: list[dict[str, Any]] = [
        {
            "row": row,
            "before": words.people(row.before_people),
            "after": words.people(row.after_people),
            "before_rate": words.percent(row.before_rate),
            "after_rate": words.percent(row.after_rate),
        }
        for row in found.rows
    ]
    frame = {
        "before": version_words(found.before),
        "after": version_words(found.after),
        "changed": [one for one in rows if one["row"].gained_people],
        "same": [one for one in rows if not one["row"].gained_people],
        "ways": ways(found.compounds),
        "differs": found.differs,
    }
    return draw(request, "circle/compare.html", frame, area=area, tab="versions")


@permits("circle.view")
@require_safe
def data(request: Any, area: str) -> HttpResponse:
    """Show how far the data behind the results can be trusted, and what to map next."""
    area_name(area)
    found = queries.data_confidence(viewer=request.actor, area=area)
    frame = {"found": found, "standard": queries.standard()}
    return draw(request, "circle/data.html", frame, area=area, tab="data")
