"""The list: tabs of views with counts, filters in the address, rows; the detail stands beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jinlin.cases import queries as cases
from jinlin.cases.queries.drills import DRILLS
from jinlin.cases.queries.rows import COUNT_CAP, VIEWS
from jinlin.cases.rules.moves import BY_VERB
from jinlin.people import access
from jinlin.web.access import permits
from jinlin.web.desk import filters as narrowing
from jinlin.web.desk.batch import verbs_for
from jinlin.web.desk.frame import is_fragment, show

UNCOUNTED = frozenset({"closed"})


@permits("desk.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show one view of the desk, at most 12 queries whatever its length."""
    actor = request.actor
    picked = narrowing.chosen(actor, request.GET)
    page = cases.case_list(
        viewer=actor, view=picked.view, filters=picked.filters, after=request.GET.get("after", "")
    )
    verbs = verbs_for(actor) if picked.view in narrowing.PICKABLE else ()
    context = {
        "rows": page.rows,
        "picked": picked,
        "heading": _((VIEWS | DRILLS)[picked.view]),
        "next": f"?{picked.query}&{urlencode({'after': page.next})}" if page.next else "",
        "first": f"?{picked.query}" if request.GET.get("after") else "",
        "may_pick": bool(verbs),
        "batch_verbs": [(verb, _(BY_VERB[verb].label)) for verb in verbs],
        "may_export": access.may(actor, "case.export"),
    }
    if is_fragment(request):
        return show(request, "desk/parts/list.html", context)
    kept = narrowing.saved(request)
    context |= {
        "tabs": tabs(actor, picked),
        "options": narrowing.options(actor, picked.filters),
        "saved": kept,
        "may_save": picked.narrowed and picked.query not in {one["query"] for one in kept},
    }
    return show(request, "desk/list.html", context, status=422 if picked.errors else 200)


def tabs(actor: Any, picked: narrowing.Chosen) -> list[dict[str, Any]]:
    """Return the views with how many wait in each ("99+"), one query."""
    views = cases.views_for(actor)
    counts = cases.view_counts(viewer=actor, views=[view for view in views if view not in UNCOUNTED])
    rows = [
        {
            "label": _(VIEWS[view]),
            "url": f"/desk/?{picked.other(view)}",
            "current": view == picked.view,
            "count": _capped(counts[view]) if view in counts else None,
            "overdue": view == "overdue" and bool(counts[view]),
        }
        for view in views
    ]
    if picked.view in DRILLS:
        rows.append(
            {"label": _(DRILLS[picked.view]), "url": f"/desk/?{picked.query}", "current": True, "count": None}
        )
    return rows


def _capped(count: int) -> str:
    return f"{COUNT_CAP - 1}+" if count >= COUNT_CAP else str(count)


@permits("desk.view")
@require_POST
def save_filter(request: Any) -> HttpResponse:
    """Keep the filters of an address under a name, or drop a name."""
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    picked = narrowing.chosen(request.actor, QueryDict(query[: narrowing.QUERY_MAX]))
    if request.POST.get("do") == "drop":
        rows = [row for row in narrowing.saved(request) if row["name"] != name]
    else:
        rows = narrowing.with_saved(request, name, picked.query)
    response = HttpResponseRedirect(f"/desk/?{picked.query}")
    narrowing.keep(request, response, rows)
    return response
