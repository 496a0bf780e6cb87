"""The permission matrix: every role and relation at every route, operation, export and file, really called.

`permissions.csv` declares what each route asks for and what it is about, `relations.csv` how each account of the named
town stands to nine cases and whether it sees them, the stored docs/reference/permissions.csv what each role is told.
A word of a case in an answer to somebody who may not see it fails. That every route has a row is checked beside, in
`test_routes.py`, which is part of `make check`; this takes most of a minute and runs with `make test`.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Q

from jinlin.api.app import api
from jinlin.cases.actions import supervising
from jinlin.cases.models import Appeal, Case
from jinlin.cases.queries import view_counts
from jinlin.cli.routes import Route, all_routes
from jinlin.people import rules
from jinlin.people.actions import issue_token
from tests.api import hostile
from tests.files.pictures import photo as picture
from tests.house.routes import cells, declared, relations
from tests.mediation.story import Story
from tests.world import FAR, OTHER, OTHER_VILLAGE, PEOPLE, SIBLING, TOWN, VILLAGE

OBJECTS = ("case", "photo", "contact", "area")
KINDS = ("grid", "village", "town", "county", "city", "dept", "sibling", "far", "other")
READS = ("GET", "HEAD")
NO_TEXTS = ("supervisor", "province", "admin")  # masked, numbers only, nothing
PROBLEM_401 = (401,)


def sees(account: str, kind: str) -> bool:
    return relations().get(account, {}).get(kind, "-")[0] == "+"


@dataclass
class Matrix:
    """The town with nine cases, each with a word of its own that must not be told to others."""

    world: Any
    cases: dict[str, Case] = field(default_factory=dict)
    supervision: str = ""
    sealed: str = ""
    photos: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from jinlin.files.actions import store_image
        from jinlin.people.access import ANYONE

        places = {"sibling": SIBLING, "far": FAR, "other": OTHER_VILLAGE}
        for number, kind in enumerate(KINDS):
            stored = store_image(actor=ANYONE, county="", data=picture((64, 48)))
            case = self.world.report(
                f"{self.canary(kind)}楼道堆物",
                place=places.get(kind, VILLAGE),
                phone=f"1381100220{number}",
                category="ENV-01",
                photos=[stored.pk],
            )
            self.photos[kind] = str(stored.pk)
            self.contacts[kind] = str(Appeal.unscoped.get(case=case).contact_id)
            self._bring(case, kind)
            self.cases[kind] = Case.unscoped.get(pk=case.pk)
        self.supervision = self._supervise("dept")
        story = Story(self.world, words=SEALED_WORD, case=self.cases["grid"].shown_code)
        self.sealed = str(story.to_hearing().file.pk)

    def _bring(self, case: Case, kind: str) -> None:
        """Report a case up to the desk of its kind, or send it to 城管."""
        ways = {"village": 1, "town": 2, "county": 3, "city": 4, "dept": 3}
        for who in ("grid", "village", "town", "county")[: ways.get(kind, 0)]:
            self.world.do(who, "escalate", case, reason="本级办不了")
        if kind == "dept":
            self.world.do("county", "dispatch", case, to_unit=self.world.unit("CMB"))

    def _supervise(self, kind: str) -> str:
        """Let the county's desk supervise 城管 about a case, in words that only the two offices may read."""
        order = supervising.Order(
            kind="daily",
            cause="overdue",
            unit=self.world.unit("CMB"),
            cases=[self.cases[kind].pk],
            reason=f"{self.canary(kind)}请答复",
        )
        return supervising.open_supervision(actor=self.world.actor("county"), order=order).code

    @staticmethod
    def canary(kind: str) -> str:
        return f"金丝雀{kind}号"

    def words_of(self, kind: str, about: str) -> set[str]:
        """What a call itself names or asks for: the code in its address, the phone it opens for a purpose."""
        named = {self.cases[kind].tracking} if about in (*OBJECTS, "proof", "public case") else set()
        return named | ({f"1381100220{KINDS.index(kind)}"} if about == "contact" else set())

    def foreign(self, account: str) -> list[str]:
        """Words this account must never be shown."""
        hidden = [kind for kind in KINDS if not sees(account, kind) or account in NO_TEXTS]
        phones = [f"1381100220{number}" for number in range(len(KINDS))]
        codes = [self.cases[kind].tracking for kind in KINDS if not sees(account, kind)]
        sealed = [] if account == "mediator" else [SEALED_WORD]
        if account == "mediator":  # the file names the case it hangs on
            codes.remove(self.cases["grid"].tracking)
        return [*(self.canary(kind) for kind in hidden), *phones, *codes, *sealed]


@pytest.fixture
def matrix(world: Any, home: Any, tuesday: Any, settings: Any) -> Matrix:
    settings.JINLIN_RATE_LIMITS = False
    return Matrix(world)


class Caller:
    """Calls any route as one account, "" for a visitor."""

    def __init__(self, matrix: Matrix, account: str) -> None:
        self.matrix, self.account = matrix, account
        self.browser = matrix.world.client(account)
        self.secret = ""
        if account:
            actor, row = matrix.world.actor(account), matrix.world.accounts[account]
            self.secret = issue_token(actor=actor, account=row, label="矩阵")[1]
        self.bodies = operations()

    def call(self, route: Route, kind: str = "grid") -> Any:
        """Call a route about the case of a kind; pages by GET, or by an empty POST where they only take that."""
        path = self.fill(route, kind)
        if route.is_api and route.methods:
            return self._api(route, path)
        client = self.matrix.world.client(self.account) if route.path == "/logout" else self.browser
        answer = client.get(path, QUERIES.get(route.path, {}))
        if answer.status_code == 405:
            answer = client.post(path, {"expect": "0", "reason": "x", "words": "x", "purpose": "核实"})
        return answer

    def _api(self, route: Route, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        method = route.methods[0]
        if method == "GET":
            return self.browser.get(path, QUERIES.get(route.path, {}), headers=headers)
        if route.path == "/api/v1/photos":
            return self.browser.post(path, {"photo": io.BytesIO(picture((64, 48)))}, headers=headers)
        body = self.bodies.get((method.lower(), route.name), {})
        body = body | ({"expect": 0} if "expect" in body else {})
        send = getattr(self.browser, method.lower())
        return send(path, body, content_type="application/json", headers=headers)

    def fill(self, route: Route, kind: str) -> str:
        """Fill an address with things that exist."""
        case = self.matrix.cases[kind]
        about = declared()[route.key]["object"]
        thing = "ENV-01" if "/manage/" in route.path else VILLAGE
        values = {
            "code": case.tracking if about in ("case", "contact", "proof", "public case") else thing,
            "tracking": case.tracking,
            "area": {"other": OTHER_VILLAGE, "far": FAR, "sibling": SIBLING}.get(kind, VILLAGE),
            "photo": self.matrix.photos[kind],
            "file_id": self.matrix.photos[kind],
            "contact": self.matrix.contacts[kind],
            "verb": "note",
            "token": str(uuid4()) if route.is_api else "x" * 26,
            "token_id": str(uuid4()),
            "unit_id": str(self.matrix.world.unit("CMB")),
            "account_id": str(self.matrix.world.accounts["dept"].pk),
            "frame": "desk",
            "level": "4",
            "sla_class": "P3",
            "stage": "contact",
            "kind": "suspension",
            "reason": "weather",
            "retiming_id": str(uuid4()),
            "rung": "leader",
            "supervision": self.matrix.supervision,
            "file": self.matrix.sealed,
            "slot": "evidence",
            "campaign": "H000000-XXXX",
            "method": "1211",
            **{name: str(uuid4()) for name in ("whistle", "party_org", "team")},
            "sheet": "cover",
            "picture": str(uuid4()),
            "deed": "answer",
            **{
                name: str(uuid4())
                for name in (
                    "notice",
                    "digest",
                    "task_id",
                    "topic_id",
                    *CIRCLE,
                    *INSIGHT,
                    *TOGETHER,
                    *INITIATIVES,
                )
            },
            "deed_name": "cancel",
            "secret": "x" * 26,
            "paper": "notice",
            "village": VILLAGE,
            "requirement": "EDU-PS",
        }
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], route.path)


INITIATIVES = ("initiative_id", "pass_id", "round_id", "review_id", "resolution_id", "part_id")
INSIGHT = ("warning_id", "slip_id", "plan_id", "item_id", "issue_id")
TOGETHER = (  # of gatherings, rooms and the three lists
    *(
        "gathering_id",
        "seat_id",
        "venue_id",
        "booking_id",
        "offer_id",
        "match_id",
        "group_id",
        "book_id",
        "row_id",
    ),
)
CIRCLE = (  # of the living circle
    *("change", "compound", "facility", "circle_gate", "study"),
    *("change_id", "compound_id", "facility_id", "flag_id", "gate_id", "job_id"),
)
QUERIES: dict[str, dict[str, str]] = {
    "/api/v1/initiatives/areas/<area>/similar": {"title": "路灯"},
    "/api/v1/circle/areas/<area>/compared": {"before": str(uuid4()), "after": str(uuid4())},
    "/api/v1/similar": {"category": "ENV-01", "village": VILLAGE},
    "/api/v1/places": {"q": "柳岸"},
    "/api/v1/places/locate": {"lon": "114.645", "lat": "33.625"},
    "/api/v1/units": {"county": OTHER},
    "/desk/": {"view": "open"},
    "/desk/export.xlsx": {"view": "open", "purpose": "核对"},
}


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Return a body of the right shape for every operation that takes one."""
    described = api.get_openapi_schema()
    shapes = described["components"]["schemas"]
    found = {}
    for methods in described["paths"].values():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                found[method, operation["operationId"]] = hostile.example(content["schema"], shapes)
    return found


def contents(answer: Any) -> str:
    """Return everything an answer says, also inside a workbook."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return raw.decode("utf-8", "replace") + str(answer.headers)


def is_log_in(answer: Any, route: Route) -> bool:
    if route.is_api or answer.status_code == 401:
        return bool(answer.status_code == 401)
    return bool(answer.status_code == 302 and answer["Location"].startswith("/login"))


def verdict(route: Route, answer: Any) -> str:
    """Return what an answer amounts to: log in, no (403), hidden (404), broken (5xx), yes."""
    if is_log_in(answer, route):
        return "log in"
    if answer.status_code >= 500:
        return f"broken ({answer.status_code})"
    return {403: "no", 404: "hidden"}.get(answer.status_code, "yes")


SAME_FOR_ALL: dict[str, set[str]] = {
    "": {"yes"},
    "thing": {"yes"},
    "public case": {"yes"},
    "nothing": {"hidden"},
    "own": {"hidden"},  # somebody else's
    "proof": {"yes", "hidden", "no"},  # refused in words of its own, told apart by the canary
}


def expected(route: Route, account: str, kind: str) -> set[str]:
    """Return the verdicts a cell allows."""
    role = PEOPLE[account][0] if account else "visitor"
    cell = cells()[route.key][role]
    about = declared()[route.key]["object"]
    if cell != "yes":
        return {cell}
    if about in SAME_FOR_ALL:
        return SAME_FOR_ALL[about]
    if about == "colleague":  # somebody of 川汇区: another county may not even know of the log-in
        return {"hidden"} if account == "county2" else {"yes"}
    if about == "sealed":  # its mediators only; what they call with here is no step, paper or picture of it
        return {"yes", "hidden", "no"} if account == "mediator" else {"hidden"}
    if about == "supervision":  # the two offices and who looks over them; only one of them may do each thing
        writes = "<slug:deed>" in route.path or route.methods == ("POST",)
        return ({"yes", "no"} if writes else {"yes"}) if account in SUPERVISION_SEEN else {"hidden"}
    return about_case(route, account, kind, about)


SEALED_WORD = "封存金丝雀"
SUPERVISION_SEEN = frozenset({"dept", "county", "county_b", "supervisor"})
BOARD_ROLES = {"province": "all", "supervisor": "own", "leader": "own"}


def about_case(route: Route, account: str, kind: str, about: str) -> set[str]:
    """Return what an object of a case answers: in sight or hidden; a move may still be somebody else's."""
    if about == "area":
        return {"yes"} if area_in_sight(account, kind) else {"hidden"}
    if not sees(account, kind):
        return {"hidden"}
    if about == "photo":
        return {"hidden"} if account in NO_TEXTS else {"yes"}
    if about == "contact":
        return {"yes", "hidden", "no"}  # handling decides; the canary of the phone is looked for elsewhere
    reads = not route.methods or route.methods[0] in READS
    return {"yes"} if reads and "<slug:verb>" not in route.path else {"yes", "no", "hidden"}


def area_in_sight(account: str, kind: str) -> bool:
    """Tell whether the area of a case lies in the block of an account, whatever it may read of the case."""
    role, region, _line, place = PEOPLE[account]
    home = (place or region)[:12]
    area = {"other": OTHER_VILLAGE, "far": FAR, "sibling": SIBLING}.get(kind, VILLAGE)
    return area.startswith(home.rstrip("0") if role != "village_clerk" else home)


# one account per role, two departments; the others stand in the lists and searches below
ROLES = [
    "",
    *(name for name in PEOPLE if name not in ("grid2", "village2", "town2", "county_b", "other_dept")),
]


def kinds_for(route: Route) -> tuple[str, ...]:
    """Return the cases a route is called about: all nine; moves share one door, so each takes three in turn."""
    if "/moves/" not in route.path:
        return KINDS
    turn = sum(map(ord, route.name)) % 3
    return KINDS[turn::3]


def faults(matrix: Matrix, account: str, routes: list[Route]) -> list[str]:
    """Call routes as an account and return every cell that is wrong and every word that was told."""
    caller = Caller(matrix, account)
    foreign = matrix.foreign(account)
    wrong: list[str] = []
    for route in routes:
        about = declared()[route.key]["object"]
        role = PEOPLE[account][0] if account else "visitor"
        many = about in OBJECTS and cells()[route.key][role] == "yes"
        for kind in kinds_for(route) if many else KINDS[-1:]:
            answer = caller.call(route, kind)
            told = verdict(route, answer)
            if told not in expected(route, account, kind):
                wrong.append(f"{route.key} [{kind}]: {told}, not {expected(route, account, kind)}")
            said = contents(answer)
            asked = matrix.words_of(kind, about)
            wrong += [
                f"{route.key} [{kind}] tells {word}" for word in foreign if word in said and word not in asked
            ]
    return wrong


@pytest.mark.parametrize("account", ROLES, ids=lambda name: name or "visitor")
def test_the_matrix(matrix: Matrix, account: str) -> None:
    wrong = faults(matrix, account, all_routes())
    assert not wrong, "\n".join(wrong)


def test_it_bites(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the one condition on who sees what, lists, pages, searches and the export tell foreign words."""
    monkeypatch.setattr("jinlin.cases.models.case._seen_by", lambda post: ~Q(pk=None))
    paths = ("/api/v1/cases", "/api/v1/cases/<code>", "/desk/", "/desk/case/<str:code>", "/desk/export.xlsx")
    for route in all_routes():
        if route.path in paths:
            assert faults(matrix, "dept2", [route]), route.key


@pytest.mark.parametrize("account", list(PEOPLE))
def test_searches_and_counts_tell_no_more_than_lists(matrix: Matrix, account: str) -> None:
    """Search by the hidden word, by place, by code; counts equal what is in sight."""
    caller = Caller(matrix, account)
    headers = {"Authorization": f"Bearer {caller.secret}"}
    role = PEOPLE[account][0]
    if not rules.role_may(role, "case.list"):
        assert caller.browser.get("/api/v1/cases", headers=headers).status_code == 403
        return
    for kind in KINDS:
        for query in ({"q": matrix.canary(kind)}, {"q": matrix.cases[kind].shown_code}):
            shown = caller.browser.get("/api/v1/cases", query, headers=headers).json()["rows"]
            hit = sees(account, kind) and not (account in NO_TEXTS and query["q"].startswith("金丝雀"))
            assert [row["tracking"] for row in shown] == ([matrix.cases[kind].tracking] if hit else []), (
                kind,
                query,
            )
    listed = caller.browser.get("/api/v1/cases", headers=headers).json()["rows"]
    wanted = {matrix.cases[kind].tracking for kind in KINDS if sees(account, kind)}
    assert {row["tracking"] for row in listed} == wanted
    counts = view_counts(viewer=matrix.world.actor(account), views=("open", "grid"))
    assert counts["open"] == len(wanted)
    elsewhere = caller.browser.get("/api/v1/cases", {"place": TOWN}, headers=headers).json()["rows"]
    assert {row["tracking"] for row in elsewhere} <= wanted
