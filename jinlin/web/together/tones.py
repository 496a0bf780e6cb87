"""How things of 共治 look in a list: their words, their tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from jinlin.gatherings.queries import Project
from jinlin.gatherings.rules import words as w
from jinlin.gatherings.rules.slots import clock_face
from jinlin.kernel import clock

if TYPE_CHECKING:
    from jinlin.gatherings.models import Booking, Gathering, Match, Offer, Venue

TONE = {
    "planned": "none",
    "open": "action",
    "held": "done",
    "cancelled": "wait",
    "requested": "wait",
    "confirmed": "done",
    "denied": "none",
    "waiting": "wait",
    "matched": "action",
    "done": "done",
    "agreed": "action",
    "signed": "action",
    "in": "done",
    "out": "done",
}


def when(starts: Any, ends: Any) -> str:
    """Return 3月12日 星期四 10:00–12:00 for a span within a day, with the second day where it ends on another."""
    begin, end = clock.local(starts), clock.local(ends)
    day = formats.date_format(begin, _("n月j日 l"))
    until = f"{end:%H:%M}" if begin.date() == end.date() else formats.date_format(end, _("n月j日 H:i"))
    return f"{day} {begin:%H:%M}–{until}"


def gathering_row(row: Gathering) -> dict[str, Any]:
    """Return a gathering as a row of a list."""
    if row.state == "open" and row.ends_at <= clock.now():
        badge, tone = _("已结束"), "none"
    elif row.state == "open" and row.seats_left == 0:
        badge, tone = _("名额已满，可候补"), "wait"
    else:
        badge, tone = _(w.GATHERING_STATES[row.state]), TONE[row.state]
    place = row.venue.name if row.venue else row.place_words
    meta = [when(row.starts_at, row.ends_at), place, _(w.GATHERING_KINDS[row.kind])]
    if row.state == "held":
        meta.append(_("{n} 人参加").format(n=row.served))
    return {
        "url": reverse("together:gathering", args=[row.pk]),
        "title": row.title,
        "meta": meta,
        "badge": badge,
        "tone": tone,
        "when": meta[0],
        "place": place,
    }


def venue_row(row: Venue) -> dict[str, Any]:
    """Return a room as a row of a list."""
    flags = [
        label
        for fine, label in (
            (row.step_free, _("无台阶")),
            (row.accessible_toilet, _("无障碍卫生间")),
            (row.hearing_loop, _("助听设备")),
        )
        if fine
    ]
    return {
        "url": reverse("together:venue", args=[row.pk]),
        "title": row.name,
        "meta": [
            row.address,
            _("最多 {n} 人").format(n=row.capacity),
            f"{clock_face(row.opens)}–{clock_face(row.closes)}",
            *flags,
        ],
        "badge": _(w.VENUE_KINDS[row.kind]),
        "tone": "none",
    }


def booking_row(row: Booking) -> dict[str, Any]:
    """Return a booking as a row for the staff of the place."""
    return {
        "row": row,
        "title": row.venue.name,
        "when": when(row.starts_at, row.ends_at),
        "purpose": _(w.PURPOSES[row.purpose]),
        "badge": _(w.BOOKING_STATES[row.state]),
        "tone": TONE[row.state],
    }


def offer_row(row: Offer) -> dict[str, Any]:
    """Return a need or a resource as a row; who posted it stands there only if they wish so."""
    who = row.organisation.name if row.organisation else (row.nickname if row.names_poster else "")
    count = _("{left}/{n} 份").format(left=row.left, n=row.quantity) if row.quantity > 1 else ""
    return {
        "row": row,
        "id": row.pk,
        "title": row.title,
        "words": row.words,
        "kind": _(w.OFFER_KINDS[row.kind]),
        "who": who,
        "count": count,
        "badge": _(w.OFFER_STATES[row.state]),
        "tone": TONE.get(row.state, "none"),
        "window": when(row.window_from, row.window_to) if row.window_from and row.window_to else "",
    }


def project_row(row: Project) -> dict[str, Any]:
    """Return a line of the third list."""
    return {
        "row": row,
        "kind": _(w.OFFER_KINDS[row.kind]),
        "who": row.organisation or _("热心邻居"),
        "badge": _(w.MATCH_STATES[row.state]),
        "tone": TONE[row.state],
    }


def match_row(row: Match) -> dict[str, Any]:
    """Return a match as those in charge see it."""
    who = row.organisation.name if row.organisation else row.nickname
    return {
        "row": row,
        "title": row.need.title,
        "kind": _(w.OFFER_KINDS[row.need.kind]),
        "who": who or (_("社区工作人员") if row.taken_by else ""),
        "resource": row.resource.title if row.resource else "",
        "badge": _(w.MATCH_STATES[row.state]),
        "tone": TONE.get(row.state, "none"),
    }
