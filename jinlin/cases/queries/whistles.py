"""Whistles in sight, one whole, and their figures: offices answer for themselves, with n beside each share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Whistle, WhistleReply
from jinlin.cases.rules import whistle as rules
from jinlin.kernel.errors import NotFound, gettext_noop
from jinlin.orgs import queries as orgs
from jinlin.orgs.rules import code_range
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places import queries as places

VIEWS: Final = {
    "mine": gettext_noop("等我们答复"),
    "called": gettext_noop("我们吹的哨"),
    "open": gettext_noop("进行中"),
    "ended": gettext_noop("已结束"),
}
LIMIT: Final = 200


@dataclass(frozen=True)
class ReplyRow:
    """One called unit."""

    unit: UUID
    name: str
    due_at: datetime
    answered_at: datetime | None
    answer: str
    came_at: datetime | None
    on_site: str
    solved: str
    needed: str

    @property
    def is_late(self) -> bool:
        """Whether the answer came after its time."""
        return self.answered_at is not None and self.answered_at > self.due_at


@dataclass(frozen=True)
class WhistleRow:
    """A whistle with its units."""

    id: UUID
    code: str
    kind: str
    topic: str
    words: str
    place: str
    caller: str
    caller_unit: UUID
    called_at: datetime
    ended_at: datetime | None
    replies: tuple[ReplyRow, ...]

    @property
    def answered(self) -> int:
        """How many units have answered."""
        return sum(one.answered_at is not None for one in self.replies)


def whistles(*, viewer: Actor, view: str = "open") -> list[WhistleRow]:
    """Return the whistles of a view, newest first (four queries)."""
    access.require(viewer, "whistle.view")
    rows = access.visible(viewer, Whistle.objects.all())
    units = viewer.units
    if view == "mine":
        waiting = WhistleReply.unscoped.filter(unit__in=units, answered_at=None).values("whistle_id")
        rows = rows.filter(pk__in=waiting, ended_at=None)
    elif view == "called":
        rows = rows.filter(caller_unit__in=units)
    else:
        rows = rows.filter(ended_at__isnull=view != "ended")
    return _rows(list(rows.order_by("-called_at", "-id")[:LIMIT]))


def whistle(*, viewer: Actor, whistle: UUID) -> WhistleRow:
    """Return one whistle in sight; NotFound otherwise."""
    access.require(viewer, "whistle.view")
    found = list(access.visible(viewer, Whistle.objects.all()).filter(pk=whistle))
    if not found:
        raise NotFound(_("这次吹哨"))
    return _rows(found)[0]


def _rows(found: list[Whistle]) -> list[WhistleRow]:
    replies: dict[UUID, list[WhistleReply]] = {}
    for reply in WhistleReply.unscoped.filter(whistle__in=[row.pk for row in found]).order_by("due_at", "id"):
        replies.setdefault(reply.whistle_id, []).append(reply)
    ids = {one.unit for many in replies.values() for one in many} | {row.caller_unit for row in found}
    names: dict[Any, str] = orgs.unit_names(ids) if ids else {}
    spots = places.area_names({row.place for row in found}) if found else {}
    return [
        WhistleRow(
            row.pk,
            row.code,
            row.kind,
            row.topic,
            row.words,
            spots.get(row.place, row.place),
            names.get(row.caller_unit, ""),
            row.caller_unit,
            row.called_at,
            row.ended_at,
            tuple(_reply(one, names) for one in replies.get(row.pk, ())),
        )
        for row in found
    ]


def _reply(one: WhistleReply, names: dict[Any, str]) -> ReplyRow:
    return ReplyRow(
        one.unit,
        names.get(one.unit, ""),
        one.due_at,
        one.answered_at,
        one.answer,
        one.came_at,
        one.on_site,
        one.solved,
        one.needed,
    )


@dataclass(frozen=True)
class WhistleFigures:
    """Of an area and a time: calls, units called, answered in time, came, solved, calls judged and found needed."""

    calls: int
    called: int
    in_time: int
    came: int
    judged_units: int
    solved: int
    judged_calls: int
    needed: int


def whistle_figures(area: str, since: datetime, until: datetime) -> WhistleFigures:
    """Return the double evaluation of an area as counts, for boards (two queries)."""
    low, high = code_range(area)
    calls = Whistle.unscoped.filter(
        town__gte=low.ljust(12, "0"), town__lt=high, called_at__gte=since, called_at__lt=until
    )
    n = calls.count()
    told = WhistleReply.unscoped.filter(whistle__in=calls).aggregate(
        called=Count("id"),
        in_time=Count("id", filter=Q(answered_at__lte=F("due_at"))),
        came=Count("id", filter=Q(came_at__isnull=False)),
        judged_units=Count("id", filter=~Q(solved="")),
        solved=Count("id", filter=Q(solved="yes")),
        judged_calls=Count("id", filter=~Q(needed="")),
        needed=Count("id", filter=Q(needed="yes")),
    )
    return WhistleFigures(calls=n, **told)


def kinds() -> list[tuple[str, str]]:
    """Return the kinds for a picker."""
    return [(kind, _(label)) for kind, label in rules.KINDS.items()]
