"""Values that have broken web services, and bodies built from the description of an operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

TEXTS = (
    "",
    " ",
    "\ud800",
    "a\x00b",
    "\u202egnp.exe",
    "‮‭⁦",
    "👨‍👩‍👧‍👦" * 50,
    "字" * 20_000,
    "<script>alert(1)</script>",
    "'; DROP TABLE cases_case; --",
    "=cmd|'/c calc'!A1",
    "../../etc/passwd",
    "%00%ff{}{0}{x.__class__}%(x)s",
    "null",
    "0000-00-00",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-14:00",
    "99999999999999999999999999",
    "-1",
    "１２３",
    "411602001001",
    "411602001001001",
    "~",
    "2026-03-10T02:00:00+00:00~not-a-uuid",
    "00000000-0000-0000-0000-000000000000",
    "\n\r\t\x0b\x1b[31m",
)
VALUES: tuple[Any, ...] = (None, True, -1, 2**70, 1e308, [[]], {"a": {}}, ["\ud800"], [1] * 5_000)


def deep(depth: int) -> Any:
    """Return lists inside lists."""
    found: Any = []
    for _step in range(depth):
        found = [found]
    return found


def resolve(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """Return the shape behind a reference, or the first real one of several."""
    while True:
        if "$ref" in schema:
            schema = shapes[schema["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        elif "allOf" in schema:
            schema = schema["allOf"][0]
        else:
            return schema


def example(schema: dict[str, Any], shapes: dict[str, Any], known: Mapping[str, Any] | None = None) -> Any:
    """Return a body of the right shape, every field filled: with what is known by its name, else with anything."""
    known = known or {}
    shape = resolve(schema, shapes)
    if "enum" in shape or "const" in shape:
        return shape.get("const") or shape["enum"][0]
    if shape.get("type") == "object" or "properties" in shape:
        return {
            name: known[name]
            if name in known and resolve(one, shapes).get("type") == "string"
            else example(one, shapes, known)
            for name, one in shape.get("properties", {}).items()
        }
    if shape.get("type") == "array":
        return [example(shape["items"], shapes, known)]
    plain = {"boolean": True, "integer": 1, "number": 1.0}
    formats = {
        "uuid": "00000000-0000-7000-8000-000000000000",
        "date": "2026-04-01",
        "date-time": "2026-03-10T01:00:00+00:00",
    }
    return plain.get(str(shape.get("type")), formats.get(str(shape.get("format")), "字"))


def spoiled(body: Any) -> Iterator[Any]:
    """Yield bodies: whole ones of a wrong kind, all texts replaced, each field replaced."""
    yield from (None, [], "x", 1, deep(15), deep(500))
    for text in TEXTS:
        yield replaced(body, text)
    if isinstance(body, dict):
        for name in body:
            for value in VALUES:
                yield body | {name: value}


def replaced(body: Any, text: str) -> Any:
    """Return the body with every text replaced."""
    if isinstance(body, dict):
        return {name: replaced(value, text) for name, value in body.items()}
    if isinstance(body, list):
        return [replaced(value, text) for value in body]
    return text if isinstance(body, str) else body
