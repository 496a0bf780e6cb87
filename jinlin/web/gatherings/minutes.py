"""Minutes in one sitting: the figure, what was said item by item, published or kept; the notice and the minutes on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import ItemSaid
from jinlin.gatherings.rules import words as w
from jinlin.kernel import clock
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import deed, draw
from jinlin.web.together.asked import choices, number
from jinlin.web.together.tones import when


@permits("gathering.host")
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: Any, gathering_id: UUID) -> HttpResponse:
    """Write the minutes on one page: a draft as often as wanted, then published with the figure."""
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)
    items = queries.agenda(row, with_cases=True)

    def page(facts: Any, status: int) -> HttpResponse:
        now = queries.hosted(viewer=request.actor, gathering_id=gathering_id)
        frame = {
            "row": now,
            "when": when(now.starts_at, now.ends_at),
            "items": [_item(item, request.POST, facts.get("wrong", {})) for item in items],
            "outcomes": [("", _("不用结论")), *choices(w.OUTCOMES)],
            "typed": request.POST or {"words": now.minutes},
            "begun": now.starts_at <= clock.now(),
            **facts,
        }
        return draw(
            request, "gatherings/minutes.html", frame, area=row.village, tab="gatherings", status=status
        )

    if request.method != "POST":
        return page({}, 200)
    post = request.POST
    publish = post.get("deed") == "publish"

    def save() -> str:
        about: dict[str, Any] = {"actor": request.actor, "gathering_id": gathering_id}
        said = [
            ItemSaid(
                item.id,
                str(post.get(f"said-{item.id}", "")),
                str(post.get(f"outcome-{item.id}", "")),
                str(post.get(f"case-{item.id}", "")),
            )
            for item in items
        ]
        words = str(post.get("words", ""))
        actions.write_minutes(**about, items=said, words=words, key=moves.key_of(request))
        if publish and row.state != "held":
            actions.hold_gathering(**about, walk_ins=number(post, "walk_ins"))
        if publish:
            actions.write_minutes(**about, items=said, words=words, publish=True)
        return reverse("gatherings:gathering" if publish else "gatherings:minutes", args=[gathering_id])

    return deed(request, save, page, said=_("纪要已公布。") if publish else _("草稿已保存。"))


def _item(item: queries.AgendaRow, post: Any, wrong: Any) -> dict[str, Any]:
    """Return an item with what was typed, else with what is kept."""
    return {
        "item": item,
        "said": post.get(f"said-{item.id}", item.said),
        "outcome": post.get(f"outcome-{item.id}", item.outcome),
        "case": post.get(f"case-{item.id}", item.tracking),
        "said_wrong": wrong.get(f"said-{item.id}"),
        "case_wrong": wrong.get(f"case-{item.id}"),
    }


@permits("gathering.view")
@require_safe
def notice(request: Any, gathering_id: UUID) -> HttpResponse:
    """Print the notice for the stairwell, with a code that leads to signing up."""
    row = queries.gathering(gathering_id=gathering_id, viewer=request.actor)
    queries.require_area(viewer=request.actor, area=row.village)
    address = request.build_absolute_uri(reverse("together:gathering", args=[row.pk]))
    frame = {
        "row": row,
        "when": when(row.starts_at, row.ends_at),
        "kind": _(w.GATHERING_KINDS[row.kind]),
        "agenda": queries.agenda(row),
        "picture": segno.make(address, micro=False).svg_data_uri(scale=5, border=1),
        "address": address,
    }
    return render(request, "gatherings/notice.html", frame)


@permits("gathering.view")
@require_safe
def paper(request: Any, gathering_id: UUID) -> HttpResponse:
    """Print the minutes: figures and words, no resident's name."""
    row = queries.gathering(gathering_id=gathering_id, viewer=request.actor)
    queries.require_area(viewer=request.actor, area=row.village)
    frame = {
        "row": row,
        "when": when(row.starts_at, row.ends_at),
        "kind": _(w.GATHERING_KINDS[row.kind]),
        "agenda": [
            (item, _(w.OUTCOMES[item.outcome]) if item.outcome else "") for item in queries.agenda(row)
        ],
        "roles": [(_(w.PART_ROLES[role]), n) for role, n in sorted(queries.role_counts(row).items())],
    }
    return render(request, "gatherings/paper.html", frame)
