"""Messages of residents from a file, in order of time and then id, so that the order of the rows never matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.files.tables import read_table

_DAY_ZERO = datetime(1970, 1, 1)  # noqa: DTZ001  the wall clock of the place, as `moment` reads it


@dataclass(frozen=True, eq=False)
class Messages:
    """Columns of one length; `days` since 1970 with fractions, never falling. `reporters`, `votes` only when asked."""

    ids: list[str]
    titles: list[str]
    bodies: list[str]
    times: list[datetime]
    days: NDArray[np.float64]
    reporters: list[str]
    votes: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


def read_messages(path: Path, columns: Mapping[str, str]) -> Messages:
    """Read messages; `columns`: number, title, text, time, and for hot issues reporter and votes -> name in the file.

    Texts and titles may be empty, ids and times may not; a message without a reporter counts as one of its own.
    Votes may be empty (none); votes below zero count as none.
    """
    wanted = {role: name for role, name in columns.items() if name}
    table = read_table(path, tuple(wanted.values()))
    ids, times = table.ids(wanted["number"]), table.moments(wanted["time"])
    days = np.array([(each - _DAY_ZERO).total_seconds() / 86_400 for each in times])
    order = sorted(range(len(ids)), key=lambda row: (days[row], ids[row]))
    reporters = table.texts(wanted["reporter"], empty=True) if "reporter" in wanted else [""] * len(ids)
    votes = table.numbers(wanted["votes"], empty=0.0) if "votes" in wanted else np.zeros(len(ids))
    titles, bodies = table.texts(wanted["title"], empty=True), table.texts(wanted["text"], empty=True)
    return Messages(
        [ids[row] for row in order],
        [titles[row] for row in order],
        [bodies[row] for row in order],
        [times[row] for row in order],
        days[order],
        [reporters[row] or f"\0{ids[row]}" for row in order],
        np.maximum(votes[order], 0),
    )
