"""My fifteen minutes: what somebody reaches from a spot they point at. Nothing about it is stored, logged or counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import numpy as np
import shapely
from django.utils.translation import gettext as _

from jinlin.circle import engines
from jinlin.circle.circles import LIMIT_M
from jinlin.circle.network import FAR, limit_in_decimetres
from jinlin.circle.opening import Moment
from jinlin.circle.queries.computing import Laid, Question, laid
from jinlin.circle.queries.facts import Facts, Home, Shop, facts_of, moment_of
from jinlin.circle.queries.standards import standard
from jinlin.circle.reach import nearest, seeds
from jinlin.circle.rules.standards import Row
from jinlin.circle.sharing import PUBLIC, opened
from jinlin.circle.walkers import Failed, failed_rule, passes, profile
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.geo import grow
from jinlin.kernel.ids import new_id
from jinlin.kernel.text import clean_point
from jinlin.places import queries as places
from jinlin.places.models import Compound

SLOW: Final = "slow"
FIFTEEN: Final = 15.0


@dataclass(frozen=True)
class MyRow:
    """One facility as it is reached from here; without a way, what is known instead."""

    code: str
    name: str
    tier: str
    need: str
    facility_id: UUID | None
    facility: str
    metres: float | None
    minutes: float | None
    slow_minutes: float | None
    open_now: bool | None
    status: str
    failed: str
    in_15: int


@dataclass(frozen=True)
class MyCircle:
    """What is reached from a spot; `found` is false where no map is known, and `said` tells what to do."""

    found: bool
    said: str
    compound_id: UUID | None
    compound: str
    village: str
    village_name: str
    network_as_of: str
    licence: str
    rows: tuple[MyRow, ...]


def my_circle(
    *,
    lon: float,
    lat: float,
    datum: str = "wgs84",
    walker: str = "planning",
    moment: str = "workday_morning",
    codes: tuple[str, ...] = (),
) -> MyCircle:
    """Return what somebody reaches from here: nearest facility of each category, minutes for two paces, open or not."""
    x, y = clean_point(lon, lat, datum)
    try:
        question = Question(standard().rows, profile(walker).code, moment_of(moment).code, clock.today())
    except KeyError:
        raise Invalid({"profile": [_("没有这种步行者或时段，请从列表中选择。")]}) from None
    hit = places.locate(x, y)
    if hit is None:
        return _nothing(_("这里还没有画进网格，请换一个位置，或拨打社区电话询问。"))
    facts = facts_of(hit.county, grow((x, y, x, y), LIMIT_M))
    if facts.edition is None:
        return _nothing(_("这里还没有步行地图，社区正在补充；可以拨打社区电话询问。"), hit.village)
    here = _Spot(facts, question, x, y)
    if here.node < 0:
        return _nothing(_("这个位置附近没有画出可以走的路，请点近一点的路口或楼栋。"), hit.village)
    rows = tuple(here.row(std) for std in question.rows if std.assessed and (not codes or std.code in codes))
    return MyCircle(
        found=True,
        said=_("按图上的路计算，仅供参考。") + (_("院内的路尚未测绘，为估算。") if here.estimated else ""),
        compound_id=UUID(here.court) if here.court else None,
        compound=_name(here.court),
        village=hit.village,
        village_name=places.area_name(hit.village),
        network_as_of=facts.edition.as_of.isoformat(),
        licence=facts.edition.licence,
        rows=rows,
    )


def _nothing(said: str, village: str = "") -> MyCircle:
    name = places.area_name(village) if village else ""
    return MyCircle(False, said, None, "", village, name, "", "", ())


def _name(court: str) -> str:
    found = Compound.objects.filter(pk=court).values_list("name", flat=True).first() if court else None
    return found or ""


class _Spot:
    """One search from the spot: every gate its compound may pass is open, in both directions."""

    def __init__(self, facts: Facts, question: Question, lon: float, lat: float) -> None:
        self.question = question
        point = shapely.Point(lon, lat)
        self.court = next((court.key for court in facts.courts if court.area.intersects(point)), PUBLIC)
        me = Home(new_id(), lon, lat, self.court, 0, 0, "", "")
        self.ground: Laid = laid(replace(facts, homes=(me,)), question.walker)
        self.node = int(self.ground.terrain.node[0])
        self.estimated = bool(self.ground.terrain.estimated[0])
        self.loaded = facts.loaded
        self.near = self._search() if self.node >= 0 else np.zeros(0, np.int32)

    def _may(self, shop: Shop) -> bool:
        instant = self.question.instant
        return any(_on_terms(shop, court, instant.day) for court in (PUBLIC, self.court))

    def _search(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        instant = self.question.instant
        ways = [
            way
            for way in self.ground.terrain.passages(barriers=self.question.walker.barriers)
            if any(way.use.allows(court, instant.moment, instant.day) for court in (PUBLIC, self.court))
        ]
        network = opened(self.ground.terrain.network, ways)
        engine = engines.load("auto", network.size)
        limit = max(limit_in_decimetres(LIMIT_M), self.question.limit_dm)
        layer = nearest(network, seeds(np.array([self.node], np.int32)), limit, engine)
        return layer.near

    def row(self, std: Row) -> MyRow:
        """Return one category."""
        supply, own = self.ground.supply(std.code)
        walker = self.question.walker
        if std.code not in self.loaded:
            return self._row(std, "no_data", None, FAR, 0)
        shops = [self.ground.shops[number] for number in own]
        usable = np.array([self._may(shop) for shop in shops], bool)
        good = (supply.node >= 0) & (usable[supply.facility] if len(shops) else np.zeros(0, bool))
        away = np.where(good, self.near[supply.node], FAR) if len(good) else np.zeros(0, np.int32)
        if not len(away) or int(away.min()) >= FAR:
            return self._row(std, "not_covered", None, FAR, 0)
        best = int(np.argmin(away))
        inside = np.unique(supply.facility[away <= walker.reach_m(FIFTEEN) * 10])
        shop = shops[int(supply.facility[best])]
        distance = int(away[best])
        status = "covered" if bool(passes(np.array([distance]), std.band(), walker)[0]) else "not_covered"
        return self._row(
            std, f"estimated_{status}" if self.estimated else status, shop, distance, len(inside)
        )

    def _row(self, std: Row, status: str, shop: Shop | None, distance: int, inside: int) -> MyRow:
        walker = self.question.walker
        known = distance < FAR
        failed = Failed(int(failed_rule(np.array([distance]), std.band(), walker)[0]))
        return MyRow(
            code=std.code,
            name=std.name,
            tier=std.tier,
            need=std.need,
            facility_id=shop.id if shop else None,
            facility=shop.name if shop else "",
            metres=distance / 10 if known else None,
            minutes=round(distance / 10 / walker.metres_per_minute, 1) if known else None,
            slow_minutes=round(distance / 10 / profile(SLOW).metres_per_minute, 1) if known else None,
            open_now=shop.use.hours.open_at(_now()) if shop and shop.hours else None,
            status=status,
            failed=failed.name.lower() if status != "no_data" else "none",
            in_15=inside,
        )


def _now() -> Moment:
    """Return this minute: what is open now is told of now, whatever moment the ways were asked for."""
    now = clock.local(clock.now())
    return Moment("now", now.weekday(), now.hour * 60 + now.minute)


def _on_terms(shop: Shop, court: str, day: object) -> bool:
    """Tell whether somebody may use a facility at all, whatever the hour: hours are told beside."""
    if shop.use.public or court in shop.use.owners:
        return True
    return any(court in rule.classes for rule in shop.use.rules)
