"""One small named town, built once through actions and rolled back per test.

Places: 周口市 > 川汇区 > 柳河街道 (柳岸社区, 桥头社区) and 东风街道 (东风社区); beside it 项城市 > 南顿镇 > 南顿村.
The names of people are job words; nobody in it exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.test import Client

from jinlin.cases import actions as cases
from jinlin.cases.actions import Caller, Said, Source
from jinlin.cases.actions.rungs import seed_ladder
from jinlin.cases.models import Case
from jinlin.circle.actions import seed_standard
from jinlin.kernel import clock
from jinlin.orgs import actions as orgs
from jinlin.orgs import queries as org_queries
from jinlin.orgs.models import Organisation
from jinlin.people import actions as people
from jinlin.people.access import ANYONE, SYSTEM, Actor, actor_for, resident_with
from jinlin.people.models import Account
from jinlin.places import actions as places

BUILT_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)
CITY, COUNTY, OTHER = "411600000000", "411602000000", "411681000000"
TOWN, TOWN2, OTHER_TOWN = "411602001000", "411602002000", "411681100000"
VILLAGE, SIBLING, FAR, OTHER_VILLAGE = "411602001001", "411602001002", "411602002001", "411681100201"
GRID, GRID2 = VILLAGE + "001", SIBLING + "001"
PASSWORD = "近邻-demo-2026"

REGIONS = (
    ("410000000000", "", 1, "province", "河南省"),
    (CITY, "410000000000", 2, "prefecture", "周口市"),
    (COUNTY, CITY, 3, "county", "川汇区"),
    (OTHER, CITY, 3, "county", "项城市"),
    (TOWN, COUNTY, 4, "township", "柳河街道"),
    (TOWN2, COUNTY, 4, "township", "东风街道"),
    (OTHER_TOWN, OTHER, 4, "township", "南顿镇"),
    (VILLAGE, TOWN, 5, "residents_committee", "柳岸社区居民委员会"),
    (SIBLING, TOWN, 5, "residents_committee", "桥头社区居民委员会"),
    (FAR, TOWN2, 5, "residents_committee", "东风社区居民委员会"),
    (OTHER_VILLAGE, OTHER_TOWN, 5, "village_committee", "南顿村村民委员会"),
)
SQUARE = (114.64, 33.62, 114.65, 33.63)  # the drawn grid of 柳岸社区


def polygon(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON rectangle."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


# username -> (role, region of the unit, line or "" for the desk, place if not the unit's)
PEOPLE: dict[str, tuple[str, str, str, str]] = {
    "grid": ("grid_worker", VILLAGE, "", GRID),
    "grid2": ("grid_worker", SIBLING, "", GRID2),
    "village": ("village_clerk", VILLAGE, "", ""),
    "village2": ("village_clerk", SIBLING, "", ""),
    "town": ("town_clerk", TOWN, "", ""),
    "town2": ("town_clerk", TOWN2, "", ""),
    "county": ("county_clerk", COUNTY, "", ""),
    "county_b": ("county_clerk", COUNTY, "", ""),
    "county2": ("county_clerk", OTHER, "", ""),
    "city": ("city_clerk", CITY, "", ""),
    "dept": ("department", COUNTY, "CMB", ""),
    "dept2": ("department", COUNTY, "HCB", ""),
    "other_dept": ("department", OTHER, "CMB", ""),
    "leader": ("leader", TOWN, "", ""),
    "supervisor": ("supervisor", COUNTY, "", ""),
    "province": ("province_viewer", "410000000000", "-", "410000000000"),
    "admin": ("platform_admin", COUNTY, "-", CITY),
    "mediator": ("mediator", VILLAGE, "", ""),
    "mediator_b": ("mediator", TOWN, "", ""),  # of the same county, on no file unless asked
}


@dataclass
class World:
    """The town: accounts and units by name, and short ways to act in it."""

    accounts: dict[str, Account] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return a member of staff, or "resident" for anybody and "system"."""
        if name in ("resident", "system"):
            return ANYONE if name == "resident" else SYSTEM
        return actor_for(self.accounts[name])

    def unit(self, name: str) -> UUID:
        """Return the id of a unit: a line of 川汇区 ("CMB") or the desk of a region code."""
        return self.units[name].pk

    def report(self, text: str = "楼下的井盖坏了", *, place: str = VILLAGE, **words: Any) -> Case:
        """Let a resident report; `phone`, `actor`, `at`, `key`, `channel` besides what `Said` takes."""
        caller = Caller(phone=words.pop("phone", "13800138000"))
        actor = words.pop("actor", ANYONE)
        at, key, channel = words.pop("at", None), words.pop("key", None), words.pop("channel", "web")
        said = Said(text=text, place=place, **words)
        source = Source(channel=channel)
        appeal = cases.report_case(actor=actor, said=said, caller=caller, source=source, at=at, key=key)
        return Case.unscoped.get(pk=appeal.case_id)

    def do(self, who: str | Actor, verb: str, case: Case, **inputs: Any) -> Case:
        """Let somebody make a move; returns the case as it stands then."""
        actor = self.actor(who) if isinstance(who, str) else who
        action: Any = cases.ACTIONS[verb]
        made: Case = action(actor=actor, case_id=case.pk, **inputs)
        return made

    def resident(self, *owned: Case) -> Actor:
        """Return the resident who has proved these cases."""
        return resident_with(case.pk for case in owned)

    def client(self, name: str = "") -> Client:
        """Return a browser logged in as somebody; "" for a visitor."""
        client = Client()
        if name:
            client.force_login(self.accounts[name])
        return client

    def to_department(self, text: str = "路边的垃圾没人清", **words: Any) -> Case:
        """Return a case that 城管 has in hand: accepted, reported up, dispatched, signed, contacted."""
        case = self.report(text, category=words.pop("category", "ENV-01"), **words)
        self.do("grid", "accept", case)
        self.do("grid", "escalate", case, reason="网格处理不了")
        self.do("village", "escalate", case, reason="需要部门处理")
        self.do("town", "escalate", case, reason="需要部门处理")
        self.do("county", "dispatch", case, to_unit=self.unit("CMB"))
        self.do("dept", "sign", case)
        return self.do("dept", "contact", case, words="已电话联系")


def build() -> World:
    """Make the town."""
    world = World()
    with clock.fixed(BUILT_AT):
        rows = [
            dict(zip(("code", "parent", "level", "kind", "name"), map(str, row), strict=True))
            for row in REGIONS
        ]
        places.import_divisions(rows, as_of=SINCE, source="tests")
        places.make_default_grids()
        _draw_grid()
        orgs.seed_reference()
        cases.seed_stages()
        seed_ladder()
        seed_standard()
        for code, level in ((CITY, 2), (COUNTY, 3), (OTHER, 3), (TOWN, 4), (TOWN2, 4), (OTHER_TOWN, 4)):
            orgs.make_level_organisations(actor=SYSTEM, region_code=code, level=level)
        for code in (VILLAGE, SIBLING, FAR, OTHER_VILLAGE):
            orgs.make_level_organisations(actor=SYSTEM, region_code=code, level=5)
        _units(world)
        _people(world)
    return world


def _draw_grid() -> None:
    """Give 柳岸社区's first grid its shape."""
    feature = {
        "type": "Feature",
        "geometry": polygon(*SQUARE),
        "properties": {"code": GRID, "name": "柳岸第一网格"},
    }
    places.import_grids({"type": "FeatureCollection", "features": [feature]}, datum="wgs84")


def _units(world: World) -> None:
    for unit in Organisation.objects.filter(county=COUNTY).exclude(line=""):
        if unit.level == 3:
            world.units.setdefault(unit.line, unit)
    for code in (CITY, COUNTY, OTHER, TOWN, TOWN2, OTHER_TOWN, VILLAGE, SIBLING, FAR, OTHER_VILLAGE):
        world.units[code] = org_queries.desk_of(code)
    world.units["other-CMB"] = Organisation.objects.get(county=OTHER, line="CMB", level=3)


def _people(world: World) -> None:
    for name, (role, region, line, place) in PEOPLE.items():
        account = people.create_account(actor=SYSTEM, username=name, name=name, password=None, is_demo=True)
        world.accounts[name] = account
        if line == "-":
            people.give_post(actor=SYSTEM, account=account, role=role, place=place, starts_on=SINCE)
            continue
        unit = Organisation.objects.get(region_code=region, line=line) if line else world.units[region]
        orgs.appoint(actor=SYSTEM, account=account, role=role, unit_id=unit.pk, place=place, starts_on=SINCE)
