"""Who works in the demo world: job words marked 演示, one account per unit, made when first needed; nobody exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password

from jinlin.cases.models import Case
from jinlin.kernel.errors import NotFound
from jinlin.orgs import actions as orgs
from jinlin.orgs import queries as org_queries
from jinlin.orgs.models import Organisation
from jinlin.people import actions as people
from jinlin.people.access import SYSTEM, Actor, actor_for
from jinlin.people.models import Account, Post
from jinlin.places import queries as places
from jinlin.places.rules import short_name

PASSWORD: Final = "jinlin-demo-2026"  # noqa: S105  shown to everybody who starts the demo
PROVINCE, CITY, COUNTY, STREET = "410000000000", "411600000000", "411602000000", "411602002000"
FIRST, SECOND = "411602002001", "411602002002"
_DESK_ROLES: Final = {2: "city_clerk", 3: "county_clerk", 4: "town_clerk", 5: "village_clerk"}
_TITLES: Final = {
    "grid_worker": "网格员", "grid_leader": "网格长", "micro_head": "微网格长", "village_clerk": "社区受理员",
    "town_clerk": "街道调度员", "county_clerk": "区调度员", "city_clerk": "市级调度员", "department": "经办人",
    "leader": "街道领导", "supervisor": "督查员", "province_viewer": "省级查看", "platform_admin": "平台管理员",
    "mediator": "人民调解员",
}  # fmt: skip


@dataclass(frozen=True)
class LogIn:
    """One account a visitor may use: role, region or line of its unit, the page to start on."""

    username: str
    role: str
    region: str
    line: str
    path: str


# One per role, departments twice. Grid posts and the micro-grid's head get their places when the street is drawn.
LOG_INS: Final[tuple[LogIn, ...]] = (
    LogIn("grid", "grid_worker", FIRST, "", "/field/"),
    LogIn("gridlead", "grid_leader", SECOND, "", "/field/"),
    LogIn("head", "micro_head", FIRST, "", "/"),
    LogIn("village", "village_clerk", FIRST, "", "/desk/"),
    LogIn("town", "town_clerk", STREET, "", "/desk/"),
    LogIn("county", "county_clerk", COUNTY, "", "/desk/"),
    LogIn("city", "city_clerk", CITY, "", "/desk/"),
    LogIn("dept", "department", COUNTY, "CMB", "/desk/"),
    LogIn("dept2", "department", COUNTY, "HCB", "/desk/"),
    LogIn("leader", "leader", STREET, "", "/board/"),
    LogIn("supervisor", "supervisor", COUNTY, "", "/board/"),
    LogIn("province", "province_viewer", PROVINCE, "-", "/board/"),
    LogIn("admin", "platform_admin", CITY, "-", "/manage/"),
    LogIn("mediator", "mediator", FIRST, "", "/mediation/"),
)


@dataclass
class Cast:
    """The accounts and actors of one build; posts start on `since`."""

    since: date
    grid_actors: dict[str, Actor] = field(default_factory=dict)
    _units: dict[UUID, Actor] = field(default_factory=dict)
    _known: dict[UUID, Organisation] = field(default_factory=dict)
    _desks: dict[str, Organisation] = field(default_factory=dict)

    def account(self, username: str, title: str, where: str = "") -> Account:
        """Make one account that can't be logged into until `open_log_ins`; its name says what it is, never who."""
        inside = f"{where}·演示" if where else "演示"
        name = f"{title}（{inside}）"
        return people.create_account(actor=SYSTEM, username=username, name=name, password=None, is_demo=True)

    def appoint(self, account: Account, role: str, unit: Organisation, place: str = "") -> Post:
        """Give a post at a unit, for its region or a place inside it."""
        return orgs.appoint(
            actor=SYSTEM, account=account, role=role, unit_id=unit.pk, place=place, starts_on=self.since
        )

    def actor(self, account: Account) -> Actor:
        """Return whom an account acts as, by its posts."""
        return actor_for(account, self.since)

    def desk(self, region: str) -> Organisation:
        """Return the desk of a region."""
        if region not in self._desks:
            self._desks[region] = org_queries.desk_of(region)
        return self._desks[region]

    def unit(self, unit_id: UUID) -> Organisation:
        """Return an organisation by id."""
        if unit_id not in self._known:
            self._known[unit_id] = org_queries.unit(unit_id)
        return self._known[unit_id]

    def at_unit(self, unit_id: UUID | None) -> Actor:
        """Return somebody who works in a unit; the account is made the first time."""
        if unit_id is None:
            raise NotFound("organisation")
        if unit_id not in self._units:
            self._units[unit_id] = self._hire(self.unit(unit_id))
        return self._units[unit_id]

    def _hire(self, unit: Organisation) -> Actor:
        role = _DESK_ROLES[unit.level] if unit.is_desk else "department"
        title = _TITLES[role] if unit.is_desk else f"{_line_word(unit.line)}经办人"
        account = self.account(unit.code.lower(), title, short_name(places.area_name(unit.region_code)))
        self.appoint(account, role, unit)
        return self.actor(account)

    def is_manned(self, grid: str) -> bool:
        """Tell whether somebody works a grid."""
        return grid in self.grid_actors

    def holder(self, case: Case) -> Actor:
        """Return who has a case in hand now: the grid's worker or somebody of the holding unit."""
        if case.level == 6 and case.grid in self.grid_actors:
            return self.grid_actors[case.grid]
        return self.at_unit(case.holder_unit)

    def clerk(self, region: str) -> Actor:
        """Return the clerk at the desk of a region."""
        return self.at_unit(self.desk(region).pk)

    def checkers(self, case: Case) -> list[Actor]:
        """Return who may check a case, nearest first: neither the handler nor anybody of the handling unit.

        The city's desk comes last: it is asked only where every desk below had its hand in it.
        """
        found = [self.grid_actors[case.grid]] if case.grid in self.grid_actors else []
        found += [self.clerk(region) for region in (case.village, case.town, case.county, CITY) if region]
        apart = [actor for actor in found if case.handler_unit not in actor.units]
        return apart[:-1] or apart

    def open_staff(self) -> None:
        """Make the log-ins that stand at one unit or a region; those of the street come with its grids."""
        for row in LOG_INS:
            if row.role in ("grid_worker", "grid_leader", "micro_head"):
                continue
            account = self.account(row.username, _title(row))
            if row.line == "-":
                people.give_post(
                    actor=SYSTEM, account=account, role=row.role, place=row.region, starts_on=self.since
                )
                continue
            unit = self._unit_of(row.region, row.line)
            self.appoint(account, row.role, unit)
            if row.role == "department" or row.role in _DESK_ROLES.values():
                self._units[unit.pk] = self.actor(account)

    def _unit_of(self, region: str, line: str) -> Organisation:
        if not line:
            return self.desk(region)
        return next(unit for unit in org_queries.units_of_line(line, region) if unit.region_code == region)

    def man_grids(self, grids: Sequence[str]) -> None:
        """Put workers and a leader on the grids of one community; the first community's are the log-ins."""
        village = grids[0][:12]
        desk, where = self.desk(village), short_name(places.area_name(village))
        half = max(1, len(grids) // 2)
        for at, part in enumerate((grids[:half], grids[half:])):
            if not part:
                continue
            own = village == FIRST and at == 0
            account = self.account(
                "grid" if own else f"grid-{village[-3:]}-{at + 1}", "网格员", "" if own else where
            )
            for grid in part:
                self.appoint(account, "grid_worker", desk, grid)
            actor = self.actor(account)
            self.grid_actors |= dict.fromkeys(part, actor)
        leads = village == SECOND
        account = self.account(
            "gridlead" if leads else f"gridlead-{village[-3:]}", "网格长", "" if leads else where
        )
        for grid in grids:
            self.appoint(account, "grid_leader", desk, grid)

    def choose_head(self, micro_grid: str, serial: int) -> None:
        """Let a neighbour group have its chosen head; the first one is a log-in."""
        desk = self.desk(micro_grid[:12])
        where = "" if serial == 0 else short_name(places.area_name(micro_grid[:15]))
        account = self.account(
            "head" if serial == 0 else f"head-{serial}", "微网格长", where.removesuffix("（演示）")
        )
        self.appoint(account, "micro_head", desk, micro_grid)

    def send_stand_in(self, today: date) -> None:
        """Let the demo's grid worker stand in for a colleague of the same community who is away this week."""
        account = Account.objects.get(username="grid")
        posts = Post.objects.filter(place__startswith=FIRST, role="grid_worker").exclude(account=account)
        post = posts.order_by("place").first()
        if post is not None:
            start, end = today - timedelta(days=2), today + timedelta(days=12)
            people.stand_in(actor=SYSTEM, post=post, account=account, starts_on=start, ends_on=end)

    def open_log_ins(self) -> None:
        """Give the log-ins their one password (one hash for all: everybody may know it)."""
        names = [row.username for row in LOG_INS]
        Account.objects.filter(username__in=names, is_demo=True).update(password=make_password(PASSWORD))


def _line_word(line: str) -> str:
    found = org_queries.line_names().get(line)
    return found.short_name if found else "协办单位"


def _title(row: LogIn) -> str:
    title = _TITLES[row.role]
    return f"{_line_word(row.line)}{title}" if row.role == "department" else title
