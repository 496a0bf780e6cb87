"""The part of `boards.py` that needs Django: builds a city, lets cases live, times moves and recounts.

    python -m bench._boards STEP ARGUMENTS      # prints one line of JSON

Each step is a process of its own, on the database its environment names.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinlin.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from bench import _boards_fill, _inside, _timelines  # noqa: E402
from bench._inside import CITY, COUNTY  # noqa: E402
from jinlin.cases import actions as cases  # noqa: E402
from jinlin.cases import events  # noqa: E402
from jinlin.cases.actions import Caller, Said, Source, step  # noqa: E402
from jinlin.kernel import bus, clock  # noqa: E402
from jinlin.orgs import queries as org_queries  # noqa: E402
from jinlin.people.access import ANYONE, Actor, actor_for, resident_with  # noqa: E402
from jinlin.people.models import Account, Post  # noqa: E402
from jinlin.performance.actions import check_counters, keeping  # noqa: E402
from jinlin.places.models import Grid  # noqa: E402

CASES_A_DAY = 830  # in one of eleven counties, when there are ten million in three years
OBJECTED = 2  # the kind of life with an objection
LIVES = 120  # real cases whose histories the others take


def build() -> dict[str, Any]:
    """Make Zhoukou's real tree with its organisations and the measured staff, and let some cases live."""
    made = _inside.build(0)
    grid = Grid.objects.get(code=made["grid"])
    staff = {
        "city": _inside._staff("b-city", "city_clerk", CITY, ""),
        "town": _inside._staff("b-town", "town_clerk", grid.town, ""),
        "village": _inside._staff("b-village", "village_clerk", grid.village, ""),
        "checker": _inside._staff("b-checker", "county_clerk", COUNTY, ""),
        "hcb": _inside._staff("b-hcb", "department", COUNTY, "", "HCB"),
    }
    town = Town(grid)
    lived(town)
    return {
        "cookies": made["cookies"] | {name: _inside._cookie(account) for name, account in staff.items()},
        "today": clock.today().isoformat(),
        "areas": {"city": CITY, "county": COUNTY, "town": grid.town, "village": grid.village},
    }


class Town:
    """Who acts in the measured place."""

    def __init__(self, grid: Grid) -> None:
        self.village = grid.village
        names = {"county": "county", "grid": "grid", "dept": "dept"} | {
            name: f"b-{name}" for name in ("city", "town", "village", "checker", "hcb")
        }
        self.actors: dict[str, Actor] = {
            name: actor_for(Account.objects.get(username=username)) for name, username in names.items()
        }
        self.units: dict[str, UUID] = {
            line: org_queries.units_of_line(line, COUNTY)[0].pk for line in ("CMB", "HCB")
        }

    def do(self, who: str, verb: str, case: Any, **inputs: Any) -> Any:
        """Let somebody make a move."""
        actor = resident_with((case.pk,)) if who == "resident" else self.actors[who]
        action: Any = cases.ACTIONS[verb]
        return action(actor=actor, case_id=case.pk, **inputs)

    def report(self, channel: str = "web") -> Any:
        """Let somebody report."""
        said = Said(text="楼下的路灯坏了好几天，晚上看不清", place=self.village, category="FAC-02")
        caller = Caller(phone="13800138000")
        return cases.report_case(actor=ANYONE, said=said, caller=caller, source=Source(channel=channel)).case

    def life(self, kind: int) -> Iterator[Callable[[Any], Any]]:
        """Yield the moves of one kind of life, from a moment's work to a long way round."""

        def move(who: str, verb: str, **inputs: Any) -> Callable[[Any], Any]:
            return lambda case: self.do(who, verb, case, **inputs)

        yield move("grid", "accept")
        if kind == 0:
            yield move("grid", "solve_on_spot", words="已换好")
            return
        yield move("grid", "escalate", reason="网格处理不了")
        if kind == 1:
            yield move("village", "answer", words="已解释清楚")
            return
        yield move("village", "escalate", reason="需要部门处理")
        yield move("town", "escalate", reason="需要部门处理")
        yield move("county", "dispatch", to_unit=self.units["CMB"])
        who = "dept"
        if kind == 2:
            yield move("dept", "object", reason="不归我们管")
            yield move("checker", "rule", upheld=True, to_unit=self.units["HCB"], reason="归住建")
            who = "hcb"
        yield move(who, "sign")
        yield move(who, "contact", words="已电话联系")
        if kind == 3:
            yield move(who, "ask", kind="extension", days=3, reason="等配件")
            yield move("county", "decide", granted=True, reason="同意")
        yield move(who, "report_done", words="已修好")
        if kind == 4:
            yield move("county", "verify", passed=False, words="还没亮")
            yield move(who, "report_done", words="又修了一次")
        yield move("county", "verify", passed=True)
        yield move("resident", "follow_up", solved="yes", satisfied=3 + kind % 3)


def lived(town: Town) -> None:
    """Let cases live over some weeks, at unlike speed."""
    rng = random.Random(3)
    start = clock.now() - timedelta(days=40)
    for number in range(LIVES):
        at = start + timedelta(hours=rng.uniform(0, 48))
        with clock.fixed(at):
            case = town.report()
        for move in town.life(number % 6):
            slow = () if number % 6 == OBJECTED else (3, 9, 26)  # an objection must come within a working day
            at += timedelta(hours=rng.choice((0.2, 1, *slow)))
            with clock.fixed(at):
                move(case)


def moves(number: int) -> dict[str, Any]:
    """Let real cases live on the filled database; returns the share of counting in the time of their moves."""
    grid = Grid.objects.get(code=Post.objects.get(account__username="grid").place)
    town = Town(grid)
    took: list[float] = []
    counted: list[float] = []
    keep, told = keeping.keep, step.told

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            began = time.perf_counter()
            made = work(*given)
            counted.append(time.perf_counter() - began)
            return made

        return done

    bus.unsubscribe(events.CaseMoved, keep)
    bus.subscribe(events.CaseMoved, timed(keep), after_commit=False)
    step.told = timed(told)  # reading off what is counted is part of the price
    for number_of in range(number):
        began = time.perf_counter()
        case = town.report(_boards_fill.CHANNELS[number_of % len(_boards_fill.CHANNELS)])
        took.append(time.perf_counter() - began)
        for move in town.life(number_of % 6):
            began = time.perf_counter()
            move(case)
            took.append(time.perf_counter() - began)
    warm = len(took) // 5
    kept = counted[2 * warm :]
    return {
        "moves": len(took) - warm,
        "share": sum(kept) / sum(took[warm:]),
        "move_ms": 1000 * sum(took[warm:]) / (len(took) - warm),
        "keep_ms": 1000 * sum(kept) / (len(took) - warm),
    }


def ask(path: str, cookie: str, asked: int) -> dict[str, Any]:
    """Ask a page again and again in this process; returns the seconds of a core each took, twenty to warm up left out."""
    client, took = Client(HTTP_HOST="localhost"), []
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    for _one in range(asked + 20):
        began = time.thread_time()
        status = client.get(path).status_code
        took.append(time.thread_time() - began)
        assert status == 200, (path, status)
    return {"seconds": took[20:]}


def copies(number: int) -> dict[str, Any]:
    """Give so many cases of one county the timelines of real ones, as densely as ten million cases lie."""
    return {"lines": _timelines.copied(number, COUNTY, max(1, round(number / CASES_A_DAY)))}


def retold() -> dict[str, Any]:
    """Count everything anew beside the counters kept and tell how many of them differ: `performance check`."""
    verdict = check_counters()
    return {"wrong": verdict.wrong, "rows": verdict.rows}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "build": build,
    "today": lambda: {"today": clock.today().isoformat()},
    "fill": lambda number: _boards_fill.fill(int(number), COUNTY),
    "moves": lambda number: moves(int(number)),
    "ask": lambda path, cookie, asked: ask(path, cookie, int(asked)),
    "copies": lambda number: copies(int(number)),
    "retold": retold,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])) + "\n")
