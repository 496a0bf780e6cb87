"""Writes of this room: accounts, posts, stand-ins, contacts, tokens, log-in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import bus, clock, crypto, rows, text, throttle
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.ids import new_id
from jinlin.people import rules
from jinlin.people.access import Actor, require
from jinlin.people.events import ContactOpened
from jinlin.people.models import Account, ApiToken, Post, SealedContact, StandIn
from jinlin.people.queries import belonging
from jinlin.places.rules import contains, level_of

TOKEN_DAYS = 365


def create_account(
    *, actor: Actor, username: str, name: str, password: str | None, is_demo: bool = False
) -> Account:
    """Make a log-in for a member of staff; weak or missing passwords and taken names are refused."""
    require(actor, "posts.manage")
    username = text.clean(username, max_length=64, field="username", required=True).lower()
    name = text.clean(name, max_length=64, field="name", required=True)
    if Account.objects.filter(username=username).exists():
        raise Invalid({"username": [_("这个登录名已有人使用，请换一个。")]})
    if password is not None and not is_demo:
        try:
            validate_password(password)
        except ValidationError as error:
            raise Invalid({"password": list(error.messages)}) from error
    with transaction.atomic():
        account = Account.objects.enrol(username=username, name=name, password=password, is_demo=is_demo)
        audit.record(actor=actor, verb="account.create", obj=account)
    return account


def set_password(*, actor: Actor, account: Account, old: str, new: str) -> Account:
    """Change one's own password after proving the old one; every other log-in of the account ends."""
    if actor.account_id != account.pk:
        raise NotAllowed("not_allowed", _("只能修改自己的密码。"))
    if not check_password(old, account.password):
        raise Invalid({"old": [_("原密码不对，请重新输入。")]})
    try:
        validate_password(new, account)
    except ValidationError as error:
        raise Invalid({"new": list(error.messages)}) from error
    with transaction.atomic():
        account.password = make_password(new)
        account.save(update_fields=["password"])
        audit.record(actor=actor, verb="account.password", obj=account)
    return account


def require_over(actor: Actor, role: str, place: str) -> None:
    """Refuse to give or end posts outside one's own area, or above one's own station."""
    require(actor, "posts.manage")
    if actor.kind == "system":
        return
    for post in actor.in_roles({"platform_admin", "county_clerk"}):
        if post.role == "platform_admin" or (role in rules.BELOW_COUNTY and contains(post.place, place)):
            return
    raise NotAllowed("other_area", _("只能管理本辖区内的岗位，请联系上级管理员。"))


def _require_over_account(actor: Actor, account: Account) -> None:
    for post in belonging(account):
        require_over(actor, post.role, post.place)


def _refuse_oneself(actor: Actor, account: Account) -> None:
    """Nobody gives themselves a post: rights come from somebody else (trust.md 2.2, separated administrators)."""
    if actor.account_id == account.pk:
        raise NotAllowed("own_post", _("不能给自己安排岗位，请另一位管理员来办。"))


def close_account(*, actor: Actor, account: Account) -> Account:
    """End a log-in at once; its posts end today and its history stays."""
    require(actor, "posts.manage")
    _require_over_account(actor, account)
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        Post.objects.filter(account=account, ends_on__isnull=True).update(ends_on=clock.today())
        audit.record(actor=actor, verb="account.close", obj=account)
    return account


def give_post(
    *,
    actor: Actor,
    account: Account,
    role: str,
    place: str,
    unit: tuple[UUID, str, str] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Post:
    """Put a person into a role for a place.

    `unit` is (organisation id, its name, its line) as checked by `orgs.actions.appoint`, which callers should use.
    """
    require(actor, "posts.manage")
    if role not in rules.ROLES:
        raise Invalid({"role": [_("没有这个岗位，请从列表中选择。")]})
    require_over(actor, role, place)
    _require_over_account(actor, account)
    _refuse_oneself(actor, account)
    start = starts_on or clock.today()
    if ends_on and ends_on < start:
        raise Invalid({"ends_on": [_("结束日期早于开始日期，请改正。")]})
    unit_id, unit_name, line = unit or (None, "", "")
    with transaction.atomic():
        post = Post.objects.create(
            account=account,
            role=role,
            place=place,
            level=level_of(place),
            unit=unit_id,
            unit_name=unit_name,
            line=line,
            starts_on=start,
            ends_on=ends_on,
        )
        audit.record(actor=actor, verb="post.give", obj=post)
    return post


def end_post(*, actor: Actor, post: Post, on: date | None = None) -> Post:
    """End a post after a day (default: yesterday, so that it acts on the next request)."""
    require_over(actor, post.role, post.place)
    last = on or clock.today() - timedelta(days=1)
    with transaction.atomic():
        post.ends_on = max(last, post.starts_on)
        post.save(update_fields=["ends_on"])
        audit.record(actor=actor, verb="post.end", obj=post)
    return post


def stand_in(*, actor: Actor, post: Post, account: Account, starts_on: date, ends_on: date) -> StandIn:
    """Let somebody act in a post while its holder is away; the holder or an administrator arranges it."""
    if post.account_id != actor.account_id:
        require_over(actor, post.role, post.place)
        _require_over_account(actor, account)
    if account.pk == post.account_id:
        raise RuleBroken("own_stand_in", _("代班人不能是本人，请另选一位同事。"))
    _refuse_oneself(actor, account)
    if ends_on < starts_on:
        raise Invalid({"ends_on": [_("结束日期早于开始日期，请改正。")]})
    with transaction.atomic():
        row = StandIn.objects.create(post=post, account=account, starts_on=starts_on, ends_on=ends_on)
        audit.record(actor=actor, verb="post.stand_in", obj=post)
    return row


def log_in(*, username: str, password: str, address: str) -> Account:
    """Return the account of a correct name and password.

    Five failures in fifteen minutes lock the account name first; an address is locked only after many, because a
    whole compound may share it (trust.md 12). Raises `TooMany` when locked and `Invalid` when wrong.
    """
    name = username.strip().lower()[:64]
    window = rules.LOGIN_WINDOW_SECONDS
    if throttle.is_blocked("login-address", address, limit=rules.ADDRESS_FAILURES, seconds=window):
        raise throttle.TooMany(window)
    throttle.hit("login-account", name, limit=rules.LOGIN_FAILURES, seconds=window)
    account = Account.objects.filter(username=name, is_active=True).first()
    good = check_password(password[:256], account.password if account else _DUMMY)
    if account is None or not good:
        throttle.hit("login-address", address, limit=rules.ADDRESS_FAILURES, seconds=window)
        raise Invalid({"password": [_("登录名或密码不对，请重新输入；连错五次将锁定十五分钟。")]})
    throttle.reset("login-account", name)
    return account


def log_out(*, account: Account) -> None:
    """End every log-in of an account at once, on this device and on any that holds a copy of its cookie."""
    with transaction.atomic():
        account.session_mark = new_id()
        account.save(update_fields=["session_mark"])


_DUMMY = (
    "argon2$argon2id$v=19$m=102400,t=2,p=8$b0xkSmFvVVpRbmRHUm5ZQQ$Vq2sW3Vb1S3pYJ3b0aVxg3y0Yx0J5kq6nqf8y4q3C1o"
)


def seal_contact(*, county: str, phone: str = "", name: str = "", address: str = "") -> SealedContact | None:
    """Seal what a person left for call-backs; None when nothing was left. Raises Invalid for an impossible phone."""
    phone = text.clean(phone, max_length=32, field="phone")
    name = text.clean(name, max_length=32, field="name")
    address = text.clean(address, max_length=200, field="address")
    digits = rules.normal_phone(phone)
    if phone and not digits:
        raise Invalid({"phone": [_("电话号码不完整，请填写 7 到 12 位数字，或留空。")]})
    if not (digits or name or address):
        return None
    contact = rows.made(SealedContact, county=county, created_at=clock.now())
    contact.phone_sealed = _sealed(contact, "phone", digits)
    contact.phone_index = crypto.blind_index(digits, column="people.phone") if digits else None
    contact.name_sealed = _sealed(contact, "name", name)
    contact.address_sealed = _sealed(contact, "address", address)
    rows.insert(contact)
    return contact


def _sealed(contact: SealedContact, column: str, value: str) -> bytes | None:
    return crypto.seal(value, aad=contact.aad(column)) if value else None


def open_contact(*, actor: Actor, contact_id: UUID, purpose: str, subject: Any) -> dict[str, str]:
    """Open one contact for a stated purpose; leaves an audit row the resident can read.

    `subject`, the case the contact was left with, decides whether the actor may now (see `access.Guarded`).
    Returns {"phone", "name", "address"}, empty strings where nothing was left or all was erased.
    """
    require(actor, "contact.open", subject)
    actor = subject.acting(actor)
    purpose = text.clean(purpose, max_length=60, field="purpose", required=True)
    contact = SealedContact.objects.filter(pk=contact_id).first()
    if contact is None:
        raise NotFound()
    with transaction.atomic():
        audit.record(
            actor=actor,
            verb="contact.open",
            obj=subject,
            county=contact.county,
            purpose=purpose,
            fields=("phone", "name", "address"),
        )
        unit = actor.post.unit if actor.post else None
        bus.announce(ContactOpened(contact_id=contact.pk, unit=unit, at=clock.now()))
    return {column: contact.opened(column) for column in ("phone", "name", "address")}


def erase_contact(*, actor: Actor, contact_id: UUID) -> None:
    """Destroy what a person left; safe to run twice."""
    with transaction.atomic():
        SealedContact.objects.filter(pk=contact_id, erased_at__isnull=True).update(
            phone_sealed=None,
            phone_index=None,
            name_sealed=None,
            address_sealed=None,
            erased_at=clock.now(),
        )


def issue_token(
    *, actor: Actor, account: Account, label: str, days: int = TOKEN_DAYS
) -> tuple[ApiToken, str]:
    """Make a key for a program; the clear text is returned once and never stored."""
    if actor.account_id != account.pk:
        require(actor, "posts.manage")
        _require_over_account(actor, account)
    label = text.clean(label, max_length=64, field="label", required=True)
    secret = crypto.new_token()
    now = clock.now()
    with transaction.atomic():
        token = ApiToken.objects.create(
            account=account,
            label=label,
            hashed=crypto.token_hash(secret),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        audit.record(actor=actor, verb="token.issue", obj=token)
    return token, secret


def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End a program's key at once."""
    if actor.account_id != token.account_id:
        require(actor, "posts.manage")
    with transaction.atomic():
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit.record(actor=actor, verb="token.revoke", obj=token)
    return token
