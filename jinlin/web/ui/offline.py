"""Which pages a phone may keep for reloading without a network: the worker's own list and forms, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

HEADER: Final = "Jinlin-Offline"
View = Callable[..., HttpResponse]


def keep_offline(view: View) -> View:
    """Mark a page the service worker may keep; only for forms and the reader's own list, never other people's data."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response[HEADER] = "keep"
        return response

    return kept
