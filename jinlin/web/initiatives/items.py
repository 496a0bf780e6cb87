"""The lists of a place and one item with everything that can be done to it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.cases.queries import visible_case
from jinlin.initiatives import actions, queries
from jinlin.initiatives.actions import Idea
from jinlin.initiatives.actions.proposing import GROWS
from jinlin.initiatives.queries.facts import steps_done
from jinlin.initiatives.queries.photos import verb_for
from jinlin.initiatives.rules import deciding, kinds, procedures
from jinlin.initiatives.rules import moves as table
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access, areas
from jinlin.places import queries as places
from jinlin.places.rules import level_of, short_name
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.initiatives.deeds import DEEDS
from jinlin.web.initiatives.frame import area_of, area_words, draw
from jinlin.web.together.asked import attempt, choices
from jinlin.web.wishes.shown import item_frame, rows_of

if TYPE_CHECKING:
    from jinlin.initiatives.models import Initiative

UNITS = 60


@permits("initiative.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """List what is on the way in the viewer's place, the nearest promise first."""
    area = area_of(request)
    kind = str(request.GET.get("kind", ""))
    kind = kind if kind in kinds.KINDS and kind != kinds.VENTURE else kinds.WISH
    over = request.GET.get("over") == "1"
    text = str(request.GET.get("page", "1"))
    page = int(text) if text.isdecimal() and 0 < len(text) < 5 else 1
    rows = queries.desk_list(viewer=request.actor, area=area, kind=kind, over=over, page=max(1, page))
    counts = queries.stage_counts(viewer=request.actor, area=area)[kind]
    frame = {
        "area": area,
        "area_name": area_words(area),
        "kind": kind,
        "kind_name": _(kinds.KINDS[kind].name),
        "over": over,
        "rows": [
            {**shown, "late": bool(shown["row"].next_by and shown["row"].next_by < clock.today())}
            for shown in rows_of(rows, inner=True)
        ],
        "next": page + 1 if len(rows) == 50 else 0,
        "counts": [
            (_(stage.inner), counts[stage.code])
            for stage in (*kinds.KINDS[kind].path, *kinds.ENDINGS.values())
            if counts.get(stage.code)
        ],
        "due": queries.reviews_due(viewer=request.actor, area=area)[:5],
    }
    return draw(request, "initiatives/home.html", frame, tab=kind)


@permits("initiative.view")
@require_safe
def duties(request: Any) -> HttpResponse:
    """List what was decided and is not done, and what is to be looked at again."""
    area = area_of(request)
    frame = {
        "area_name": area_words(area),
        "rows": queries.duties(viewer=request.actor, area=area),
        "due": queries.reviews_due(viewer=request.actor, area=area),
        "today": clock.today(),
    }
    return draw(request, "initiatives/duties.html", frame, tab="duties")


@permits("initiative.view")
@require_safe
def resolution(request: Any, resolution_id: UUID) -> HttpResponse:
    """Lead from a reminder to the item it is about."""
    item_id = queries.item_of_resolution(viewer=request.actor, resolution_id=resolution_id)
    return HttpResponseRedirect(reverse("initiatives:item", args=[item_id]) + "#votes-h")


@permits("initiative.handle")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Put something up for the community, or make a topic of a case."""
    if request.method != "POST":
        return _new_page(request, request.GET, {}, 200)

    def save() -> str:
        post = request.POST
        idea = Idea(
            title=str(post.get("title", "")),
            area=str(post.get("area", "")),
            text=str(post.get("text", "")),
            kind=str(post.get("kind", "")),
            place_text=str(post.get("place_text", "")),
            eligibility=str(post.get("eligibility", "residents")),
            procedure=str(post.get("procedure", procedures.PLAIN)),
            common_parts=post.get("common_parts") == "1",
        )
        code = str(post.get("case", "")).strip()
        made: Initiative
        if code:
            case = visible_case(viewer=request.actor, tracking=code)
            made = actions.topic_from_case(
                actor=request.actor, case_id=case.pk, idea=idea, key=moves.key_of(request)
            )
        else:
            made = actions.propose_initiative(actor=request.actor, idea=idea, key=moves.key_of(request))
        messages.success(request, _("已登记，等另一位同志看过后上墙。"))
        return reverse("initiatives:item", args=[made.pk])

    return attempt(save, lambda facts, code: _new_page(request, request.POST, facts, code))


def _new_page(request: Any, typed: Mapping[str, Any], facts: Mapping[str, Any], status: int) -> HttpResponse:
    area = areas.home_area(viewer=request.actor, verb="initiative.handle")
    kind = str(typed.get("kind", kinds.TOPIC))
    frame = {
        "typed": typed,
        "kind": kind,
        "kinds": [(code, _(kinds.KINDS[code].name)) for code in (kinds.WISH, kinds.TOPIC, kinds.WORKS)],
        "areas": _areas(area),
        "area": str(typed.get("area", "")) or area,
        "eligibilities": choices(kinds.ELIGIBILITY),
        "procedures": choices(procedures.PROCEDURES),
        "case": str(typed.get("case", ""))[:20],
        **facts,
    }
    return draw(
        request, "initiatives/new.html", frame, tab=kind if kind in kinds.KINDS else "topic", status=status
    )


def _areas(area: str) -> list[tuple[str, str]]:
    here = [(area, short_name(places.area_name(area)))]
    if level_of(area) >= 5:
        return here
    return [*here, *((row.code, short_name(row.name)) for row in places.children(area))]


@permits("initiative.view")
@require_safe
def item(request: Any, initiative_id: UUID) -> HttpResponse:
    """Show an item with what can be done now."""
    return _page(request, initiative_id, {}, 200)


@permits("initiative.handle")
@require_POST
def act(request: Any, initiative_id: UUID, deed: str) -> HttpResponse:
    """Do one thing with an item; what goes wrong is shown on its page with every word kept."""
    if deed not in DEEDS:
        raise NotFound("deed")

    def save() -> str:
        messages.success(request, DEEDS[deed](request, initiative_id))
        return reverse("initiatives:item", args=[initiative_id])

    return attempt(save, lambda facts, code: _page(request, initiative_id, {**facts, "did": deed}, code))


def _page(request: Any, initiative_id: UUID, facts: Mapping[str, Any], status: int) -> HttpResponse:
    found = queries.seen_item(viewer=request.actor, initiative_id=initiative_id)
    verb = "venture.run" if found.kind == kinds.VENTURE else "initiative.handle"
    hosts = access.may(request.actor, verb) and areas.covers_area(request.actor, verb, found.area)
    page = queries.page(viewer=request.actor, item=found)
    frame = {
        **item_frame(page, inner=True),
        "stage_name": _(found.the_kind.stage(found.stage).inner),
        "hosts": hosts,
        "photos_at": "/initiatives/photo/"
        if areas.covers_area(request.actor, verb_for(found), found.area)
        else "",
        "is_own": found.proposer_account is not None and found.proposer_account == request.actor.account_id,
        "moves": _moves(found) if hosts else [],
        "typed": request.POST,
        "did": "",
        "public_url": reverse("wishes:item", args=[found.pk]) if found.is_public else "",
        **(_tools(request, found) if hosts else {}),
        **facts,
    }
    tab = "ventures" if found.kind == kinds.VENTURE else found.kind
    return draw(request, "initiatives/item.html", frame, tab=tab, status=status)


def _moves(found: Initiative) -> list[dict[str, Any]]:
    """Return the moves of the table a host may make now, those that lead on first."""
    rows = [move for move in table.moves_from(found.kind, found.stage) if move.who != table.PROPOSER]
    return [
        {
            "verb": move.verb,
            "label": _(table.LABELS[move.verb]),
            "primary": move.verb in table.PRIMARY,
            "needs": move.needs,
            "reason": move.verb in table.REASON_REQUIRED,
            "other": move.who == table.OTHER,
        }
        for move in sorted(rows, key=lambda move: move.verb not in table.PRIMARY)
    ]


def _tools(request: Any, found: Initiative) -> dict[str, Any]:
    """Return the choices of the forms on the page of a host."""
    units = [
        (str(row.pk), row.name)
        for row in orgs.search_units(county=found.county, regions=(found.town, found.village), limit=UNITS)
    ]
    done = steps_done(found) if found.procedure == procedures.FOUR_TWO else []
    step = procedures.next_step(done) if found.procedure == procedures.FOUR_TWO else ""
    rules = [found.common_rule] if found.common_parts else list(deciding.RULES)
    return {
        "units": [("", _("请选择")), *units],
        "rules": [(code, _(deciding.RULES[code].name)) for code in rules],
        "owner_rules": [(code, _(deciding.RULES[code].name)) for code in sorted(deciding.OWNERS_RULES)],
        "measures": [(code, _(name)) for code, name in deciding.MEASURES.items()],
        "counts": (
            ("total", _("总数")),
            ("present", _("参与")),
            ("yes", _("同意")),
            ("no", _("反对")),
            ("abstain", _("弃权")),
        ),
        "step": step,
        "step_name": _(procedures.STEPS[step][0]) if step else "",
        "step_votes": bool(step) and procedures.STEPS[step][1],
        "gatherings": queries.gatherings_to_link(viewer=request.actor, item=found),
        "leaves": [(node.code, f"{node.code} {node.label}") for node in orgs.categories().leaves],
        "mergeable": _mergeable(request, found),
        "classes": choices(kinds.WORKS_CLASSES),
        "grows": [(code, _(kinds.KINDS[code].name)) for code in GROWS.get(found.kind, ())],
        "blank_parts": range(1, 4),
        "sheets": queries.sheets(found) if found.the_kind.supports else [],
        "review_default": queries.number("review_days_first", found.county),
    }


def _mergeable(request: Any, found: Initiative) -> list[tuple[str, str]]:
    rows = queries.similar(viewer=request.actor, title=found.title, area=found.area, kind=found.kind)
    return [("", _("请选择")), *((str(row.pk), row.title) for row in rows if row.pk != found.pk)]
