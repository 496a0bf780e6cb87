"""Tracking codes (一案一码): 12 characters, the first four name the county, the rest are random."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 1 I L O: read aloud and typed by old hands
COUNTY_CHARS: Final = 4
RANDOM_CHARS: Final = 8
LENGTH: Final = COUNTY_CHARS + RANDOM_CHARS


def tracking_code(county: str) -> str:
    """Return a new code for a county (12 digits); 31^8 possibilities, about 40 bits, beside the phone digits."""
    return county_mark(county) + _spelt(secrets.randbelow(len(ALPHABET) ** RANDOM_CHARS), RANDOM_CHARS)


@lru_cache(maxsize=4_096)
def county_mark(county: str) -> str:
    """Return the four characters that stand for a county's six digits."""
    return _spelt(int(county[:6]), COUNTY_CHARS)


def _spelt(number: int, chars: int) -> str:
    mark = ""
    for _i in range(chars):
        number, rest = divmod(number, len(ALPHABET))
        mark = ALPHABET[rest] + mark
    return mark


def county_of(tracking: str) -> str:
    """Return the county a code belongs to (12 digits), or "" when it is no code of ours."""
    if len(tracking) != LENGTH or any(ch not in ALPHABET for ch in tracking):
        return ""
    number = 0
    for ch in tracking[:COUNTY_CHARS]:
        number = number * len(ALPHABET) + ALPHABET.index(ch)
    return f"{number:06d}000000" if number < 1_000_000 else ""


def typed_code(text: str) -> str:
    """Return a code as typed by a person without its dashes and spaces, in capitals."""
    return "".join(ch for ch in text.upper() if ch not in "- \u3000\t")[:40]
