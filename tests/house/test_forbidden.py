"""What this software never does, asserted as absence: no watching of staff or residents, no scoring, no ID numbers.

The law and the policy behind each word stand in docs/adr and on the page 本系统不做什么. A word that is meant in
another sense is let through in MEANT, by its full place, with the reason.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable

from django.apps import apps
from django.db import models

from jinlin.performance.models import KEY, Count, OpenCount
from jinlin.performance.rules.indicators import INDICATORS
from jinlin.performance.rules.measures import FLOWS, GAUGES
from jinlin.performance.rules.named import NAMES
from tests.house import source
from tests.house.routes import all_routes
from tests.house.source import Fault, report
from tests.house.test_events import announced
from tools import messages

# Never, as a name of anything: function, class, argument, field, address.
NEVER = """
check_in checkin clock_in punch_in sign_in_place attendance_location mileage odometer step_count pedometer footstep
online_time online_minute online_hour login_day log_in_day screen_time activity_point leaderboard league_table
ranking trajectory location_history track_log gps_track live_location id_number id_card identity_number identity_card
citizen_id national_id face_id face_image face_photo facial face_recognition credit_score social_credit
person_score staff_score resident_score household_score risk_score person_label household_label person_profile
photo_count report_count_per_worker daily_report_quota crawl crawler scrape
""".split()
# Never as a part of a table's, column's, event's or address's name: these last, whatever code calls its variables.
NEVER_STORED = (
    "track step steps points score scores rank ranks face mileage badge streak honour_point".split()
)
NEVER_SAID = "签到|打卡|轨迹|步数|里程|在线时长|积分|排名|排行榜|人脸|身份证号|位置记录|个人评分|信用分|画像"
DENIED = re.compile(r"(不|没有|无|禁止|从不|绝不)[^。；！？]*$")  # saying that it does not exist is welcome

MEANT: dict[str, str] = {  # place -> reason
    "orgs.WorkMethod.steps": "what is done one after the other, no paces",
    "gatherings.Venue.step_free": "a way in without stairs",
    "initiatives.StageEntry.step": "the move of a project",
    "initiatives.Resolution.step": "a step of a procedure",
    "initiatives.Review.score": "of a project by a reviewer, never of a person",
    "initiatives.Review.scores": "of a project by a reviewer, never of a person",
    "mediation.Mediation.steps": "of a procedure",
    "mediation.Step": "of a procedure",
    "insight.Warning.score": "how unusual a count of a place is",
    "insight.Slip.steps": "the life of a slip",
    "insight.SlipStep": "the life of a slip",
}
FOLLOWS_A_CASE = (
    "/track",
    "/api/v1/track",
)  # a resident follows the own case by its code, nobody follows a person
OF_A_PROCEDURE = r"/mediations?/.*/steps?/"  # one step after the other, no paces

_NEVER = re.compile(rf"(?:^|_)(?:{'|'.join(NEVER)})(?:s|ed|ing)?(?:_|$)")
_NEVER_STORED = re.compile(rf"(?:^|_)(?:{'|'.join(NEVER_STORED)})(?:_|$)")
_NEVER_SAID = re.compile(NEVER_SAID)


def snake(name: str) -> str:
    """Return CheckIn, check-in and check/in as check_in."""
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def named(place: str, name: str, *, stored: bool) -> list[Fault]:
    """Return a fault when a name means a forbidden feature; `stored` for what outlives a request."""
    word = snake(name)
    found = _NEVER.search(word) or (stored and _NEVER_STORED.search(word))
    return (
        [Fault(place, 0, f"{name}: a forbidden feature by its name")] if found and place not in MEANT else []
    )


def said(place: str, sentence: str) -> list[Fault]:
    """Return a fault when a sentence speaks of a forbidden feature without denying it."""
    return [
        Fault(place, 0, f"{sentence[:40]}: speaks of a forbidden feature")
        for found in _NEVER_SAID.finditer(sentence)
        if not DENIED.search(sentence[: found.start()])
    ][:1]


def identifiers(module: ast.Module) -> Iterable[str]:
    """Yield every name the code gives to a function, class, argument or annotated field."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def columns(kinds: Iterable[type[models.Model]]) -> list[Fault]:
    """Return faults in names of tables and columns."""
    faults = []
    for kind in kinds:
        faults += named(kind._meta.label, kind.__name__, stored=True)
        for field in kind._meta.get_fields():
            faults += named(f"{kind._meta.label}.{field.name}", field.name, stored=True)
    return faults


def test_no_table_or_column() -> None:
    faults = columns(kind for kind in apps.get_models() if kind.__module__.startswith("jinlin."))
    assert not faults, report(faults)


def test_no_address() -> None:
    faults = [
        fault
        for route in all_routes()
        if not re.fullmatch(rf"({'|'.join(FOLLOWS_A_CASE)})(/.*)?", route.path)
        and not re.search(OF_A_PROCEDURE, route.path)
        for word in (route.path, route.name)
        for fault in named(route.key, re.sub(r"<[^>]*>", "", word), stored=True)
    ]
    assert not faults, report(faults)


def test_no_event() -> None:
    faults = [
        fault
        for kind in announced()
        for word in (kind.__name__, *kind.__dataclass_fields__)  # type: ignore[attr-defined]
        for fault in named(f"{kind.__name__}.{word}", word, stored=True)
    ]
    assert not faults, report(faults)


def measured(words: Iterable[str]) -> list[Fault]:
    """Return faults in names of what is counted: of outcomes of places and units, never of a person's doings."""
    return [
        fault
        for word in words
        for fault in (*named(word, word, stored=True), *said(word, word))
        if not _PERSONAL.search(word)
    ] + [Fault(word, 0, f"{word}: counts a person") for word in words if _PERSONAL.search(word)]


# domain.md 5.5: whose name or device would have to be known to count it
_PERSONAL = re.compile(
    r"(?:^|_)(?:account|worker|staff|person|user|member|reporter|device|login|logins|online|install|installs|likes?|"
    r"forwards?|photos?|photo_n|reports_per|per_worker|per_day_worker)(?:_|$)"
)


def test_no_measure_and_no_indicator() -> None:
    """The prohibited indicators of domain.md 5.5 don't exist: not as a counter, not as an indicator, not by words."""
    faults = measured([*FLOWS, *GAUGES, *(one.code for one in INDICATORS)])
    spoken = [sentence for one in INDICATORS for sentence in (one.name, one.formula)]
    faults += [fault for sentence in (*spoken, *NAMES.values()) for fault in said(sentence, sentence)]
    assert not faults, report(faults)
    columns = {field.name for kind in (Count, OpenCount) for field in kind._meta.get_fields()}
    assert columns == {"pk", *KEY, *FLOWS, *GAUGES}, (
        "a counter hangs on places, lines, matters and sources only"
    )


def test_no_name_in_code() -> None:
    faults = [
        fault
        for path in source.python()
        for name in identifiers(source.parsed(path))
        for fault in named(path, name, stored=False)
    ]
    assert not faults, report(faults)


def test_no_sentence_offers_it() -> None:
    faults = [
        fault
        for message in messages.gather()
        for fault in said(f"{message.path}:{message.line}", message.text)
    ]
    assert not faults, report(faults)


def test_no_photo_is_forced() -> None:
    """A photo may be asked for, never demanded: not by a default, not by the shipped categories, not by an action."""
    for kind in apps.get_models():
        for field in kind._meta.get_fields():
            if isinstance(field, models.Field) and re.search("photo|image|picture", field.name):
                demanded = field.get_default() is True or (
                    isinstance(field, models.FileField) and not field.blank
                )
                assert not demanded, f"{kind._meta.label}.{field.name} demands a photo"
    for path in source.files(under="jinlin/", suffix=".csv"):
        rows = csv.DictReader(source.text(path).splitlines())
        assert not [row for row in rows if row.get("photo_required", "0") not in ("0", "")], path


def test_no_action_demands_a_photo() -> None:
    faults = [
        Fault(path, node.lineno, f"{node.name} demands {arg.arg}")
        for path in source.python()
        if "/actions" in path and not path.startswith("jinlin/files/")
        for node in ast.walk(source.parsed(path))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if re.search(r"photo|picture", arg.arg) and default is None
    ]
    assert not faults, report(faults)


def test_it_bites() -> None:
    for bad in (
        "CheckIn",
        "check_in_at",
        "staff-mileage",
        "onlineMinutes",
        "id_number",
        "LeaderboardView",
        "gps_tracks",
    ):
        assert named("bad", bad, stored=False), bad
    for bad in ("track", "Step", "activity_points", "person_score", "/staff/rank", "face"):
        assert named("bad", bad, stored=True), bad
    for good in (
        "tracking",
        "tracking_code",
        "checkbox",
        "surface",
        "stepper",
        "point",
        "appointments",
        "frank",
        "checks_in",
    ):
        assert not named("good", good, stored=True), good
    for bad in (
        "photo_n",
        "login_days",
        "online_share",
        "reports_per_worker",
        "worker_closed",
        "likes",
        "install_rate",
    ):
        assert measured([bad]), bad
    assert not measured(["reported", "self_handled", "typed", "close_late"])
    assert said("bad", "今日签到")
    assert said("bad", "查看积分与排名")
    assert not said("good", "本系统不签到，也不排名。")

    class Meta:
        app_label = "people"
        managed = False

    bad_model = type(
        "Watched", (models.Model,), {"__module__": __name__, "Meta": Meta, "steps": models.IntegerField()}
    )
    try:
        assert columns([bad_model])
    finally:
        del apps.all_models["people"]["watched"]
        apps.clear_cache()
