"""The part of the bench that needs Django: builds and fills a database, counts statements, writes down transactions.

    python -m bench._inside STEP ARGUMENTS      # prints one line of JSON

Each step is a process of its own, on the database its environment names.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import secrets
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinlin.config.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.signed_cookies import SessionStore  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

import jinlin.places  # noqa: E402
from bench import _load  # noqa: E402
from jinlin.cases import actions as cases  # noqa: E402
from jinlin.cases import queries  # noqa: E402
from jinlin.cases.actions import Caller, Said, Source  # noqa: E402
from jinlin.cases.models import Appeal, Case  # noqa: E402
from jinlin.kernel import clock  # noqa: E402
from jinlin.orgs import actions as orgs  # noqa: E402
from jinlin.orgs import queries as org_queries  # noqa: E402
from jinlin.orgs.queries import cache as org_cache  # noqa: E402
from jinlin.people import actions as people  # noqa: E402
from jinlin.people.access import ANYONE, SYSTEM, actor_for  # noqa: E402
from jinlin.people.models import Account  # noqa: E402
from jinlin.places import actions as places  # noqa: E402
from jinlin.places.models import Grid, Region  # noqa: E402
from jinlin.places.queries import memory  # noqa: E402

SHIPPED = Path(jinlin.places.__file__).resolve().parent / "data"
CITY, COUNTY, OTHER = "411600000000", "411602000000", "411681000000"
SINCE = date(2020, 1, 1)
OPEN_BEFORE = 2_000  # open cases in the small database: its lists are as full as those of the large one
BUSY = (30, 800)  # of them in the grid of the measured worker, and in the measured county
TRACKED = 60  # cases a resident follows in the measurement


def build(number: int) -> dict[str, Any]:
    """Make Zhoukou's real tree with its standard organisations, the measured staff, and the first cases."""
    call_command("migrate", verbosity=0)
    top = {"code": "410000000000", "parent": "", "level": "1", "kind": "province", "name": "河南省"}
    places.import_divisions([top], as_of=SINCE, source="bench", actor=SYSTEM)
    places.import_divisions(SHIPPED / "zhoukou_2023.csv.gz", as_of=SINCE, source="bench", actor=SYSTEM)
    places.make_default_grids(actor=SYSTEM)
    orgs.seed_reference()
    cases.seed_stages()
    for level in (2, 3, 4, 5):
        orgs.make_level_organisations(actor=SYSTEM, region_code=CITY, level=level)
    grid = Grid.objects.current().filter(county=COUNTY, kind="basic").order_by("code").first()
    assert grid is not None
    staff = {
        "county": _staff("county", "county_clerk", COUNTY, ""),
        "grid": _staff("grid", "grid_worker", grid.village, grid.code),
        "dept": _staff("dept", "department", COUNTY, "", "CMB"),
    }
    _man_grids()
    loader = _load.Loader(random.Random(1), busy=grid.code)
    tracked = loader.load(number, OPEN_BEFORE, busy=BUSY, tracked=TRACKED)
    other = Grid.objects.current().filter(county=OTHER, kind="basic").order_by("code").first()
    assert other is not None
    villages = Region.objects.current().filter(level=5, county=COUNTY).values_list("code", flat=True)
    return {
        "cookies": {name: _cookie(account) for name, account in staff.items()},
        "tracked": tracked,
        "villages": list(villages),
        "other": other.village,
        "grid": grid.code,
        "open": OPEN_BEFORE,
    }


def _staff(name: str, role: str, region: str, place: str, line: str = "") -> Account:
    account = people.create_account(actor=SYSTEM, username=name, name=name, password=None, is_demo=True)
    unit = org_queries.units_of_line(line, region)[0] if line else org_queries.desk_of(region)
    orgs.appoint(actor=SYSTEM, account=account, role=role, unit_id=unit.pk, place=place, starts_on=SINCE)
    return account


def _man_grids() -> None:
    """Put a worker into every other grid, so that cases start where they start in life."""
    from jinlin.people.models import Post

    account = people.create_account(actor=SYSTEM, username="crew", name="crew", password=None, is_demo=True)
    grids = Grid.objects.current().filter(kind="basic").order_by("code").values_list("code", flat=True)
    posts = [
        Post(account=account, role="grid_worker", place=code, level=6, starts_on=SINCE) for code in grids[::2]
    ]
    with transaction.atomic():
        Post.objects.bulk_create(posts, batch_size=500)


def _cookie(account: Account) -> str:
    """Return the session of a log-in as its cookie."""
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = (
        str(account.pk),
        "django.contrib.auth.backends.ModelBackend",
    )
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def grow(number: int) -> dict[str, Any]:
    """Fill up to a number of cases: 1.4 % of the new ones open, spread over every village of the tree."""
    here = Case.unscoped.count()
    fresh = max(0, number - here)
    _load.Loader(random.Random(2)).load(fresh, round(fresh * 0.014))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return {"cases": Case.unscoped.count(), "open": Case.unscoped.filter(is_open=True).count()}


def _forget() -> None:
    """Let the process know as little as after its start."""
    cache.clear()
    memory.forget()
    org_cache._copies.clear()
    org_cache._names.clear()


def _statements(work: Callable[[], Any]) -> tuple[int, int]:
    """Return the statements of a piece of work in a process that knows nothing yet, and when it runs again."""
    counts = []
    for forgetful in (True, False):
        if forgetful:
            _forget()
        with CaptureQueriesContext(connection) as seen:
            work()
        counts.append(len([row for row in seen.captured_queries if row["sql"] not in ("BEGIN", "COMMIT")]))
    return counts[0], counts[1]


def statements() -> dict[str, Any]:
    """Count the statements of pages and of a report; pages are asked through the whole of Django."""
    clerk, worker = Account.objects.get(username="county"), Account.objects.get(username="grid")
    client, phone = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    client.force_login(clerk)
    phone.force_login(worker)
    viewer = actor_for(clerk)
    code = (
        queries.case_list(viewer=viewer, view="mine", limit=1).rows or queries.case_list(viewer=viewer).rows
    )
    village = Region.objects.current().filter(level=5, county=COUNTY).order_by("code").first()
    assert village is not None

    def get(who: Client, path: str) -> Callable[[], None]:
        def ask() -> None:
            answer = who.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

        return ask

    def rows(limit: int) -> Callable[[], None]:
        def ask() -> None:
            page = queries.case_list(viewer=viewer, limit=limit)
            assert len(page.rows) == limit, len(page.rows)
            queries.view_counts(viewer=viewer)

        return ask

    def report() -> None:
        _report(village.code)

    return {
        "desk page, 50 rows": _statements(get(client, "/desk/?view=open")),
        "desk list and counts, 50 rows": _statements(rows(50)),
        "desk list and counts, 500 rows": _statements(rows(500)),
        "grid worker's page": _statements(get(phone, "/field/")),
        "case page": _statements(get(client, f"/desk/case/{code[0].tracking}")),
        "report, one transaction": _statements(report),
    }


def _report(village: str) -> Appeal:
    said = Said(text="楼下的井盖坏了，晚上看不清，请尽快来人看看", place=village)
    caller = Caller(phone="13800138000")
    return cases.report_case(
        actor=ANYONE, said=said, caller=caller, source=Source(), key=secrets.token_hex(16)
    )


def capture(number: int, village: str, file: str) -> dict[str, Any]:
    """Write down the writes of so many reports, statement for statement, then undo them all."""
    taken: list[list[tuple[str, Any]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE"):
            taken[-1].append((sql, tuple(map(_plain, params or ()))))
        return execute(sql, params, many, context)

    _report(village)  # opens the chain of the day and fills what a process remembers
    with transaction.atomic(), connection.execute_wrapper(note):
        for _number in range(number):
            taken.append([])
            _report(village)
        transaction.set_rollback(True)
    Path(file).write_bytes(pickle.dumps(taken))
    return {"transactions": len(taken), "writes": len(taken[0]), "county": OTHER, "day": str(clock.today())}


def _plain(value: Any) -> Any:
    """Return a value as a plain program would give it."""
    value = getattr(value, "obj", value) if type(value).__name__ in ("Binary", "Jsonb") else value
    if isinstance(value, list | dict):
        return json.dumps(value)
    return bytes(value) if isinstance(value, memoryview) else value


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "build": lambda number: build(int(number)),
    "grow": lambda number: grow(int(number)),
    "statements": statements,
    "capture": lambda number, village, file: capture(int(number), village, file),
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])) + "\n")
