"""Which links this visitor has opened; kept for the visit, signed, so that nobody needs an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from jinlin.initiatives.queries import pass_of, secret_of

if TYPE_CHECKING:
    from jinlin.initiatives.models import Pass

KEPT = 8


def remember(request: Any, passed: Pass) -> None:
    """Keep an opened link for this visit, the newest of its kind first."""
    mine = [row for row in request.session.get("passes", ()) if row[1] != str(passed.pk)]
    request.session["passes"] = [[passed.kind, str(passed.pk)], *mine][:KEPT]


def pass_id(request: Any, kind: str) -> UUID | None:
    """Return the newest link of a kind of this visit; a broken cookie opens nothing."""
    for row in request.session.get("passes", ()):
        try:
            if row[0] == kind:
                return UUID(row[1])
        except (ValueError, TypeError, IndexError):
            continue
    return None


def current(request: Any, kind: str) -> Pass | None:
    """Return the newest live pass of a kind of this visit (one query)."""
    return pass_of(pass_id(request, kind), kind)


def link_of(request: Any, passed: Pass) -> str:
    """Return the whole address to keep."""
    path = reverse("wishes:own", args=[passed.pk, secret_of(passed.pk)])
    return str(request.build_absolute_uri(path))
