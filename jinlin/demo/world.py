"""`jinlin demo`: build the demo world in one transaction, so that a kill in the middle leaves an empty node."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from tqdm import tqdm

from jinlin.cases import actions as cases
from jinlin.cases.actions.rungs import seed_ladder
from jinlin.cases.models import Case
from jinlin.demo import insight, oversight
from jinlin.demo.cast import CITY, COUNTY, LOG_INS, PASSWORD, PROVINCE, STREET, Cast
from jinlin.demo.circle import draw_circle, tell_story
from jinlin.demo.gatherings import tell_gatherings
from jinlin.demo.initiatives import tell_initiatives
from jinlin.demo.lives import live
from jinlin.demo.mediation import tell_mediation
from jinlin.demo.party import tell_party
from jinlin.demo.plans import Place, Planner, sample
from jinlin.demo.reaching import go_and_ask
from jinlin.demo.scene import Scene
from jinlin.demo.street import SHIPPED, draw_street
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.notices.actions import seed_quiet_hours
from jinlin.orgs import actions as orgs
from jinlin.orgs.models import Organisation
from jinlin.people.access import SYSTEM
from jinlin.people.models import Account
from jinlin.people.rules import ROLE_NAMES
from jinlin.places import actions as places
from jinlin.places import queries as place_queries
from jinlin.places.models import Region

__all__ = ["PASSWORD", "build", "is_empty", "log_ins"]

CASES: Final = 900
DAYS: Final = 90
SEED: Final = 20230630
AS_OF: Final = date(2023, 6, 30)
SOURCE: Final = "国家统计局 2023 年统计用区划代码（截至 2023-06-30）"
BEFORE: Final = timedelta(days=30)  # the organisations stand this long before the first case


def is_empty() -> bool:
    """Tell whether nothing of the demo, nor of a real deployment, is here; a killed build leaves nothing."""
    return not (Organisation.objects.exists() or Account.objects.exists() or Case.unscoped.exists())


def build(
    *, cases: int = CASES, days: int = DAYS, seed: int = SEED, until: datetime | None = None
) -> dict[str, Any]:
    """Fill an empty, migrated node with the demo world; progress on stderr.

    `until` is when the world's clock stops (default: now). Everything happens in one transaction: after a kill the
    node is empty again and the command may be run once more. Returns counts and seconds. RuleBroken when the node
    already holds organisations, accounts or cases.
    """
    if not is_empty():
        raise RuleBroken(
            "not_empty", _("这里已经有数据，演示数据只能装进空的系统；请换一个空的 JINLIN_HOME 再试。")
        )
    now = until or clock.now()
    rng = Random(seed)
    timer = _Timer()
    with translation.override("zh-hans"), transaction.atomic():
        cast = Cast(since=clock.local(now - timedelta(days=days) - BEFORE).date())
        with clock.fixed(now - timedelta(days=days) - BEFORE):
            with timer("places"):
                _places()
            with timer("organisations"):
                _organisations()
            with timer("street"):
                cast.open_staff()
                street = draw_street(cast, rng)
                draw_circle(street)
        with timer("cases"):
            scene = _cases(cast, Planner(rng, now, days, street, *_elsewhere(rng)), cases)
        with timer("living circle"), clock.fixed(now):
            tell_story(cast)
        with timer("gatherings"), clock.fixed(now):
            tell_gatherings(cast, now)
        with timer("initiatives"):
            tell_initiatives(cast, now)
        with timer("party"):
            tell_party(cast, now)
        with timer("insight"), clock.fixed(now):
            insight.tell(cast)
        with timer("mediation"):
            tell_mediation(cast, now)
        with timer("reaching"):
            go_and_ask(cast, now)
        with timer("log-ins"), clock.fixed(now):
            cast.send_stand_in(clock.today())
            cast.open_log_ins()
        Case.unscoped.filter(is_demo=False).update(is_demo=True)  # those that stories opened later
        counts = _counts(scene, street)
    with timer("tidy"):
        _tidy()
    return {**counts, "seconds": timer.seconds}


class _Timer:
    """Seconds per stage, said on stderr as they pass."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - start, 1)
        sys.stderr.write(f"{stage}: {self.seconds[stage]} s\n")


def _places() -> None:
    """Load the real division tree and give every village its one default grid."""
    top = {"code": PROVINCE, "parent": "", "level": "1", "kind": "province", "name": "河南省"}
    places.import_divisions([top], as_of=AS_OF, source=SOURCE, actor=SYSTEM)
    with tqdm(desc="区划", file=sys.stderr, unit="row", mininterval=0.5) as bar:

        def seen(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        file = SHIPPED / "zhoukou_2023.csv.gz"
        places.import_divisions(file, as_of=AS_OF, source=SOURCE, actor=SYSTEM, progress=seen)
    places.make_default_grids(actor=SYSTEM)


def _organisations() -> None:
    """Load categories, catalogue, duty lists and stage times; found the standard bodies of every level."""
    orgs.seed_reference()
    cases.seed_stages()
    seed_ladder()
    seed_quiet_hours()
    for level in (2, 3, 4, 5):
        orgs.make_level_organisations(actor=SYSTEM, region_code=CITY, level=level)


def _elsewhere(rng: Random) -> tuple[list[str], list[str]]:
    """Return some communities of the other streets of the district, and villages near and far."""
    near = [town.code for town in place_queries.children(COUNTY) if town.code != STREET]
    far = [region.code for region in place_queries.children(CITY) if region.code != COUNTY]
    towns = [rng.choice(place_queries.children(code)).code for code in far]
    near_villages, far_villages = _villages(near), _villages(towns)
    urban = [[code for code in group if code[9:] < "200"] for group in near_villages]
    rural = [[code for code in group if code[9:] >= "200"] for group in near_villages]
    return sample(rng, urban, 2), sample(rng, rural, 1) + sample(rng, far_villages, 1)


def _villages(towns: list[str]) -> list[list[str]]:
    rows = Region.objects.current().filter(parent__code__in=towns, level=5).order_by("code")
    found: dict[str, list[str]] = {}
    for code in rows.values_list("code", flat=True):
        found.setdefault(code[:9], []).append(code)
    return list(found.values())


def _cases(cast: Cast, planner: Planner, many: int) -> Scene:
    """Let the cases live, in the order of time."""
    planner.plans += insight.surges(planner)
    plans = planner.draw(many)
    with tqdm(total=len(plans), desc="事件", file=sys.stderr, unit="case", mininterval=0.5) as bar:
        scene = Scene(planner.rng, cast, planner.until, progress=lambda: bar.update() and None)
        for plan in plans:
            scene.spawn(plan.at, live(scene, plan))
        oversight.spawn(scene)
        scene.run()
    oversight.mark_demo(scene)
    Case.unscoped.filter(is_demo=False).update(is_demo=True)
    return scene


def _counts(scene: Scene, street: list[Place]) -> dict[str, Any]:
    return {
        "regions": place_queries.count_regions(),
        "organisations": Organisation.objects.count(),
        "accounts": Account.objects.count(),
        "drawn_grids": len(street),
        "cases": Case.unscoped.count(),
        "open": Case.unscoped.filter(is_open=True).count(),
        "refused": dict(scene.refused),
    }


def _tidy() -> None:
    """Let the database look at what it holds now: its planner has only seen empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def log_ins() -> list[tuple[str, str, str, str]]:
    """Return (username, role, where, path) of the demo's log-ins, one per role; nothing on a node without the demo."""
    rows = {account.username: account for account in Account.objects.filter(is_demo=True, is_active=True)}
    found = []
    for row in LOG_INS:
        account = rows.get(row.username)
        post = account.posts.order_by("starts_on", "place").first() if account else None
        if post is not None:
            where = post.unit_name or place_queries.area_name(post.place)
            found.append((row.username, _(ROLE_NAMES[row.role]), where, row.path))
    return found
