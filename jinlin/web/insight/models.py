"""The card of the county's category model, as a page everybody who uses its suggestions can read."""

from __future__ import annotations

from typing import Any

from django.views.decorators.http import require_safe

from jinlin.insight.queries import last_run
from jinlin.insight.queries.card import model_card
from jinlin.web.access import permits
from jinlin.web.insight.frame import draw


@permits("insight.view")
@require_safe
def card(request: Any, area: str) -> Any:
    """Show from what the model learned, how good it is on what it had not seen, and what came of its suggestions."""
    found = model_card(viewer=request.actor, area=area)
    words = {"card": found, "last_run": last_run("train", found.county)}
    return draw(request, "insight/model.html", words, area=area, tab="model")
