"""The box of a unit: digests, what is late, what is coming, what is asked; marks stand for the unit."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jinlin.kernel.errors import NotFound
from jinlin.notices.actions import mark_done, mark_seen
from jinlin.notices.queries import box
from jinlin.notices.queries.box import Line
from jinlin.notices.rules import GROUPS
from jinlin.people import access
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.desk.frame import show

CURRENT: Final = "notices"
OF_INSIGHT: Final = {
    "warning": "insight:warning",
    "plan": "insight:plan",
    "whistle": "desk:whistle",
    **dict.fromkeys(("slip", "slip_back", "slip_done", "slip_late"), "insight:slip"),
}


@permits("notice.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the box: at most 12 queries."""
    found = box(viewer=request.actor)
    newest: dict[str, UUID] = {}
    for row in found.digests:
        if not row.is_seen:
            newest.setdefault(row.unit, row.id)
    context = {
        "box": found,
        "newest": set(newest.values()),  # marking the newest marks all before it
        "groups": [
            {"name": name, "label": _(label), "lines": [_shown(line) for line in found.group(name)]}
            for name, (label, _rungs) in GROUPS.items()
        ],
        "several": len({line.unit for line in found.lines}) > 1,
        "may_mark": access.may(request.actor, "notice.mark"),
    }
    return show(request, "desk/notices/box.html", context, current=CURRENT)


def _shown(line: Line) -> dict[str, Any]:
    """Return a line with where it leads."""
    if line.rung.startswith("sup_"):
        url, title = f"/desk/supervision/{line.about}", _("督办 %(code)s") % {"code": line.about}
    elif line.rung == "topic":
        url = "/desk/proactive"
        title = _("%(month)s 高频类别") % {"month": line.about}
    elif line.rung in OF_INSIGHT:
        url, title = reverse(OF_INSIGHT[line.rung], args=[line.ref]), line.about
    elif line.rung == "review":
        url, title = f"/initiatives/resolutions/{line.ref}", line.about
    elif line.case is not None:
        url, title = f"/desk/case/{line.case.tracking}", line.case.title
    else:
        url, title = "", _("不在您单位的列表里")
    return {"line": line, "url": url, "title": title}


@permits("notice.mark")
@require_POST
def seen(request: Any) -> HttpResponse:
    """Mark a digest as known to the unit."""
    mark_seen(actor=request.actor, digest_id=_id(request), key=moves.key_of(request))
    return HttpResponseRedirect("/desk/notices")


@permits("notice.mark")
@require_POST
def done(request: Any) -> HttpResponse:
    """Mark one thing as in hand."""
    mark_done(actor=request.actor, notice_id=_id(request), key=moves.key_of(request))
    return HttpResponseRedirect("/desk/notices")


def _id(request: Any) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise NotFound(_("这条消息")) from None
