"""Opening one contact for one purpose: shown once, never kept, written down where the resident can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from jinlin.cases import queries as cases
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.people.actions import open_contact
from jinlin.web.access import permits
from jinlin.web.desk.frame import is_fragment, show

if TYPE_CHECKING:
    from jinlin.cases.models import Case

# what the resident reads on the page "who saw my data"
PURPOSES = {
    "ask": noop("联系核实情况"),
    "visit": noop("约定上门或到现场的时间"),
    "report": noop("告知办理进展或结果"),
    "follow_up": noop("回访办理情况"),
}


@permits("contact.open")
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: Any, code: str) -> HttpResponse:
    """Ask for the purpose, then show the telephone number of one person who reported the case."""
    case = cases.visible_case(viewer=request.actor, tracking=code)
    said = callers(request.actor, case)
    if request.method != "POST":
        return _page(request, case, said)
    purpose, chosen = request.POST.get("purpose", ""), request.POST.get("appeal", "")
    errors = {} if purpose in PURPOSES else {"purpose": [_("请选择为什么要联系。")]}
    found = next(
        (one for one in said if str(one.id) == chosen), said[0] if len(said) == 1 and not chosen else None
    )
    if found is None:
        errors["appeal"] = [_("请选择要联系哪一位。")]
    if errors or found is None:
        return _page(request, case, said, errors=Invalid(errors).fields, status=422)
    opened = open_contact(
        actor=request.actor, contact_id=_id(found.contact_id), purpose=PURPOSES[purpose], subject=case
    )
    return _page(request, case, said, opened=opened, purpose=_(PURPOSES[purpose]))


def callers(actor: Any, case: Case) -> list[Any]:
    """Return what was said by people who may be called; NotAllowed when this actor may not call them now."""
    people, allowed = cases.callers(viewer=actor, case=case)
    if not allowed:
        raise NotAllowed(
            "not_handling", _("联系方式只给正在办理这件事的单位看，现在不由您办理，所以不能打开。")
        )
    return people


def _id(contact_id: UUID | None) -> UUID:
    if contact_id is None:
        raise NotFound(_("联系方式"))
    return contact_id


def _page(request: Any, case: Case, said: list[Any], *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "case": case,
        "code": case.shown_code,
        "said": said,
        "purposes": [(key, _(words)) for key, words in PURPOSES.items()],
        "url": f"/desk/case/{case.tracking}/contact",
        "errors": {},
        **more,
    }
    template = "desk/parts/contact.html" if is_fragment(request) else "desk/contact.html"
    return show(request, template, context, status=status)
