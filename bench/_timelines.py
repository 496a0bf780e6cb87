"""Cases with the timelines of real ones, elsewhere and on other days, for counting anew at size."""

from __future__ import annotations

import json
import random
import re
import uuid
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from bench._load import Table
from jinlin.cases.models import Case
from jinlin.kernel.ids import new_id
from jinlin.orgs import queries as orgs
from jinlin.places.models import Grid

DAY = re.compile(r'"(20\d\d-\d\d-\d\d)"')
CHUNK = 2_000


def copied(number: int, county: str, days: int) -> int:
    """Copy the timelines of the cases that are here until there are `number` cases more; returns the lines written."""
    grids = list(
        Grid.objects.current()
        .filter(kind="basic", county=county)
        .values_list("county", "town", "village", "code")
    )
    leaves = [node.code for node in orgs.categories().leaves]
    real = [(case, list(case.events.order_by("seq"))) for case in Case.unscoped.exclude(standing={})]
    rng, written = random.Random(5), 0
    cases, lines = Table(real[0][0]), Table(real[0][1][0])
    for first in range(0, number, CHUNK):
        made: tuple[list[Any], list[Any]] = ([], [])
        for _one in range(min(CHUNK, number - first)):
            case, events = rng.choice(real)
            _copy(
                case,
                events,
                (rng.choice(grids), rng.choice(leaves), rng.randrange(days)),
                (cases, lines),
                made,
            )
        with transaction.atomic():
            cases.write(made[0])
            lines.write(made[1])
        written += len(made[1])
    return written


def _copy(
    case: Any,
    events: list[Any],
    where: tuple[Any, str, int],
    tables: tuple[Table, Table],
    made: tuple[list[Any], ...],
) -> None:
    (county, town, village, grid), category, back = where
    key: Any = new_id()
    earlier = timedelta(days=back)

    def moved(text: str) -> str:
        return DAY.sub(lambda found: f'"{date.fromisoformat(found[1]) - earlier}"', text)

    made[0].append(tables[0].row(**_values(case, id=key, county=county, town=town, village=village, grid=grid,
                                           tracking=uuid.UUID(int=key.int).hex[-12:].upper())))  # fmt: skip
    for event in events:
        facts = json.loads(moved(json.dumps(event.facts)))
        if "town" in facts.get("is", {}):
            facts["is"] |= {"town": town, "village": village, "grid": grid, "category": category}
        made[1].append(
            tables[1].row(
                **_values(
                    event,
                    id=new_id(),
                    case_id=key,
                    county=county,
                    facts=facts,
                    at=event.at - earlier,
                    hash=event.hash,
                )
            )
        )


def _values(row: Any, **changed: Any) -> dict[str, Any]:
    """Return the columns of a row as the database takes them, some of them changed."""
    values = {}
    for field in row._meta.concrete_fields:
        value = changed.get(field.attname, getattr(row, field.attname))
        values[field.attname] = field.get_db_prep_save(value, connection)
    return values
