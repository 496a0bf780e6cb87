"""Decision rules at their borders, and that nothing but the numbers decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.initiatives.rules import deciding as d
from jinlin.initiatives.rules.deciding import Count
from jinlin.kernel.errors import Invalid


def c(total: int, yes: int, no: int = 0, abstain: int = 0) -> Count:
    return Count(total, yes + no + abstain, yes, no, abstain)


# rule, tally, verdict: the vectors of design/participation.md 6.2
VECTORS = [
    # exactly two thirds of both take part: enough; one owner or 0.01 m² less: not
    ("owners_ordinary", {"owners": c(300, 200), "area": c(3_000_000, 2_000_000)}, "passed"),
    ("owners_ordinary", {"owners": c(300, 199), "area": c(3_000_000, 2_000_000)}, "no_quorum"),
    ("owners_ordinary", {"owners": c(300, 200), "area": c(3_000_000, 1_999_999)}, "no_quorum"),
    ("owners_ordinary", {"owners": c(2, 1), "area": c(3, 3)}, "no_quorum"),
    # exactly one half agrees: not enough, by owners or by area
    ("owners_ordinary", {"owners": c(200, 100, 100), "area": c(200, 150, 50)}, "failed"),
    ("owners_ordinary", {"owners": c(200, 101, 99), "area": c(200, 100, 100)}, "failed"),
    ("owners_ordinary", {"owners": c(200, 101, 99), "area": c(200, 101, 99)}, "passed"),
    # who abstains takes part and does not agree
    ("owners_ordinary", {"owners": c(200, 100, 0, 100), "area": c(200, 200)}, "failed"),
    # exactly three quarters agree: enough; 0.01 m² less: not
    ("owners_special", {"owners": c(400, 300, 100), "area": c(40_000, 30_000, 10_000)}, "passed"),
    ("owners_special", {"owners": c(400, 300, 100), "area": c(40_000, 29_999, 10_001)}, "failed"),
    ("owners_special", {"owners": c(400, 299, 101), "area": c(40_000, 40_000)}, "failed"),
    ("owners_special", {"owners": c(300, 150, 50), "area": c(300, 150, 50)}, "passed"),
    # nobody came, nobody there, an area nobody owns: nothing to divide by
    ("owners_special", {"owners": c(300, 0), "area": c(300, 0)}, "undecidable"),
    ("owners_special", {"owners": c(0, 0), "area": c(0, 0)}, "undecidable"),
    ("owners_special", {"owners": c(0, 0), "area": c(500, 400, 100)}, "undecidable"),
    ("owners_ordinary", {"owners": c(10, 10), "area": c(0, 0)}, "undecidable"),
    # villagers: more than half of the adults, or two thirds of the households
    ("villagers_meeting", {"adults": c(100, 50)}, "no_quorum"),
    ("villagers_meeting", {"adults": c(100, 51)}, "passed"),
    ("villagers_meeting", {"adults": c(100, 26, 25)}, "passed"),
    ("villagers_meeting", {"adults": c(100, 26, 26)}, "failed"),
    ("villagers_meeting", {"households": c(300, 200)}, "passed"),
    ("villagers_meeting", {"households": c(300, 199)}, "no_quorum"),
    ("villagers_meeting", {"households": c(300, 100, 100)}, "failed"),
    ("villagers_meeting", {"adults": c(100, 0)}, "undecidable"),
    ("residents_meeting", {"adults": c(0, 0)}, "undecidable"),
    ("villagers_group", {"adults": c(30, 20)}, "passed"),
    ("villagers_group", {"adults": c(30, 19)}, "no_quorum"),
    ("villagers_group", {"households": c(3, 2)}, "passed"),
    ("villagers_group", {"households": c(0, 0)}, "undecidable"),
    # residents: more than half of adults, households or group representatives
    ("residents_meeting", {"adults": c(10, 5)}, "no_quorum"),
    ("residents_meeting", {"households": c(10, 6)}, "passed"),
    ("residents_meeting", {"groups": c(10, 3, 3)}, "failed"),
    # advice: no quorum, a simple majority of those who came
    ("group_advice", {"people": c(12, 7, 5)}, "passed"),
    ("group_advice", {"people": c(12, 6, 6)}, "failed"),
    ("group_advice", {"people": c(12, 0)}, "undecidable"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "tally", "verdict"), VECTORS)
def test_borders(rule: str, tally: dict[str, Count], verdict: str) -> None:
    assert d.decide(rule, tally).verdict == verdict


def test_every_rule_has_vectors_that_pass_and_that_do_not() -> None:
    for rule in d.RULES:
        found = {verdict for code, _tally, verdict in VECTORS if code == rule}
        assert {"passed", "undecidable"} <= found, rule
        assert found & {"failed", "no_quorum"}, rule


@pytest.mark.parametrize("tally", [
    {"owners": c(3, 3)},  # without the area
    {"adults": c(3, 3)},
    {"owners": c(3, 3), "area": Count(3, 4, 4, 0, 0)},
    {"owners": c(3, 3), "area": Count(3, 3, 1, 1, 0)},
    {"owners": c(3, 3), "area": Count(3, 3, -1, 4, 0)},
])  # fmt: skip
def test_contradicting_figures_are_refused(tally: dict[str, Count]) -> None:
    with pytest.raises(Invalid) as refusal:
        d.decide("owners_special", tally)
    assert str(refusal.value).endswith("。")


def test_the_working_shows_both_numbers() -> None:
    lines = d.decide("owners_special", {"owners": c(300, 150, 50), "area": c(300, 149, 51)}).lines
    assert [(line.measure, line.asked, line.part, line.whole, line.met) for line in lines] == [
        ("owners", "quorum", 200, 300, True),
        ("area", "quorum", 200, 300, True),
        ("owners", "consent", 150, 200, True),
        ("area", "consent", 149, 200, False),
    ]
    assert d.THREE_QUARTERS.words == "≥3/4"
    assert d.HALF.words == "＞1/2"


counts = st.tuples(*(st.integers(0, 40) for _ in range(4)))
tallies = st.sampled_from([(rule, basis) for rule in d.RULES.values() for basis in rule.bases]).flatmap(
    lambda one: st.tuples(st.just(one[0].code), st.fixed_dictionaries(dict.fromkeys(one[1], counts)))
)


def read(drawn: dict[str, tuple[int, int, int, int]]) -> dict[str, Count]:
    return {
        name: c(yes + no + abstain + away, yes, no, abstain)
        for name, (yes, no, abstain, away) in drawn.items()
    }


@given(tallies)
def test_one_more_consent_never_turns_pass_into_fail(
    drawn: tuple[str, dict[str, tuple[int, int, int, int]]],
) -> None:
    """From no, from an abstention or from those away: consent only ever helps."""
    rule, figures = drawn
    if not d.decide(rule, read(figures)).passed:
        return
    for name, (yes, no, abstain, away) in figures.items():
        for other in (
            (yes + 1, no - 1, abstain, away),
            (yes + 1, no, abstain - 1, away),
            (yes + 1, no, abstain, away - 1),
        ):
            if min(other) >= 0:
                assert d.decide(rule, read({**figures, name: other})).passed


@given(tallies, st.integers(2, 9))
def test_only_the_shares_count(drawn: tuple[str, dict[str, tuple[int, int, int, int]]], times: int) -> None:
    rule, figures = drawn
    larger = {name: tuple(times * one for one in four) for name, four in figures.items()}
    assert d.decide(rule, read(figures)).verdict == d.decide(rule, read(larger)).verdict  # type: ignore[arg-type]


@given(tallies)
def test_a_tally_comes_back_as_it_was_stored(drawn: tuple[str, dict[str, tuple[int, int, int, int]]]) -> None:
    tally = read(drawn[1])
    assert d.from_json(d.as_json(tally)) == tally


@pytest.mark.parametrize(("measure", "asking", "total", "must"), [
    ("adults", 20, 100, True), ("adults", 19, 100, False), ("households", 1, 5, True), ("groups", 1, 3, True),
    ("groups", 3, 10, False), ("groups", 0, 0, False),
])  # fmt: skip
def test_when_a_residents_meeting_must_be_convened(measure: str, asking: int, total: int, must: bool) -> None:
    assert d.must_convene(measure, asking, total) is must
