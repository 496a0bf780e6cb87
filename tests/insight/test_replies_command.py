"""`jinlin insight replies` and the notes it gives; texts are made up."""

import csv
import random
from datetime import date

import pytest
from click.testing import CliRunner

from jinlin.cli.insight import insight
from jinlin.insight.replies import wording
from jinlin.insight.replies.checks import is_late, of_words
from jinlin.insight.replies.relevance import relevance

STREETS = [a + b for a in "桂柳荷梅松竹兰菊" for b in "花荫塘山江桥溪"]  # data
MATTERS = [
    "路灯不亮",
    "垃圾没人清",
    "井盖缺损",
    "噪声扰民",
    "积水难行",
    "违章停车",
    "绿化枯死",
    "水管漏水",
]  # data
GOOD = "网友您好！您的留言已收悉。经现场核实，{street}路{matter}属实，已于3月5日安排人员处理完毕，如有问题请拨打电话。2024年3月6日"  # data


def pairs(count: int = 48, seed: int = 4) -> list[tuple[str, str]]:
    draw = random.Random(seed)
    made = []
    for street in draw.sample(STREETS, count):
        matter = draw.choice(MATTERS)
        made.append(
            (f"{street}路{matter}，已经好几天了，请派人看看。", GOOD.format(street=street, matter=matter))
        )
    return made


def run(tmp_path, rows, *more):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "body", "reply", "time", "reply_time"], *rows])
    words = ["replies", "--in", source, "--text", "body", "--reply", "reply", "--time", "time"]
    words += ["--reply-time", "reply_time", "--out", out, *more]
    answer = CliRunner().invoke(insight, [str(word) for word in words])
    if answer.exit_code:
        return answer, []
    return answer, list(csv.DictReader(out.open(encoding="utf-8")))


def as_rows(made):
    return [[str(at), one, two, "2024-03-04 09:00:00", "2024-03-06"] for at, (one, two) in enumerate(made)]


def test_moved_replies_score_lower_whatever_else_stands_in_the_file(tmp_path):
    made = pairs()
    appeals, replies = [one for one, _two in made], [two for _one, two in made]
    moved = replies[1:] + replies[:1]
    _answer, found = run(tmp_path, as_rows(zip(appeals + appeals, replies + moved, strict=True)))
    scores = [float(one["score"]) for one in found]
    assert min(scores[: len(made)]) > max(scores[len(made) :])
    off = ["off_subject" in one["checks"].split(";") for one in found]
    assert sum(off[: len(made)]) <= 3
    assert sum(off[len(made) :]) >= 12  # short replies pass a wide line


def test_equal_rows_change_no_score():
    made = pairs(24)
    appeals, gists = [one for one, _two in made], [wording.gist(two) for _one, two in made]
    once = relevance(appeals, gists)
    twice = relevance(appeals * 2, gists * 2)
    assert twice.score[:24] == pytest.approx(once.score)
    assert twice.score[24:] == pytest.approx(once.score)
    assert twice.better[:24] == pytest.approx(once.better)


def test_one_row_alone_has_a_score_and_nothing_off_the_subject(tmp_path):
    answer, found = run(tmp_path, [["1", "路灯坏了", "收到", "2024-03-04", ""]])
    assert answer.exit_code == 0
    assert found[0]["checks"] == "received"


@pytest.mark.parametrize(
    ("reply", "codes"),
    [
        ("", ("received",)),
        ("网友：您好！留言已收悉", ("received",)),
        ("您好，您反映的问题已转交市政部门处理，谢谢！2020年1月8日", ("received",)),
        ("您的留言已收悉。关于您反映的问题，已转某区调查处理。", ("received",)),
        (GOOD.format(street="桂花", matter="路灯不亮"), ()),
        ("您好！经调查，桂花路的路灯属于小区自管，由物业公司负责日常保养和维修。", ("no_action", "no_date", "no_contact")),
        ("桂花路的灯我们明天一定会去换好的，请您再多等一等。", ("no_finding", "no_contact")),
    ],
)  # fmt: skip
def test_what_a_reply_lacks_is_noted(reply, codes):
    assert of_words("桂花路路灯不亮", reply) == codes


def test_parts_that_are_not_taken_up_are_named():
    appeal = "有三个问题：1、东门路灯什么时候修好；2、西门的电梯为什么停运；3、小区的停车费由谁定价。"  # data
    assert len(wording.parts(appeal)) == 3
    left = wording.unanswered(appeal, "经查，东门路灯已于昨日修好，西门电梯停运是因为配件未到。")  # data
    assert left == ["小区的停车费由谁定价。"]
    assert wording.unanswered(appeal, "一、已修好。二、配件未到。三、由业主大会定。") == []  # data
    assert wording.parts("路灯坏了，请修一修。") == []  # data


@pytest.mark.parametrize(
    ("asked", "answered", "days", "late"),
    [
        (date(2024, 3, 4), date(2024, 3, 11), 5, False),  # Monday to Monday
        (date(2024, 3, 4), date(2024, 3, 12), 5, True),
        (date(2024, 9, 30), date(2024, 10, 12), 5, False),  # National Day, and a Saturday that is worked
        (date(2024, 3, 4), date(2024, 3, 5), 0, True),
        (date(2024, 3, 4), date(2024, 3, 1), 5, False),
    ],
)
def test_working_days_are_those_of_the_state_council(asked, answered, days, late):
    assert is_late(asked, answered, days) is late


def test_the_same_text_to_many_is_noted_and_an_unsent_reply_is_not_late(tmp_path):
    same = "经核实，您说的情况我们已要求施工单位在3月底前整改到位，可拨打电话了解。"  # data
    rows = [
        [str(at), f"{street}路施工围挡占道，行人只能走车道", same, "2024-01-04", ""]
        for at, street in enumerate(STREETS[:3])
    ]
    _answer, found = run(tmp_path, rows)
    assert [one["checks"] for one in found] == ["copied"] * 3
    _answer, found = run(tmp_path, [[*row[:4], "2024-02-01"] for row in rows], "--days", "3")
    assert all("late" in one["checks"].split(";") for one in found)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["1", "a", "b", "昨天", ""], "第 2 行：time 列的“昨天”不是日期"),
        (["", "a", "b", "2024-01-01", ""], "第 2 行：id 列是空的"),
        (["1", "a", "b", "2024-02-30", ""], "不是日期"),
    ],
)
def test_a_bad_row_is_refused_with_file_row_and_remedy(tmp_path, row, said):
    answer, _found = run(tmp_path, [row])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert "in.csv" in answer.stderr
    assert not (tmp_path / "out.csv").exists()
