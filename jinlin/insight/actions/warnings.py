"""Warnings: written down by the night's scan, extended while they go on, decided by a person, judged by what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.insight import events
from jinlin.insight.models import Warning, WarningPlace
from jinlin.insight.queries.settings import settings_of
from jinlin.insight.queries.warnings import deciding_post
from jinlin.insight.rules import words as w
from jinlin.insight.rules.findings import ONGOING_DAYS, Finding, Standing, enough, goes_on, is_news
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Category
from jinlin.people import access
from jinlin.people.access import SYSTEM, Actor


@dataclass(frozen=True)
class Recorded:
    """What became of a night's findings: new warnings, older ones that go on, too little, not watched."""

    raised: tuple[UUID, ...] = ()
    extended: tuple[UUID, ...] = ()
    below: int = 0
    unwatched: int = 0


def record_warnings(*, county: str, findings: Iterable[Finding], is_demo: bool = False) -> Recorded:
    """Write a night's findings down in one transaction: raise what is new, extend what goes on, drop what is too little.

    The strongest finding of overlapping ones comes first; whatever overlaps it the same night extends it. A sensitive
    matter is told of villages and wider only: few people stand behind it in a grid.
    """
    findings = list(findings)
    chosen, guarded = settings_of(county), _sensitive(findings)
    raised: list[UUID] = []
    extended: list[UUID] = []
    below = unwatched = 0
    with transaction.atomic():
        known = _ongoing(county)
        for finding in sorted(findings, key=lambda one: (-one.score, str(one.category), one.centre.place)):
            setting = chosen.of(finding.category)
            if not setting.is_watched:
                unwatched += 1
                continue
            if not enough(finding, setting.minimum) or (finding.category in guarded and finding.in_grids):
                below += 1
                continue
            row = next((one for one in known if goes_on(_standing(one), finding)), None)
            if row is None or is_news(_standing(row), finding):
                made = _raise(county, finding, row, is_demo)
                known.insert(0, made)
                raised.append(made.pk)
            elif _extend(row, finding) and row.pk not in raised and row.pk not in extended:
                extended.append(row.pk)
    return Recorded(tuple(raised), tuple(extended), below, unwatched)


def _sensitive(findings: Iterable[Finding]) -> set[UUID]:
    """Return which matters of these are sensitive (one query)."""
    wanted = {finding.category for finding in findings}
    return set(Category.objects.filter(pk__in=wanted, sensitive=True).values_list("pk", flat=True))


def _ongoing(county: str) -> list[Warning]:
    """Return the warnings a finding may continue, latest first, under lock in one order (two queries)."""
    since = clock.today() - timedelta(days=2 * ONGOING_DAYS)
    rows = Warning.unscoped.select_for_update().filter(county=county, last_day__gte=since)
    found = list(rows.order_by("pk").prefetch_related("places"))
    return sorted(found, key=lambda row: row.raised_at, reverse=True)


def _standing(row: Warning) -> Standing:
    return Standing(
        category=row.category_id,
        places=frozenset(one.place for one in row.places.all()),
        last_day=row.last_day,
        state=row.state,
        has_outcome=row.state == w.CONFIRMED and row.outcome != "",
        observed_then=row.decided_observed or row.observed,
    )


def _raise(county: str, finding: Finding, before: Warning | None, is_demo: bool) -> Warning:
    """Write a new warning with its places, and announce it (two queries)."""
    codes = sorted(finding.codes())
    towns, villages = {code[:9] + "000" for code in codes}, {code[:12] for code in codes}
    row = Warning.unscoped.create(
        county=county,
        town=towns.pop() if len(towns) == 1 else "",
        village=villages.pop() if len(villages) == 1 else "",
        first_day=finding.first_day,
        raised_at=clock.now(),
        before=before,
        is_demo=is_demo,
        **_facts(finding),
    )
    _places(row, finding)
    bus.announce(events.WarningRaised(warning_id=row.pk, county=county, at=row.raised_at))
    return row


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "category_id": finding.category,
        "centre": finding.centre.place,
        "method": finding.method,
        "observed": finding.observed,
        "reporters": finding.reporters,
        "expected": finding.expected,
        "window_days": finding.window_days,
        "last_day": finding.last_day,
        "score": finding.score,
        "neighbours": len(finding.places) - 1,
    }


def _places(row: Warning, finding: Finding) -> None:
    WarningPlace.objects.bulk_create(
        WarningPlace(
            county=row.county,
            warning=row,
            town=one.place[:9] + "000",
            village=one.place[:12],
            place=one.place,
            observed=one.observed,
            expected=one.expected,
        )
        for one in finding.places
    )
    getattr(row, "_prefetched_objects_cache", {}).pop("places", None)


def _extend(row: Warning, finding: Finding) -> bool:
    """Let an ongoing warning go on; an open one takes the figures of a stronger finding. A later day counts once."""
    later = finding.last_day > row.last_day
    if later:
        row.extensions += 1
        row.extended_at = clock.now()
    stronger = row.state == w.OPEN and later and finding.observed >= row.observed
    if stronger:
        facts = _facts(finding) | {"method": row.method}  # a warning belongs to the method that raised it
        for name, value in facts.items():
            setattr(row, name, value)
        row.first_day = min(row.first_day, finding.first_day)
        row.places.all().delete()
        _places(row, finding)
        _span(row, finding)
    row.last_day = max(row.last_day, finding.last_day)
    row.save()
    return later


def _span(row: Warning, finding: Finding) -> None:
    towns, villages = (
        {code[:9] + "000" for code in finding.codes()},
        {code[:12] for code in finding.codes()},
    )
    row.town = towns.pop() if len(towns) == 1 else ""
    row.village = villages.pop() if len(villages) == 1 else ""


def raise_warning(*, county: str, finding: Finding, is_demo: bool = False) -> Warning | None:
    """Write one finding down; None when it is too little, not watched, or goes on from an earlier warning."""
    made = record_warnings(county=county, findings=[finding], is_demo=is_demo)
    return Warning.unscoped.get(pk=made.raised[0]) if made.raised else None


def locked(actor: Actor, warning_id: UUID) -> tuple[Warning, Actor]:
    """Return a warning in sight under lock, and the actor with the deciding post in front; NotFound otherwise."""
    access.require(actor, "insight.decide")
    seen = access.visible(actor, Warning.objects.all()).filter(pk=warning_id)
    row = seen.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(_("这条预警"))
    if actor.kind == "system":
        return row, SYSTEM
    post = deciding_post(actor, row)
    if post is None:
        raise NotFound(_("这条预警"))
    return row, actor.acting_in(post)


@once("insight.confirm")
def confirm_warning(*, actor: Actor, warning_id: UUID, reason: str = "", key: str | None = None) -> Warning:
    """Say that a warning is worth acting on; slips and a proactive case may follow."""
    return _decide(actor, warning_id, w.CONFIRMED, clean(reason, max_length=500, field="reason"))


@once("insight.dismiss")
def dismiss_warning(
    *, actor: Actor, warning_id: UUID, dismissal: str, reason: str, key: str | None = None
) -> Warning:
    """Say that a warning is none, and why; the reason counts for the precision of its method."""
    if dismissal not in w.DISMISSALS:
        raise Invalid({"dismissal": [_("请选择为什么排除。")]})
    words = clean(reason, max_length=500, field="reason", multiline=True, required=True)
    return _decide(actor, warning_id, w.DISMISSED, words, dismissal)


def _decide(actor: Actor, warning_id: UUID, state: str, reason: str, dismissal: str = "") -> Warning:
    row, actor = locked(actor, warning_id)
    if row.state != w.OPEN:
        raise Conflict("decided", _("这条预警刚才已由同事研判，请看最新情况。"))
    now = clock.now()
    row.state, row.reason, row.dismissal, row.decided_at = state, reason, dismissal, now
    row.decided_observed, row.decided_unit = row.observed, actor.post.unit if actor.post else None
    if dismissal:
        row.outcome, row.outcome_at = w.DISMISSALS[dismissal][1], now
    row.save()
    audit.record(actor=actor, verb=f"insight.{state}", obj=row, county=row.county)
    bus.announce(events.WarningDecided(warning_id=row.pk, county=row.county, at=now))
    return row


@once("insight.outcome")
def set_outcome(
    *, actor: Actor, warning_id: UUID, outcome: str, words: str = "", key: str | None = None
) -> Warning:
    """Say what a confirmed warning turned out to be; it may be corrected, the audit keeps each word."""
    row, actor = locked(actor, warning_id)
    if row.state != w.CONFIRMED:
        raise Conflict("not_confirmed", _("先确认这条预警，再填写结果。"))
    return judged(row, actor, outcome, clean(words, max_length=500, field="words", multiline=True))


def judged(row: Warning, actor: Actor, outcome: str, words: str) -> Warning:
    """Write the outcome of a locked warning."""
    if outcome not in w.OUTCOMES:
        raise Invalid({"outcome": [_("请选择属实、部分属实、虚警还是早已知道。")]})
    row.outcome, row.outcome_words, row.outcome_at = outcome, words, clock.now()
    row.save(update_fields=["outcome", "outcome_words", "outcome_at"])
    audit.record(actor=actor, verb="insight.outcome", obj=row, county=row.county)
    return row
