"""Papers that no step writes: evidence, a proxy, receipts, a note, the back cover; pictures are kept sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.files.actions import attach
from jinlin.kernel.errors import Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.mediation.actions.said import WORDS_MAX, Reader, Said
from jinlin.mediation.actions.step import Paper, locked, put, write_step
from jinlin.mediation.models import Doc
from jinlin.mediation.rules import words as w
from jinlin.people.access import Actor

PICTURES: Final = 9


@once("mediation.paper")
def put_paper(
    *,
    actor: Actor,
    file_id: UUID,
    slot: str,
    said: Said,
    pictures: Sequence[UUID] = (),
    expect: int | None = None,
    key: str | None = None,
) -> Doc:
    """Put a paper with `words`, a day `on` and sealed pictures into a slot that is filled by hand.

    A slot that a step fills takes a picture of the signed sheet with a word to it (`words`), never instead of the step.
    """
    row = locked(actor, file_id, expect)
    if row.stage == w.FILED:
        raise RuleBroken("stage", _("卷宗已经归档，不能再放材料。"))
    if slot not in w.SLOT:
        raise Invalid({"slot": [_("请从列表中选择。")]})
    if not w.SLOT[slot].by_hand and not row.docs.filter(slot=slot).exists():
        raise RuleBroken("step_first", _("这一格由前面的步骤填写，请先做那一步，再补充签字页照片。"))
    reader = Reader(said)
    words, on = reader.text("words", longest=WORDS_MAX), reader.day("on")
    reader.done()
    if len(pictures) > PICTURES:
        raise Invalid({"photos": [_("一次最多放 9 张照片，请分几次。")]})
    assert on is not None
    doc = put(row, actor, Paper(slot, {"words": words}, on, pictures=len(pictures)))
    if pictures:
        attach(file_ids=pictures, owner=doc, county=row.county, sealed=True)
    write_step(row, actor, "paper")
    return doc
