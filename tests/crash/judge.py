"""The other side of the crash test, in a process of its own: builds the town, then says what is in the database.

    python -m tests.crash.judge

Prints one line of JSON when the town stands (keys of the grid workers), then one for every line it is given: what
was written for whom, and every fault it finds. The node under test runs beside it on the same database.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from typing import Any

Found = dict[str, Any]
CREW = {"grid": "VILLAGE", "grid2": "SIBLING"}  # whose key a writer uses, and where it reports


def build() -> Found:
    """Make the tables and the town; return the grid workers' keys and places."""
    from django.core.management import call_command

    from jinlin.people.actions import issue_token
    from tests import world

    call_command("migrate", verbosity=0)
    town = world.build()
    crew = []
    for name, place in CREW.items():
        account = town.accounts[name]
        _token, secret = issue_token(actor=town.actor(name), account=account, label="crash")
        crew.append({"key": secret, "place": getattr(world, place)})
    return {"crew": crew}


def judge() -> Found:
    """Return what stands in the database: words -> codes, code -> verbs, and faults in words."""
    from jinlin.cases.models import Appeal, Case, CaseEvent

    faults = [*_integrity(), *_chains(), *_halves(), *_counters(), *_keys()]
    appeals: defaultdict[str, list[str]] = defaultdict(list)
    for text, code in Appeal.unscoped.values_list("text", "case__tracking"):
        appeals[text].append(code)
    verbs: defaultdict[str, list[str]] = defaultdict(list)
    for code, verb in CaseEvent.objects.order_by("seq").values_list("case__tracking", "verb"):
        verbs[code].append(verb)
    cases = Case.unscoped.count()
    return {"faults": faults, "appeals": appeals, "verbs": verbs, "cases": cases}


def _integrity() -> list[str]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    faults = []
    with connection.cursor() as cursor:
        told = cursor.execute("PRAGMA integrity_check").fetchall()
        faults += [f"integrity: {row[0]}" for row in told if row[0] != "ok"]
        faults += [f"foreign key: {row}" for row in cursor.execute("PRAGMA foreign_key_check").fetchall()]
    return faults


def _chains() -> list[str]:
    """Check every county's audit chain and every case's timeline."""
    from jinlin.audit.models import AuditHead
    from jinlin.audit.queries import check_chain
    from jinlin.cases.actions.step import event_hash
    from jinlin.cases.models import Case, CaseEvent

    reports = [check_chain(*head) for head in AuditHead.objects.values_list("county", "day")]
    faults = [f"audit chain of {row.county} {row.day}: {row.why}" for row in reports if not row.ok]
    last: dict[Any, tuple[int, str]] = {}
    for event in CaseEvent.objects.order_by("case_id", "seq"):
        seq, before = last.get(event.case_id, (0, ""))
        if event.seq != seq + 1 or event.prev_hash != before or event.hash != event_hash(event):
            faults.append(f"timeline of {event.case_id} breaks at {event.seq}")
        last[event.case_id] = (event.seq, event.hash)
    for case in Case.unscoped.all():
        if last.get(case.pk) != (case.event_count, case.event_hash):
            faults.append(f"timeline of {case.pk} does not end where the case says")
    return faults


def _halves() -> list[str]:
    """Find cases that were written in part."""
    from django.db.models import Count, Q

    from jinlin.cases.models import Case

    def number(name: str, **only: Any) -> Count:
        return Count(name, filter=Q(**only) if only else None, distinct=True)

    rows = Case.unscoped.annotate(
        said=number("appeals"),
        handed=number("handovers"),
        timed=number("clocks"),
        going=number("clocks", clocks__stopped_at=None),
    )
    faults = []
    for row in rows.values("tracking", "is_open", "said", "handed", "timed", "going"):
        whole = row["said"] == 1 and row["handed"] and row["timed"]
        if not whole or bool(row["going"]) != row["is_open"]:
            faults.append(f"half-written: {row}")
    return faults


def _counters() -> list[str]:
    """Compare the counters of the board with the timelines, and with the cases themselves."""
    from django.db.models import Sum

    from jinlin.cases.models import Case
    from jinlin.performance.actions import check_counters
    from jinlin.performance.models import Count, OpenCount
    from jinlin.performance.rules.cuts import BASE, DEEP

    kept = Count.objects.filter(cut=DEEP).aggregate(opened=Sum("opened"), ended=Sum("ended"))
    kept |= OpenCount.objects.filter(cut=BASE).aggregate(open=Sum("n"))
    true = {
        "opened": Case.unscoped.count(),
        "ended": Case.unscoped.filter(is_open=False).count(),
        "open": Case.unscoped.filter(is_open=True).count(),
    }
    faults = [f"counter {name}: {kept[name]}, not {n}" for name, n in true.items() if (kept[name] or 0) != n]
    return faults + [f"counter {one}" for one in check_counters().differences]


def _keys() -> list[str]:
    """Find idempotency keys that were claimed and not finished, or point to nothing."""
    from jinlin.cases.models import Appeal, Case
    from jinlin.kernel.models import IdempotencyRecord

    rows = list(IdempotencyRecord.objects.values_list("key", "result_model", "result_id", "done"))
    here = {"cases.Appeal": Appeal.unscoped, "cases.Case": Case.unscoped}
    ids = {name: {str(pk) for pk in manager.values_list("pk", flat=True)} for name, manager in here.items()}
    faults = [f"key {key} claimed and not finished" for key, _model, _id, done in rows if not done]
    faults += [
        f"key {key} answers with nothing" for key, kind, id_, done in rows if done and id_ not in ids[kind]
    ]
    many = Counter((kind, id_) for _key, kind, id_, _done in rows if kind == "cases.Appeal")
    return [*faults, *(f"{kind} {id_} has {n} keys" for (kind, id_), n in many.items() if n > 1)]


def _say(found: Found) -> None:
    from django.db import connection

    connection.close()  # the database may be killed before the next question
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main() -> None:
    import django

    django.setup()
    _say(build())
    for _line in sys.stdin:
        _say(judge())


if __name__ == "__main__":
    main()
