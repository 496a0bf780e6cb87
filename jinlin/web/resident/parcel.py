"""The case like a parcel: who has it, what happens next, by when, and what happened so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from jinlin.cases.queries import Line, OwnWords, Story, link_token, story
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
    next_words: str
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
    merged = _merged(told.merged_into) if told.merged_into else None
    return _drawn(told, tuple(own), opened=opened, merged=merged)


def _merged(told: Story) -> Parcel:
    return _drawn(told, (), opened=False, merged=None)


def _drawn(told: Story, own: tuple[OwnWords, ...], *, opened: bool, merged: Parcel | None) -> Parcel:
    return Parcel(
        story=told,
        title=told.title if opened else told.category,
        stages=_stages(told),
        rows=_rows(told, opened=opened),
        next_words=_(words.NEXT[told.state]).format(who=told.holder or _("受理单位"))
        if told.state in words.NEXT
        else "",
        due=told.next_by,
        tone=_tone(told),
        own=own,
        joined=not opened and bool(own),
        link=link_to(told.case, own),
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
    return [
        {
            "label": label,
            "state": "done" if told.state == w.CLOSED else state or "todo",
            "late": state == "now" and told.is_late,
        }
        for _key, label, state in told.steps
    ]


def _rows(told: Story, *, opened: bool) -> list[dict[str, Any]]:
    rows = [_row(line, opened=opened, several=told.case.appeal_count > 1) for line in reversed(told.lines)]
    if rows:
        rows[0]["state"] = "done" if told.state == w.CLOSED else "now"
    return rows


def _row(line: Line, *, opened: bool, several: bool) -> dict[str, Any]:
    resident = line.who == _("居民")
    hidden = resident and (several or not opened)
    parts = [line.target and _("交给：%(unit)s") % {"unit": line.target}, line.reason]
    if not hidden:
        parts.append(line.words)
    mine = resident and opened and not several
    return {
        "title": line.label,
        "when": line.made_at,
        "by": _("您") if mine else line.who,
        "text": "\n".join(part for part in parts if part),
        "photos": photo_rows(line.photos) if opened or line.verb in OFFICE_PHOTOS else [],
        "state": "",
    }


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
