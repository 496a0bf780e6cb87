"""Log-in with lock-out, log-out, and one's own page: posts, password, keys for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.kernel import throttle
from jinlin.kernel.errors import Invalid, JinlinError, NotFound
from jinlin.kernel.origin import address_of
from jinlin.notices.queries.personal import own_notices
from jinlin.people import actions, queries
from jinlin.people.access import Actor, actor_for, may
from jinlin.people.rules import DESK_ROLES, GRID_ROLES, LOGIN_FAILURES, LOGIN_WINDOW_SECONDS, ROLE_NAMES
from jinlin.places import queries as places
from jinlin.web.access import public, signed_in

BACKEND = "django.contrib.auth.backends.ModelBackend"
LANDINGS: tuple[tuple[frozenset[str], str], ...] = (
    (GRID_ROLES, "/field/"),
    (DESK_ROLES | {"department"}, "/desk/"),
    (frozenset({"leader", "supervisor", "province_viewer"}), "/board/"),
    (frozenset({"platform_admin"}), "/manage/"),
    (frozenset({"mediator"}), "/mediation/"),
)


def landing(actor: Actor) -> str:
    """Return the page a member of staff starts on, by the first post that has one."""
    roles = [post.role for post in actor.posts]
    for role in roles:
        for those, url in LANDINGS:
            if role in those:
                return url
    return reverse("public:me")


def _next(request: HttpRequest, actor: Actor) -> str:
    """Return where to go after log-in: the page that was asked for if it is one of ours."""
    wanted = str(request.POST.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted.startswith("/") and is_ours else landing(actor)


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: Any) -> HttpResponse:
    """Let staff in; five failures lock the name for fifteen minutes, the sentence says so."""
    if request.method != "POST":
        if request.actor.kind == "staff":
            return HttpResponseRedirect(landing(request.actor))
        return _login_page(request, str(request.GET.get("next", "")), {}, 200)
    try:
        account = actions.log_in(
            username=str(request.POST.get("username", "")).replace("\x00", ""),
            password=str(request.POST.get("password", "")),
            address=address_of(request),
        )
    except JinlinError as error:
        wrong = error.fields if isinstance(error, Invalid) else {"": [str(error)]}
        return _login_page(request, str(request.POST.get("next", "")), wrong, error.http_status)
    auth.login(request, account, backend=BACKEND)
    return HttpResponseRedirect(_next(request, actor_for(account)))


def _login_page(
    request: HttpRequest, wanted: str, wrong: Mapping[str, Sequence[str]], status: int
) -> HttpResponse:
    words = {"next": wanted[:500], "username": str(request.POST.get("username", ""))[:64], "wrong": wrong}
    return render(request, "public/login.html", words, status=status)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """End the visit by POST; a plain link asks first."""
    if request.method != "POST":
        return render(request, "public/logout.html")
    if request.user.is_authenticated:
        actions.log_out(account=request.user)
    auth.logout(request)
    return HttpResponseRedirect("/")


@signed_in
@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own posts, the password form and the keys for programs."""
    return _me_page(request)


def _me_page(request: Any, *, status: int = 200, **words: Any) -> HttpResponse:
    actor: Actor = request.actor
    names = places.area_names({post.place[:15] for post in actor.posts})
    posts = [
        {
            "role": _(ROLE_NAMES[post.role]),
            "place": names.get(post.place[:15], post.place),
            "unit": post.unit_name,
            "acting": post.acting_for is not None,
        }
        for post in actor.posts
    ]
    shown = {
        "posts": posts,
        "tokens": queries.tokens_of(actor),
        "landing": landing(actor),
        "told": own_notices(actor),
        "may_mediate": may(actor, "mediation.work"),
        "wrong": {},
        **words,
    }
    return render(request, "public/me.html", shown, status=status)


@signed_in
@sensitive_post_parameters()
@never_cache
@require_POST
def password(request: Any) -> HttpResponse:
    """Change one's own password; other log-ins of the account end, this one stays."""
    post = request.POST
    try:
        throttle.hit(
            "password", str(request.actor.account_id), limit=LOGIN_FAILURES, seconds=LOGIN_WINDOW_SECONDS
        )
        if post.get("new") != post.get("again"):
            raise Invalid({"again": [_("两次输入的新密码不一样，请再输一次。")]})
        account = actions.set_password(
            actor=request.actor,
            account=request.user,
            old=str(post.get("old", ""))[:256],
            new=str(post.get("new", ""))[:256],
        )
    except JinlinError as error:
        wrong = error.fields if isinstance(error, Invalid) else {"": [str(error)]}
        return _me_page(request, status=error.http_status, wrong=wrong)
    throttle.reset("password", str(request.actor.account_id))
    auth.update_session_auth_hash(request, account)
    messages.success(request, _("密码已修改，其他设备上的登录已经退出。"))
    return HttpResponseRedirect(reverse("public:me"))


@signed_in
@never_cache
@require_POST
def token(request: Any) -> HttpResponse:
    """Make a key for a program and show it once; it is stored nowhere."""
    try:
        made, secret = actions.issue_token(
            actor=request.actor, account=request.user, label=str(request.POST.get("label", ""))
        )
    except Invalid as error:
        return _me_page(request, status=error.http_status, wrong=error.fields)
    return _me_page(request, secret=secret, secret_label=made.label)


@signed_in
@never_cache
@require_POST
def revoke(request: Any, token_id: UUID) -> HttpResponse:
    """End a key of one's own at once."""
    mine = next((row for row in queries.tokens_of(request.actor) if row.pk == token_id), None)
    if mine is None:
        raise NotFound("token")
    actions.revoke_token(actor=request.actor, token=mine)
    messages.success(request, _("密钥已停用。"))
    return HttpResponseRedirect(reverse("public:me"))
