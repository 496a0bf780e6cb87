"""`jinlin insight train` and `classify`: through the commands, on texts made of everyday words."""

import csv
import gzip
import json
import random

import numpy as np
import pytest
from click.testing import CliRunner

from jinlin.cli.insight import insight
from jinlin.insight.suggest import model as models
from jinlin.insight.suggest.copies import same_matter
from jinlin.insight.suggest.figures import worth
from jinlin.insight.suggest.grams import learned
from jinlin.insight.suggest.lexicon import lexicon
from jinlin.insight.suggest.model import load

WORDS = {  # data
    "路灯": ["路灯", "不亮", "灯杆", "黑", "照明", "灯泡", "晚上", "检修"],
    "垃圾": ["垃圾", "桶", "臭味", "清运", "保洁", "苍蝇", "堆", "没人收"],
    "噪声": ["噪声", "吵", "施工", "半夜", "睡不着", "轰鸣", "机器", "扰民"],
}
SHARED = ["小区", "门口", "希望", "尽快", "解决", "楼下", "居民", "多次", "反映", "社区"]  # data


def told(label: str, draw: random.Random) -> list[str]:
    return [draw.choice(WORDS[label] if draw.random() < 0.5 else SHARED) for _ in range(draw.randint(8, 30))]


def rows(count: int, seed: int = 1) -> list[tuple[str, list[str]]]:
    draw = random.Random(seed)
    labels = [draw.choice(list(WORDS)) for _ in range(count)]
    return [(label, told(label, draw)) for label in labels]


def write(path, columns, lines, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(lines)
    return path


def run(*words: object):
    return CliRunner().invoke(insight, [str(word) for word in words])


def trained(tmp_path, count: int = 240):
    source = write(
        tmp_path / "in.csv", ["label", "words"], [[label, " ".join(w)] for label, w in rows(count)]
    )
    model = tmp_path / "m.npz"
    answer = run("train", "--in", source, "--text", "words", "--label", "label", "--model", model)
    assert answer.exit_code == 0, answer.output
    return model, json.loads(answer.stdout.splitlines()[-1])


def test_what_was_learned_from_cut_words_reads_uncut_text(tmp_path):
    model, card = trained(tmp_path)
    assert (card["texts"], card["kept_out"]) == (240, 240)  # every fold of a small set
    assert card["macro_f1"] > 0.9
    assert {one["label"] for one in card["labels"]} == set(WORDS)
    fresh = rows(60, seed=2)
    source = write(tmp_path / "new.csv", ["text"], [["".join(words)] for _label, words in fresh])
    out = tmp_path / "out.csv.gz"
    assert run("classify", "--model", model, "--in", source, "--text", "text", "--out", out).exit_code == 0
    with gzip.open(out, "rt", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == ["row", "first", "first_margin", "second"]
    assert [one["row"] for one in found] == [str(at) for at in range(60)]
    right = [one["first"] == label for one, (label, _words) in zip(found, fresh, strict=True)]
    assert sum(right) >= 54
    assert all(0 <= float(one["first_margin"]) <= 1 and one["first"] != one["second"] for one in found)


def test_training_twice_gives_the_same_file_and_the_card_travels_in_it(tmp_path):
    model, card = trained(tmp_path)
    first = model.read_bytes()
    trained(tmp_path)
    assert model.read_bytes() == first
    kept = load(model)
    assert kept.card["macro_f1"] == card["macro_f1"]
    assert np.array(kept.card["confusion"]).sum() == 240
    assert len(first) < 100_000


def test_the_own_row_column_names_the_rows_and_an_unreadable_text_is_sure_of_nothing(tmp_path):
    model, _card = trained(tmp_path)
    source = write(
        tmp_path / "new.csv", ["row", "text"], [["7", ""], ["9", "xyz"], ["11", "路灯不亮"]], "gb18030"
    )
    out = tmp_path / "out.csv"
    assert run("classify", "--model", model, "--in", source, "--text", "text", "--out", out).exit_code == 0
    found = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [one["row"] for one in found] == ["7", "9", "11"]
    assert [float(one["first_margin"]) == 0 for one in found] == [True, True, False]
    assert found[2]["first"] == "路灯"


@pytest.mark.parametrize(
    ("columns", "lines", "said"),
    [
        (["label", "words"], [], "一行数据也没有"),
        (["label", "other"], [["a", "b"]], "缺少列 words"),
        (["label", "words"], [["路灯", "灯"], ["路灯", "黑"]], "只有一个类别"),
        (["label", "words"], [["路灯", "灯"], ["路灯", "黑"], ["垃圾", "桶"]], "只有一条文本"),
        (["label", "words"], [["路灯", "灯"], ["", "桶"]], "第 3 行：label 列是空的"),
        (["label", "words"], [["路灯", "灯"], ["垃圾"]], "第 3 行有 1 列"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_refused_in_one_sentence(tmp_path, columns, lines, said):
    source = write(tmp_path / "in.csv", columns, lines)
    model = tmp_path / "m.npz"
    answer = run("train", "--in", source, "--text", "words", "--label", "label", "--model", model)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr.splitlines()[-1]
    assert not model.exists()


def test_few_different_texts_are_learned_from_in_fewer_parts(tmp_path):
    three = [
        ["路灯", "路灯坏了三天没人修很黑"],
        ["垃圾", "垃圾桶满了没有清运很臭"],
        ["噪声", "半夜施工吵得睡不着"],
    ]
    source = write(tmp_path / "in.csv", ["label", "words"], three * 30)
    model = tmp_path / "m.npz"
    answer = run("train", "--in", source, "--text", "words", "--label", "label", "--model", model)
    assert answer.exit_code == 0, answer.output
    card = json.loads(answer.stdout.splitlines()[-1])
    assert (card["texts"], card["kept_out"], card["learned_from"]) == (90, 90, 60)
    four = write(
        tmp_path / "few.csv", ["label", "words"], [*three[:2], ["路灯", "灯杆倒了"], ["垃圾", "楼道堆满纸箱"]]
    )
    answer = run("train", "--in", four, "--text", "words", "--label", "label", "--model", model)
    assert answer.exit_code == 0, answer.output


def test_one_text_under_two_labels_is_refused(tmp_path):
    source = write(tmp_path / "in.csv", ["label", "words"], [["路灯", "路灯坏了"], ["垃圾", "路灯坏了"]] * 30)
    model = tmp_path / "m.npz"
    answer = run("train", "--in", source, "--text", "words", "--label", "label", "--model", model)
    assert answer.exit_code == 2
    assert "几乎一样" in answer.stderr
    assert not model.exists()


def test_a_foreign_or_damaged_model_is_refused_in_one_sentence(tmp_path):
    model, _card = trained(tmp_path)
    content = model.read_bytes()
    source = write(tmp_path / "new.csv", ["text"], [["路灯不亮"]])
    out = tmp_path / "out.csv"
    bad = tmp_path / "bad.npz"
    for damaged in (
        b"",
        b"PK\x03\x04 no",
        content[: len(content) // 2],
        content[:500] + b"x" * 40 + content[540:],
    ):
        bad.write_bytes(damaged)
        answer = run("classify", "--model", bad, "--in", source, "--text", "text", "--out", out)
        assert answer.exit_code == 2
        assert "不是近邻的分类模型" in answer.stderr
    np.savez(bad, head=np.array([{"kind": "x"}], dtype=object))
    assert run("classify", "--model", bad, "--in", source, "--text", "text", "--out", out).exit_code == 2
    assert not out.exists()
    answer = run("classify", "--model", tmp_path / "none.npz", "--in", source, "--text", "text", "--out", out)
    assert "none.npz" in answer.stderr


def test_an_input_is_never_overwritten(tmp_path):
    model, _card = trained(tmp_path)
    before = model.read_bytes()
    source = write(tmp_path / "new.csv", ["text"], [["路灯不亮"]])
    answer = run("classify", "--model", model, "--in", source, "--text", "text", "--out", source)
    assert (answer.exit_code, source.read_text(encoding="utf-8").splitlines()[1]) == (2, "路灯不亮")
    answer = run("train", "--in", source, "--text", "text", "--label", "text", "--model", source)
    assert answer.exit_code == 2
    assert model.read_bytes() == before


def test_a_model_of_another_version_says_to_train_again(tmp_path, monkeypatch):
    model, _card = trained(tmp_path)
    monkeypatch.setattr(models, "VERSION", 2)
    with pytest.raises(models.DirtyInput, match="版本是 1"):
        load(model)


def test_near_copies_are_one_group_and_strangers_are_not():
    said = "东门外的路灯坏了三个星期，晚上黑得看不见路，老人摔了两次，请尽快派人来修。"  # data
    texts = [
        said,
        said + "谢谢",
        "垃圾桶满了好几天没人收，夏天臭味很大，苍蝇到处飞，请管一管。",
        said,
    ]  # data
    group = same_matter(texts)
    assert group[0] == group[1] == group[3] != group[2]


def test_figures_count_what_they_say():
    label = np.array([0, 0, 1, 1, 2])
    scores = np.array([[9, 0, 0], [1, 2, 0], [0, 8, 0], [0, 7, 1], [0, 3, 2]], float)
    found = worth(scores, label)
    assert found.right == 0.6
    assert found.best_two == 1.0
    assert found.surest == 0.75  # the four clearest leads hold one error
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3, abs=1e-3)


def test_rows_have_length_one_or_are_empty():
    grams, vectors = learned(["路灯 不亮", "路灯不亮", "垃圾", ""], 1)
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    assert lengths == pytest.approx([1, 1, 1, 0])
    assert abs(vectors[0] - vectors[1]).sum() == 0  # white space never counts
    assert grams.vectors(["没有见过"]).nnz == 0  # the one character both share is not in it


def test_words_of_the_tree_suggest_before_there_are_labels():
    words = lexicon(
        {"FAC": ("路灯", "灯杆 黑灯"), "ENV": ("暴露垃圾", "垃圾 臭味"), "NEI": ("噪声/扰民", "吵")}
    )
    lamps, rubbish, nothing = words.classify(["楼下路灯坏了，灯杆歪了", "垃圾没人收，臭味大", "你好"])
    assert (lamps.first, rubbish.first, nothing.first) == ("FAC", "ENV", "")
    assert nothing.sure == 0 < lamps.sure <= 0.5
