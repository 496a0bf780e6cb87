"""Papers to print in the customary form; what this product doesn't keep (age, trade, signatures) is left blank for the pen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.mediation import actions
from jinlin.mediation.actions.reading import DocView, FileView
from jinlin.web.access import permits
from jinlin.web.desk.frame import show

# sheet -> (slot that has to hold something, "" for none; title)
TITLES: Final[dict[str, tuple[str, str]]] = {
    "entry": ("entry", noop("人民调解受理登记表")),
    "rights": ("rights", noop("人民调解权利义务告知书")),
    "investigation": ("investigation", noop("人民调解调查记录")),
    "hearing": ("hearing", noop("人民调解记录")),
    "agreement": ("agreement", noop("人民调解协议书")),
    "visit": ("visit", noop("人民调解回访记录")),
    "cover": ("", noop("人民调解卷宗")),
}
ORAL_TITLE: Final = noop("人民调解口头协议登记表")
# People's Mediation Law, articles 23 and 24
RIGHTS: Final = (
    noop("选择或者接受人民调解员；"),
    noop("接受调解、拒绝调解或者要求终止调解；"),
    noop("要求调解公开进行或者不公开进行；"),
    noop("自主表达意愿、自愿达成调解协议。"),
)
DUTIES: Final = (
    noop("如实陈述纠纷事实；"),
    noop("遵守调解现场秩序，尊重人民调解员；"),
    noop("尊重对方当事人行使权利。"),
)


@dataclass
class Sheet:
    """One paper: numbered, with rows of label and text, free paragraphs, and lines to sign on."""

    title: str
    number: str
    on: date | None = None
    rows: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    seal: str = ""


@permits("mediation.work")
@require_safe
def sheet(request: Any, file: UUID, sheet: str) -> HttpResponse:
    """Show one paper ready to be printed."""
    view = actions.open_one(actor=request.actor, file_id=file)
    if sheet not in TITLES:
        raise NotFound(_("这张单子"))
    slot, title = TITLES[sheet]
    docs = next((one.docs for one in view.slots if one.code == slot), ())
    if slot and not docs:
        raise NotFound(_("这张单子"))
    made = [_BUILD[sheet](view, Sheet(_(title), view.row.number), doc) for doc in docs or (None,)]
    if sheet == "agreement":
        made = made[-1:]
    context = {"sheets": made, "row": view.row, "detail": True, "printed": clock.local(clock.now())}
    return show(request, "mediation/sheet.html", context, current="mediation")


def _people(view: FileView) -> list[tuple[str, str]]:
    """Return the parties as the form wants them, with room for what is written by hand."""
    found = []
    for one in view.parties:
        parts = [one.called, _("性别＿＿ 民族＿＿ 年龄＿＿ 职业＿＿＿＿")]
        parts += [text for text in (one.home, one.reach) if text]
        if one.proxy:
            parts.append(_("代理人：%(name)s") % {"name": one.proxy})
        found.append((one.side_label, "，".join(parts)))
    return found


def _signs(view: FileView) -> list[str]:
    own = [_("%(side)s（签名、盖章或按指印）") % {"side": one.side_label} for one in view.parties]
    return [*own, _("人民调解员（签名）"), _("记录人（签名）")]


def _lines(doc: DocView) -> list[tuple[str, str]]:
    return [(line.label, line.text) for line in doc.lines]


def _entry(view: FileView, made: Sheet, doc: DocView | None) -> Sheet:
    assert doc is not None
    made.on = doc.on
    made.rows = [(_("来源"), view.origin_label), (_("纠纷类型"), view.row.kind_label), *_people(view)]
    made.paragraphs = [(_("纠纷简要情况"), view.facts), *_lines(doc)]
    made.signs = [_("当事人（签名、盖章或按指印）"), _("登记人（签名）")]
    made.seal = view.committee
    return made


def _rights(view: FileView, made: Sheet, doc: DocView | None) -> Sheet:
    assert doc is not None
    made.on = doc.on
    made.rows = _lines(doc)
    made.paragraphs = [
        (_("说明"), _("人民调解不收取任何费用，由当事人自愿选择。")),
        (_("当事人在人民调解活动中的权利"), _numbered(RIGHTS)),
        (_("当事人在人民调解活动中的义务"), _numbered(DUTIES)),
        (
            _("协议的效力"),
            _(
                "调解协议对各方有约束力，应当按约定履行。各方可以自协议生效之日起三十日内"
                "共同向人民法院申请司法确认。达不成协议的，可以通过仲裁、行政、司法等途径维护权利。"
            ),
        ),
    ]
    made.signs = [_("以上内容已告知（当事人签名或按指印）"), _("告知人（签名）")]
    return made


def _numbered(lines: tuple[str, ...]) -> str:
    return "\n".join(f"{at}. {_(line)}" for at, line in enumerate(lines, start=1))


def _record(view: FileView, made: Sheet, doc: DocView | None) -> Sheet:
    assert doc is not None
    made.on = doc.on
    made.rows = [*_people(view), *_lines(doc)[:-1]]
    made.paragraphs = _lines(doc)[-1:]
    made.signs = _signs(view)
    return made


def _agreement(view: FileView, made: Sheet, doc: DocView | None) -> Sheet:
    assert doc is not None
    if view.outcome == "oral":
        made.title = _(ORAL_TITLE)
    made.on = doc.on
    made.rows = _people(view)
    given = doc.words
    until = view.perform_on.isoformat() if view.perform_on else _("当场履行")
    made.paragraphs = [
        (_("纠纷的主要事实、争议事项"), given.get("points", "")),
        (_("经调解，各方自愿达成如下协议"), given.get("duties", "")),
        (_("履行的方式、地点"), given.get("manner", "")),
        (_("履行期限"), until),
    ]
    if view.outcome == "oral":
        made.signs = [_("人民调解员（签名）"), _("记录人（签名）")]
    else:
        copies = _("本协议一式＿＿份，各方当事人、人民调解委员会各持一份。")
        made.paragraphs.append((_("份数"), copies))
        made.signs = _signs(view)
    made.seal = view.committee
    return made


def _visit(view: FileView, made: Sheet, doc: DocView | None) -> Sheet:
    assert doc is not None
    made.on = doc.on
    made.rows = [(_("协议编号"), view.row.number), (_("回访人"), doc.by), *_lines(doc)]
    made.signs = [_("被回访人（签名）"), _("回访人（签名）")]
    return made


def _cover(view: FileView, made: Sheet, _doc: DocView | None) -> Sheet:
    names = "；".join(f"{one.side_label} {one.called}" for one in view.parties)
    keep = view.keep_until.isoformat() if view.keep_until else _("永久或未定")
    made.rows = [
        (_("卷宗类别"), view.row.kind_label),
        (_("当事人"), names),
        (_("调解委员会"), view.committee),
        (_("结果"), view.row.outcome_label or view.row.stage_label),
        (_("立卷"), clock.local(view.row.opened_at).date().isoformat()),
        (_("归档"), view.filed_on.isoformat() if view.filed_on else "—"),
        (_("保存到"), keep),
    ]
    listed = [
        f"{at}. {slot.label}（{len(slot.docs)}）" for at, slot in enumerate(view.slots, start=1) if slot.docs
    ]
    made.paragraphs = [(_("卷内目录"), "\n".join(listed))]
    made.signs = [_("立卷人"), _("检查人")]
    return made


_BUILD: Final[dict[str, Callable[[FileView, Sheet, DocView | None], Sheet]]] = {
    "entry": _entry,
    "rights": _rights,
    "investigation": _record,
    "hearing": _record,
    "agreement": _agreement,
    "visit": _visit,
    "cover": _cover,
}
