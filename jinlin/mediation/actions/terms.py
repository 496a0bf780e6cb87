"""Setting the lengths and the archive rule: by the platform's administrator, who sees no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.mediation.models import Terms
from jinlin.people import access
from jinlin.people.access import Actor

LIMITS: Final = {"days": (1, 90), "extension_days": (1, 90), "court_days": (1, 30), "warn_days": (0, 20)}
KEPT_MOST: Final = 100


@dataclass(frozen=True)
class Lengths:
    """Days of the clock, of an extension, of the court window, of warning; years files are kept (0: for ever)."""

    days: int
    extension_days: int
    court_days: int
    warn_days: int
    keep_years: int
    source: str


@once("mediation.terms")
def set_terms(*, actor: Actor, lengths: Lengths, key: str | None = None) -> Terms:
    """Set the terms that hold everywhere from today on; files already accepted keep their last day."""
    access.require(actor, "settings.manage")
    wrong: dict[str, list[str]] = {}
    for name, (low, high) in LIMITS.items():
        if not low <= getattr(lengths, name) <= high:
            wrong[name] = [_("请填 %(low)d 到 %(high)d 之间的整数。") % {"low": low, "high": high}]
    if not 0 <= lengths.keep_years <= KEPT_MOST:
        wrong["keep_years"] = [_("请填 0 到 100 之间的整数；0 表示永久保存。")]
    if wrong:
        raise Invalid(wrong)
    source = clean(lengths.source, max_length=200, field="source", required=True)
    values = {name: getattr(lengths, name) for name in (*LIMITS, "keep_years")}
    row, _made = Terms.objects.update_or_create(
        region_code="", valid_from=clock.today(), defaults={**values, "source": source}
    )
    audit.record(actor=actor, verb="mediation.terms", obj=row)
    return row
