"""What the words of a report seem to be about: two tiles to tap, never tapped for anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jinlin.cases.actions.routing import only_place
from jinlin.insight.queries import Suggested, suggested
from jinlin.kernel import throttle
from jinlin.kernel.errors import JinlinError
from jinlin.kernel.origin import address_of
from jinlin.web.resident import draft as drafts
from jinlin.web.resident.draft import Draft
from jinlin.web.resident.proof import resident

LOOKS, WINDOW = 120, 600  # from one address in ten minutes: a form asks when somebody stops typing
READ = 1_000  # characters; who has not said what it is about by then will not be helped by two tiles


def of_draft(draft: Draft) -> Suggested:
    """Return what a draft speaks of; nothing once a category was picked (no query for an empty text)."""
    text = draft.values.get("text", "").strip()
    if draft.category or not text:
        return Suggested()
    place = drafts.village_of(draft) or draft.place or only_place()
    return suggested(county=f"{place[:6]}000000" if place else "", text=text[:READ])


@resident("case.report")
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the two tiles for what has been typed so far; without scripts the whole form shows them beside the neighbours' cases."""
    try:
        throttle.hit("suggest", address_of(request), limit=LOOKS, seconds=WINDOW)
    except JinlinError:
        return HttpResponse(status=204)  # nobody asked to see it: the form goes on without
    draft = drafts.read(request.POST)
    return render(request, "resident/_suggest.html", {"suggestion": of_draft(draft), "draft": draft})
