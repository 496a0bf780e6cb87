"""Assessments: ordered by a desk, computed by a job with progress, kept as versions that can be compared."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.circle.circles import LIMIT_M
from jinlin.circle.models import Assessment, Block, Cover, Lack, StandardVersion, Stored
from jinlin.circle.queries.computing import Computed, Question, computed
from jinlin.circle.queries.facts import Facts, facts_of, latest_edition, moment_of
from jinlin.circle.queries.scope import acting, inside, known_area
from jinlin.circle.queries.standards import rows_of
from jinlin.circle.rules import arrays
from jinlin.circle.rules.covering import Tallies, lacking, rounded, tallied
from jinlin.circle.rules.words import BASIC
from jinlin.circle.walkers import profile as walker_of
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, JinlinError, NotFound, RuleBroken
from jinlin.kernel.geo import Box, grow
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people.access import Actor
from jinlin.places.rules import level_of

log = logging.getLogger(__name__)
Told = Callable[[int, int], None]
SAID_EVERY: Final = 1.0  # seconds between two signs of life in the row
COMPOUND_LEVEL: Final = 6


@once("circle.assess")
def order_assessment(
    *,
    actor: Actor,
    area: str,
    profile: str = "planning",
    moment: str = "workday_morning",
    label: str = "",
    key: str | None = None,
) -> Assessment:
    """Ask for an assessment of a county, street or community; a job computes it. RuleBroken without a network."""
    known_area(area)
    actor = acting(actor, "circle.assess", area)
    row = new_assessment(area, profile, moment, trigger="order")
    row.label = clean(label, max_length=60, field="label")
    row.save()
    audit.record(actor=actor, verb="circle.assess", obj=row, county=row.county)
    return row


def new_assessment(area: str, profile: str, moment: str, *, trigger: str) -> Assessment:
    """Return an unsaved row that names what it will stand on: standard, network, day."""
    if level_of(area) not in (3, 4, 5):
        raise Invalid({"area": [_("请选到县（市、区）、街道（乡镇）或社区（村）。")]})
    _known(profile, moment)
    county = area[:6] + "000000"
    standard = StandardVersion.objects.filter(is_current=True).first()
    network = latest_edition(county)
    if standard is None:
        raise RuleBroken("no_standard", _("还没有设施标准表，请先运行 jinlin setup。"))
    if network is None:
        raise RuleBroken(
            "no_network", _("这个县（市、区）还没有步行网络，请先用 jinlin import network 导入。")
        )
    return Assessment(
        county=county,
        area=area,
        trigger=trigger,
        profile=profile,
        moment=moment,
        day=clock.today(),
        standard=standard,
        network=network,
        ordered_at=clock.now(),
        is_demo=network.is_demo,
    )


def _known(profile: str, moment: str) -> None:
    try:
        walker_of(profile)
    except KeyError:
        raise Invalid({"profile": [_("没有这种步行者，请从列表中选择。")]}) from None
    try:
        moment_of(moment)
    except KeyError:
        raise Invalid({"moment": [_("没有这个时段，请从列表中选择。")]}) from None


def question_of(row: Assessment) -> Question:
    """Return what an assessment asks."""
    return Question(rows_of(row.standard), row.profile, row.moment, row.day)


def run_assessment(assessment_id: UUID, told: Told = lambda done, total: None) -> Assessment:
    """Compute a waiting assessment; what goes wrong stands in its row in one sentence."""
    with transaction.atomic():
        row = (
            Assessment.objects.select_for_update(of=("self",))
            .select_related("standard", "network")
            .filter(pk=assessment_id, state="waiting")
            .first()
        )
        if row is None:
            raise NotFound("assessment")
        row.state, row.started_at = "running", clock.now()
        row.save(update_fields=["state", "started_at"])
    try:
        facts = facts_of(row.county, _box(row.area), edition=row.network)
        if not facts.homes:
            sentence = _("这里还没有居住地块和人口，请先用 jinlin import blocks 导入。")
            raise RuleBroken("no_blocks", sentence)
        heard = _Progress(row, told)
        found = within(computed(facts, question_of(row), told=heard), row.area)
        keep(row, found)
    except Exception as error:
        _failed(row, error)
    return row


def within(found: Computed, area: str) -> Computed:
    """Return the blocks of an area."""
    level = level_of(area)
    if level <= 3:
        return found
    own = [(home.town if level == 4 else home.village) == area for home in found.homes]
    return found.of(np.flatnonzero(np.array(own, bool)))


def _box(area: str) -> Box | None:
    """Return the part of the county an area's answer depends on; None for all of it."""
    if level_of(area) <= 3:
        return None
    rows = np.array(list(Block.objects.filter(inside(area)).values_list("lon", "lat"))).reshape(-1, 2)
    if not len(rows):
        return (0.0, 0.0, 0.0, 0.0)
    west, south = rows.min(axis=0).tolist()
    east, north = rows.max(axis=0).tolist()
    return grow((west, south, east, north), 2 * LIMIT_M)


class _Progress:
    """Writes how far a job is, once a second, and tells whoever listens."""

    def __init__(self, row: Any, told: Told) -> None:
        self.row, self.told, self.last = row, told, 0.0

    def __call__(self, done: int, total: int) -> None:
        self.told(done, total)
        now = time.monotonic()
        if now - self.last >= SAID_EVERY or done == total:
            self.last = now
            self.row.done, self.row.total = done, total
            with transaction.atomic():
                type(self.row).objects.filter(pk=self.row.pk).update(done=done, total=total)


def _failed(row: Assessment, error: Exception) -> None:
    """Keep a failure in one sentence; only a slip of ours goes to the log with its trace."""
    sentence = str(error) if isinstance(error, JinlinError) else _("计算没有完成，请联系管理员查看日志。")
    if not isinstance(error, JinlinError):
        log.exception("assessment %s failed", row.pk)
    row.state, row.error, row.finished_at = "failed", sentence[:300], clock.now()
    with transaction.atomic():
        row.save(update_fields=["state", "error", "finished_at"])


def keep(row: Assessment, found: Computed) -> None:
    """Write the arrays and one row per place and category, in one transaction."""
    values = as_arrays(found)
    with transaction.atomic():
        old = row.arrays
        row.arrays = Stored.objects.create(digest=arrays.digest(values), data=arrays.packed(values))
        row.engine, row.state, row.finished_at = found.engine, "done", clock.now()
        row.error = ""
        row.save()
        row.covers.all().delete()
        Cover.objects.bulk_create(_covers(row, found), batch_size=500)
        row.lacks.all().delete()
        Lack.objects.bulk_create(_lacks(row, found), batch_size=500)
        if old is not None:
            old.delete()


def as_arrays(found: Computed) -> dict[str, Any]:
    """Return a computation as arrays that can be kept."""
    return {
        "blocks": arrays.id_array([home.id for home in found.homes]),
        "shops": arrays.id_array(list(found.shops)),
        "codes": np.array(found.codes, np.str_),
        "near": found.blocks.near,
        "straight": found.blocks.straight,
        "facility": found.facility,
        "status": found.blocks.status,
        "slow": found.blocks.slow,
    }


def _covers(row: Assessment, found: Computed) -> Iterable[Cover]:
    homes = found.homes
    levels: list[tuple[int, Sequence[str]]] = [
        (3, [row.county] * len(homes)),
        (4, [home.town for home in homes]),
        (5, [home.village for home in homes]),
        (COMPOUND_LEVEL, [home.court for home in homes]),
    ]
    village_of = {home.court: home.village for home in homes if home.court}
    for level, names in levels:
        if level < level_of(row.area):
            continue
        known = sorted(set(names) - {""})
        place = {name: number for number, name in enumerate(known)}
        group = np.array([place.get(name, -1) for name in names], np.int64)
        sums = tallied(found.blocks, group, len(known))
        shops = _shop_counts(found, group, len(known))
        for number, name in enumerate(known):
            where = village_of[name] if level == COMPOUND_LEVEL else name
            court = UUID(name) if level == COMPOUND_LEVEL else None
            yield from _rows(row, found.codes, sums, shops, (number, where, level, court))


def _lacks(row: Assessment, found: Computed) -> Iterable[Lack]:
    basic = {std.code for std in rows_of(row.standard) if std.need == BASIC}
    needed = np.array([code in basic for code in found.codes], np.bool_)
    homes = found.homes
    for names in (
        [row.county for _home in homes] if level_of(row.area) <= 3 else [],
        [home.town for home in homes] if level_of(row.area) <= 4 else [],
        [home.village for home in homes],
    ):
        known = sorted(set(names) - {""})
        place = {name: number for number, name in enumerate(known)}
        if not known:
            continue
        group = np.array([place.get(name, -1) for name in names], np.int64)
        for name, (people, judged) in zip(
            known, lacking(found.blocks, needed, group, len(known)).tolist(), strict=True
        ):
            yield Lack(
                county=row.county,
                assessment=row,
                place=name,
                people=rounded(people),
                judged=rounded(judged),
            )


def _shop_counts(found: Computed, group: Any, groups: int) -> Any:
    """Return (g, c): how many facilities are the nearest one of somebody there."""
    counts = np.zeros((groups, len(found.codes)), np.int64)
    for column in range(len(found.codes)):
        label = found.facility[:, column]
        kept = (group >= 0) & (label >= 0)
        pairs = np.unique(np.column_stack((group[kept], label[kept])), axis=0)
        counts[:, column] = np.bincount(pairs[:, 0], minlength=groups) if len(pairs) else 0
    return counts


def _rows(
    row: Assessment, codes: Sequence[str], sums: Tallies, shops: Any, at: tuple[int, str, int, UUID | None]
) -> Iterable[Cover]:
    number, where, level, court = at
    for column, code in enumerate(codes):
        near, straight = float(sums.near_m[number, column]), float(sums.straight_m[number, column])
        known = np.isfinite(near)
        yield Cover(
            county=row.county,
            assessment=row,
            place=where,
            level=level,
            compound_id=court,
            category=code,
            people=[rounded(n) for n in sums.people[number, column].tolist()],
            buildings=sums.buildings[number, column].tolist(),
            slow_gap=rounded(float(sums.slow_gap[number, column])),
            facilities=int(shops[number, column]),
            near_m=round(near, 1) if known else None,
            straight_m=round(straight, 1) if known else None,
            detour=round(near / straight, 2) if known and straight > 0 else None,
        )


def facts_for(row: Assessment, box: Box | None = None) -> Facts:
    """Return the facts as they are now on the network of an assessment."""
    return facts_of(row.county, box or _box(row.area), edition=row.network)


def run_waiting() -> int:
    """Compute what waits, oldest first; a job calls it. Returns how many came to an end."""
    ids = Assessment.objects.filter(state="waiting").order_by("ordered_at").values_list("pk", flat=True)[:20]
    done = 0
    for pk in list(ids):
        try:
            run_assessment(pk)
        except NotFound:  # another process took it
            continue
        done += 1
    return done
