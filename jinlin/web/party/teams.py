"""Joint teams: the list, one with its bodies, seats and checklist, a new one; training; work methods."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.kernel import clock
from jinlin.orgs import actions
from jinlin.orgs import queries as orgs
from jinlin.orgs.actions import Body
from jinlin.orgs.rules import party as rules
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, key_of
from jinlin.web.party import frame

EMPTY_ROWS = 3
SHOWN_VACANT = 60
# kind of a step -> the verb it needs and the page where it is done
STEP_PAGES = {
    "case": ("case.enter", "desk:new"),
    "visit": ("field.view", "field:visit"),
    "follow_up": ("campaign.view", "desk:campaigns"),
    "gathering": ("gathering.host", "gatherings:home"),
}
NEW_ROWS = 6


@permits("party.view")
@require_safe
def teams(request: Any, area: str) -> HttpResponse:
    """List the joint teams of an area with how many people their bodies send."""
    kind = str(request.GET.get("kind", ""))
    kind = kind if kind in rules.TEAM_KINDS else ""
    rows = orgs.teams(viewer=request.actor, area=area, kind=kind)
    words = {
        "rows": rows,
        "kind": kind,
        "kinds": orgs.team_kinds(),
        "people": sum(one.row.people for one in rows),
    }
    return frame.draw(request, "party/teams.html", words, area=area, tab="teams")


@permits("party.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, area: str) -> HttpResponse:
    """Form a joint team of an area."""

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        typed = more.get("typed") or {}
        bodies = _bodies(request.POST) if typed else []
        start = [Body(body, "", 1) for body in (*rules.CORE_BODIES, rules.FIFTH_BODIES[0])]
        words = {"kinds": orgs.team_kinds(), **_body_rows(bodies or start), **more}
        return frame.draw(request, "party/team_new.html", words, area=area, tab="teams", status=status)

    if request.method != "POST":
        return page()

    def save() -> object:
        return actions.form_team(
            actor=request.actor,
            region_code=area,
            kind=request.POST.get("kind", ""),
            name=request.POST.get("name", ""),
            duty=request.POST.get("duty", ""),
            bodies=_bodies(request.POST),
            key=key_of(request),
        )

    return frame.post(request, save, page, back=reverse("party:teams", args=[area]))


@permits("party.view")
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: Any, team: UUID) -> HttpResponse:
    """Show one team; change its bodies, seats or checklist, or end it."""
    found = orgs.team(viewer=request.actor, team=team)
    area = found.row.region_code

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        held = [Body(one.body, one.name, one.people) for one in found.bodies]
        words = {"found": found, **_body_rows(held), **more}
        return frame.draw(request, "party/team.html", words, area=area, tab="teams", status=status)

    if request.method != "POST":
        return page()
    back = reverse("party:teams", args=[area])
    if not request.POST.get("disband"):
        back = reverse("party:team", args=[team])
    return frame.post(request, lambda: _save(request, team), page, back=back)


def _save(request: Any, team: UUID) -> object:
    post, key, actor = request.POST, key_of(request), request.actor
    if post.get("disband"):
        return actions.disband_team(actor=actor, team=team, key=key)
    if post.get("leave"):
        seat = frame.chosen(post.get("leave", ""), "leave")
        assert seat is not None
        return actions.leave_seat(actor=actor, seat=seat, key=key)
    if post.get("seat"):
        return actions.seat_supervisor(
            actor=actor,
            team=team,
            alias=post.get("alias", ""),
            chosen_by=post.get("chosen_by", ""),
            conflict=post.get("conflict", ""),
            stated=bool(post.get("stated")),
            key=key,
        )
    if "checklist" in post:
        items = post.get("checklist", "").splitlines()
        return actions.set_checklist(actor=actor, team=team, items=items, key=key)
    return actions.set_bodies(actor=actor, team=team, bodies=_bodies(post), key=key)


def _bodies(post: Any) -> list[Body]:
    """Read the rows of bodies that are not empty."""
    rows = zip_longest(post.getlist("body"), post.getlist("body_name"), post.getlist("people"), fillvalue="")
    return [
        Body(body, name, frame.whole(people or "1", "bodies"))
        for body, name, people in rows
        if body.strip() and name.strip()
    ]


def _body_rows(bodies: list[Body]) -> dict[str, Any]:
    """Return the rows of the form: what is there and some empty ones."""
    spare = [Body("", "", 1)] * EMPTY_ROWS
    return {"body_rows": [*bodies, *spare], "known_bodies": (*rules.CORE_BODIES, *rules.FIFTH_BODIES)}


@permits("party.view")
@require_http_methods(["GET", "HEAD", "POST"])
def training(request: Any, area: str) -> HttpResponse:
    """Show the trainings of the last twelve months and note one: a number, no list of names."""
    today = clock.today()

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        since = today.replace(year=today.year - 1, day=1)
        words = {
            "found": orgs.trainings(viewer=request.actor, area=area, since=since),
            "today": today,
            **more,
        }
        return frame.draw(request, "party/training.html", words, area=area, tab="training", status=status)

    if request.method != "POST":
        return page()
    post = request.POST

    def save() -> object:
        return actions.note_training(
            actor=request.actor,
            region_code=area,
            topic=post.get("topic", ""),
            held_on=day_of(post.get("held_on", ""), "held_on"),
            minutes=frame.whole(post.get("minutes", ""), "minutes"),
            came=frame.whole(post.get("came", ""), "came"),
            key=key_of(request),
        )

    return frame.post(request, save, page, back=reverse("party:training", args=[area]))


@permits("party.view")
@require_safe
def methods(request: Any, area: str) -> HttpResponse:
    """Show the work methods and duties of the county as lists of steps."""
    rows = orgs.methods(county=area[:6] + "000000")
    words = {"rows": [(row, [_step(request.actor, step) for step in row.steps]) for row in rows]}
    return frame.draw(request, "party/methods.html", words, area=area, tab="methods")


def _step(actor: Actor, step: dict[str, str]) -> tuple[str, str, str]:
    """Return a step's kind ("" for a plain one) and words, and where this person does it ("" when another post does)."""
    verb, route = STEP_PAGES.get(step["kind"], ("", ""))
    url = reverse(route) if verb and access.may(actor, verb) else ""
    kind = "" if step["kind"] == "note" else rules.STEP_KINDS.get(step["kind"], "")
    return kind, step["words"], url


@permits("party.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_method(request: Any, area: str, method: str) -> HttpResponse:
    """Edit the steps of a work method for the county."""
    county = area[:6] + "000000"
    held = orgs.method(county=county, code=method)

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        words = {
            "row": held,
            "steps": [*held.steps, *[{"kind": "note", "words": ""}] * EMPTY_ROWS],
            "step_kinds": list(rules.STEP_KINDS.items()),
            **more,
        }
        return frame.draw(request, "party/method.html", words, area=area, tab="methods", status=status)

    if request.method != "POST":
        return page()
    post = request.POST

    def save() -> object:
        rows = zip(post.getlist("step_kind"), post.getlist("step_words"), strict=False)
        return actions.save_method(
            actor=request.actor,
            county=county,
            code=method,
            name=post.get("name", ""),
            steps=[{"kind": kind, "words": words} for kind, words in rows],
            source=post.get("source", ""),
            key=key_of(request),
        )

    return frame.post(request, save, page, back=reverse("party:methods", args=[area]))
