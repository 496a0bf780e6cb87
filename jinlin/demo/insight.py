"""The demo's insight: four matters grow somewhere, the nightly scan really finds what it finds, offices act on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from jinlin.demo import hours
from jinlin.demo.cast import COUNTY, FIRST, SECOND, Cast
from jinlin.demo.matters import matters
from jinlin.demo.plans import Place, Planner
from jinlin.demo.scene import Plan
from jinlin.insight import actions
from jinlin.insight.actions import PlanDraft, SlipOrder
from jinlin.insight.actions.scanning import scan_county
from jinlin.insight.models import Plan as SeasonPlan
from jinlin.insight.models import Slip, Warning
from jinlin.insight.queries import templates
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs

# leaf, community, days ago from and to, how many people say it
SURGES: Final[tuple[tuple[str, str, int, int, int], ...]] = (
    ("FAC-04", FIRST, 38, 33, 16),
    ("ENV-01", SECOND, 22, 17, 14),
    ("FAC-02", FIRST, 7, 1, 15),
    ("TRA-05", SECOND, 6, 1, 13),
)
LEAST_DAYS: Final = 60  # a younger world has nothing to compare a surge with
NIGHT: Final = time(2, 10)


def surges(planner: Planner) -> list[Plan]:
    """Return what many people say about one matter at one place within a few days; each of them once, unnamed."""
    if planner.days < LEAST_DAYS:
        return []
    rng = Random(len(planner.street))
    made = []
    for leaf, village, since, until, many in SURGES:
        grids = [place for place in planner.street if place.code.startswith(village)][:2]
        for number in range(many if grids else 0):
            made.append(_said(planner, rng, (leaf, grids), (since, until, number / many)))
    return made


def _said(
    planner: Planner, rng: Random, about: tuple[str, Sequence[Place]], when: tuple[int, int, float]
) -> Plan:
    leaf, grids = about
    since, until, share = when
    day = planner.until - timedelta(days=since - (since - until) * share)
    spot = planner.spot(rng.choice(grids), matters()[leaf])
    at = min(hours.somewhen(day, rng, patrol=False), planner.until - timedelta(hours=1))
    plan = Plan(matters()[leaf], spot, at, "web", "department")
    plan.silent = True
    return plan


def tell(cast: Cast) -> dict[str, int]:
    """Run the scan in some nights of the past and last night, act on what it found, and plan the next season."""
    actions.seed_templates()
    for ago in (32, 16, 0):
        with clock.fixed(_night(ago)):
            scan_county(COUNTY)
    actions.group_county(COUNTY)
    actions.learn_county(COUNTY)
    _treat(cast)
    _plan(cast)
    return {"warnings": Warning.unscoped.count(), "slips": Slip.unscoped.count()}


def _night(ago: int) -> datetime:
    """Return the hour of the scan, some days ago; before now."""
    day = clock.today() - timedelta(days=ago)
    return min(clock.now(), datetime.combine(day, NIGHT, clock.LOCAL))


def _treat(cast: Cast) -> None:
    """Confirm and dismiss as the offices would: one slip came back answered, one waits; the newest wait for a person."""
    now = clock.now()
    for row in (
        Warning.unscoped.filter(county=COUNTY).select_related("category").order_by("raised_at", "-score")
    ):
        age = now - row.raised_at
        leaf = row.category.code
        if leaf == "FAC-04" and age > timedelta(days=20):
            _answered(cast, row)
        elif age > timedelta(days=5):
            with clock.fixed(row.raised_at + timedelta(hours=8)):
                words = "现场看过：集中大扫除堆放，当天已清运（演示）"
                actions.dismiss_warning(
                    actor=cast.clerk(COUNTY), warning_id=row.pk, dismissal="noise", reason=words
                )
        elif leaf == "FAC-02":
            _asked(cast, row)


def _answered(cast: Cast, row: Warning) -> None:
    """Let a slip go its whole way: sent, answered by the unit, taken by the county's desk."""
    desk, began = cast.clerk(COUNTY), row.raised_at
    with clock.fixed(began + timedelta(hours=7)):
        actions.confirm_warning(actor=desk, warning_id=row.pk, reason="值班电话核实，雨后积水集中（演示）")
        slip = actions.send_slip(
            actor=desk, order=_order(row, "HCB", "hot_issue", "请排查并疏通排水管，答复清掏了哪几段。")
        )
    with clock.fixed(began + timedelta(days=2, hours=6)):
        words = "疏通两段共 180 米，清掏雨水口 9 处，雨后再看（演示）"
        actions.answer_slip(actor=cast.at_unit(slip.unit), slip_id=slip.pk, outcome="true", words=words)
    with clock.fixed(began + timedelta(days=3, hours=6)):
        actions.close_slip(actor=desk, slip_id=slip.pk, words="雨后现场无积水（演示）")


def _asked(cast: Cast, row: Warning) -> None:
    """Confirm, open a case so that somebody looks today, and ask the unit by a slip that waits."""
    desk = cast.clerk(COUNTY)
    with clock.fixed(max(row.raised_at, clock.now() - timedelta(hours=3))):
        actions.confirm_warning(actor=desk, warning_id=row.pk, reason="网格员看过，成片不亮（演示）")
        order = _order(row, "CMB", "key_work", "请查明是线路还是灯具，三天内修好并答复（演示）。")
        actions.send_slip(actor=desk, order=order)


def _order(row: Warning, line: str, kind: str, words: str) -> SlipOrder:
    unit = orgs.units_of_line(line, COUNTY)[0]
    return SlipOrder(kind=kind, unit=unit.pk, words=words, warning=row.pk)


def _plan(cast: Cast) -> None:
    """Plan the season that comes next, led by the matter's unit, with the first line of the list done."""
    desk = cast.clerk(COUNTY)
    found = next(one for one in templates(viewer=desk, county=COUNTY) if one.is_on)
    unit = orgs.propose(found.categories[0], county=COUNTY).lead or orgs.units_of_line("CMB", COUNTY)[0]
    with clock.fixed(clock.now() - timedelta(days=3)):
        draft = PlanDraft(
            region=COUNTY,
            topic=found.topic,
            lead_unit=unit.pk,
            starts_on=found.starts_on,
            ends_on=found.ends_on,
            remind_on=clock.today(),
            items=found.items,
            categories=found.categories,
            template=found.code,
        )
        made = actions.make_plan(actor=desk, draft=draft)
        actions.remind_plans()
    item = made.items.all()[0]
    with clock.fixed(clock.now() - timedelta(days=1)):
        actions.tick_item(actor=cast.at_unit(unit.pk), item_id=item.pk, note="已完成（演示）")
    SeasonPlan.unscoped.filter(pk=made.pk).update(is_demo=True)
