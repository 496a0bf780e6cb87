"""Who walks, how far, and whether that is near enough: profiles and bands are data (design/living-circle.md 3.3, 3.4).

The rows below are the seed; a deployment edits them and every result names the edition it used. Limits are inclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.circle.network import Floats, limit_in_decimetres


@dataclass(frozen=True)
class WalkerProfile:
    """A way of walking: speed in metres a minute; whether stairs, and gates that are not barrier-free, can be passed."""

    code: str
    metres_per_minute: float
    stairs: bool = True
    barriers: bool = True

    def reach_m(self, minutes: float) -> float:
        """Metres walked in so many minutes."""
        return self.metres_per_minute * minutes


PROFILES = (
    WalkerProfile("planning", 60.0),  # planning practice, domain.md 8.2
    WalkerProfile("adult", 80.0),
    WalkerProfile("slow", 50.0),  # an older person, a small child
    WalkerProfile("wheelchair", 45.0, stairs=False, barriers=False),
)
ADULT = PROFILES[1]


@dataclass(frozen=True)
class Band:
    """One limit of a standard: a time rule, a distance rule, or both; both must hold unless `either` is set."""

    code: str
    minutes: float | None = None
    metres: float | None = None
    either: bool = False
    edition: str = ""


TIERS = (  # GB 50180-2018 as read in domain.md 8.2
    Band("5", 5, 300, edition="GB 50180-2018"),
    Band("10", 10, 500, edition="GB 50180-2018"),
    Band("15", 15, 1000, edition="GB 50180-2018"),
)


class Failed(IntEnum):
    """Which rule a distance fails."""

    NONE = 0
    TIME = 1
    DISTANCE = 2
    BOTH = 3


def profile(code: str, profiles: Sequence[WalkerProfile] = PROFILES) -> WalkerProfile:
    """Return a profile by its code; KeyError for another."""
    return {each.code: each for each in profiles}[code]


def failed_rule(distance_dm: NDArray[Any], band: Band, walker: WalkerProfile) -> NDArray[np.int8]:
    """Return Failed for each distance (decimetres; FAR fails every rule the band has). Fixture F6."""
    distance = np.asarray(distance_dm)
    slow = np.zeros(distance.shape, bool)
    long = np.zeros(distance.shape, bool)
    if band.minutes is not None:
        slow = distance > limit_in_decimetres(walker.reach_m(band.minutes))
    if band.metres is not None:
        long = distance > limit_in_decimetres(band.metres)
    return (slow * int(Failed.TIME) + long * int(Failed.DISTANCE)).astype(np.int8)


def passes(distance_dm: NDArray[Any], band: Band, walker: WalkerProfile) -> NDArray[np.bool_]:
    """Say which distances meet the band: both of its rules, or either where the standard says so."""
    failed = failed_rule(distance_dm, band, walker)
    if band.either and band.minutes is not None and band.metres is not None:
        return np.asarray(failed != Failed.BOTH)
    return np.asarray(failed == Failed.NONE)


def longest_dm(bands: Sequence[Band], walkers: Sequence[WalkerProfile]) -> int:
    """Return the limit of a search whose layer answers every band for every walker."""
    reach = [walker.reach_m(band.minutes) for band in bands for walker in walkers if band.minutes is not None]
    fixed = [band.metres for band in bands if band.metres is not None]
    return limit_in_decimetres(max([*reach, *fixed], default=0.0))


def minutes(distance_dm: NDArray[Any], walker: WalkerProfile) -> Floats:
    """Return walking minutes of distances in decimetres."""
    return np.asarray(distance_dm) / 10 / walker.metres_per_minute


def scaled(limits_m: Sequence[float], walker: WalkerProfile) -> list[float]:
    """Return what a walker covers in the time an adult needs for each limit: slow, 1,200 m -> 750 m."""
    return [limit * walker.metres_per_minute / ADULT.metres_per_minute for limit in limits_m]
