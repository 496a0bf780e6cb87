"""Party organisations: the list, one of them with its grids and stars, a new one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.orgs import actions
from jinlin.orgs import queries as orgs
from jinlin.orgs.actions import PartyFacts
from jinlin.web import workbooks
from jinlin.web.access import permits
from jinlin.web.manage.forms import key_of
from jinlin.web.party import frame

STARTS: Final = ("name", "kind", "scope", "members", "source")
EMPTY: Final = {"name": "", "kind": "branch", "scope": "grid", "members": 0, "source": "", "parent": ""}
WIDTHS: Final = (36, 12, 16, 30, 10, 30, 8)


@permits("party.view")
@require_safe
def bodies(request: Any, area: str) -> HttpResponse:
    """List the Party organisations of an area; head counts only."""
    kind = str(request.GET.get("kind", ""))
    kind = kind if kind in dict(orgs.party_kinds()) else ""
    words = {
        "rows": orgs.party_orgs(viewer=request.actor, area=area, kind=kind),
        "kind": kind,
        "kinds": orgs.party_kinds(),
    }
    return frame.draw(request, "party/orgs.html", words, area=area, tab="orgs")


@permits("party.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, area: str) -> HttpResponse:
    """Enter a Party organisation of an area."""

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        words = {**_choices(request, area), "held": request.POST.getlist("ties"), "start": EMPTY, **more}
        return frame.draw(request, "party/org_new.html", words, area=area, tab="orgs", status=status)

    if request.method != "POST":
        return page()

    def save() -> object:
        return actions.found_party_org(
            actor=request.actor,
            region_code=area,
            facts=_facts(request.POST),
            ties=request.POST.getlist("ties"),
            key=key_of(request),
        )

    return frame.post(request, save, page, back=reverse("party:orgs", args=[area]))


@permits("party.view")
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: Any, party_org: UUID) -> HttpResponse:
    """Show one Party organisation; correct, rate or end it."""
    found = orgs.party_org(viewer=request.actor, party_org=party_org)
    area = found.row.region_code

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        words = {"found": found, **_choices(request, area), "held": found.grids, **more}
        words["start"] = {name: getattr(found.row, name) for name in STARTS}
        words["start"]["parent"] = str(found.row.parent_id or "")
        return frame.draw(request, "party/org.html", words, area=area, tab="orgs", status=status)

    if request.method != "POST":
        return page()
    back = reverse("party:orgs", args=[area])
    return frame.post(request, lambda: _save(request, party_org), page, back=back)


def _save(request: Any, party_org: UUID) -> object:
    post, key = request.POST, key_of(request)
    if post.get("close"):
        return actions.close_party_org(actor=request.actor, party_org=party_org, key=key)
    if post.get("rate"):
        return actions.rate_party_org(
            actor=request.actor,
            party_org=party_org,
            year=frame.whole(post.get("year", ""), "year"),
            stars=frame.whole(post.get("stars", ""), "stars"),
            words=post.get("words", ""),
            key=key,
        )
    return actions.edit_party_org(
        actor=request.actor, party_org=party_org, facts=_facts(post), ties=post.getlist("ties"), key=key
    )


def _facts(post: Any) -> PartyFacts:
    return PartyFacts(
        name=post.get("name", ""),
        kind=post.get("kind", ""),
        scope=post.get("scope", ""),
        members=frame.whole(post.get("members", "") or "0", "members"),
        is_joint=bool(post.get("is_joint")),
        parent=frame.chosen(post.get("parent", ""), "parent"),
        source=post.get("source", ""),
    )


def _choices(request: Any, area: str) -> dict[str, Any]:
    above = orgs.party_orgs(viewer=request.actor, area=area)
    return {
        "kinds": orgs.party_kinds(),
        "scopes": orgs.party_scopes(),
        "grids": frame.grids(area),
        "parents": [("", _("没有")), *((str(one.row.pk), one.row.name) for one in above)],
    }


@permits("party.view")
@require_safe
def export(request: Any, area: str) -> HttpResponse:
    """Send the list as a workbook; who took it is written down."""
    rows = orgs.party_orgs(viewer=request.actor, area=area)
    n = len(rows)
    workbooks.taken(request.actor, verb="party.view", purpose=_("导出党组织 %(n)s 个") % {"n": n})
    mark = _("党组织名录：只有人数，没有名册。")
    book = workbooks.Book()
    sheet = book.sheet(str(_("党组织")), WIDTHS, mark=mark, freeze="A3")
    workbooks.row(sheet, [mark], bold=True)
    head = (_("名称"), _("类型"), _("区划代码"), _("覆盖网格"), _("党员人数"), _("上级"), _("星级"))
    workbooks.row(sheet, [str(word) for word in head], bold=True)
    for one in rows:
        above = one.row.parent.name if one.row.parent else ""
        workbooks.row(
            sheet,
            [
                one.row.name,
                str(one.row.get_kind_display()),
                one.row.region_code,
                "、".join(one.grids),
                one.row.members,
                above,
                "" if one.stars is None else one.stars,
            ],
        )
    return workbooks.attachment(book.saved(), "party")
