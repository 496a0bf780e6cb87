"""Learning categories of a county from what people confirmed: gather the labels, learn at night, say so in the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Appeal, Case
from jinlin.cases.queries.timelines import counties_with_cases
from jinlin.cases.rules import words as w
from jinlin.insight.actions.running import AGAIN, Log, running, tried_today
from jinlin.insight.models import CategoryModel, Confirmation
from jinlin.insight.queries.suggestions import lexicon, model_of
from jinlin.insight.rules.words import SELF_MADE
from jinlin.kernel import clock
from jinlin.kernel.errors import gettext as translated

if TYPE_CHECKING:
    from jinlin.insight.suggest.model import Model

NOT_BEFORE: Final = time(2, 0)  # after the scan and the hot issues
MOST: Final = 10_000  # labels, the latest, that are learned from
WINDOW: Final = timedelta(days=3 * 365)
FEWEST: Final = 100  # labels in all before anything is learned
OF_A_KIND: Final = 5  # labels of a leaf before it is learned
FRESH, FRESH_SHARE = 20, 0.05  # new labels that make learning again worth while
KEPT: Final = 5  # models of a county with their cards

_Rows = Sequence[tuple[UUID, UUID, UUID | None, bool]]


def learn_due() -> int:
    """Gather and learn in every county not looked at since two o'clock; call it every few minutes."""
    if clock.local(clock.now()).time() < NOT_BEFORE:
        return 0
    tried = tried_today("train")
    counties = [county for county in counties_with_cases() if tried[county] < AGAIN]
    for county in counties:
        learn_county(county)
    return len(counties)


def learn_county(county: str, *, anyway: bool = False) -> CategoryModel | None:
    """Gather what was confirmed in a county, and learn again when enough is new (or `anyway`); None when it was not."""
    with running("train", county=county) as run:
        fresh = gather(county)
        run.say(_("新确认的类别 %(count)d 条。") % {"count": fresh})
        last = CategoryModel.objects.filter(county=county, is_current=True).defer("content").first()
        since = Confirmation.objects.filter(county=county)
        new = since.filter(confirmed_at__gt=last.made_at).count() if last else since.count()
        if last and not anyway and new < max(FRESH, FRESH_SHARE * last.texts):
            run.say(_("上次训练后新增 %(new)d 条，还不到重新训练的数量。") % {"new": new})
            return None
        texts, codes, is_demo = _labelled(county)
        if len(texts) < FEWEST or len(set(codes)) < 2:
            facts = {"have": len(texts), "need": FEWEST}
            run.say(_("可学的有 %(have)d 条，满 %(need)d 条才训练；现在按类别树的词给建议。") % facts)
            return None
        return _learned(run, county, texts, codes, is_demo)


def gather(county: str) -> int:
    """Write a label for every case a person let go on with its category; returns how many are new or changed.

    The label is what the case has when it was sent on or ended; what would have been suggested is asked before.
    """
    known = dict(Confirmation.objects.filter(county=county).values_list("case_id", "category_id"))
    rows = [row for row in _confirmed(county) if known.get(row[0]) != row[1]]
    if not rows:
        return 0
    words = _words_of(county, [row[0] for row in rows])
    model = model_of(county)
    said = _said(model, [words.get(row[0], "") for row in rows])
    now = clock.now()
    with transaction.atomic():
        Confirmation.objects.filter(county=county, case__in=[row[0] for row in rows]).delete()
        Confirmation.objects.bulk_create(
            [
                Confirmation(
                    county=county,
                    case_id=case,
                    category_id=category,
                    suggested=first,
                    second=second,
                    was_learned=model is not None,
                    confirmed_at=now,
                    unit=unit,
                    is_demo=is_demo,
                )
                for (case, category, unit, is_demo), (first, second) in zip(rows, said, strict=True)
            ],
            batch_size=1_000,
        )
    return len(rows)


def _confirmed(county: str) -> _Rows:
    """Return (case, category, unit, demo) of what was sent on or ended, sensitive matters left out (one query)."""
    found = Case.unscoped.filter(
        Q(handover_count__gte=2)
        | Q(is_open=False)
        | Q(state__in=w.CHECKING_STATES),  # sent on, ended or done
        county=county,
        category__isnull=False,
        sensitive=False,
        part_of=None,
        opened_at__gte=clock.now() - WINDOW,
    )
    found = found.exclude(end_kind__in=("withdrawn", "not_ours")).exclude(channel__in=SELF_MADE)
    return list(
        found.order_by("-opened_at").values_list("pk", "category_id", "sender_unit", "is_demo")[:MOST]
    )


def _words_of(county: str, cases: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return what was first said of each case; texts stay in memory."""
    found: dict[UUID, str] = {}
    for at in range(0, len(cases), 500):
        rows = Appeal.unscoped.filter(county=county, case__in=cases[at : at + 500], withdrawn_at=None)
        for case, title, text in rows.order_by("received_at", "pk").values_list("case_id", "title", "text"):
            found.setdefault(case, f"{title}\n{text}")
    return found


def _said(model: Model | None, texts: Sequence[str]) -> list[tuple[str, str]]:
    found = (model or lexicon()).classify(texts)
    return [(each.first, each.second) for each in found]


def _labelled(county: str) -> tuple[list[str], list[str], bool]:
    """Return texts and codes of the latest labels, leaves with too few left out."""
    labels = Confirmation.objects.filter(county=county, category__is_active=True).order_by(
        "-confirmed_at", "case"
    )
    rows: list[Any] = list(labels.values_list("case_id", "category__code", "is_demo")[:MOST])
    words = _words_of(county, [row[0] for row in rows])
    rows = [row for row in rows if words.get(row[0], "").strip()]
    counts = Counter(row[1] for row in rows)
    rows = [row for row in rows if counts[row[1]] >= OF_A_KIND]
    return [words[row[0]] for row in rows], [row[1] for row in rows], any(row[2] for row in rows)


def _learned(run: Log, county: str, texts: list[str], codes: list[str], is_demo: bool) -> CategoryModel:
    from jinlin.insight.suggest import learning  # noqa: PLC0415  arrays are slow to load
    from jinlin.insight.suggest.lexicon import right_share  # noqa: PLC0415  as above
    from jinlin.insight.suggest.model import to_bytes  # noqa: PLC0415  as above

    run.say(_("用 %(texts)d 条学 %(kinds)d 个类别。") % {"texts": len(texts), "kinds": len(set(codes))})
    model = learning.train(texts, codes, clock.today().isoformat(), lambda said: run.say(translated(said)))
    by_words = right_share(lexicon().classify(texts), codes)
    serves = model.card["right"] > by_words
    with transaction.atomic():
        CategoryModel.objects.filter(county=county, is_current=True).update(is_current=False)
        made = CategoryModel.objects.create(
            county=county,
            made_at=clock.now(),
            texts=len(texts),
            content=to_bytes(model),
            card=model.card,
            lexicon_right=by_words,
            serves=serves,
            is_demo=is_demo,
        )
        old = CategoryModel.objects.filter(county=county).order_by("-made_at").values_list("pk", flat=True)
        CategoryModel.objects.filter(pk__in=list(old[KEPT:])).delete()
    run.figures(texts=len(texts), right=model.card["right"], by_words=round(by_words, 4))
    facts = {"right": f"{model.card['right']:.0%}", "words": f"{by_words:.0%}"}
    run.say(
        _("留出检验：模型对 %(right)s，类别词对 %(words)s；改用模型给建议。") % facts
        if serves
        else _("留出检验：模型对 %(right)s，类别词对 %(words)s；仍按类别词给建议。") % facts
    )
    return made
