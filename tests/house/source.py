"""What the tests of the house read: the files of the tree, parsed once."""

from __future__ import annotations

import ast
import functools
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = {
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".gz",
    ".woff2",
    ".ico",
    ".mo",
    ".pdf",
    ".zip",
    ".xlsx",
    ".sqlite3",
}


@dataclass(frozen=True)
class Fault:
    """One breach: where it stands and what to do about it."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


def report(faults: list[Fault]) -> str:
    """Return the faults as lines a terminal can jump to."""
    return "\n" + "\n".join(map(str, faults))


@functools.cache
def tree() -> tuple[str, ...]:
    """Return the paths git would commit, relative to the root; without git, every file outside the ignored folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:
        ignored = {".venv", "node_modules", "var", "dist", ".git"}
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not ignored & set(path.parts)]
    return tuple(sorted({name for name in names if name and (ROOT / name).is_file()}))


def files(*, under: str = "", suffix: str = "") -> list[str]:
    """Return paths below a folder (ends with /) that end with a suffix."""
    return [name for name in tree() if name.startswith(under) and name.endswith(suffix)]


@functools.cache
def text(path: str) -> str:
    """Return a file's text; bytes that are not UTF-8 become replacement characters."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


@functools.cache
def parsed(path: str) -> ast.Module:
    """Return a Python file's syntax tree; a file somebody is just writing fails here with its name."""
    return ast.parse(text(path), filename=path)


def is_generated(path: str) -> bool:
    """Migrations are written by Django and not held to the limits of hand-written code."""
    return "/migrations/" in path


def python(under: str = "jinlin/") -> list[str]:
    """Return hand-written Python files."""
    return [path for path in files(under=under, suffix=".py") if not is_generated(path)]


def rooms() -> list[str]:
    """Return the rooms: packages directly below jinlin with furniture of a domain room."""
    return sorted(
        {path.split("/")[1] for path in python() if path.count("/") == 2 and path.endswith("/apps.py")}
    )
