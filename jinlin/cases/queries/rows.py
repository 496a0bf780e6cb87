"""Lists of cases: the desk's views, the grid worker's day, exports; a constant number of queries whatever the length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Case, Handover
from jinlin.cases.models.case import NO_DUE, CaseQuerySet
from jinlin.cases.queries.drills import drill_shapes, in_period, of_line
from jinlin.cases.queries.timers import asks_date
from jinlin.cases.rules import words as w
from jinlin.cases.rules.tracking import county_of, typed_code
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.orgs import queries as orgs
from jinlin.orgs.queries import CategoryNode
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import DESK_ROLES, role_may
from jinlin.places import queries as places

PAGE: Final = 50
COUNT_CAP: Final = 100

VIEWS: Final[dict[str, str]] = {
    "mine": noop("待我办"),
    "decide": noop("待裁定审批"),
    "check": noop("待核查回访"),
    "overdue": noop("已超期"),
    "out": noop("已派出"),
    "grid": noop("网格在办"),
    "assist": noop("协办"),
    "revisit": noop("待动态回访"),
    "ledger": noop("挂账中止"),
    "open": noop("全部在办"),
    "closed": noop("已办结"),
}
_NEWEST_FIRST: Final = {
    "closed": "closed_at",
    "ended": "closed_at",
    "opened": "opened_at",
    "reported": "opened_at",
}


@dataclass(frozen=True)
class CaseRow:
    """One line of a list; no contact, and no title of a sensitive matter outside the units that handle it."""

    id: UUID
    tracking: str
    code: str
    title: str
    category: str
    category_code: str
    state: str
    state_label: str
    place: str
    holder: str
    level: int
    due_at: datetime | None
    is_overdue: bool
    asks_date: bool  # the resident waits for an honest new day
    opened_at: datetime
    closed_at: datetime | None
    end_label: str
    risk: int
    sla_class: str
    channel: str
    appeal_count: int
    rework_count: int
    supervised: int
    meet_by: datetime | None
    pending: str
    version: int
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty strings mean everything."""

    q: str = ""
    category: str = ""  # branch "ENV" or leaf "ENV-01"
    place: str = ""  # region or grid code
    state: str = ""
    sla: str = ""
    channel: str = ""
    line: str = ""  # who has it: a department's line, or "@grid" to "@city" in the block
    since: str = ""  # ISO days of a drill's period, both inclusive
    until: str = ""
    end: str = ""  # how it ended
    exit: str = ""  # by which exit it was not accepted


@dataclass(frozen=True)
class Page:
    """A page of rows and the cursor of the next one ("" at the end)."""

    rows: tuple[CaseRow, ...]
    next: str = ""


def _view(rows: CaseQuerySet, viewer: Actor, view: str) -> CaseQuerySet:
    units = list(viewer.units)
    mine = Q(holder_unit=units[0]) if len(units) == 1 else Q(holder_unit__in=units)
    sent = Q(sender_unit=units[0]) if len(units) == 1 else Q(sender_unit__in=units)
    waiting = Q(state__in=(w.VERIFYING, w.FOLLOW_UP))
    paused = Q(state__in=(w.LEDGERED, w.SUSPENDED))
    at_grid = Q(level=w.GRID_LEVEL)
    shapes: dict[str, Q] = {
        "mine": Q(is_open=True) & mine & ~waiting & ~paused & ~at_grid & ~Q(state=w.OBJECTED),
        "decide": Q(is_open=True) & (Q(state=w.OBJECTED) | ~Q(pending="")),
        "check": Q(is_open=True) & waiting,
        "overdue": Q(is_open=True, due_at__lt=clock.now()),
        "out": Q(is_open=True) & sent & ~mine,
        "grid": Q(is_open=True) & at_grid,
        "assist": Q(is_open=True)
        & Q(pk__in=Handover.objects.filter(to_unit__in=units, is_open=True, part="assist").values("case_id")),
        "ledger": Q(is_open=True) & paused,
        "open": Q(is_open=True),
        "revisit": Q(is_open=False, next_visit_on__lte=clock.today()),
        "closed": Q(is_open=False),
        **drill_shapes(),
    }
    return rows.filter(shapes.get(view, shapes["open"]))


_COLUMNS: Final = {
    "state": "state",
    "channel": "channel",
    "sla": "sla_class",
    "end": "end_kind",
    "exit": "exit_code",
}


def _narrow(rows: CaseQuerySet, filters: Filters, viewer: Actor) -> CaseQuerySet:
    if filters.q:
        code = typed_code(filters.q)
        found = Q(tracking=code, county=county_of(code)) if county_of(code) else _titled(filters.q, viewer)
        rows = rows.filter(found)
    if filters.category:
        tree = orgs.categories()
        leaves = [node.id for node in tree.leaves if filters.category in (node.code, node.parent)]
        rows = rows.filter(category_id__in=leaves)
    if filters.place:
        rows = rows.filter(_place(filters.place))
    if filters.line:
        county = (filters.place[:6] + "000000",) if filters.place else ()
        rows = rows.filter(of_line(filters.line, county))
    equals = {column: getattr(filters, name) for name, column in _COLUMNS.items()}
    return rows.filter(**{column: value for column, value in equals.items() if value})


def _titled(text: str, viewer: Actor) -> Q:
    """Search titles only where the viewer reads them (as `reads_texts`): a search must not tell what a mask hides."""
    units = _handling_units(viewer)
    own = Q(holder_unit__in=units) | Q(sender_unit__in=units)
    titled = Q(title__contains=text)
    if all(post.span == "masked" for post in viewer.posts):
        return titled & own
    if any(post.role in DESK_ROLES or post.span == "grid" for post in viewer.posts):
        return titled
    return titled & (own | Q(sensitive=False))


def _place(code: str) -> Q:
    if not code.isdigit() or len(code) not in (12, 15):
        raise Invalid({"place": [_("没有找到这个地方，请从列表里重新选。")]})
    if len(code) == 15:
        return Q(grid=code)
    if code.endswith("000000"):
        return Q(county=code)
    return Q(town=code) if code.endswith("000") else Q(village=code)


def case_list(
    *, viewer: Actor, view: str = "open", filters: Filters | None = None, after: str = "", limit: int = PAGE
) -> Page:
    """Return a page of a view or a drill, nearest due first (closed and reported: newest first); at most 4 queries."""
    access.require(viewer, "case.list")
    rows = _view(access.visible(viewer, Case.objects.all()), viewer, view)
    filters = filters or Filters()
    rows = _narrow(rows, filters, viewer).filter(in_period(view, filters.since, filters.until))
    column = _NEWEST_FIRST.get(view, "due_at")
    newest_first = view in _NEWEST_FIRST
    rows = rows.order_by(f"-{column}" if newest_first else column, "id")
    if after:
        moment, last = _cursor(after)
        side = "lt" if newest_first else "gt"
        beyond = Q(**{f"{column}__{side}": moment}) | Q(**{column: moment}, id__gt=last)
        rows = rows.filter(**{f"{column}__{side}e": moment}).filter(beyond)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = ""
    if len(found) > limit:
        last_row = shown[-1]
        at = getattr(last_row, column)
        more = f"{at.isoformat() if at else ''}~{last_row.pk}"
    return Page(as_rows(shown, viewer), more)


def _cursor(after: str) -> tuple[datetime, UUID]:
    try:
        moment, last = after.split("~")
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        if at.tzinfo is None:
            raise ValueError(after)
        return at.astimezone(UTC), UUID(last)
    except (ValueError, OverflowError):
        raise Invalid({"after": [_("页码不对，请回到第一页。")]}) from None


def view_counts(
    *, viewer: Actor, views: Sequence[str] = ("mine", "decide", "check", "overdue")
) -> dict[str, int]:
    """Return how many wait in each view, counted up to 100 ("99+"); one query."""
    access.require(viewer, "case.list")
    base = access.visible(viewer, Case.objects.all())
    parts, values = [], []
    for view in views:
        rows = _view(base, viewer, view).order_by().values("pk")[:COUNT_CAP]
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608  SQL of the ORM, values apart
        values += params
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        found = cursor.fetchone()
    return dict(zip(views, found, strict=True))


def views_for(viewer: Actor) -> tuple[str, ...]:
    """Return the views that make sense for the posts of a viewer, the one to open first in front."""
    if any(viewer.in_roles(DESK_ROLES)):
        return tuple(VIEWS)
    if any(viewer.in_roles(("department",))):
        return "mine", "assist", "check", "overdue", "ledger", "open", "closed"
    return "open", "overdue", "decide", "check", "ledger", "closed"


def as_rows(cases: Sequence[Case], viewer: Actor) -> tuple[CaseRow, ...]:
    """Turn cases into lines; names of places, units and categories come from three look-ups for the whole page."""
    tree = orgs.categories()
    by_id = {node.id: node for node in tree.leaves}
    holders = orgs.unit_names({case.holder_unit for case in cases})
    names = places.area_names({case.grid or case.village or case.town or case.county for case in cases})
    now = clock.now()
    rows = []
    for case in cases:
        node = by_id.get(case.category_id) if case.category_id else None
        category = node.label if node else _("未定类别")
        reads = reads_texts(case, viewer)
        rows.append(
            CaseRow(
                id=case.pk,
                tracking=case.tracking,
                code=case.shown_code,
                title=case.title if reads else category,
                category=category,
                category_code=node.code if node else "",
                state=case.state,
                state_label=_(w.STATES[case.state][0]),
                place=names.get(case.grid or case.village or case.town or case.county, ""),
                holder=_("网格")
                if case.level == w.GRID_LEVEL
                else holders.get(case.holder_unit or case.pk, ""),
                level=case.level,
                due_at=case.due_at if case.is_open and case.due_at < NO_DUE else None,
                is_overdue=case.is_open and case.due_at < now,
                asks_date=asks_date(case),
                opened_at=case.opened_at,
                closed_at=case.closed_at,
                end_label=_(w.END_KINDS[case.end_kind]) if case.end_kind else "",
                risk=case.risk,
                sla_class=case.sla_class,
                channel=_(w.CHANNELS[case.channel]),
                appeal_count=case.appeal_count,
                rework_count=case.rework_count,
                supervised=case.supervised if case.is_open else 0,
                meet_by=case.meet_by,
                pending=case.pending,
                version=case.version,
                lon=case.lon if reads else None,
                lat=case.lat if reads else None,
            )
        )
    return tuple(rows)


def reads_texts(case: Case, viewer: Actor) -> bool:
    """Tell whether a viewer may read what was said: handling units always, the block unless masked or sensitive."""
    if viewer.kind == "system" or (viewer.kind == "resident" and case.pk in viewer.cases):
        return True
    if {case.holder_unit, case.sender_unit} & _handling_units(viewer):
        return True
    if all(post.span == "masked" for post in viewer.posts):
        return False
    if not case.sensitive:
        return True
    return any(post.role in DESK_ROLES or post.span == "grid" for post in viewer.posts)


def _handling_units(viewer: Actor) -> frozenset[UUID]:
    """Return the units in which the viewer handles cases: who only looks on from the same office stays masked."""
    return frozenset(post.unit for post in viewer.posts if post.unit and role_may(post.role, "case.move"))


def field_lists(*, viewer: Actor) -> dict[str, tuple[CaseRow, ...]]:
    """Return the grid worker's day: to accept or do, to verify, and what others have now; at most 6 queries.

    Only the grids the viewer works, also when another post of theirs sees more.
    """
    access.require(viewer, "field.view")
    grids = [post.place for post in viewer.posts if post.span == "grid"]
    counties = {grid[:6] + "000000" for grid in grids}
    base = access.visible(viewer, Case.objects.all()).filter(
        county__in=counties, grid__in=grids, is_open=True
    )
    todo = list(
        base.filter(level=w.GRID_LEVEL)
        .exclude(state__in=(w.VERIFYING, w.FOLLOW_UP))
        .order_by("due_at", "id")[:PAGE]
    )
    check = list(base.filter(state=w.VERIFYING).order_by("due_at", "id")[:PAGE])
    rest = list(base.exclude(level=w.GRID_LEVEL).exclude(state=w.VERIFYING).order_by("due_at", "id")[:PAGE])
    lines = as_rows([*todo, *check, *rest], viewer)
    return {
        "todo": lines[: len(todo)],
        "check": lines[len(todo) : len(todo) + len(check)],
        "elsewhere": lines[len(todo) + len(check) :],
    }


def usual_categories(*, viewer: Actor, limit: int = 8, days: int = 90) -> tuple[CategoryNode, ...]:
    """Return the leaves to offer as big buttons on patrol: the most frequent lately in the viewer's villages.

    Filled up with matters of public space, one per branch in turn, so that a new grid has good buttons too (one query).
    """
    villages = {post.place[:12] for post in viewer.posts if post.span == "grid"}
    since = clock.now() - timedelta(days=days)
    rows = (
        access.visible(viewer, Case.objects.all())
        .filter(county__in={code[:6] + "000000" for code in villages}, village__in=villages)
        .filter(opened_at__gte=since, category_id__isnull=False)
        .order_by()
        .values_list("category_id")
        .annotate(n=Count("id"))
    )
    often = [found for found, _n in sorted(rows, key=lambda row: -row[1])]
    tree = orgs.categories()
    leaves = {node.id: node for node in tree.leaves}
    usual = [leaves[found] for found in often if found in leaves]
    branches = [[node for node in tree.children(root.code) if node.public_space] for root in tree.roots]
    turns = [node for turn in zip_longest(*branches) for node in turn if node is not None]
    return tuple(dict.fromkeys([*usual, *turns]))[:limit]


def grids_of(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the grids a worker acts in today, as (code, name)."""
    codes = [post.place for post in viewer.posts if post.span == "grid"]
    names = places.area_names(set(codes))
    return tuple((code, names.get(code, code)) for code in codes)


def visible_cases(*, viewer: Actor, trackings: Sequence[str]) -> tuple[Case, ...]:
    """Return the cases behind several codes in their order, leaving out what the viewer may not see (one query)."""
    codes = [typed_code(tracking) for tracking in trackings]
    counties = {county_of(code) for code in codes} - {""}
    rows = access.visible(viewer, Case.objects.all()).filter(county__in=counties, tracking__in=codes)
    found = {case.tracking: case for case in rows.select_related("category")}
    return tuple(found[code] for code in dict.fromkeys(codes) if code in found)


def visible_case(*, viewer: Actor, tracking: str) -> Case:
    """Return the case behind a tracking code if the viewer may see it; NotFound otherwise (one query)."""
    code = typed_code(tracking)
    rows = access.visible(viewer, Case.objects.all()).filter(county=county_of(code), tracking=code)
    case = rows.select_related("category", "part_of").first() if county_of(code) else None
    if case is None:
        raise NotFound(_("这件事"))
    return case
