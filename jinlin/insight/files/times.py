"""Times as people and programs write them; the day of the place is what counts, so a zone is read over."""

from __future__ import annotations

import re
from datetime import datetime

_WRITTEN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"  # data
    r"(?:[T ]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：]?(\d{1,2})(?:[.,]\d+)?秒?)?)?"  # data
    r"\s*(?:Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?")


def moment(word: str) -> datetime | None:
    """Return the local time a cell says (2019-04-25, 2019/4/25 9:30, ISO 8601, 20190425), None when it says none."""
    found = _WRITTEN.fullmatch(word) or _PACKED.fullmatch(word)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the wall clock of the place
    except ValueError:
        return None
