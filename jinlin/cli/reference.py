"""The reference pages that are written from the code itself, as texts by file name."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from jinlin.cases.rules import moves as m
from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cli.routes import Route, all_routes, api
from jinlin.people import rules

PACKAGE: Final = Path(__file__).resolve().parent.parent
FREE: Final = frozenset({"public", *rules.OPEN_VERBS})

# every setting of the environment, with what it does in one line; tests/cli compares it with the code
SETTINGS: Final[dict[str, str]] = {
    "JINLIN_HOME": "Folder of the data, uploads and keys of this node; keep it on a local disk and back it up.",
    "DATABASE_URL": "PostgreSQL 15+ instead of the embedded SQLite, as postgresql://user:password@host:port/name.",
    "JINLIN_HOSTS": "Host names this node answers to, separated by commas.",
    "JINLIN_HTTPS": "1 when the node is reached by https: secure cookies, redirect and HSTS are switched on.",
    "JINLIN_TRUSTED_PROXIES": "Addresses of proxies whose X-Forwarded-For is believed, separated by commas.",
    "JINLIN_NAME": "Name of the platform as people see it.",
    "JINLIN_PHONE": "Telephone number on every page, for whoever would rather call.",
    "JINLIN_DEFAULT_PLACE": "Region code for imported rows that tell no place; empty: the county with most units.",
    "JINLIN_NOTICE_WEBHOOK": "address of your own gateway to SMS or WeCom: it gets digests (counts and a link, no words of a case) as JSON; empty: only the box inside",
    "JINLIN_WORKERS": "Processes that serve pages, 1 to 8.",
    "JINLIN_CRYPTO_SUITE": "intl (AES-256-GCM, SHA-256) or gm (SM4-GCM, SM3) for sealed fields and the audit chain.",
    "JINLIN_RATE_LIMITS": "on or off: limits on log-in failures, tracking codes, reports; off is for load tests only.",
    "JINLIN_TIME_ZONE": "Time zone of days and office hours.",
    "JINLIN_LOG": "Lowest level that is logged: DEBUG, INFO, WARNING or ERROR.",
    "JINLIN_SECRET_KEY": "Signing key of sessions; empty: made on first use and kept in JINLIN_HOME/keys.",
    "JINLIN_DEBUG": "1 shows Django's error pages; never on a node that others can reach.",
}
_DEFAULTS: Final = {"JINLIN_SECRET_KEY": "made on first use", "DATABASE_URL": "SQLite in JINLIN_HOME"}


def pages() -> dict[str, str]:
    """Return every generated page by its name below docs/reference."""
    routes = all_routes()
    return {
        "openapi.json": openapi(),
        "permissions.md": permissions_page(routes),
        "permissions.csv": permissions_table(routes),
        "moves.md": moves_page(),
        "settings.md": settings_page(),
    }


def openapi() -> str:
    """Return the OpenAPI file of version 1."""
    return json.dumps(api().get_openapi_schema(), ensure_ascii=False, indent=1) + "\n"


def answers(permission: str) -> list[str]:
    """Return what a route answers to a visitor and to each role, before it looks at the object.

    yes; own (only where the object is in sight, else 404); no (403); log in (a page sends to the log-in, the API
    answers 401).
    """
    if permission in FREE:
        return ["yes"] * (1 + len(rules.ROLES))
    if permission == "signed_in":
        return ["log in"] + ["yes"] * len(rules.ROLES)
    told = {True: "yes", False: "no"}
    return ["log in", *(told[rules.role_may(role, permission)] for role in rules.ROLES)]


def permissions_table(routes: Iterable[Route]) -> str:
    """Return the permission matrix: one line per route, one column per role."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["route", "permission", "about", "visitor", *rules.ROLES])
    for route in routes:
        about = "object" if "<" in route.path or "{" in route.path else "page"
        writer.writerow([route.key, route.permission, about, *answers(route.permission)])
    return out.getvalue()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def permissions_page(routes: Iterable[Route]) -> str:
    """Return the page of permissions: which role may use which verb, which route asks for which."""
    verbs = [
        [f"`{verb}`", *("yes" if role in roles else "" for role in rules.ROLES)]
        for verb, roles in sorted(rules.VERBS.items())
    ]
    spans = [[role, rules.SPAN[role]] for role in rules.ROLES]
    doors = [[f"`{route.key}`", f"`{route.permission}`"] for route in routes]
    return (
        "# Permissions\n\nWritten by `make docs`; do not edit. The whole matrix is in `permissions.csv` and is "
        "asserted route by route in `tests/house/test_permissions.py`.\n\n"
        "## How far a role sees\n\ngrid: its grids; block: its region; line: what its unit holds or held; masked: "
        "the region without texts; counts: numbers only; public, none: no case.\n\n"
        + table(["role", "sees"], spans)
        + "\n## Which role may use which verb\n\nA move of a case also asks how the person stands to it (`moves.md`). "
        "An object out of sight answers 404, so that its existence is not told.\n\n"
        + table(["verb", *rules.ROLES], verbs)
        + "\n## What every address asks for\n\n`public` and the open verbs ("
        + ", ".join(f"`{verb}`" for verb in sorted(rules.OPEN_VERBS))
        + ") need no log-in; `signed_in` is any log-in.\n\n"
        + table(["address", "permission"], doors)
    )


def _need(need: m.Need) -> str:
    return f"{need.name}{'' if need.required else '?'}: {need.kind}"


def moves_page() -> str:
    """Return the page of the state machine: states, relations, every move."""
    states = [[f"`{key}`", label, plain] for key, (label, plain) in w.STATES.items()]
    ends = [[f"`{key}`", label] for key, label in w.END_KINDS.items()]
    rows = [
        [
            f"`{move.verb}`",
            move.label,
            ", ".join(sorted(move.sources)),
            ", ".join(move.targets) or "(stays)",
            ", ".join(sorted(move.who)),
            "; ".join(_need(need) for need in move.needs),
            ", ".join(move.guards),
            ", ".join(move.stops),
            ", ".join(move.starts),
            move.announces,
        ]
        for move in m.MOVES
    ]
    head = ["verb", "label", "from", "to", "who", "asks", "guards", "stops", "starts", "announces"]
    return (
        "# Moves of a case\n\nWritten by `make docs` from `jinlin/cases/rules/moves.py`; do not edit. Forms, API "
        "operations and the tests of every forbidden edge come from the same table.\n\n"
        "## States\n\n" + table(["state", "on the desk", "to the resident"], states) + "\n"
        "## How a case ends\n\n" + table(["end kind", "label"], ends) + "\n"
        "## Relations\n\n" + table(["relation", "who"], _relations()) + "\n"
        "## Moves\n\nA `?` marks what may be left out.\n\n" + table(head, rows)
    )


def _relations() -> list[list[str]]:
    """Return relations with the comments beside them in the code."""
    rows = []
    for line in Path(rel.__file__).read_text(encoding="utf-8").splitlines():
        if ": Final = " in line and "#" in line and not line.startswith("_"):
            value, _hash, comment = line.split(": Final = ", 1)[1].partition("#")
            rows.append([f"`{ast.literal_eval(value.strip())}`", comment.strip()])
    return rows


def settings_in_code() -> dict[str, str]:
    """Return the settings the code asks the environment for, with their defaults."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name, default = _asked(node)
            if name.startswith("JINLIN_") or name == "DATABASE_URL":
                found[name] = default
    return found


def _asked(node: ast.AST) -> tuple[str, str]:
    """Return (name, default) of an `os.environ.get("NAME", "default")`, else ("", "")."""
    if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get"):
        return "", ""
    values: list[Any] = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    return (str(values[0]), str(values[1]) if len(values) > 1 else "") if values else ("", "")


def settings_page() -> str:
    """Return the page of settings."""
    defaults = settings_in_code() | _DEFAULTS
    rows = [[f"`{name}`", defaults.get(name, "") or "(empty)", line] for name, line in SETTINGS.items()]
    return (
        "# Settings\n\nWritten by `make docs`; do not edit. A node is set up by environment variables only.\n\n"
        + table(["variable", "default", "what it does"], rows)
    )
