"""How a digest says in one sentence what waits for a unit."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jinlin.notices.models import Digest


def digest_words(row: Digest, unit: str = "") -> str:
    """Return "您单位有 3 件将到期、1 件已超期"; counts only, no word of a case."""
    parts = []
    if row.coming:
        parts.append(_("%(n)d 件将到期") % {"n": row.coming})
    if row.late:
        parts.append(_("%(n)d 件已超期") % {"n": row.late})
    if row.asked:
        parts.append(_("%(n)d 件要答复或会办") % {"n": row.asked})
    told = _("%(unit)s有 %(what)s。") % {"unit": unit or _("您单位"), "what": _("、").join(parts)}
    return told + _("超期的请打开看一看，给居民一个新的日期。") if row.late else told
