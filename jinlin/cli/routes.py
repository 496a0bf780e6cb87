"""Every door into the node: page addresses and API operations with the permission each asks for.

The reference page of permissions is written from here, and the permission matrix is checked against it.
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
    permission: str = ""
    callback: Callable[..., Any] | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Return a stable word for the permission matrix: `GET /api/v1/cases` or `/desk/case/<str:code>`."""
        return f"{' '.join(self.methods)} {self.path}".strip()

    @property
    def is_api(self) -> bool:
        """Tell whether programs use it."""
        return self.path.startswith("/api/")


def readable(pattern: str) -> str:
    """Return a route pattern as an address: `^` and `$` and Django's escapes of regexes taken away."""
    return re.sub(r"[\^$\\]|\(\?P(<\w+>)[^)]*\)", lambda found: found[1] or "", pattern)


def _named(callback: Callable[..., Any]) -> str:
    inner = getattr(callback, "view_class", callback)
    return f"{inner.__module__}.{getattr(inner, '__qualname__', type(inner).__name__)}"


def walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    """Yield every route below a resolver."""
    for entry in resolver.url_patterns:
        path = prefix + readable(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from walk(entry, path)
        elif isinstance(entry, URLPattern):
            yield from _one(entry, path)


def _one(entry: URLPattern, path: str) -> Iterator[Route]:
    """An API address stands for several operations, each with its own permission."""
    operations = _operations(entry.callback)
    if operations is None:
        permission = getattr(entry.callback, "permission", "")
        yield Route(path, entry.name or "", _named(entry.callback), (), permission, entry.callback)
        return
    for operation in operations:
        function = operation.view_func
        name = operation.operation_id or function.__name__
        doors = [getattr(door, "permission", "") for door in operation.auth_callbacks]
        methods = tuple(sorted(operation.methods))
        yield Route(path, name, _named(function), methods, "".join(doors), function)


def _operations(callback: Callable[..., Any]) -> list[Any] | None:
    found: list[Any] | None = getattr(getattr(callback, "__self__", None), "operations", None)
    if found is not None:
        return found
    held = [cell.cell_contents for cell in getattr(callback, "__closure__", None) or ()]
    return next((one.operations for one in held if hasattr(one, "operations")), None)


def api() -> Any:
    """Return the API behind the addresses, so that its description can be written down."""
    waiting: list[URLResolver | URLPattern] = list(get_resolver().url_patterns)
    for entry in waiting:
        if isinstance(entry, URLResolver):
            waiting.extend(entry.url_patterns)
        elif operations := _operations(entry.callback):
            return operations[0].api
    raise LookupError("no API among the addresses")


def all_routes() -> list[Route]:
    """Return every route of the node, sorted; a new one shows up here by itself.

    The API hangs an address up once for each of its methods; each operation is listed once.
    """
    routes = list(walk(get_resolver(), "/"))
    pages = [route for route in routes if not route.is_api]
    return sorted([*pages, *{route for route in routes if route.is_api}])
