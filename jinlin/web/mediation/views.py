"""The own files and one file; whoever isn't a mediator of it gets the answer of a file that never was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.files.actions import store_image
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, JinlinError, NotAllowed, NotFound, RuleBroken
from jinlin.mediation import actions
from jinlin.mediation.actions import Dispute, Said
from jinlin.mediation.rules import words as w
from jinlin.mediation.rules.moves import BY_VERB
from jinlin.notices.actions.personal import mark_own_seen
from jinlin.notices.queries.personal import own_notices
from jinlin.places import queries as places
from jinlin.web.access import permits
from jinlin.web.desk.frame import show
from jinlin.web.manage.forms import page_number
from jinlin.web.mediation import shown
from jinlin.web.moves import expected, key_of

CURRENT = "mediation"
MENDABLE = (Invalid, RuleBroken, Conflict, NotAllowed)
DISPUTE = ("kind", "origin", "title", "facts", "case", "village")


@permits("mediation.work")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the files one is a mediator on, the nearest day first."""
    over = request.GET.get("view") == "filed"
    page = actions.my_files(actor=request.actor, is_over=over, page=page_number(request))
    told = own_notices(request.actor)
    mark_own_seen(actor=request.actor, about="mediation")
    context = {
        "rows": page.rows,
        "page": page,
        "over": over,
        "told": [one for one in told if one.url == "/mediation/"],
        "tabs": [
            {"label": _("在办"), "url": "/mediation/", "current": not over},
            {"label": _("已归档"), "url": "/mediation/?view=filed", "current": over},
        ],
    }
    return show(request, "mediation/home.html", context, current=CURRENT)


@permits("mediation.work")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Ask what a file is opened with, or open it; a case comes along in the body, never in the address."""
    if request.method != "POST" or request.POST.get("start"):
        return _new_form(request)
    dispute = Dispute({name: request.POST.get(name, "") for name in DISPUTE})
    try:
        made = actions.open_file(actor=request.actor, dispute=dispute, key=key_of(request))
    except MENDABLE as error:
        return _new_form(request, error)
    messages.success(request, _("已立卷，请登记各方当事人。"))
    return HttpResponseRedirect(reverse("mediation:one", args=[made.pk]))


def _new_form(request: Any, error: JinlinError | None = None) -> HttpResponse:
    context = {
        "values": request.POST.dict() if request.method == "POST" else {"origin": "applied"},
        "errors": _fields(error),
        "kinds": [("", _("请选择")), *((key, _(label)) for key, label in w.KINDS.items())],
        "origins": [(key, _(label)) for key, label in w.ORIGINS.items()],
        "villages": _villages(request),
    }
    status = error.http_status if error else 200
    return show(request, "mediation/new.html", context, status=status, current=CURRENT)


def _villages(request: Any) -> list[tuple[str, str]]:
    """Return the communities of a committee that looks after several; [] for one of a single community."""
    posts = [post for post in request.actor.posts if post.role == "mediator" and post.level == 4]
    if not posts:
        return []
    found = places.children(posts[0].place)
    return [("", _("请选择（不选就只算在街道、乡镇）")), *((row.code, row.name) for row in found)]


def _fields(error: JinlinError | None) -> dict[str, Any]:
    if error is None:
        return {}
    return dict(error.fields) if isinstance(error, Invalid) else {"": [str(error)]}


@permits("mediation.work")
@require_safe
def one(request: Any, file: UUID) -> HttpResponse:
    """Show one file: what comes next, the parties, the thirteen slots, what happened."""
    return _page(request, file)


def _page(
    request: Any, file: UUID, refused: shown.Refused | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    view = actions.open_one(actor=request.actor, file_id=file)
    forms = shown.step_forms(view, refused)
    first = next((form for form in forms if form.is_open), None)
    required = [slot for slot in view.slots if slot.is_required]
    context = {
        "file": view,
        "row": view.row,
        "detail": True,
        "first": first,
        "others": [form for form in forms if form is not first and not form.why_not],
        "waiting": [form for form in forms if form is not first and form.why_not],
        "errors": refused.errors if refused else more.pop("errors", {}),
        "full": sum(slot.is_full for slot in required),
        "needed": len(required),
        "roles": [(key, _(label)) for key, label in w.ROLES.items()],
        "by_whom": [(key, _(label)) for key, label in w.BY_WHOM.items()],
        "today": clock.today(),
        "sheets": _sheets(view),
        "typed": request.POST if status != 200 else {},
        "deed": more.get("deed", ""),
    }
    return show(request, "mediation/file.html", context, status=status, current=CURRENT)


def _sheets(view: Any) -> list[tuple[str, str]]:
    """Return the papers that may be printed by now."""
    from jinlin.web.mediation.sheets import TITLES  # noqa: PLC0415  the sheets import this module's page

    full = {slot.code for slot in view.slots if slot.docs}
    return [(name, _(title)) for name, (slot, title) in TITLES.items() if not slot or slot in full]


@permits("mediation.work")
@sensitive_post_parameters()
@require_POST
def step(request: Any, file: UUID, verb: str) -> HttpResponse:
    """Take a step; what is wrong stands at its question, with everything that was filled in."""
    move = BY_VERB.get(verb)
    if move is None:
        raise NotFound(_("这一步"))
    said = shown.said_of(request, move.asks)
    try:
        actions.make_move(
            actor=request.actor,
            file_id=file,
            verb=verb,
            said=said,
            expect=expected(request),
            key=key_of(request),
        )
    except MENDABLE as error:
        refused = shown.Refused(verb, said.fields, _fields(error))
        return _page(request, file, refused, error.http_status)
    messages.success(request, _("已记下：%(step)s。") % {"step": _(move.label)})
    return HttpResponseRedirect(reverse("mediation:one", args=[file]))


@permits("mediation.work")
@sensitive_post_parameters()
@require_POST
def people(request: Any, file: UUID, deed: str) -> HttpResponse:
    """Let another mediator in, or step aside because of a conflict."""
    deeds = {
        "add": (actions.add_mediator, shown.MEMBER_ASKS),
        "conflict": (actions.declare_conflict, shown.CONFLICT_ASKS),
    }
    if deed not in deeds:
        raise NotFound(_("这一步"))
    act, asks = deeds[deed]
    try:
        act(
            actor=request.actor,
            file_id=file,
            said=shown.said_of(request, asks),
            expect=expected(request),
            key=key_of(request),
        )
    except MENDABLE as error:
        return _page(request, file, None, error.http_status, errors=_fields(error), deed=deed)
    if deed == "conflict":
        messages.success(request, _("已记下回避，这份卷宗您不再能看到。"))
        return HttpResponseRedirect(reverse("mediation:home"))
    messages.success(request, _("已加入本卷。"))
    return HttpResponseRedirect(reverse("mediation:one", args=[file]))


@permits("mediation.work")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Any, file: UUID, slot: str) -> HttpResponse:
    """Show one slot with its papers, or put another one in."""
    if request.method != "POST":
        return _slot_page(request, file, slot)
    try:
        actions.put_paper(
            actor=request.actor,
            file_id=file,
            slot=slot,
            said=Said({name: request.POST.get(name, "") for name in ("words", "on")}),
            pictures=_pictures(request),
            expect=expected(request),
            key=key_of(request),
        )
    except MENDABLE as error:
        return _slot_page(request, file, slot, error)
    messages.success(request, _("已放入材料。"))
    return HttpResponseRedirect(reverse("mediation:paper", args=[file, slot]))


def _pictures(request: Any) -> list[UUID]:
    """Clean the pictures and keep them encrypted; loose ones go after a day."""
    key = key_of(request)
    stored = [
        store_image(
            actor=request.actor,
            county="",
            data=upload,
            sealed=True,
            key=f"{key[:50]}-sealed-{at}" if key else None,
        )
        for at, upload in enumerate(request.FILES.getlist("photos"))
    ]
    return [row.pk for row in stored]


def _slot_page(request: Any, file: UUID, code: str, error: JinlinError | None = None) -> HttpResponse:
    view = actions.open_one(actor=request.actor, file_id=file)
    slot = next((one for one in view.slots if one.code == code), None)
    if slot is None:
        raise NotFound(_("这一格"))
    context = {
        "file": view,
        "row": view.row,
        "slot": slot,
        "detail": True,
        "may_put": not view.row.is_over and (slot.by_hand or slot.is_full),
        "errors": _fields(error),
        "values": request.POST.dict() if error else {"on": clock.today().isoformat()},
    }
    status = error.http_status if error else 200
    return show(request, "mediation/slot.html", context, status=status, current=CURRENT)


@permits("mediation.work")
@require_safe
def picture(request: Any, file: UUID, picture: UUID) -> HttpResponse:
    """Send a picture of a paper under a name that says nothing."""
    thumb = request.GET.get("size") == "small"
    data = actions.picture(actor=request.actor, file_id=file, stored_id=picture, thumb=thumb)
    response = HttpResponse(data, content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{picture}.jpg"'
    response["Cache-Control"] = "no-store"
    return response
