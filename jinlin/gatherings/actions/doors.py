"""How often anybody may knock at the open doors of this room.

A hall full of people shares one address: 500 who sign up in ten minutes are welcome, so what succeeds is counted
generously by address and strictly by phone number; what asks about other people's numbers is counted strictly. A flood
is stopped by the address's count, and what slips through by the number's, by the end of the waiting list and by the host.
"""

from __future__ import annotations

from typing import Final

from jinlin.kernel import throttle
from jinlin.people.rules import normal_phone

QUARTER: Final = 15 * 60
SIGNING: Final = 1000  # sign-ups of one address in a quarter of an hour: two full halls behind one network
NUMBER: Final = 10  # sign-ups of one phone number in a day
AGAIN: Final = 30  # "this number has signed up already": more would be asking who comes
POSTS: Final = 60  # bookings, needs and claims of one address in a quarter of an hour


def knock_to_sign_up(address: str, phone: str) -> None:
    """Count a sign-up with its deed (inside `throttle.owing`); TooMany says when to come back."""
    throttle.owe("together.sign", address, limit=SIGNING, seconds=QUARTER)
    if digits := normal_phone(phone):
        throttle.owe("together.number", digits, limit=NUMBER, seconds=24 * 3600)


def knock_again(address: str) -> None:
    """Count an answer that told that a number has signed up already."""
    throttle.hit("together.again", address, limit=AGAIN, seconds=QUARTER)


def knock_to_post(address: str) -> None:
    """Count a booking, a need, a resource or a claim of one address."""
    throttle.hit("together.post", address, limit=POSTS, seconds=QUARTER)
