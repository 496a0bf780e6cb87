"""Taking something off the wall with a reason everybody reads, and setting the figures of this room."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.initiatives.actions.stepping import Words, as_host, entry, locked, noted, refuse_own
from jinlin.initiatives.models import Figure, Initiative
from jinlin.initiatives.rules.words import NUMBERS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import areas
from jinlin.people.access import Actor


@once("initiative.hide")
def hide_initiative(*, actor: Actor, initiative_id: UUID, reason: str, key: str | None = None) -> Initiative:
    """Take an item off the wall; its page stays with the reason, by the same rule whoever put it up."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    refuse_own(actor, item)
    if item.is_hidden or not item.is_public:
        raise RuleBroken("not_now", _("这件事没有公开，或已经取下。"))
    item.is_hidden = True
    item.hidden_reason = clean(reason, max_length=200, field="reason", required=True)
    entry(item, actor, "hide", Words(_("从墙上取下：%(why)s") % {"why": item.hidden_reason}))
    noted(item, actor, "hide")
    return item


@once("initiative.show")
def show_initiative(*, actor: Actor, initiative_id: UUID, reason: str, key: str | None = None) -> Initiative:
    """Put an item back on the wall."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if not item.is_hidden:
        raise RuleBroken("not_now", _("这件事没有被取下。"))
    said = clean(reason, max_length=200, field="reason", required=True)
    item.is_hidden, item.hidden_reason = False, ""
    entry(item, actor, "show", Words(_("重新上墙：%(why)s") % {"why": said}))
    noted(item, actor, "show")
    return item


@once("initiative.figure")
def set_figure(
    *, actor: Actor, area: str, name: str, value: int, valid_from: date, source: str, key: str | None = None
) -> Figure:
    """Set a number of this room for a county from a day on; what statute asks can be made longer, never shorter."""
    areas.require_area(actor, "initiative.set", area)
    if name not in NUMBERS:
        raise Invalid({"name": [_("没有这一项，请从列表里选择。")]})
    _label, unit, least, most = NUMBERS[name]
    if not least <= value <= most:
        scale = 100 if name.endswith("_fen") else 1
        told = {"least": least // scale, "most": most // scale, "unit": _(unit)}
        raise Invalid({"value": [_("请填 %(least)d 到 %(most)d %(unit)s；法律规定的下限不能再短。") % told]})
    if not clock.today() <= valid_from <= clock.today() + timedelta(days=366):
        raise Invalid({"valid_from": [_("只能从今天起的一年内生效，已经发生的不改。")]})
    row, _new = Figure.objects.update_or_create(
        county=area[:6] + "000000",
        name=name,
        valid_from=valid_from,
        defaults={"value": value, "source": clean(source, max_length=200, field="source", required=True)},
    )
    audit.record(actor=actor, verb="initiative.figure", obj=row, county=row.county)
    return row
