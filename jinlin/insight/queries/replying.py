"""What to look at once more before a result is sent: notes to whoever writes it; nothing is kept, nobody is scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.models import Appeal, Case
from jinlin.insight.replies import checks, wording
from jinlin.insight.replies.relevance import relevance
from jinlin.kernel.errors import gettext_noop
from jinlin.people import access
from jinlin.people.access import Actor

OTHERS: Final = 100  # latest cases in sight whose first words tell what is off the subject
PART_SHOWN: Final = 30  # characters

SENTENCES: Final = {
    checks.RECEIVED: gettext_noop("只说了收到或已转办；请写查到什么、办了什么、结果怎样。"),
    checks.OFF: gettext_noop("和居民说的事对不上，请核对是不是写错了件。"),
    checks.NO_FINDING: gettext_noop("没写查到的情况或依据。"),
    checks.NO_ACTION: gettext_noop("没写做了什么、下一步怎么办。"),
    checks.NO_DATE: gettext_noop("没写时间：哪天办的，或什么时候能好。"),
    checks.NO_CONTACT: gettext_noop("没写找谁问：电话或办事的地方。"),
}


@dataclass(frozen=True)
class ReplyNote:
    """One thing to look at once more."""

    code: str
    sentence: str


def reply_notes(*, viewer: Actor, case: Case, words: str) -> tuple[ReplyNote, ...]:
    """Return the notes on words to a resident before they are sent, none for no words (three queries).

    Compared with are the first words of the latest cases the viewer may see; the case has been read in the same sight.
    """
    if not words.strip():
        return ()
    own = "\n".join(_told(case))
    codes = checks.of_words(own, words)
    if checks.RECEIVED not in codes and _is_off(viewer, case, own, words):
        codes = (checks.OFF, *codes)
    notes = []
    for code in codes:
        if code == checks.PARTS:
            parts = _("”“").join(each[:PART_SHOWN] for each in wording.unanswered(own, words)[:3])
            notes.append(
                ReplyNote(code, _("居民问了几件事，这里好像没有答到：“%(parts)s”。") % {"parts": parts})
            )
        else:
            notes.append(ReplyNote(code, _(SENTENCES[code])))
    return tuple(notes)


def _told(case: Case) -> list[str]:
    rows = Appeal.unscoped.filter(county=case.county, case=case, withdrawn_at=None)
    return [
        f"{title}\n{text}" for title, text in rows.order_by("received_at").values_list("title", "text")[:3]
    ]


def _is_off(viewer: Actor, case: Case, own: str, words: str) -> bool:
    seen = access.visible(viewer, Case.objects.all()).filter(county=case.county).exclude(pk=case.pk)
    latest = list(seen.order_by("-opened_at").values_list("pk", flat=True)[:OTHERS])
    rows = Appeal.unscoped.filter(county=case.county, case__in=latest, withdrawn_at=None).order_by(
        "received_at"
    )
    first: dict[object, str] = {}
    for pk, title, text in rows.values_list("case_id", "title", "text"):
        first.setdefault(pk, f"{title}\n{text}")
    appeals = [wording.plain(each) for each in (own, *first.values())]
    if len(set(appeals)) < checks.FEWEST:
        return False
    gist = wording.gist(words)
    found = relevance(appeals, [gist] * len(appeals))
    return checks.is_off(len(gist), float(found.better[0]), len(appeals))
