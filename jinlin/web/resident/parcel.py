"""The case like a parcel: who has it, what happens next, by when, and what happened so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from jinlin.cases.queries import Line, OwnWords, Promise, Story, link_token, story
from jinlin.cases.rules import words as w
from jinlin.web.resident import words

if TYPE_CHECKING:
    from jinlin.cases.models import Case
    from jinlin.people.access import Actor

# steps whose photos come from the office; others may show a neighbour's home
OFFICE_PHOTOS = frozenset({"solve_on_spot", "solve_here", "report_done", "verify"})


@dataclass(frozen=True)
class Parcel:
    """One case as its page draws it."""

    story: Story
    title: str
    stages: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    holder: str
    next_words: str
    promise: Promise | None
    due: datetime | None
    tone: str
    own: tuple[OwnWords, ...]
    joined: bool
    link: str
    has_contact: bool
    merged: Parcel | None = None


def parcel(*, viewer: Actor, case: Case, own: Sequence[OwnWords]) -> Parcel:
    """Return a case for the person who has proved it; neighbours' words and homes stay out (at most 11 queries)."""
    told = story(viewer=viewer, case=case)
    opened = any(row.opened_it for row in own) or case.appeal_count <= 1
    merged = None
    if told.merged_into:
        other = told.merged_into
        merged = _drawn(other, (), opened=False, link=link_to(other.case, own))
    return _drawn(told, tuple(own), opened=opened, link=link_to(case, own), merged=merged)


def _drawn(
    told: Story, own: tuple[OwnWords, ...], *, opened: bool, link: str, merged: Parcel | None = None
) -> Parcel:
    who = told.holder or _("受理单位")
    return Parcel(
        story=told,
        title=told.title if opened else told.category,
        stages=_stages(told),
        rows=_rows(told, opened=opened),
        holder=_(words.HOLDERS[told.state]) if told.state in words.HOLDERS else who,
        next_words=_(words.NEXT[told.state]).format(who=who) if told.state in words.NEXT else "",
        promise=told.promised,
        due=told.next_by,
        tone=_tone(told),
        own=own,
        joined=not opened and bool(own),
        link=link,
        has_contact=any(row.contact_id for row in own),
        merged=merged,
    )


def link_to(case: Case, own: Sequence[OwnWords]) -> str:
    """Return the address that opens this case without digits, "" when nobody's words are known to be one's own."""
    if not own:
        return ""
    return reverse("resident:link", args=[case.shown_code, link_token(own[0].id)])


def _tone(told: Story) -> str:
    if told.state == w.CLOSED:
        return words.END_TONE.get(told.case.end_kind, "plain")
    if told.is_late:
        return "overdue"
    return "wait" if told.state in (w.FOLLOW_UP, w.SUSPENDED, w.LEDGERED) else "action"


def _stages(told: Story) -> list[dict[str, Any]]:
    """Return the strip without steps that were skipped: nothing is ticked that did not happen."""
    if told.case.end_kind == "duplicate":
        return []
    been = {line.to_state for line in told.lines} | {w.SUBMITTED, told.state}
    ended = told.state == w.CLOSED
    states = {key: covered for key, _label, covered in w.STEPS}
    return [
        {
            "label": label,
            "state": "done" if ended else state or "todo",
            "late": state == "now" and told.is_late,
        }
        for key, label, state in told.steps
        if states[key] & been or not (ended or state == "done")
    ]


def _rows(told: Story, *, opened: bool) -> list[dict[str, Any]]:
    rows = [_row(line, opened=opened, several=told.case.appeal_count > 1) for line in reversed(told.lines)]
    if rows:
        rows[0]["state"] = "done" if told.state == w.CLOSED else "now"
    return rows


def _row(line: Line, *, opened: bool, several: bool) -> dict[str, Any]:
    resident = line.who == _("居民")
    hidden = resident and (several or not opened)
    parts = [_aimed(line), line.reason]
    if not hidden:
        parts.append(line.words)
    mine = resident and opened and not several
    own_photos = opened and line.verb != "join" and (line.verb == "report" or not hidden)
    return {
        "title": line.label,
        "when": line.made_at,
        "by": _("您") if mine else line.who,
        "text": "\n".join(part for part in parts if part),
        "photos": photo_rows(line.photos) if own_photos or line.verb in OFFICE_PHOTOS else [],
        "state": "",
    }


def _aimed(line: Line) -> str:
    """Say whom or what a step was about: the unit it went to, the other case, the milestone, the new day."""
    if not line.target or line.verb == "milestone":
        return line.target
    if line.verb == "new_date":
        day = date.fromisoformat(line.target)
        return _("最迟%(month)s月%(day)s日办好") % {"month": day.month, "day": day.day}
    goes = _("并入：%(unit)s") if line.verb == "merge" else _("交给：%(unit)s")
    return goes % {"unit": line.target}


def photo_rows(photos: Sequence[UUID]) -> list[dict[str, str]]:
    """Return photos as the timeline draws them."""
    return [
        {
            "url": reverse("public:photo", args=[one]),
            "thumb": reverse("public:photo-thumb", args=[one]),
            "alt": _("第 %(n)d 张照片") % {"n": at},
        }
        for at, one in enumerate(photos, 1)
    ]
