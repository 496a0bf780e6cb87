"""Which role may do what, as frozen tables; no database here.

Roles and what each sees: domain.md 3. Verbs name a use case; relations to one case are decided in `cases.rules`.
"""

from __future__ import annotations

from typing import Final, Literal

from jinlin.kernel.errors import gettext_noop as _

Role = Literal[
    "grid_worker",
    "grid_leader",
    "micro_head",
    "village_clerk",
    "town_clerk",
    "county_clerk",
    "city_clerk",
    "department",
    "leader",
    "supervisor",
    "province_viewer",
    "platform_admin",
    "mediator",
]
Span = Literal["grid", "block", "line", "masked", "counts", "public", "none"]

# How far a role sees: its grid, its block (region), its line (own unit), masked text, counts only.
SPAN: Final[dict[str, Span]] = {
    "grid_worker": "grid",
    "grid_leader": "grid",
    "micro_head": "public",
    "village_clerk": "block",
    "town_clerk": "block",
    "county_clerk": "block",
    "city_clerk": "block",
    "department": "line",
    "leader": "block",
    "supervisor": "masked",
    "province_viewer": "counts",
    "platform_admin": "none",
    "mediator": "none",  # the own sealed files, by membership; no case
}
ROLE_NAMES: Final[dict[str, str]] = {
    "grid_worker": _("网格员"),
    "grid_leader": _("网格长"),
    "micro_head": _("微网格长"),
    "village_clerk": _("社区（村）受理员"),
    "town_clerk": _("街道（乡镇）调度员"),
    "county_clerk": _("县（市、区）调度员"),
    "city_clerk": _("市级调度员"),
    "department": _("部门经办人"),
    "leader": _("领导"),
    "supervisor": _("督查员"),
    "province_viewer": _("省级查看"),
    "platform_admin": _("平台管理员"),
    "mediator": _("人民调解员"),
}
DESK_ROLES: Final[frozenset[str]] = frozenset({"village_clerk", "town_clerk", "county_clerk", "city_clerk"})
GRID_ROLES: Final[frozenset[str]] = frozenset({"grid_worker", "grid_leader"})

_HANDLING: Final[frozenset[str]] = DESK_ROLES | GRID_ROLES | {"department"}
_READING: Final[frozenset[str]] = _HANDLING | {"leader", "supervisor"}

# verb -> roles that may use it at all; moves of a case ask `cases.rules` for the relation on top of this.
VERBS: Final[dict[str, frozenset[str]]] = {
    "case.report": _HANDLING | {"micro_head"},
    "case.enter": DESK_ROLES | {"department"},  # type in what came by letter, call or visit
    "case.list": _READING,
    "case.view": _READING,
    "case.move": _HANDLING,
    "case.export": DESK_ROLES | {"department", "leader"},
    "case.print": _HANDLING | {"leader"},
    "contact.open": _HANDLING,
    "supervision.view": DESK_ROLES | {"department", "leader", "supervisor"},
    "supervision.open": frozenset({"county_clerk", "city_clerk"}),
    "supervision.answer": DESK_ROLES | {"department"},
    "topic.decide": frozenset({"county_clerk", "city_clerk"}),
    "notice.view": DESK_ROLES | {"department", "leader", "supervisor"},
    "notice.mark": DESK_ROLES | {"department", "leader"},
    "board.view": DESK_ROLES | {"leader", "supervisor", "province_viewer", "department"},
    "field.view": GRID_ROLES,
    "desk.view": DESK_ROLES | {"department", "leader", "supervisor"},
    "circle.view": _READING
    | {"province_viewer"},  # walls, gates, facilities and rates of places: no person in them
    "circle.edit": DESK_ROLES | GRID_ROLES,  # gates, facilities, sharing, what residents say is wrong
    "circle.confirm": DESK_ROLES | GRID_ROLES,  # a second person, never the first
    "circle.assess": frozenset({"town_clerk", "county_clerk", "city_clerk"}),
    "circle.standard": frozenset({"county_clerk", "city_clerk", "platform_admin"}),
    # warnings, hot issues, slips, plans: places and matters, never a person
    "insight.view": DESK_ROLES | {"department", "leader", "supervisor"},
    "insight.decide": frozenset(
        {"town_clerk", "county_clerk", "city_clerk"}
    ),  # confirm, dismiss, send a slip
    "insight.set": frozenset({"county_clerk"}),
    "slip.answer": DESK_ROLES | {"department"},
    "plan.make": frozenset({"town_clerk", "county_clerk"}),
    "plan.tick": DESK_ROLES | {"department"},
    "gathering.view": DESK_ROLES | GRID_ROLES | {"leader", "supervisor"},
    "gathering.host": DESK_ROLES | GRID_ROLES,  # plan, take arrivals, close, write minutes
    "venue.manage": DESK_ROLES,  # rooms, their rules, answers to bookings
    "offer.manage": DESK_ROLES | GRID_ROLES,  # needs, resources, errands, neighbour help
    "visit.record": GRID_ROLES | {"village_clerk"},
    "campaign.view": DESK_ROLES | {"leader", "supervisor"},
    "campaign.open": frozenset({"village_clerk", "town_clerk", "county_clerk"}),
    "mediation.work": frozenset({"mediator"}),  # on top of it: a member of the file
    "initiative.view": _READING,  # wishes, topics, works and co-building; applications for grants: venture.run
    "initiative.handle": DESK_ROLES | {"grid_leader"},
    "initiative.set": frozenset({"county_clerk"}),  # days of notice, caps, waiting times of the county
    "party.view": DESK_ROLES | {"leader", "supervisor"},  # Party organisations, teams: bodies and head counts
    "party.manage": frozenset({"village_clerk", "town_clerk", "county_clerk"}),
    "whistle.view": DESK_ROLES | {"department", "leader", "supervisor"},
    "whistle.call": frozenset({"town_clerk"}),
    "whistle.answer": frozenset({"department", "village_clerk", "town_clerk", "county_clerk"}),
    "venture.run": frozenset({"town_clerk", "county_clerk"}),
    "audit.view": frozenset({"supervisor"}),
    "orgs.manage": frozenset({"county_clerk", "city_clerk", "platform_admin"}),
    "posts.manage": frozenset({"platform_admin", "county_clerk"}),
    "places.manage": frozenset({"platform_admin", "county_clerk"}),
    "settings.manage": frozenset({"platform_admin"}),
    "import.run": frozenset({"platform_admin", "county_clerk"}),
    "manage.view": frozenset({"platform_admin", "county_clerk", "city_clerk"}),
}
# verbs anyone may use without logging in
OPEN_VERBS: Final[frozenset[str]] = frozenset(
    {
        "case.report",
        "case.track",
        "circle.mine",
        "circle.flag",
        "together.view",
        "together.join",
        "initiative.propose",
        "initiative.support",
        "initiative.seat",
    }
)
# verbs a resident may use on a case proved to be theirs (the case decides)
OWN_CASE_VERBS: Final[frozenset[str]] = frozenset({"case.view", "case.move"})
ROLES: Final[tuple[str, ...]] = tuple(SPAN)
# what a county's own clerk may appoint; anything wider belongs to the platform's administrator
BELOW_COUNTY: Final[frozenset[str]] = frozenset(ROLES) - {"city_clerk", "province_viewer", "platform_admin"}

LOGIN_FAILURES: Final = 5  # trust.md 12: five failures in fifteen minutes, per account first
LOGIN_WINDOW_SECONDS: Final = 15 * 60
ADDRESS_FAILURES: Final = 60  # a whole compound may share one address
PHONE_DIGITS: Final = (7, 12)


def role_may(role: str, verb: str) -> bool:
    """Tell whether a role may use a verb at all; unknown verbs are denied."""
    return role in VERBS.get(verb, frozenset())


def normal_phone(text: str) -> str:
    """Return the digits of a phone number (no country code 86, no spaces), or "" if it can't be one; wide digits are digits."""
    digits = "".join(str(int(ch)) for ch in text if ch.isdecimal())
    if len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) > 12 and digits.startswith("0086"):
        digits = digits[4:]
    low, high = PHONE_DIGITS
    return digits if low <= len(digits) <= high else ""
