"""The one door of this room's writes: who may change which area, and the token that tells readers of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.kernel.ids import new_id
from jinlin.orgs import rules
from jinlin.orgs.models import OrgsVersion
from jinlin.orgs.queries import cache
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import role_may

VERB = "orgs.manage"


def require_manage(actor: Actor, region_code: str) -> None:
    """Refuse whoever doesn't look after the region; "" (everywhere) belongs to the platform's administrator."""
    access.require(actor, VERB)
    if actor.kind == "system":
        return
    for post in actor.posts:
        if not role_may(post.role, VERB):
            continue
        if post.role == "platform_admin" and not region_code:
            return
        if region_code and rules.covers(post.place, region_code):
            return
    raise NotAllowed("other_area", _("这不在您管理的区域内，请联系当地或上级管理员。"))


def region_field(value: str, *, field: str = "region_code", required: bool = True) -> str:
    """Return a clean 12-digit region code; "" only where everywhere makes sense. Raises Invalid."""
    code = (value or "").strip()
    if not code and not required:
        return ""
    if len(code) != 12 or not (code.isascii() and code.isdigit()) or code.startswith("00"):
        raise Invalid({field: [_("区划代码应为 12 位数字，请从列表中选择。")]})
    return code


def touch() -> None:
    """Tell every process that what it remembers of this room is old; call inside the transaction of the write."""
    OrgsVersion.objects.update_or_create(id=1, defaults={"token": new_id()})
    cache.forget()
