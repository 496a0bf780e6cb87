"""Reads of this room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from jinlin.kernel import clock, crypto, rows
from jinlin.people import rules
from jinlin.people.access import Actor, require
from jinlin.people.models import Account, ApiToken, Post, SealedContact
from jinlin.places.rules import contains


def account_of_token(secret: str) -> Account | None:
    """Return the active account a program's key belongs to, or None (one query)."""
    now = clock.now()
    token = (
        ApiToken.objects.filter(hashed=crypto.token_hash(secret), revoked_at__isnull=True, expires_at__gt=now)
        .select_related("account")
        .first()
    )
    return token.account if token and token.account.is_active else None


def holders(place: str, role: str) -> list[Account]:
    """Return who acts in a role for a place today: stand-ins before holders."""
    day = clock.today()
    posts = (
        Post.objects.on(day).filter(place=place, role=role, account__is_active=True).select_related("account")
    )
    found: list[Account] = []
    for post in posts.prefetch_related("stand_ins__account"):
        away = [row.account for row in post.stand_ins.all() if row.starts_on <= day <= row.ends_on]
        found.extend(away or [post.account])
    return found


def posts_for_managing(*, viewer: Actor, text: str = "", low: str = "", high: str = "") -> QuerySet[Post]:
    """Return posts for the manage page, newest first, within a half-open range of place codes."""
    require(viewer, "posts.manage")
    rows = Post.objects.select_related("account").order_by("-starts_on", "-id")
    if low:
        rows = rows.filter(place__gte=low, place__lt=high)
    if text:
        rows = rows.filter(Q(account__name__contains=text) | Q(account__username__contains=text.lower()))
    return rows


def is_manned(place: str, roles: Iterable[str]) -> bool:
    """Tell whether somebody acts in one of the roles for a place today (one query).

    Every report asks it under the write gate, so the statement is written out (see kernel.rows).
    """
    wanted = tuple(roles)
    on = rows.link().ops.adapt_datefield_value(clock.today())
    return rows.run(_manned(len(wanted)), (place, *wanted, on, on)).fetchone() is not None


@lru_cache(maxsize=8)
def _manned(roles: int) -> str:
    quote, marks = connection.ops.quote_name, ", ".join(["%s"] * roles)
    return (
        f"SELECT 1 FROM {quote(Post._meta.db_table)} p JOIN {quote(Account._meta.db_table)} a ON a.id = p.account_id "  # noqa: S608
        f"WHERE p.place = %s AND p.role IN ({marks}) AND p.starts_on <= %s AND (p.ends_on IS NULL OR p.ends_on >= %s) "
        "AND a.is_active LIMIT 1"
    )


def staffed_places(low: str, high: str, roles: Iterable[str]) -> frozenset[str]:
    """Return the places in a half-open range of codes where somebody acts in one of the roles today (one query)."""
    rows = Post.objects.on(clock.today()).filter(
        place__gte=low, place__lt=high, role__in=tuple(roles), account__is_active=True
    )
    return frozenset(rows.values_list("place", flat=True))


def phone_ends_with(contact_id: UUID, digits: str) -> bool:
    """Tell whether the sealed phone ends with these four digits (the resident's proof; never indexed)."""
    contact = SealedContact.objects.filter(pk=contact_id).first()
    if contact is None or len(digits) != 4 or not digits.isdigit():
        return False
    return contact.opened("phone").endswith(digits)


def tokens_of(viewer: Actor) -> list[ApiToken]:
    """Return the keys for programs of one's own account, newest first; never the secrets (one query)."""
    if viewer.account_id is None:
        return []
    return list(ApiToken.objects.filter(account_id=viewer.account_id).order_by("-created_at"))


def account_for_managing(*, viewer: Actor, account_id: UUID) -> Account | None:
    """Return an account whose posts lie where the viewer manages, None when there is none (2 queries)."""
    require(viewer, "posts.manage")
    account = Account.objects.filter(pk=account_id).first()
    if account is None or any(viewer.in_roles(("platform_admin",))):
        return account
    mine = [post.place for post in viewer.posts if rules.role_may(post.role, "posts.manage")]
    places = [post.place for post in belonging(account)]
    return account if all(any(contains(own, place) for own in mine) for place in places) else None


def belonging(account: Account) -> list[Post]:
    """Return the posts that tell whose an account is: those not ended, else the one that ended last (one query)."""
    rows = list(Post.objects.filter(account=account).order_by("-ends_on", "-starts_on", "-id"))
    return [post for post in rows if post.ends_on is None or post.ends_on >= clock.today()] or rows[:1]


def posts_of(account: Account) -> list[Post]:
    """Return every post of an account with its stand-ins, newest first (two queries)."""
    rows = Post.objects.filter(account=account).order_by("-starts_on", "-id")
    return list(rows.prefetch_related("stand_ins__account"))


def account_by_name(username: str) -> Account | None:
    """Return an active account by its log-in name (one query)."""
    return Account.objects.filter(username=username.strip().lower(), is_active=True).first()


def manned_counties() -> list[tuple[str, int]]:
    """Return the counties (12 digits) in which somebody holds a post today and how many, most first (one query)."""
    rows = Post.objects.on(clock.today()).filter(level__gte=3).annotate(head=Substr("place", 1, 6))
    counted = rows.values("head").annotate(n=Count("id")).order_by("-n", "head")
    return [(row["head"] + "000000", row["n"]) for row in counted]
