"""What one compound reaches, what it lacks, and what a neighbour could share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from jinlin.circle.circles import LIMIT_M
from jinlin.circle.coverage import Status
from jinlin.circle.models import Assessment, Block, Cover, Enclosure, Gate
from jinlin.circle.network import FAR
from jinlin.circle.queries.computing import Computed, Question, computed, laid
from jinlin.circle.queries.facts import Facts, facts_of
from jinlin.circle.queries.results import AssessmentRow, Shares, as_row, found
from jinlin.circle.queries.scope import inside, require_area
from jinlin.circle.queries.standards import rows_of
from jinlin.circle.queries.things import GateRow, gate_rows
from jinlin.circle.rules.covering import rounded
from jinlin.circle.rules.standards import Row
from jinlin.circle.rules.words import ENCLOSURES, FAILED, STATUSES
from jinlin.circle.walkers import failed_rule, profile
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound, gettext
from jinlin.kernel.geo import grow
from jinlin.people.access import Actor
from jinlin.places.models import Compound

LISTED: Final = 500
SLOW: Final = "slow"


@dataclass(frozen=True)
class CompoundRow:
    """A compound with its count of residents (tens) and of what it lacks in the newest result."""

    id: UUID
    name: str
    village: str
    kind: str
    kind_label: str
    walled: bool
    people: int
    gates: int
    missing: int | None
    is_demo: bool


@dataclass(frozen=True)
class Reach:
    """One facility as the people of a compound reach it: the mean walk, and how many live within 5, 10, 15 minutes."""

    code: str
    name: str
    tier: str
    need: str
    nearest: str
    metres: float | None
    minutes: float | None
    slow_minutes: float | None
    detour: float | None
    status: str
    failed: str
    people: Shares
    in_5: int
    in_10: int
    in_15: int


@dataclass(frozen=True)
class Share:
    """A facility of a neighbour that would close a gap here if it were shared."""

    facility_id: UUID
    facility: str
    code: str
    category: str
    compound_id: UUID | None
    compound: str
    metres: float
    minutes: float
    people: int


@dataclass(frozen=True)
class CompoundPage:
    """Everything about one compound's circle."""

    row: CompoundRow
    geometry: dict[str, Any] | None
    assessment: AssessmentRow | None
    reach: tuple[Reach, ...]
    missing: tuple[Reach, ...]
    detours: tuple[Reach, ...]
    could_share: tuple[Share, ...]
    gates: tuple[GateRow, ...]


def compounds(*, viewer: Actor, area: str) -> tuple[CompoundRow, ...]:
    """Return the compounds of an area the circle knows, by name (five queries)."""
    require_area(viewer, "circle.view", area)
    rows = Enclosure.objects.filter(compound__in=Compound.objects.filter(inside(area))).select_related(
        "compound"
    )
    return _rows(list(rows.order_by("compound__name", "pk")[:LISTED]), found(viewer, area, None))


def _rows(rows: list[Enclosure], latest: Assessment | None) -> tuple[CompoundRow, ...]:
    ids = [row.pk for row in rows]
    people = dict(Block.objects.filter(compound__in=ids).values_list("compound").annotate(n=Sum("residents")))
    gates = dict(
        Gate.objects.filter(Q(compound__in=ids), is_live=True, status="open")
        .values_list("compound")
        .annotate(n=Count("pk"))
    )
    missing: dict[Any, int] = {}
    if latest is not None:
        for compound, told in Cover.objects.filter(assessment=latest, compound__in=ids).values_list(
            "compound", "people"
        ):
            missing[compound] = missing.get(compound, 0) + bool(told[Status.NOT_COVERED])
    return tuple(
        CompoundRow(
            id=row.pk,
            name=row.compound.name,
            village=row.compound.village,
            kind=row.kind,
            kind_label=gettext(ENCLOSURES[row.kind]),
            walled=row.walled,
            people=int(people.get(row.pk) or 0),
            gates=int(gates.get(row.pk) or 0),
            missing=missing.get(row.pk) if latest else None,
            is_demo=row.is_demo,
        )
        for row in rows
    )


def compound(*, viewer: Actor, compound_id: UUID, assessment_id: UUID | None = None) -> CompoundPage:
    """Return one compound by the newest result, or by the one asked for; what could be shared is computed here."""
    row = Enclosure.objects.select_related("compound").filter(pk=compound_id).first()
    if row is None:
        raise NotFound(_("这个小区"))
    village = row.compound.village
    require_area(viewer, "circle.view", village)
    latest = found(viewer, village, assessment_id)
    told = _rows([row], latest)[0]
    gates = gate_rows(
        Gate.objects.filter(Q(compound=compound_id) | Q(other=compound_id)).select_related(
            "compound", "other"
        )
    )
    if latest is None or latest.state != "done":
        return CompoundPage(
            told, row.compound.geometry, as_row(latest) if latest else None, (), (), (), (), gates
        )
    here = _Here(row.compound, latest)
    reach = here.reach()
    return CompoundPage(
        row=told,
        geometry=row.compound.geometry,
        assessment=as_row(latest),
        reach=reach,
        missing=tuple(one for one in reach if one.people.not_covered or one.people.estimated_not_covered),
        detours=tuple(one for one in reach if one.detour is not None and one.detour > 2),
        could_share=here.could_share(),
        gates=gates,
    )


class _Here:
    """One compound's surroundings as they are now, computed for its own blocks."""

    def __init__(self, place: Compound, latest: Assessment) -> None:
        self.key = str(place.pk)
        self.latest = latest
        self.question = Question(rows_of(latest.standard), latest.profile, latest.moment, clock.today())
        blocks = list(Block.objects.filter(compound=place).values_list("lon", "lat"))
        self.facts = self._facts(place, blocks)
        self.now: Computed | None = None
        if self.facts is not None:
            self.now = computed(self.facts, self.question, ground=laid(self.facts, self.question.walker))

    def _facts(self, place: Compound, blocks: list[tuple[float, float]]) -> Facts | None:
        if not blocks:
            return None
        table = np.array(blocks)
        west, south = table.min(axis=0).tolist()
        east, north = table.max(axis=0).tolist()
        box = grow((west, south, east, north), LIMIT_M)
        whole = facts_of(place.county, box, edition=self.latest.network)
        return replace(whole, homes=tuple(home for home in whole.homes if home.court == self.key))

    def reach(self) -> tuple[Reach, ...]:
        """Return every category with the mean walk of the residents."""
        covers = {row.category: row for row in self.latest.covers.filter(compound=UUID(self.key))}
        if self.now is None or self.facts is None:
            return ()
        names = {shop.id: shop.name for shop in self.facts.shops}
        found_rows = []
        for column, code in enumerate(self.now.codes):
            std = next(row for row in self.question.rows if row.code == code)
            if code in covers:
                found_rows.append(self._one(column, std, covers[code], names))
        return tuple(found_rows)

    def _one(self, column: int, std: Row, cover: Cover, names: dict[UUID, str]) -> Reach:
        assert self.now is not None
        near = self.now.blocks.near[:, column]
        people = self.now.blocks.residents
        best = int(np.argmin(near)) if len(near) else -1
        label = int(self.now.facility[best, column]) if best >= 0 else -1
        walker = self.question.walker
        metres = cover.near_m
        inside_minutes = [
            rounded(float(people[near <= walker.reach_m(minutes) * 10].sum())) for minutes in (5, 10, 15)
        ]
        shares = Shares(*cover.people)
        far = np.array([FAR if metres is None else round(metres * 10)])
        return Reach(
            code=std.code,
            name=std.name,
            tier=std.tier,
            need=std.need,
            nearest=names.get(self.now.shops[label], "") if label >= 0 else "",
            metres=metres,
            minutes=_minutes(metres, walker.code),
            slow_minutes=_minutes(metres, SLOW),
            detour=cover.detour,
            status=_most(cover),
            failed=FAILED[int(failed_rule(far, std.band(), walker)[0])],
            people=shares,
            in_5=inside_minutes[0],
            in_10=inside_minutes[1],
            in_15=inside_minutes[2],
        )

    def could_share(self) -> tuple[Share, ...]:
        """Return facilities of neighbours, closed to these residents now, that would be near enough if shared."""
        if self.now is None or self.facts is None:
            return ()
        shared = tuple(_open_to(shop, self.key) for shop in self.facts.shops)
        gates = tuple(
            replace(gate, use=_with_class(gate.use, self.key)) if gate.court in _courts(shared) else gate
            for gate in self.facts.gates
        )
        after = computed(replace(self.facts, shops=shared, gates=gates), self.question)
        return _shares(self.now, after, self.facts, self.question)


def _courts(shops: tuple[Any, ...]) -> frozenset[str]:
    return frozenset(shop.court for shop in shops if shop.court)


def _with_class(use: Any, key: str) -> Any:
    return replace(use, owners=use.owners | {key})


def _open_to(shop: Any, key: str) -> Any:
    return shop if shop.use.public else replace(shop, use=_with_class(shop.use, key))


def _shares(now: Computed, after: Computed, facts: Facts, question: Question) -> tuple[Share, ...]:
    shops = {shop.id: shop for shop in facts.shops}
    names = {row.code: row.name for row in question.rows}
    courts = dict(
        Compound.objects.filter(pk__in=[s.court for s in facts.shops if s.court]).values_list("pk", "name")
    )
    found_rows = []
    for column, code in enumerate(after.codes):
        good = after.blocks.status[:, column]
        was = now.blocks.status[:, column]
        newly = np.isin(good, (Status.COVERED, Status.ESTIMATED_COVERED)) & ~np.isin(
            was, (Status.COVERED, Status.ESTIMATED_COVERED)
        )
        labels = after.facility[:, column]
        for label in np.unique(labels[newly]).tolist():
            shop = shops[after.shops[label]]
            if not shop.court:
                continue
            own = newly & (labels == label)
            metres = float(after.blocks.near[own, column].mean()) / 10
            found_rows.append(
                Share(
                    facility_id=shop.id,
                    facility=shop.name,
                    code=code,
                    category=names.get(code, code),
                    compound_id=UUID(shop.court),
                    compound=courts.get(UUID(shop.court), ""),
                    metres=round(metres, 1),
                    minutes=_minutes(metres, question.walker.code) or 0.0,
                    people=rounded(float(after.blocks.residents[own].sum())),
                )
            )
    return tuple(sorted(found_rows, key=lambda row: (-row.people, row.code)))


def _minutes(metres: float | None, walker: str) -> float | None:
    return None if metres is None else round(metres / profile(walker).metres_per_minute, 1)


def _most(cover: Cover) -> str:
    """Return what holds for most residents."""
    return STATUSES[max(range(len(STATUSES)), key=lambda at: (cover.people[at], -at))]
