"""Who gets a seat: in the order of signing up, never more than there are."""

from __future__ import annotations

from typing import Final

KEPT_DAYS: Final = 7  # contacts go so many days after the event
WISH_DAYS: Final = 60  # a micro-wish expires
OFFER_DAYS: Final = 180  # other offers and needs
LONGEST_LIST: Final = 10  # people waiting per seat: more would wait for nothing
SHORTEST_LIST: Final = 500
CODE_DIGITS: Final = 6


def state_for(capacity: int | None, taken: int) -> str:
    """Return where the next one lands: on a seat or on the waiting list; capacity None means no limit."""
    return "signed" if capacity is None or taken < capacity else "waiting"


def list_is_full(capacity: int | None, waiting: int) -> bool:
    """Tell whether so many wait already that another would be misled."""
    return capacity is not None and waiting >= max(SHORTEST_LIST, LONGEST_LIST * capacity)
