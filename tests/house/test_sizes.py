"""Sizes of things: small enough to hold in the head. A limit that fights clarity is raised here, with a reason."""

from __future__ import annotations

import ast

from tests.house import source
from tests.house.source import Fault, report

FILE_LINES = 400
TEST_LINES = 600
FUNCTION_LINES = 60
TEMPLATE_LINES = 150
OWN_JAVASCRIPT = 3_000
OWN_CSS = 2_500
KEYWORDS = 6
FREE_KEYWORDS = {"actor", "key", "at", "expect", "viewer"}
RAISED: dict[str, int] = {}  # path -> lines, with the reason as a comment


def too_long(path: str, content: str, limit: int) -> list[Fault]:
    """Return a fault when a file has more lines than its kind may have."""
    lines = content.count("\n") + (not content.endswith("\n"))
    limit = RAISED.get(path, limit)
    return (
        [Fault(path, limit, f"{lines} lines, at most {limit}: make it a package of the same name")]
        if lines > limit
        else []
    )


def long_functions(path: str, module: ast.Module) -> list[Fault]:
    """Return functions longer than the limit, decorators and docstring included."""
    return [
        Fault(path, node.lineno, f"{node.name} has {length} lines, at most {FUNCTION_LINES}")
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def keyword_heavy(path: str, module: ast.Module) -> list[Fault]:
    """Return functions with too many keyword-only arguments; those every use case carries are free."""
    faults = []
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            counted = [arg.arg for arg in node.args.kwonlyargs if arg.arg not in FREE_KEYWORDS]
            if len(counted) > KEYWORDS:
                sentence = f"{node.name} takes {len(counted)} keyword arguments, at most {KEYWORDS}: group them in a frozen dataclass"
                faults.append(Fault(path, node.lineno, sentence))
    return faults


def total_over(kind: str, paths: list[str], limit: int) -> list[Fault]:
    """Return a fault when all own files of a kind together are too long."""
    lines = sum(source.text(path).count("\n") for path in paths)
    return [Fault(kind, 0, f"{lines} lines in all, at most {limit}")] if lines > limit else []


def own_assets(*suffixes: str) -> list[str]:
    return [
        path
        for path in source.files(under="jinlin/web/")
        if path.endswith(suffixes) and "/static/dist/" not in path
    ]


def test_files() -> None:
    faults = [
        fault
        for under, limit in (
            ("jinlin/", FILE_LINES),
            ("bench/", FILE_LINES),
            ("tools/", FILE_LINES),
            ("tests/", TEST_LINES),
        )
        for path in source.python(under)
        for fault in too_long(path, source.text(path), limit)
    ]
    assert not faults, report(faults)


def test_functions() -> None:
    faults = [
        fault
        for path in [
            *source.python(),
            *source.python("bench/"),
            *source.python("tools/"),
            *source.python("tests/"),
        ]
        for fault in [*long_functions(path, source.parsed(path)), *keyword_heavy(path, source.parsed(path))]
    ]
    assert not faults, report(faults)


def test_templates() -> None:
    faults = [
        fault
        for path in source.files(under="jinlin/", suffix=".html")
        for fault in too_long(path, source.text(path), TEMPLATE_LINES)
    ]
    assert not faults, report(faults)


def test_own_scripts_and_styles() -> None:
    scripts = [*own_assets(".js", ".mjs", ".ts"), *[path for path in source.tree() if path == "build.mjs"]]
    faults = [
        *total_over("own JavaScript", scripts, OWN_JAVASCRIPT),
        *total_over("own CSS", own_assets(".css"), OWN_CSS),
    ]
    assert not faults, report(faults)


def test_it_bites() -> None:
    body = "".join(f"    x{number} = 1\n" for number in range(61))
    bad = ast.parse(
        f"def long():\n{body}\ndef wide(*, actor, key, a, b, c, d, e, f, g): ...\ndef fine(*, actor, at, a, b, c, d, e, f): ..."
    )
    assert [fault.sentence.split()[0] for fault in long_functions("bad.py", bad)] == ["long"]
    assert [fault.sentence.split()[0] for fault in keyword_heavy("bad.py", bad)] == ["wide"]
    assert too_long("bad.py", "x\n" * 401, FILE_LINES)
    assert not too_long("good.py", "x\n" * 400, FILE_LINES)
    assert total_over("all", ["Makefile"], 1)
