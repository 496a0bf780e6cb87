"""What every deed of this room shares: the row under a lock, who may, the contact, the note in the audit chain."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.gatherings.models import Attendance, Gathering, Located
from jinlin.gatherings.queries.links import proves
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.actions import seal_contact
from jinlin.people.rules import normal_phone
from jinlin.places import queries as places
from jinlin.places.rules import is_grid_code, is_region_code, level_of

M = TypeVar("M", bound=models.Model)
L = TypeVar("L", bound=Located)
PHONE_AHEAD: Final = timedelta(minutes=10)  # a phone's clock may run ahead
PHONE_BEHIND: Final = timedelta(hours=36)  # what was noted without a network arrives by then


def locked(model: type[M], row_id: UUID) -> M:
    """Return one row under a lock; NotFound when there is none."""
    rows: Any = getattr(model, "unscoped", model._default_manager)
    found: M | None = rows.select_for_update(of=("self",)).filter(pk=row_id).first()
    if found is None:
        raise NotFound(model.__name__)
    return found


def by_staff(actor: Actor, verb: str, row: Located) -> Actor:
    """Return the actor with the post in front that reaches the row; refuse everybody else."""
    access.require(actor, verb, row)
    return row.acting(actor)


def by_link_or_staff(actor: Actor, verb: str, row: Located, *, kind: str, row_id: UUID, token: str) -> Actor:
    """Let in whoever keeps the link of the row, else staff whose posts reach it."""
    if token:
        if not proves(kind, row_id, token):
            raise NotFound(kind)
        return actor
    return by_staff(actor, verb, row)


def expect_version(row: Any, expect: int | None) -> None:
    """Refuse what was decided on an older view of the row."""
    if expect is not None and row.version != expect:
        raise Conflict()


def noted(actor: Actor, verb: str, row: Any, *, purpose: str = "") -> None:
    """Write the deed into the audit chain; call it last."""
    audit.record(actor=actor, verb=verb, obj=row, county=row.county, purpose=purpose)


def located(place: str) -> dict[str, str]:
    """Return the columns of a village or grid code; Invalid for anything else."""
    if is_grid_code(place):
        village, grid = place[:12], place
    else:
        village, grid = place, ""
    if not (is_region_code(village) and level_of(village) == 5 and places.stands(village)):
        raise Invalid({"place": [_("请选择社区（村）。")]})
    return {
        "county": village[:6] + "000000",
        "town": village[:9] + "000",
        "village": village,
        "grid": grid,
    }


def seen_at(at: datetime | None) -> datetime:
    """Return when something happened by the phone's clock, within reason; else now."""
    now = clock.now()
    if at is None or at > now + PHONE_AHEAD or at < now - PHONE_BEHIND:
        return now
    return min(at, now)


def person(county: str, nickname: str, phone: str, *, needs_phone: bool) -> tuple[str, UUID | None, str]:
    """Return (nickname, sealed contact, digits) of somebody without an account; Invalid names what is missing."""
    wrong: dict[str, list[str]] = {}
    name = clean(nickname, max_length=20, field="nickname")
    digits = normal_phone(clean(phone, max_length=32, field="phone"))
    if not name:
        wrong["nickname"] = [_("请写怎么称呼您，昵称就行。")]
    if not digits and (needs_phone or phone.strip()):
        wrong["phone"] = [_("请留一个手机号，有变动好告诉您；活动结束 7 天后删除。")]
    if wrong:
        raise Invalid(wrong)
    contact = seal_contact(county=county, phone=digits) if digits else None
    return name, contact.pk if contact else None, digits


def required(words: str, field: str, *, longest: int = 120) -> str:
    """Return a reason that somebody else will read; Invalid when it is missing."""
    return clean(words, max_length=longest, field=field, required=True)


def attendance_of(gathering: Gathering, attendance_id: UUID) -> Attendance:
    """Return a sign-up of this gathering; the gathering is already locked."""
    found = Attendance.unscoped.filter(county=gathering.county, gathering=gathering, pk=attendance_id).first()
    if found is None:
        raise NotFound("attendance")
    return found
