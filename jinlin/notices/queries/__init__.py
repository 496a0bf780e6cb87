"""Reads of this room."""

from jinlin.notices.queries.box import Box, DigestRow, Line, box, reminded, unseen
from jinlin.notices.queries.quiet import quiet_hours, quiet_of
from jinlin.notices.queries.wording import digest_words

__all__ = [
    "Box",
    "DigestRow",
    "Line",
    "box",
    "digest_words",
    "quiet_hours",
    "quiet_of",
    "reminded",
    "unseen",
]
