"""One county with two villages, for grids and points."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jinlin.places import actions
from tests.places import HEAD

CITY, COUNTY, TOWN = "411600000000", "411602000000", "411602002000"
EAST, WEST = "411602002001", "411602002002"


@pytest.fixture
def county(db: Any) -> str:
    """川汇区 with 七一路街道, 东社区 and 西社区; no grids yet."""
    text = HEAD + (
        f"{CITY},410000000000,2,prefecture,周口市\n"
        f"{COUNTY},{CITY},3,county,川汇区\n"
        f"{TOWN},{COUNTY},4,township,七一路街道\n"
        f"{EAST},{TOWN},5,residents_committee,东社区居民委员会\n"
        f"{WEST},{TOWN},5,residents_committee,西社区居民委员会\n"
    )
    actions.import_divisions(text.encode(), as_of=date(2023, 6, 30), source="tests")
    return COUNTY
