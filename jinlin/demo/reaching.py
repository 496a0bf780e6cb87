"""The demo goes out to ask: a dozen visits that brought matters, and a drive of follow-up calls half done."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from jinlin.cases import actions as cases
from jinlin.cases.actions import Said
from jinlin.cases.actions.campaigns import Drive, open_campaign
from jinlin.cases.actions.visiting import record_visit
from jinlin.cases.models import Campaign, Case, Visit
from jinlin.demo.cast import STREET, Cast
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken

SAID: Final = (
    ("FAC-02", "楼道灯三天没亮，老人晚上不敢下楼。"),
    ("ENV-01", "垃圾桶满了两天没人收。"),
    ("FAC-03", "下水道返味，一楼住户开不了窗。"),
    ("", "想在楼下装一条长椅。"),
    ("", "想知道高龄补贴怎么办。"),
)  # data: invented
HEARD: Final = (("yes", 5), ("yes", 4), ("yes", 4), ("partly", 3), ("yes", 5), ("no", 2))


def go_and_ask(cast: Cast, now: datetime) -> None:
    """Visit on the days before now, then call about what was closed."""
    rng = Random(11)
    grids = sorted(cast.grid_actors)
    for at in range(12):
        grid = grids[at * 7 % len(grids)]
        many = 1 + at % 2
        with clock.fixed(now - timedelta(days=24 - 2 * at, hours=3)):
            matters = [Said(text=text, category=code, place=grid) for code, text in rng.sample(SAID, k=many)]
            channel = "parlour" if at % 4 == 3 else "visit"
            record_visit(actor=cast.grid_actors[grid], matters=matters, channel=channel)
    with clock.fixed(now - timedelta(days=4)):
        _call(cast)
    Visit.objects.update(is_demo=True)
    Campaign.unscoped.update(is_demo=True)


def _call(cast: Cast) -> None:
    """Open a drive over the street and ask in two cases of three."""
    today, clerk = clock.today(), cast.clerk(STREET)
    title = "办结一个月回访（演示）"  # data
    period = (today - timedelta(days=85), today - timedelta(days=10))
    try:
        row = open_campaign(
            actor=clerk, drive=Drive(title, STREET, *period, ends_on=today + timedelta(days=14))
        )
    except RuleBroken:  # a small world may have nobody to call
        return
    asked = Case.unscoped.filter(follow_ups__campaign=row).order_by("closed_at", "id")
    for at, case in enumerate(list(asked)[: row.chosen * 2 // 3]):
        solved, rate = HEARD[at % len(HEARD)]
        words = "居民说又出现过一次。" if solved != "yes" else ""  # data
        cases.ACTIONS["revisit"](actor=clerk, case_id=case.pk, solved=solved, satisfied=rate, words=words)  # type: ignore[operator]
