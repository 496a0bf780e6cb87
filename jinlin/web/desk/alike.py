"""What resembles a case, asked for by the page once it stands: scored on demand, so that the case opens no slower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jinlin.cases import queries as cases
from jinlin.cases.queries.rows import as_rows
from jinlin.insight.queries.alike import alike_cases
from jinlin.kernel.errors import JinlinError
from jinlin.web.access import permits
from jinlin.web.desk.detail import move_url
from jinlin.web.desk.filters import QUERY_MAX
from jinlin.web.desk.frame import is_fragment, show

if TYPE_CHECKING:
    from jinlin.cases.models import Case


@permits("desk.view")
@require_safe
def alike(request: Any, code: str) -> HttpResponse:
    """Show cases of the same place and matter, verbatim reposts apart, each with one tap to merge into it."""
    case = cases.visible_case(viewer=request.actor, tracking=code)
    found = alike_cases(viewer=request.actor, case=case)
    context = {
        "case": case,
        "title": as_rows([case], request.actor)[0].title,  # masked for who may not read the words
        "found": found,
        "merge_url": move_url(case, "merge") if _may_merge(request.actor, case) else "",
        "back": request.GET.urlencode()[:QUERY_MAX],
    }
    return show(request, "desk/parts/alike.html" if is_fragment(request) else "desk/alike.html", context)


def _may_merge(actor: Any, case: Case) -> bool:
    try:
        return bool(cases.move_for(viewer=actor, case=case, verb="merge"))
    except JinlinError:
        return False
