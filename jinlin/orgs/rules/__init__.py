"""Who may take a case: dated choice, duty lists, lead and assisting units; pure, no Django.

Sources: domain.md 2.1 (履职事项清单, 社区工作事项清单), 3 (levels), 6.0 (grid duty list), 7 (departments).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, TypeVar
from uuid import UUID

PROVINCE, CITY, COUNTY, TOWN, VILLAGE = 1, 2, 3, 4, 5
DutyKind = Literal["basic", "cooperate", "withdrawn"]
Part = Literal["lead", "assist"]
SkipWhy = Literal["withdrawn", "assist_only", "not_listed", "no_unit", "several"]
How = Literal["catalogue", "department", "town_desk", "desk", "none"]

DUTY_KINDS: Final[tuple[DutyKind, ...]] = ("basic", "cooperate", "withdrawn")
SLA_CLASSES: Final = ("P0", "P1", "P2", "P3", "P4", "P5", "CONSULT")  # domain.md 4.2
KINDS: Final = (
    "party_org",
    "department",
    "committee",
    "town_office",
    "governance_centre",
    "utility",
    "property",
    "social_org",
    "co_building",
)
DESK_KINDS: Final = frozenset({"governance_centre", "town_office", "committee"})
LOCAL_LINES: Final[Mapping[str, int]] = {"TWN": TOWN, "VIL": VILLAGE, "GRD": VILLAGE, "PMC": VILLAGE}
_DIGITS: Final = {PROVINCE: 2, CITY: 4, COUNTY: 6, TOWN: 9, VILLAGE: 12}


def level_of(region_code: str) -> int:
    """Return 1-5 for a 12-digit code by its trailing zeros; a 15- or 17-digit grid code counts as its village."""
    code = region_code[:12]
    return next(level for level, digits in _DIGITS.items() if set(code[digits:]) <= {"0"})


def chain(region_code: str) -> tuple[str, ...]:
    """Return the code and its ancestors, most specific first, as 12-digit codes; () for ""."""
    if not region_code:
        return ()
    code, level = region_code[:12], level_of(region_code)
    return tuple(code[: _DIGITS[up]].ljust(12, "0") for up in range(level, 0, -1))


def code_range(region_code: str) -> tuple[str, str]:
    """Return the half-open range of codes of a region and everything below it."""
    stem = region_code[: _DIGITS[level_of(region_code)]]
    return stem, f"{int(stem) + 1:0{len(stem)}d}"


def covers(place: str, region_code: str) -> bool:
    """Tell whether a place (region or grid code) contains another; "" contains everything."""
    if not place or not region_code:
        return not place
    return place == region_code or (len(place) == 12 and place in chain(region_code))


def case_chain(county: str, town: str = "", village: str = "") -> tuple[str, ...]:
    """Return the regions a case stands in, most specific first; codes that don't belong to the county are dropped."""
    below = (village[:12] if covers(county, village) else "", town[:12] if covers(county, town) else "")
    found = [code for code in below if code]
    if len(found) == 2 and not covers(found[1], found[0]):
        found = found[:1]
    if len(found) == 1 and level_of(found[0]) == VILLAGE:
        found.append(chain(found[0])[1])
    return (*found, *chain(county))


def slot(regions: Sequence[str], level: int) -> str:
    """Return the region of one level in a chain, "" when the chain has none."""
    return next((code for code in regions if level_of(code) == level), "")


class Dated(Protocol):
    """A row valid in a region (and everything below it) from a day until before another."""

    @property
    def region_code(self) -> str:
        """12-digit code, "" for everywhere."""
        ...

    @property
    def valid_from(self) -> date:
        """First day."""
        ...

    @property
    def valid_to(self) -> date | None:
        """First day no longer valid."""
        ...

    @property
    def level(self) -> int:
        """1-5: the level whose desk or body the row speaks to."""
        ...


Row = TypeVar("Row", bound=Dated)


def in_force(row: Dated, on: date) -> bool:
    """Tell whether a dated row holds on a day (half-open interval)."""
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def pick(rows: Iterable[Row], *, regions: Sequence[str], on: date, level: int | None = None) -> Row | None:
    """Choose the row that speaks for a place on a day: own level first, then the most specific region, then the newest.

    `regions` is a chain, most specific first. With a level, rows of the next level up serve when the own level has
    none (a town without a catalogue of its own follows the county's); without one, the level is ignored.
    """

    def far(row: Row) -> tuple[int, int]:
        distance = 0 if level is None else abs(row.level - level)
        return distance, regions.index(row.region_code) if row.region_code else len(regions)

    fitting = [
        row for row in rows if in_force(row, on) and (not row.region_code or row.region_code in regions)
    ]
    nearest = min((far(row) for row in fitting), default=None)
    return max((row for row in fitting if far(row) == nearest), key=lambda row: row.valid_from, default=None)


def may_lead(duty_kind: DutyKind | None, level: int, part: Part = "lead") -> bool:
    """Tell whether a body of a level may take a part in a matter its duty list calls so.

    Departments (level 3 and up) aren't bound by the lists. A town without a word in its list follows the catalogue;
    a community may do nothing outside its list, and never leads what it only assists (domain.md 0.6, 2.1).
    """
    if level <= COUNTY:
        return True
    if duty_kind is None:
        return level == TOWN
    return duty_kind == "basic" or (duty_kind == "cooperate" and part == "assist")


@dataclass(frozen=True)
class Duties:
    """What the lists say of one category in one place."""

    town: DutyKind | None = None
    village: DutyKind | None = None

    def of(self, line: str) -> tuple[DutyKind | None, int]:
        """Return (kind, level) binding a line; what is withdrawn from the town is withdrawn from its villages too."""
        if line == "TWN":
            return self.town, TOWN
        if line in ("VIL", "GRD"):
            return ("withdrawn" if self.town == "withdrawn" else self.village), VILLAGE
        return None, COUNTY


@dataclass(frozen=True)
class Unit:
    """The little a choice needs to know of an organisation."""

    id: UUID
    line: str
    kind: str
    region_code: str
    code: str = ""

    @property
    def level(self) -> int:
        """1-5, from the region it stands in."""
        return level_of(self.region_code)


@dataclass(frozen=True)
class Skip:
    """A line of the catalogue that couldn't be used, and why."""

    line: str
    why: SkipWhy


@dataclass(frozen=True)
class Choice:
    """The proposal before names: ids of lead, assisting and further possible units, and how the lead was found."""

    lead: Unit | None
    how: How
    assists: tuple[Unit, ...] = ()
    others: tuple[Unit, ...] = ()
    skips: tuple[Skip, ...] = ()


@dataclass(frozen=True)
class Chooser:
    """Everything known about one case: its regions (most specific first), its duties, the units standing there."""

    regions: tuple[str, ...]
    duties: Duties
    units: tuple[Unit, ...]
    level: int = COUNTY

    def of_line(self, line: str) -> tuple[Unit, ...]:
        """Return the units of a line for this case: own town or village for local lines, the desk's level else."""
        if line == "PMC":
            return self._at((slot(self.regions, VILLAGE), slot(self.regions, TOWN)), "PMC", {"property"})
        if line == "TWN":
            return self._at((slot(self.regions, TOWN),), "TWN", {"town_office"})
        if line in ("VIL", "GRD"):
            return self._at((slot(self.regions, VILLAGE),), "VIL", {"committee"})
        levels = range(
            min(self.level, COUNTY), COUNTY + 1
        )  # a city's desk tries city departments, then the county's
        return self._at([slot(self.regions, level) for level in levels], line, None)

    def _at(self, places: Iterable[str], line: str, kinds: set[str] | None) -> tuple[Unit, ...]:
        for place in filter(None, places):
            found = [
                unit
                for unit in self.units
                if unit.region_code == place and unit.line == line and (kinds is None or unit.kind in kinds)
            ]
            if found:
                return tuple(sorted(found, key=lambda unit: (unit.code, unit.id)))
        return ()

    def refusal(self, line: str, part: Part) -> SkipWhy | None:
        """Return why the lists keep a line from a part, None when they don't."""
        kind, level = self.duties.of(line)
        if may_lead(kind, level, part):
            return None
        if kind is None:
            return "not_listed"
        return "withdrawn" if kind == "withdrawn" else "assist_only"

    def usable(self, line: str, part: Part) -> tuple[tuple[Unit, ...], SkipWhy | None]:
        """Return the units of a line that may take a part, or the reason there is none to propose."""
        if why := self.refusal(line, part):
            return (), why
        found = self.of_line(line)
        if not found:
            return (), "no_unit"
        return found, "several" if line == "PMC" and len(
            found
        ) > 1 else None  # which company is a person's choice

    def desk(self) -> Unit | None:
        """Return the centre to fall back to: the asking level's, then upwards, then down to the county's at most."""
        start = min(self.level, COUNTY)
        for level in (*range(start, 0, -1), *range(start + 1, COUNTY + 1)):
            place = slot(self.regions, level)
            for unit in self.units:
                if unit.region_code == place and unit.kind == "governance_centre":
                    return unit
        return None


def choose(case: Chooser, lead_lines: Sequence[str], assist_lines: Sequence[str]) -> Choice:
    """Choose lead and assisting units: the first usable lead line, never one its duty list keeps out.

    When every lead line is local (town, community, grid, property) and none can lead, an assisting department leads,
    then the town's office if its list allows; a department without a unit falls to the county desk, never downwards
    (county departments may not push their duty to the township, domain.md 0.6).
    """
    lead, others, skips = _lead(case, lead_lines)
    how: How = "catalogue"
    if lead is None and lead_lines and all(line in LOCAL_LINES for line in lead_lines):
        lead, how = _stand_in_lead(case, assist_lines)
    if lead is None:
        lead, how = case.desk(), "desk"
    assists, refused = _assists(case, assist_lines, lead)
    if lead is None:
        how = "none"
    others = tuple(unit for unit in others if unit != lead)
    return Choice(lead, how, assists, others, (*skips, *refused))


def _lead(case: Chooser, lines: Sequence[str]) -> tuple[Unit | None, tuple[Unit, ...], tuple[Skip, ...]]:
    lead: Unit | None = None
    others: list[Unit] = []
    skips: list[Skip] = []
    for line in lines:
        found, why = case.usable(line, "lead")
        if why:
            skips.append(Skip(line, why))
            others.extend(found)
            continue
        if lead is None:
            lead, found = found[0], found[1:]
        others.extend(found)
    return lead, tuple(others), tuple(skips)


def _stand_in_lead(case: Chooser, assist_lines: Sequence[str]) -> tuple[Unit | None, How]:
    for line in assist_lines:
        if line not in LOCAL_LINES:
            found, _ = case.usable(line, "lead")
            if found:
                return found[0], "department"
    found, _ = case.usable("TWN", "lead")
    return (found[0], "town_desk") if found else (None, "none")


def _assists(
    case: Chooser, lines: Sequence[str], lead: Unit | None
) -> tuple[tuple[Unit, ...], tuple[Skip, ...]]:
    assists: list[Unit] = []
    skips: list[Skip] = []
    for line in lines:
        found, why = case.usable(line, "assist")
        if why:
            skips.append(Skip(line, why))
        elif found[0] != lead and found[0] not in assists:
            assists.append(found[0])
    return tuple(assists), tuple(skips)
