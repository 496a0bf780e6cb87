"""What may stand in a log: addresses without the secret part of somebody's link."""

from __future__ import annotations

import logging
import re
from typing import Final

_SECRET: Final = re.compile(
    r"(?<=/)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-)[\w-]{20,}"
)  # no id: those open nothing


class WithoutSecrets(logging.Filter):
    """Leave out of every line the part of a path that opens a seat, a booking, an errand or a book of hours.

    Django writes the path of each refused request into the log, of a link that is good just the same.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its words without secrets."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _SECRET.sub("…", each) if isinstance(each, str) else each for each in record.args
            )
        return True
