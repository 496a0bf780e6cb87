"""One county with its standard bodies, made through the actions of the room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jinlin.orgs import actions
from jinlin.orgs.actions import Details
from jinlin.orgs.actions.levels import REFERENCE_FROM
from jinlin.people.access import SYSTEM

CITY = "411600000000"
COUNTY = "411602000000"
TOWN = "411602001000"
VILLAGE = "411602001001"
OTHER_COUNTY = "411681000000"


def found(region: str, kind: str, name: str, line: str = ""):
    """Found one body that has stood since long ago."""
    details = Details(valid_from=REFERENCE_FROM)
    return actions.create_organisation(
        actor=SYSTEM, name=name, kind=kind, region_code=region, line=line, details=details
    )


@pytest.fixture
def seeded(db, tuesday):
    """Load the shipped reference data."""
    return actions.seed_reference()


@pytest.fixture
def county(seeded):
    """Give 川汇区 with departments, one street, one community; and a neighbour county that must stay out of it."""
    made = {"centre": found(COUNTY, "governance_centre", "川汇区综治中心")}
    for line, name in (
        ("CMB", "川汇区城市管理局"),
        ("HCB", "川汇区住房和城乡建设局"),
        ("PSB", "川汇区公安局"),
        ("FIR", "川汇区消防救援大队"),
        ("MKT", "川汇区市场监督管理局"),
        ("AGR", "川汇区农业农村局"),
        ("NRP", "川汇区自然资源局"),
    ):
        made[line] = found(COUNTY, "department", name, line)
    made["UTL-E"] = found(COUNTY, "utility", "川汇区供电公司", "UTL-E")
    made["UTL-G"] = found(COUNTY, "utility", "川汇区燃气公司", "UTL-G")
    made["town"] = found(TOWN, "town_office", "陈州街回族街道办事处", "TWN")
    made["village"] = found(VILLAGE, "committee", "陈州社区居民委员会", "VIL")
    for line in ("CMB", "HCB", "UTL-E"):
        made[f"other-{line}"] = found(OTHER_COUNTY, "department", f"项城市{line}", line)
    made["other-centre"] = found(OTHER_COUNTY, "governance_centre", "项城市综治中心")
    return SimpleNamespace(units=made, case={"county": COUNTY, "town": TOWN, "village": VILLAGE})
