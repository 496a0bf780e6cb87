"""Saying a thing once: an appeal opens a case, or joins the one that is about the same matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases import events
from jinlin.cases.actions.photos import hang
from jinlin.cases.actions.routing import Route, find_route
from jinlin.cases.actions.spawn import open_case
from jinlin.cases.actions.step import OFFLINE_MINUTES, Step, moving, write_event
from jinlin.cases.actions.telling import LANGUAGE, words_of_promise
from jinlin.cases.actions.timing import Clocks
from jinlin.cases.models import Appeal, Case
from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.born import JOIN
from jinlin.kernel import bus, clock, rows
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_point, clean_when
from jinlin.orgs.models import Category
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.actions import seal_contact

TEXT_MAX: Final = 5000
IMPORTED_MAX: Final = 50_000  # other systems let people write more; nothing of it is cut
TITLE_MAX: Final = 40
OLDEST_OFFLINE: Final = timedelta(days=31)


@dataclass(frozen=True)
class Said:
    """What a person said: words first; place, category and photos optional."""

    text: str
    title: str = ""
    kind: str = "help"
    category: str = ""  # leaf code
    place: str = ""  # region or grid code somebody chose
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    accuracy_m: float | None = None
    photos: Sequence[UUID] = ()


@dataclass(frozen=True)
class Caller:
    """Who said it, if they want to be called; everything optional."""

    phone: str = ""
    name: str = ""
    address: str = ""
    do_not_contact: bool = False


@dataclass(frozen=True)
class Source:
    """Where it came from: the channel, and the row of another system if it was imported."""

    channel: str = "web"
    system: str = ""
    id: str = ""


@dataclass(frozen=True)
class Heard:
    """What a person said after the input gate."""

    text: str
    title: str
    kind: str
    category: Category | None
    place_text: str
    point: tuple[float, float] | None


def heard(said: Said, longest: int = TEXT_MAX) -> Heard:
    """Take what was said through the input gate; raises Invalid naming each field in one sentence."""
    text = clean(said.text, max_length=longest, field="text", multiline=True, required=True)
    title = clean(said.title, max_length=80, field="title") or text.replace("\n", " ")
    if said.kind not in w.APPEAL_KINDS:
        raise Invalid({"kind": [_("请选择是求助、投诉、咨询、举报还是建议。")]})
    point = None
    if said.lon is not None or said.lat is not None:
        point = clean_point(said.lon, said.lat, said.datum)
    return Heard(
        text=text,
        title=title if len(title) <= TITLE_MAX else title[: TITLE_MAX - 1] + "…",
        kind=said.kind,
        category=_category(said.category),
        place_text=clean(said.place_text, max_length=120, field="place_text"),
        point=point,
    )


def _category(code: str) -> Category | None:
    code = clean(code, max_length=12, field="category")
    if not code:
        return None
    found = Category.objects.filter(code=code, level=2, is_active=True).first()
    if found is None:
        raise Invalid({"category": [_("没有这个类别，请从列表中选择，或留空由工作人员判断。")]})
    return found


@once("case.report")
def report_case(
    *,
    actor: Actor,
    said: Said,
    caller: Caller | None = None,
    source: Source | None = None,
    default_place: str = "",
    at: datetime | None = None,
    key: str | None = None,
) -> Appeal:
    """Take what a person said and send it where it belongs; returns the appeal, whose case has the tracking code.

    `at` is the time on the person's own phone; `default_place` is used when neither point, choice nor address
    tells where. Raises Invalid when nothing tells where it is.
    """
    access.require(actor, "case.report")
    caller, source = caller or Caller(), source or Source()
    if source.channel not in w.CHANNELS:
        raise Invalid({"channel": [_("来源渠道不对，请从列表中选择。")]})
    now = clock.now()
    made_at = _made_at(at, now, source)
    words = heard(said, IMPORTED_MAX if source.channel == "import" else TEXT_MAX)
    spoken = words.place_text if source.channel == "import" else words.place_text or words.text
    route = find_route(said.place, words.point, spoken, default_place)
    case = _case_of(words, route, source)
    contact = seal_contact(county=case.county, phone=caller.phone, name=caller.name, address=caller.address)
    case.callable = bool(contact and contact.phone_sealed) and not caller.do_not_contact
    open_case(case, actor=actor, now=now, made_at=made_at, typed=_typed(actor, said, caller))
    appeal = _appeal(case, words, said, source, made_at, now)
    appeal.contact, appeal.do_not_contact, appeal.entered_by = (
        contact,
        caller.do_not_contact,
        actor.account_id,
    )
    rows.insert(appeal)
    hang(case, said.photos, seq=1)
    audit.record(actor=actor, verb="case.report", obj=case, county=case.county)
    return appeal


def _typed(actor: Actor, said: Said, caller: Caller) -> int:
    """Return how many fields a member of staff filled in by hand; 0 for a resident or another system."""
    texts = (said.text, said.title, said.place_text, caller.phone, caller.name, caller.address)
    return sum(bool(text) for text in texts) if actor.kind == "staff" else 0


def _made_at(at: datetime | None, now: datetime, source: Source) -> datetime:
    if at is None:
        return now
    made_at = min(clean_when(at, "at", minutes_slack=OFFLINE_MINUTES), now)
    if not source.id and now - made_at > OLDEST_OFFLINE:
        raise Invalid({"at": [_("这条草稿已超过一个月，请确认还要提交，再重新填写一次。")]})
    return made_at


def _case_of(words: Heard, route: Route, source: Source) -> Case:
    category = words.category
    return rows.made(
        Case,
        county=route.county,
        town=route.town,
        village=route.village,
        grid=route.grid,
        level=route.level,
        holder_unit=route.holder,
        title=words.title,
        category=category,
        sla_class=category.sla_class if category else "P3",
        sensitive=bool(category and category.sensitive),
        channel=source.channel,
        place_text=words.place_text,
        lon=words.point[0] if words.point else None,
        lat=words.point[1] if words.point else None,
    )


def _appeal(case: Case, words: Heard, said: Said, source: Source, made_at: datetime, now: datetime) -> Appeal:
    return rows.made(
        Appeal,
        county=case.county,
        case=case,
        channel=source.channel,
        kind=words.kind,
        title=words.title,
        text=words.text,
        place_text=words.place_text,
        lon=words.point[0] if words.point else None,
        lat=words.point[1] if words.point else None,
        accuracy_m=said.accuracy_m if words.point else None,
        datum=said.datum if words.point else "",
        external_source=source.system,
        external_id=source.id,
        made_at=made_at,
        received_at=now,
    )


@once("case.join")
def join_case(
    *,
    actor: Actor,
    case_id: UUID,
    said: Said,
    caller: Caller | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Appeal:
    """Join a neighbour's open case instead of repeating it; joining subscribes to its progress."""
    caller = caller or Caller()
    case = Case.unscoped.select_for_update().filter(pk=case_id).first()
    if case is None or case.sensitive or case.part_of_id:
        raise NotFound()
    if not case.is_open:
        raise RuleBroken("closed", _("这件事已经办结，请重新提交您的情况。"))
    now = clock.now()
    made_at = _made_at(at, now, Source())
    words = heard(Said(**{**said.__dict__, "text": said.text or _("同样的问题，我也遇到了。")}))
    contact = seal_contact(county=case.county, phone=caller.phone, name=caller.name, address=caller.address)
    appeal = _appeal(case, words, said, Source(), made_at, now)
    appeal.contact, appeal.do_not_contact, appeal.entered_by = (
        contact,
        caller.do_not_contact,
        actor.account_id,
    )
    appeal.save(force_insert=True)
    case.appeal_count += 1
    case.callable = case.callable or (bool(contact and contact.phone_sealed) and not caller.do_not_contact)
    step = Step(case, actor, JOIN, now, made_at, Clocks(case, running=()), frozenset())
    write_event(step, case.state, aside=True)
    case.save(update_fields=["appeal_count", "callable", "event_count", "event_hash"])
    hang(case, said.photos, seq=case.event_count)
    bus.announce(events.AppealJoined(case_id=case.pk, county=case.county, at=now))
    audit.record(actor=actor, verb="case.join", obj=case, county=case.county)
    return appeal


@once("case.categorise")
def categorise_case(
    *,
    actor: Actor,
    case_id: UUID,
    category: str,
    risk: int | None = None,
    expect: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Case:
    """Set or correct the category, and the risk grade, of a case before it is dispatched."""
    with moving(actor, case_id, "categorise", expect=expect, at=at) as step:
        leaf = _category(category)
        if leaf is None:
            raise Invalid({"category": [_("请选择一个类别。")]})
        if risk is not None and risk not in w.RISKS:
            raise Invalid({"risk": [_("风险等级请从列表中选。")]})
        case = step.case
        case.category, case.sla_class, case.sensitive = leaf, leaf.sla_class, leaf.sensitive
        case.risk = risk or case.risk
        before = {stage: row.due_at for stage, row in step.clocks.running.items()}
        step.clocks.retime(step.now)
        with translation.override(LANGUAGE):
            about = _("类别改为“%(name)s”") % {"name": leaf.name}
            step.words = words_of_promise(step.clocks, before, about)
        step.reason_code = leaf.code
        step.target_name = leaf.name
    return step.case
