"""What a mediator filled in, read with one sentence per wrong field; never comparable outside without the node's key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from jinlin.kernel import clock, crypto
from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean
from jinlin.mediation.rules import words as w
from jinlin.mediation.rules.moves import Ask, Move, holds_a_number

LINE_MAX: Final = 120
WORDS_MAX: Final = 5000
LONGEST_AHEAD: Final = timedelta(days=365 * 5)


@dataclass(frozen=True)
class Said:
    """The answers to the questions of a step, by name; texts, dates as 2026-03-01, lists of texts."""

    fields: Mapping[str, Any] = field(default_factory=dict)

    def __fingerprint__(self) -> str:
        """Say by a keyed print whether two requests ask the same: a plain hash of a name could be guessed."""
        text = json.dumps(dict(self.fields), sort_keys=True, ensure_ascii=True, default=str)
        return crypto.blind_index(text, column="mediation.request").hex()


class Reader:
    """Reads answers one by one and gathers what is wrong; `done` raises Invalid naming each field."""

    def __init__(self, said: Said) -> None:
        self.fields = said.fields
        self.wrong: dict[str, list[str]] = {}

    def _refuse(self, name: str, sentence: str) -> None:
        self.wrong.setdefault(name, []).append(sentence)

    def text(self, name: str, *, required: bool = True, longest: int = LINE_MAX) -> str:
        """Return a text through the input gate; a citizen's number in it is refused."""
        try:
            found = clean(
                self.fields.get(name),
                max_length=longest,
                field=name,
                multiline=longest > LINE_MAX,
                required=required,
            )
        except Invalid as error:
            self.wrong |= error.fields
            return ""
        if holds_a_number(found):
            self._refuse(name, _("请删去证件号码：本系统不登记证件号码，复印件留在纸质卷宗里。"))
        return found

    def day(self, name: str, *, required: bool = True, ahead: bool = False) -> date | None:
        """Return a day; not later than today unless `ahead`, then not before today."""
        given = self.fields.get(name)
        if not given:
            if required:
                self._refuse(name, _("请填写日期。"))
            return None
        try:
            found = given if type(given) is date else date.fromisoformat(str(given))
        except ValueError:
            self._refuse(name, _("日期请写成 2026-03-01 这样。"))
            return None
        today = clock.today()
        if not ahead and found > today:
            self._refuse(name, _("日期不能晚于今天。"))
        elif not ahead and found < today - LONGEST_AHEAD:
            self._refuse(name, _("日期太早，请核对。"))
        elif ahead and not today <= found <= today + LONGEST_AHEAD:
            self._refuse(name, _("日期应在今天之后、五年之内。"))
        return found

    def choice(self, name: str, table: Mapping[str, str], *, required: bool = True) -> str:
        """Return a key of a table."""
        given = str(self.fields.get(name) or "")
        if given in table or (not given and not required):
            return given
        self._refuse(name, _("请从列表中选择。"))
        return ""

    def number(self, name: str, most: int) -> int:
        """Return a whole number from 1 to `most`."""
        given = str(self.fields.get(name) or "").strip()
        found = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 0
        if not 1 <= found <= most:
            self._refuse(name, _("请填 1 到 %(most)d 之间的整数。") % {"most": most})
        return found

    def several(self, name: str) -> frozenset[str]:
        """Return ticked boxes."""
        given = self.fields.get(name) or ()
        return frozenset(str(one) for one in ([given] if isinstance(given, str) else given))

    def done(self) -> None:
        """Refuse when anything was wrong."""
        if self.wrong:
            raise Invalid(self.wrong)


def answers(move: Move, said: Said) -> tuple[Reader, dict[str, Any]]:
    """Return what was answered to a step's own questions of plain kinds; parties and numbers are read by the step."""
    reader, found = Reader(said), {}
    for ask in move.asks:
        if ask.kind not in ("party", "all_parties", "number"):
            found[ask.name] = _answer(reader, ask)
    return reader, found


def _answer(reader: Reader, ask: Ask) -> Any:
    if ask.kind == "choice":
        return reader.choice(ask.name, getattr(w, ask.choices), required=ask.required)
    if ask.kind == "date":
        return reader.day(ask.name, required=ask.required, ahead=ask.name in ("perform_on", "again_on"))
    return reader.text(
        ask.name, required=ask.required, longest=WORDS_MAX if ask.kind == "words" else LINE_MAX
    )
