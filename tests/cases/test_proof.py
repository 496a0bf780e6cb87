"""Proving that a case is one's own: wrong proofs are refused alike, whatever they are made of."""

from __future__ import annotations

from typing import Any

import pytest

from jinlin.cases.queries import link_token, prove
from jinlin.kernel.errors import Invalid


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"token": "密钥"},
        {"token": "x" * 26},
        {"token": "\ud800"},
        {"digits": "８０００"},
        {"digits": "0"},
        {"digits": "8001"},
    ],
)
def test_wrong_proofs_are_refused_in_one_sentence(world: Any, tuesday: Any, proof: dict[str, str]) -> None:
    case = world.report()
    with pytest.raises(Invalid) as refused:
        prove(tracking=case.tracking, **proof)
    assert list(refused.value.fields) == ["code"]


def test_digits_or_the_link_prove_a_case(world: Any, tuesday: Any) -> None:
    case = world.report()
    token = link_token(case.appeals.get_queryset().visible_to(world.actor("system")).get().pk)
    assert prove(tracking=case.shown_code.lower(), digits="8000").pk == case.pk
    assert prove(tracking=case.tracking, token=token).pk == case.pk


def test_the_phone_that_opened_a_merged_case_still_opens_it(world: Any, tuesday: Any) -> None:
    one, two = world.report(phone="13900139000"), world.report()
    world.do("village", "merge", two, into=one.pk)
    assert prove(tracking=two.tracking, digits="8000").pk == two.pk
