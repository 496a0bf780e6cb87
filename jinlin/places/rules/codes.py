"""Facts that the digits of a place code tell by themselves (domain.md 1.2 and 1.3).

Region code: 12 digits (province 2, prefecture 2, county 2, township 3, village 3), statistical codes of
国统字〔2009〕91号. Grid: region + 3 digits (001-899 basic, 901-999 exclusive). Micro-grid: grid + 2 digits.
Building: grid + "B" + 5 digits.
"""

from __future__ import annotations

import re
from typing import Final

LEVELS: Final = (1, 2, 3, 4, 5)
PREFIX_LENGTH: Final = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
BASIC: Final = "basic"
EXCLUSIVE: Final = "exclusive"
FIRST_SERIAL: Final = {BASIC: 1, EXCLUSIVE: 901}
LAST_SERIAL: Final = {BASIC: 899, EXCLUSIVE: 999}
UR_CLASSES: Final = frozenset({"111", "112", "121", "122", "123", "210", "220"})

_PROVINCES: Final = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split()
)
_REGION = re.compile(r"[0-9]{12}")
_GRID = re.compile(r"[0-9]{15}")
_MICRO = re.compile(r"[0-9]{17}")


def is_region_code(code: str) -> bool:
    """Say whether 12 digits can be a region: a known province, and no gap between the filled parts.

    A township may hang directly under a prefecture (Dongguan, Zhongshan): its county digits are 00.
    """
    if not _REGION.fullmatch(code) or code[:2] not in _PROVINCES:
        return False
    prefecture, county, town, village = code[2:4], code[4:6], code[6:9], code[9:12]
    if village != "000":
        return town != "000" and prefecture != "00"
    if town != "000" or county != "00":
        return prefecture != "00"
    return True


def is_grid_code(code: str) -> bool:
    """Say whether 15 digits name a grid of a village: serial 001-899 or 901-999."""
    return bool(_GRID.fullmatch(code)) and level_of(code[:12]) == 5 and code[12:] not in ("000", "900")


def is_micro_grid_code(code: str) -> bool:
    """Say whether 17 digits name a micro-grid of a grid: serial 01-99."""
    return bool(_MICRO.fullmatch(code)) and is_grid_code(code[:15]) and code[15:] != "00"


def level_of(code: str) -> int:
    """Return 1 province ... 5 village for a region code, 6 for a grid, 7 for a micro-grid; ValueError otherwise."""
    if len(code) == 15 and code.isascii() and code.isdigit():
        return 6
    if len(code) == 17 and code.isascii() and code.isdigit():
        return 7
    if not is_region_code(code):
        raise ValueError(f"not a place code: {code!r}")
    return _level_of_region(code)


def _level_of_region(code: str) -> int:
    if code[9:] != "000":
        return 5
    if code[6:9] != "000":
        return 4
    if code[4:6] != "00":
        return 3
    return 2 if code[2:4] != "00" else 1


def prefix_of(code: str) -> str:
    """Return the digits that every code inside this place begins with ("411602000000" -> "411602")."""
    if len(code) in (15, 17):
        return code
    return code[: PREFIX_LENGTH[level_of(code)]]


def parent_code(code: str, level: int = 0) -> str:
    """Return the code of the place above, "" for a province; ValueError if it is no place code.

    Whoever knows the level of a good code may give it: half a million calls of an import then cost nothing.
    """
    level = level or level_of(code)
    if level == 7:
        return code[:15]
    if level == 6:
        return code[:12]
    return _region_parent(code, level)


def _region_parent(code: str, level: int) -> str:
    if level == 1:
        return ""
    above = code[: PREFIX_LENGTH[level - 1]]
    if level == 4 and code[4:6] == "00":  # a township directly under a prefecture
        above = code[:4]
    return above.ljust(12, "0")


def lineage(code: str) -> tuple[str, ...]:
    """Return the codes above a place, nearest first, up to the province."""
    found: list[str] = []
    while code := parent_code(code):
        found.append(code)
    return tuple(found)


def code_range(code: str) -> tuple[str, str]:
    """Return the half-open range [low, high) that holds the code of every place inside, itself included.

    "411602000000" -> ("411602", "411603"): works on columns with 12, 15 and 17 digits, in any collation,
    because only digits are compared. Use it instead of startswith (80 times slower on SQLite).
    """
    prefix = prefix_of(code)
    return prefix, str(int(prefix) + 1).rjust(len(prefix), "0")


def contains(outer: str, inner: str) -> bool:
    """Say whether one place lies in another (or is the same), by code; "" contains everything."""
    return not outer or inner.startswith(prefix_of(outer))


def county_of(code: str, level: int = 0) -> str:
    """Return the 12-digit county of any place code, "" for a province or prefecture."""
    return code[:6] + "000000" if (level or level_of(code)) >= 3 else ""


def town_of(code: str) -> str:
    """Return the 12-digit township of any place code, "" above it."""
    return code[:9] + "000" if level_of(code) >= 4 else ""


def kind_of(code: str, level: int = 0) -> str:
    """Return the kind of a region as its digits tell it (village kinds from the last three)."""
    level = level or level_of(code)
    if level < 5:
        return ("province", "prefecture", "county", "township")[level - 1]
    serial = int(code[9:12])
    if serial < 200:
        return "residents_committee"
    if serial < 400:
        return "village_committee"
    return "quasi_residents_committee" if serial < 500 else "quasi_village_committee"


def is_statistical_only(code: str, level: int = 0) -> bool:
    """Say whether a code exists for statistics only: no such unit in the civil-affairs list.

    The groups 市辖区 (county digits 01; prefecture digits 01 and 02 of a municipality) and 省直辖县级 (90), zones with
    county digits 71-80, township digits 400 and up, and the reserved village numbers 498 and 598.
    """
    level = level or level_of(code)
    if level == 5:
        return code[9:12] in ("498", "598")
    if level == 4:
        return int(code[6:9]) >= 400
    if level == 3:
        return (code[4:6] == "01" and code[2:4] != "90") or 71 <= int(code[4:6]) <= 80
    return level == 2 and (code[2:4] == "90" or code[:2] in ("11", "12", "31", "50"))


def grid_code(region_code: str, serial: int) -> str:
    """Return the 15-digit code of a grid of a village; ValueError for another level or a serial out of range."""
    if level_of(region_code) != 5 or not 1 <= serial <= 999 or serial == 900:
        raise ValueError(f"no grid {serial} in {region_code}")
    return f"{region_code}{serial:03d}"


def grid_kind(code: str) -> str:
    """Return "basic" or "exclusive" for a grid code."""
    return EXCLUSIVE if code[12:15] > "900" else BASIC


def micro_grid_code(grid: str, serial: int) -> str:
    """Return the 17-digit code of a micro-grid; ValueError for a serial outside 1-99."""
    if not is_grid_code(grid) or not 1 <= serial <= 99:
        raise ValueError(f"no micro-grid {serial} in {grid}")
    return f"{grid}{serial:02d}"


def building_code(grid: str, serial: int) -> str:
    """Return grid + B + 5 digits; ValueError for a serial outside 1-99999."""
    if not is_grid_code(grid) or not 1 <= serial <= 99_999:
        raise ValueError(f"no building {serial} in {grid}")
    return f"{grid}B{serial:05d}"
