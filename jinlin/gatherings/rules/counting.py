"""Under which names a held gathering and a met need are counted."""

from __future__ import annotations

from typing import Final

from jinlin.gatherings.rules.words import ACTIVITIES

NAMES: Final = ("activities", "served", "meetings", "met", "wishes", "errands")
_MET: Final[dict[str, str]] = {"micro_wish": "wishes", "errand": "errands"}


def names_of(kind: str) -> tuple[str, str]:
    """Return the names of how often and of how many people, for a kind of gathering."""
    return ("activities", "served") if kind in ACTIVITIES else ("meetings", "met")


def name_of_need(kind: str) -> str:
    """Return the name a need counts under once whoever had it confirms, "" for those that are not counted."""
    return _MET.get(kind, "")
