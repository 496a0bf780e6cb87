"""What this visitor has shown to be theirs: cases, and which words on them; kept for the visit, signed, 20 at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse

from jinlin.cases.queries import OwnWords, own_words
from jinlin.web import middleware
from jinlin.web.access import permits

if TYPE_CHECKING:
    from jinlin.cases.models import Case

KEPT = 20


def resident(verb: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Serve a page to the reader as a resident: staff who report at home are residents there too."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def as_resident(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request.logged_in = request.actor
            request.actor = middleware.resident_of(request)
            return view(request, *args, **kwargs)

        return permits(verb)(as_resident)

    return decorate


def remember(request: Any, case_id: UUID, appeals: Iterable[UUID]) -> None:
    """Keep a proved case and one's own words on it for this visit, the newest first."""
    middleware.remember_case(request, case_id)
    fresh = [str(appeal) for appeal in appeals]
    kept = [text for text in request.session.get("words", ()) if text not in fresh]
    request.session["words"] = [*fresh, *kept][:KEPT]


def forget(request: Any, case_id: UUID) -> None:
    """Put a case out of this visit, after its reporter took it back."""
    request.session["cases"] = [text for text in request.session.get("cases", ()) if text != str(case_id)]
    request.actor = middleware.resident_of(request)


def own(request: Any, case: Case) -> tuple[OwnWords, ...]:
    """Return this visitor's own words on a case (at most 2 queries)."""
    return own_words(case=case, appeals=middleware.proved_words(request))
