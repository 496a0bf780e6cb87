"""The category tree as an administrator changes it; a category is never deleted, only closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock, text
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.orgs import rules
from jinlin.orgs.actions.gate import require_manage, touch
from jinlin.orgs.models import Category
from jinlin.people.access import Actor

_CODE = re.compile(r"[A-Z]{3}(-[0-9]{2})?")


@once("category.edit")
def edit_category(
    *, actor: Actor, category_code: str, changes: Mapping[str, Any], key: str | None = None
) -> Category:
    """Change names, time class, flags or words of a category; the shipped defaults never overwrite it afterwards."""
    require_manage(actor, "")
    row = Category.objects.select_for_update(of=("self",)).filter(code=category_code).first()
    if row is None:
        raise NotFound("category")
    _apply(row, changes)
    row.is_edited = True
    row.save(update_fields=[*changes, "is_edited"])
    touch()
    audit.record(actor=actor, verb="category.edit", obj=row)
    return row


@once("category.add")
def add_category(
    *, actor: Actor, category_code: str, changes: Mapping[str, Any], key: str | None = None
) -> Category:
    """Add a root ("ABC") or a leaf ("ABC-01") of an existing root; `changes` as in `edit_category`, name required."""
    require_manage(actor, "")
    if not _CODE.fullmatch(category_code):
        raise Invalid({"category_code": [_("分类编号应像 ENV 或 ENV-01，请改正。")]})
    if Category.objects.filter(code=category_code).exists():
        raise Invalid({"category_code": [_("这个分类编号已经有了，请换一个。")]})
    stem, _dash, serial = category_code.partition("-")
    root = Category.objects.filter(code=stem, level=1).first() if serial else None
    if serial and root is None:
        raise Invalid({"category_code": [_("没有这个大类，请先建立大类。")]})
    row = Category(
        code=category_code,
        parent=root,
        level=2 if root else 1,
        sla_class=root.sla_class if root else "P3",
        sensitive=bool(root and root.sensitive),
        public_space=bool(root and root.public_space),
        position=(root.position if root else 9000) + int(serial or 0),
        valid_from=clock.today(),
        is_edited=True,
    )
    _apply(row, {"name": "", **changes})
    row.save(force_insert=True)
    touch()
    audit.record(actor=actor, verb="category.add", obj=row)
    return row


def _words(value: Any, field: str, size: int, required: bool = False) -> str:
    return text.clean(value, max_length=size, field=field, required=required)


def _flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise Invalid({field: [_("请选择是或否。")]})
    return value


def _class(value: Any, field: str, empty: bool = False) -> str:
    if value not in rules.SLA_CLASSES and not (empty and value == ""):
        raise Invalid({field: [_("没有这个时限等级，请从列表中选择。")]})
    return str(value)


_FIELDS: dict[str, Callable[[Any, str], Any]] = {
    "name": partial(_words, size=40, required=True),
    "name_en": partial(_words, size=80),
    "keywords": partial(_words, size=200),
    "note": partial(_words, size=200),
    "source": partial(_words, size=120),
    "sla_class": _class,
    "urgent_sla_class": partial(_class, empty=True),
    "sensitive": _flag,
    "photo_required": _flag,
    "public_space": _flag,
    "is_active": _flag,
}


def _apply(row: Category, changes: Mapping[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    for field, value in changes.items():
        if field not in _FIELDS:
            wrong[field] = [_("这一项不能修改。")]
            continue
        try:
            setattr(row, field, _FIELDS[field](value, field))
        except Invalid as error:
            wrong |= error.fields
    if wrong:
        raise Invalid(wrong)
