"""Every door into the node: page addresses and API operations, for tests that must miss none.

`all_routes()` is also what the permission matrix is checked against: one row per `Route.key`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclasses.dataclass(frozen=True, order=True)
class Route:
    """One address; `methods` is empty for pages, whose view decides, and exact for API operations."""

    path: str
    name: str
    view: str
    methods: tuple[str, ...] = ()
    callback: Callable[..., Any] | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Return a stable word for the permission matrix: `GET /api/v1/cases` or `/desk/cases/<uuid:case_id>`."""
        return f"{' '.join(self.methods)} {self.path}".strip()

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def readable(pattern: str) -> str:
    """Return a route pattern as an address: `^` and `$` and Django's escapes of regexes taken away."""
    return re.sub(r"[\^$\\]|\(\?P(<\w+>)[^)]*\)", lambda found: found[1] or "", pattern)


def _named(callback: Callable[..., Any]) -> str:
    inner = getattr(callback, "view_class", callback)
    return f"{inner.__module__}.{getattr(inner, '__qualname__', type(inner).__name__)}"


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + readable(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        elif isinstance(entry, URLPattern):
            yield from _one(entry, path)


def _one(entry: URLPattern, path: str) -> Iterator[Route]:
    """An API address stands for several operations, each with its own permission."""
    operations = getattr(getattr(entry.callback, "__self__", None), "operations", None)
    view = getattr(entry.callback, "__closure__", None)
    if operations is None and view:
        held = [cell.cell_contents for cell in view if hasattr(cell.cell_contents, "operations")]
        operations = held[0].operations if held else None
    if operations is None:
        yield Route(path, entry.name or "", _named(entry.callback), callback=entry.callback)
        return
    for operation in operations:
        function = operation.view_func
        name = operation.operation_id or entry.name or ""
        yield Route(path, name, _named(function), tuple(sorted(operation.methods)), function)


def all_routes() -> list[Route]:
    """Return every route of the node, sorted; a new one shows up here by itself."""
    return sorted(_walk(get_resolver(), "/"))
