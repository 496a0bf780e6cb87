"""What every write of an item does: lock the row, look at the version, write history, counters, audit, event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.files.actions import attach
from jinlin.initiatives.actions import counting
from jinlin.initiatives.events import InitiativeMoved
from jinlin.initiatives.models import (
    Initiative,
    Milestone,
    PaperTally,
    Pass,
    Resolution,
    SiteVisit,
    StageEntry,
)
from jinlin.initiatives.queries.numbers import numbers
from jinlin.initiatives.rules import kinds, phases
from jinlin.initiatives.rules.counting import counted_for
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.text import clean
from jinlin.people import areas
from jinlin.people.access import Actor

LONG: Final = 2000


@dataclass(frozen=True)
class Words:
    """What is said with a move: for everybody, and for the office only."""

    public: str = ""
    inner: str = ""


def locked(initiative_id: UUID, *, expect: int | None = None) -> Initiative:
    """Return an item under its row lock; Conflict when somebody was faster than the page in hand."""
    item = Initiative.unscoped.select_for_update().filter(pk=initiative_id).first()
    if item is None:
        raise NotFound("initiative")
    if expect is not None and item.version != expect:
        raise Conflict("stale", _("这件事刚刚有了新进展，请刷新页面看过再操作。"))
    return item


def as_host(actor: Actor, item: Initiative) -> Actor:
    """Return the actor with the post in front that looks after the item; what lies elsewhere does not exist."""
    verb = "venture.run" if item.kind == kinds.VENTURE else "initiative.handle"
    return areas.acting(actor, verb, item.area)


def refuse_own(actor: Actor, item: Initiative) -> None:
    """Refuse to let anybody assess, publish or accept what they put in themselves."""
    if item.proposer_account is not None and item.proposer_account == actor.account_id:
        raise NotAllowed("own_item", _("自己提出的事要由另一位同志来审，请转给同事办理。"))


def entry(
    item: Initiative, actor: Actor, verb: str, words: Words, *, step: str = "", target: str = ""
) -> StageEntry:
    """Add a line to the history of a locked item; the caller saves the item.

    A clock that was turned back would put the new line before the old ones, and could cut a notice short: refused.
    """
    now = clock.now()
    if now < item.moved_at:
        raise RuleBroken("clock_back", _("服务器的时间比上一次记录还早，请联系管理员校准时间后再办。"))
    item.entries_count += 1
    post = actor.post
    return StageEntry.objects.create(
        county=item.county,
        initiative=item,
        number=item.entries_count,
        verb=verb,
        step=step,
        source=item.stage if target else "",
        target=target,
        public_text=clean(words.public, max_length=LONG, field="public_text", multiline=True),
        inner_note=clean(words.inner, max_length=LONG, field="inner_note", multiline=True),
        account=actor.account_id,
        unit_name=post.unit_name if post else "",
        at=now,
    )


def go(item: Initiative, actor: Actor, verb: str, target: str, words: Words) -> None:
    """Bring a locked item into a stage: history, lists, counters, audit and event; the one way a stage changes."""
    entry(item, actor, verb, words, target=target)
    source = item.stage
    path = item.the_kind.stages
    first = target in path and (item.reached not in path or path.index(target) > path.index(item.reached))
    counting.stands(item, source, -1)
    item.stage = target
    if target in path:
        item.reached = kinds.further(item.kind, item.reached, target)
    item.phase = phases.phase_of(target)
    item.is_public = kinds.is_public(item.kind, target, item.reached)
    item.is_open = target not in kinds.OVER
    item.moved_at = clock.now()
    item.ended_at = None if item.is_open else item.moved_at
    item.next_by = _promised(item) if item.is_open else None
    kept(item)
    counting.stands(item, target, 1)
    counting.happened(item, counted_for(item.kind, target, first=first))
    audit.record(actor=actor, verb=f"initiative.{verb}", obj=item, county=item.county)
    bus.announce(
        InitiativeMoved(item.pk, item.county, item.village, item.kind, verb, source, target, item.moved_at)
    )


def noted(item: Initiative, actor: Actor, verb: str, *, fields: Sequence[str] = ()) -> None:
    """Save a locked item after a deed that left its stage alone, with its audit entry."""
    kept(item)
    audit.record(actor=actor, verb=f"initiative.{verb}", obj=item, county=item.county, fields=fields)


def kept(item: Initiative) -> None:
    """Save a locked item; every write makes the page in somebody's hand an old one."""
    item.version += 1
    item.save()


def _promised(item: Initiative) -> date:
    days = numbers(item.county).get(f"wait_{item.stage}")
    return clock.today() + timedelta(days=days.value if days else 30)


def hung(photo: UUID | None, row: Milestone | PaperTally | Resolution | SiteVisit) -> None:
    """Give the picture that came with a deed to the row it belongs to, or it would be gone after a day.

    Invalid for one that is not there any more, and with it the whole deed.
    """
    if photo is not None:
        attach(file_ids=[photo], owner=row, county=row.county)


def by_pass(passed: Pass | None, item: Initiative) -> bool:
    """Tell whether a pass is the one an item was put in with."""
    return passed is not None and passed.ended_at is None and passed.pk == item.proposed_by_id
