"""Which built file a name stands for, read from the manifest build.mjs writes."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"


@lru_cache(maxsize=4)
def _read(path: Path, _changed_ns: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def manifest() -> dict[str, str]:
    """Return plain name -> hashed name; empty when nothing is built yet. Read again only when the file changes."""
    path = DIST / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def asset_url(name: str) -> str:
    """Return the address of a built file; an unbuilt one keeps its plain name, so a page still renders."""
    return f"{settings.STATIC_URL}{manifest().get(name, name)}"
