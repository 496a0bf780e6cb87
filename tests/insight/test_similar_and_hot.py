"""`jinlin insight similar` and `hot`: through the commands, on a small invented town."""

import csv
import json
import random

import pytest
from click.testing import CliRunner

from jinlin.cli.insight import insight
from jinlin.insight.hot.masking import masked

BAKERY = [  # data
    ("桂花里小区楼下面包房凌晨噪音扰民", "面包房凌晨三点开机器，轰鸣声大，孩子睡不着，请管一管。"),
    ("桂花里面包房半夜机器太吵", "桂花里小区门口那家面包房每天半夜开机器，吵得睡不着。"),
    ("反映桂花里小区面包房噪音问题", "住在桂花里，楼下面包房夜里机器声音很大，多次沟通无果。"),
    ("面包房夜间开工，桂花里居民受不了", "面包房凌晨就开工，桂花里的老人都睡不好，希望尽快处理。"),
    ("投诉桂花里底商面包房深夜扰民", "底商面包房深夜机器轰鸣，桂花里小区几栋楼都听得见。"),
    ("桂花里面包房噪音何时解决", "桂花里面包房的噪音反映过几次，夜里还是一样吵。"),
]
LAMPS = [  # data
    ("柳荫路路灯坏了三盏没人修", "柳荫路从菜场到桥头的路灯坏了三盏，晚上黑得看不见路。"),
    ("柳荫路晚上没有路灯", "柳荫路菜场到桥头一段路灯不亮，老人晚上摔了跤。"),
    ("请修柳荫路的路灯", "柳荫路路灯不亮快一个月了，桥头最黑，请尽快修好。"),
]
OTHERS = [  # data
    ("咨询医保异地报销手续", "父母在外地看病，医保怎么报销，需要哪些材料？"),
    ("小学入学年龄怎么算", "孩子九月五日出生，今年能不能上一年级？"),
    ("公交车末班时间太早", "从开发区回城的末班车六点就没了，加班的人回不来。"),
    ("建议公园增设饮水点", "滨河公园夏天人多，没有地方喝水，建议设直饮水。"),
    ("幼儿园收费是否合理", "普惠园每月收费比公示的高三百元，合理吗？"),
    ("河边垂钓影响通行", "滨河步道上钓鱼的人多，鱼竿伸到路中间，骑车危险。"),
]


def town():
    rows = []
    for k, (title, body) in enumerate(BAKERY):
        rows.append([f"b{k}", f"p{k}", title, body, f"2024-03-{2 + 3 * k:02d} 09:00:00", "3"])
    for k, (title, body) in enumerate(LAMPS):
        rows.append([f"l{k}", f"q{k}", title, body, f"2024-03-{5 + k:02d}", ""])
    for k, (title, body) in enumerate(OTHERS):
        rows.append([f"o{k}", f"r{k}", title, body, f"2024-03-{10 + k:02d}", "0"])
    return rows


@pytest.fixture
def run(tmp_path):
    def go(command, rows, *more):
        given = tmp_path / "given.csv"
        with given.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["id", "user", "title", "body", "time", "up"], *rows])
        out, members = tmp_path / "out.csv", tmp_path / "members.csv"
        args = [command, "--in", str(given), "--out", str(out), *more]
        if command == "hot":
            args += ["--members", str(members), "--reporter", "user", "--votes", "up"]
        answer = CliRunner().invoke(insight, args)
        assert answer.exit_code == 0, answer.output
        json.loads(answer.stdout.splitlines()[-1])
        read = [list(csv.DictReader(p.open(encoding="utf-8"))) for p in (out, members) if p.exists()]
        return read[0] if command == "similar" else read

    return go


def test_the_nearest_of_a_message_is_one_of_the_same_matter_and_place(run):
    rows = run("similar", town())
    nearest = {row["id"]: row["neighbour"] for row in rows if row["rank"] == "1"}
    for k in range(len(BAKERY)):
        assert nearest[f"b{k}"].startswith("b")
    for k in range(len(LAMPS)):
        assert nearest[f"l{k}"].startswith("l")


def test_verbatim_reposts_come_first_are_marked_and_leave_room(run):
    again = [[f"x{k}", "p0", *BAKERY[0], f"2024-04-{k + 1:02d}", "0"] for k in range(20)]
    rows = [row for row in run("similar", town() + again) if row["id"] == "b1"]
    texts = [row["neighbour"] for row in rows if row["neighbour"][0] == "x" or row["neighbour"] == "b0"]
    assert len(texts) == 1, "one text is named once"
    rows = [row for row in run("similar", town() + again) if row["id"] == "b0"]
    assert [row["copy"] for row in rows].count("1") == 3
    assert [row["copy"] for row in rows[:3]] == ["1"] * 3
    assert any(row["copy"] == "0" and row["neighbour"].startswith("b") for row in rows)


def test_older_than_the_window_only_what_is_surely_the_same(run):
    late = [["late", "z", *LAMPS[0], "2025-03-20", "0"]]
    rows = [row for row in run("similar", town() + late) if row["id"] == "late"]
    assert rows
    assert {row["neighbour"][0] for row in rows} == {"l"}
    assert all(float(row["days"]) > 180 for row in rows)


@pytest.mark.parametrize("command", ["similar", "hot"])
def test_the_order_of_rows_changes_nothing(run, command):
    rows = town()
    mixed = random.Random(7).sample(rows, len(rows))
    assert run(command, rows) == run(command, mixed)


def test_issues_are_ranked_by_people_and_small_ones_get_no_headline(run):
    issues, members = run("hot", town())
    groups = {row["id"]: row["issue"] for row in members}
    assert {groups[f"b{k}"] for k in range(len(BAKERY))} == {"b0"}
    assert {groups[f"l{k}"] for k in range(len(LAMPS))} == {"l0"}
    assert len(members) == len(town())
    first, second = issues[:2]
    assert (first["issue"], first["reporters"], first["messages"]) == ("b0", "6", "6")
    assert "桂花里" in first["headline"]  # data
    assert second["headline"] == ""
    assert (first["first"], first["last"]) == ("2024-03-02 09:00:00", "2024-03-17 09:00:00")


def test_a_hundred_posts_of_one_person_change_neither_heat_nor_rank(run):
    calm, _members = run("hot", town())
    last = town()[-1][4]
    flood = [[f"f{k:03d}", "q0", *LAMPS[0], last, "0"] for k in range(100)]
    loud, members = run("hot", town() + flood)
    told = [(row["issue"], row["rank"], row["heat"], row["reporters"]) for row in calm]
    assert [(row["issue"], row["rank"], row["heat"], row["reporters"]) for row in loud] == told
    assert sum(row["issue"] == "l0" for row in members) == len(LAMPS) + 100


def test_more_people_outrank_more_votes(run):
    more = [[f"l9{k}", f"n{k}", *LAMPS[k % 3], "2024-03-20", "0"] for k in range(9)]
    issues, _members = run("hot", town() + more)
    assert issues[0]["issue"] == "l0"
    assert issues[0]["reporters"] == "12"


@pytest.mark.parametrize("command", ["similar", "hot"])
def test_empty_texts_are_no_issue(run, command):
    rows = [[f"e{k}", f"u{k}", "", "", "2024-01-01", ""] for k in range(4)]
    assert run(command, rows)[0] in ([], {}) or command == "similar"


@pytest.mark.parametrize(
    ("line", "kept", "gone"),
    [
        ("请给13912345678的王建国主任回电", "王某主任", "139"),  # data
        ("联系人：李小明，电话0731-85554321", "联系人：某某", "8555"),  # data
        ("身份证430102199001011234被冒用", "身份证", "4301"),  # data
        ("湘A12345长期占道", "长期占道", "A12345"),  # data
        ("张老师补课收费", "张某老师", "张老师"),  # data
        ("柳荫路12号路灯不亮", "柳荫路12号路灯不亮", "…"),  # data
    ],
)
def test_headlines_name_no_one(line, kept, gone):
    assert kept in masked(line)
    assert gone not in masked(line)


def test_a_result_never_replaces_its_source(tmp_path):
    given = tmp_path / "given.csv"
    given.write_text("id,title,body,time\n1,a,b,2024-01-01\n", encoding="utf-8")
    answer = CliRunner().invoke(insight, ["similar", "--in", str(given), "--out", str(given)])
    assert answer.exit_code == 2
    assert given.read_text(encoding="utf-8").startswith("id,")
