"""The page behind a number of the board: which cases it is made of, and what each of them gave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jinlin.kernel.errors import Invalid
from jinlin.performance import queries
from jinlin.performance.queries import Asked
from jinlin.web.access import permits
from jinlin.web.board import address as addresses
from jinlin.web.board import shown

PAGE: Final = 50
PLAIN: Final = "reported"


@permits("board.view")
@require_safe
def cases(request: Any, area: str) -> HttpResponse:
    """List the cases that a number was counted from, newest first; their sum is the number."""
    address = addresses.read(area, request.GET, ahead=True)
    if address.errors:
        raise Invalid(address.errors)
    asked = Asked(request.GET.get("of") or PLAIN, request.GET.get("part", ""), request.GET.get("bare") == "1")
    found = queries.behind(viewer=request.actor, area=area, asked=asked, filters=address.filters)
    page = Paginator(list(found.amounts), PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_behind(viewer=request.actor, ids=page.object_list) if page.object_list else ()
    used = replace(address, filters=found.filters)
    words = {
        "found": found,
        "of": asked.of,
        "sums": list(zip(found.heads, map(shown.plain, found.sums), strict=False)),
        "rows": [(row, [shown.plain(n) for n in found.amounts[row.id]]) for row in rows],
        "page": page,
        "most": queries.MOST,
        "period": "" if found.is_now else addresses.period_words(found.filters),
        "chips": shown.chips(used, queries.filter_options()),
        "back": address.url(since=None, until=None) if asked.of == "due" else address.url(),
    }
    response = render(request, "board/behind.html", words)
    response["Cache-Control"] = "no-store"
    return response
