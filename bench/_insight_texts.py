"""Categories and reply checks beside their plain peers, through the functions the commands call.

    python -m bench._insight_texts

Categories by five-fold cross-validation on `labelled_tokens_train`, once at random and once with near copies on one side;
each fold learns its own grams. Peers in the same folds: the commonest label, the words of a public category tree
(`taxonomy_517`), ComplementNB and LinearSVC on character 1-2 TF-IDF. Replies: true pairs against the same replies moved
within ten neighbours in time, beside a plain TF-IDF cosine; nothing in it was learned from labels.
"""

from __future__ import annotations

import csv
import gzip
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from jinlin.insight.replies import wording
from jinlin.insight.replies.checks import OFF_LINE, is_off
from jinlin.insight.replies.relevance import relevance
from jinlin.insight.suggest import learning
from jinlin.insight.suggest.copies import same_matter
from jinlin.insight.suggest.figures import worth
from jinlin.insight.suggest.grams import learned
from jinlin.insight.suggest.lexicon import lexicon
from jinlin.insight.suggest.model import save

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "appeals"
Line = Callable[[str, str, str], None]
Numbers = NDArray[np.float64]
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]
NEIGHBOURS = 10  # replies change hands within so many of the same days


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a data file."""
    csv.field_size_limit(10_000_000)
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_there() -> bool:
    """Say whether the public appeals are beside this checkout."""
    return (DATA / "labelled_tokens_train.csv.gz").is_file()


def figures(line: Line) -> None:
    """Print the figures of categories and of replies; `line(name, value, target)` prints one."""
    categories(line)
    raw(line)
    replies(line)


def categories(line: Line) -> None:
    """Cross-validate the product's model and its peers in the same folds; then time training and reading."""
    rows = rows_of("labelled_tokens_train.csv.gz")
    texts, labels = [row["tokens"] for row in rows], [row["label"] for row in rows]
    names, label = np.unique(np.array(labels), return_inverse=True)
    ways = {"random": np.arange(len(label)), "copies apart": same_matter(texts)}
    for way, group in ways.items():
        folds = learning.folds_of(label, group)
        for name, fit in (
            ("jinlin", ours),
            ("LinearSVC", _peer(LinearSVC(C=0.5))),
            ("ComplementNB", _peer(ComplementNB(alpha=0.1))),
        ):
            scores = np.zeros((len(label), len(names)))
            for inside, outside in _sides(folds):
                score = fit([texts[at] for at in inside], label[inside], len(names))
                scores[outside] = score([texts[at] for at in outside])
            _told(line, f"categories, {way}: {name}", scores, label)
    commonest = np.full(len(label), np.bincount(label).argmax())
    line("categories: the commonest label, share right", f"{(commonest == label).mean():.3f}", "")
    _told(line, "categories: words of a public tree", _by_words(texts, names), label)
    _timed(line, texts, labels)


def ours(texts: list[str], label: Any, kinds: int) -> Callable[[list[str]], Numbers]:
    """Learn as `jinlin insight train` does, with the weights rounded as in its file."""
    grams, vectors = learned(texts, learning.FEWEST_TEXTS)
    weight, bias = learning.fit(vectors, label, kinds)
    kept = weight.astype(np.float16).astype(np.float32)
    return lambda asked: np.asarray(grams.vectors(asked) @ kept + bias)


def _peer(machine: Any) -> Callable[[list[str], Any, int], Callable[[list[str]], Numbers]]:
    def fit(texts: list[str], label: Any, _kinds: int) -> Callable[[list[str]], Numbers]:
        words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        machine.fit(words.fit_transform(["".join(each.split()) for each in texts]), label)
        score = getattr(machine, "decision_function", None) or machine.predict_log_proba
        return lambda asked: np.asarray(score(words.transform(["".join(each.split()) for each in asked])))

    return fit


def _sides(folds: NDArray[np.int64]) -> Iterator[Fold]:
    for each in range(learning.FOLDS):
        yield np.flatnonzero(folds != each), np.flatnonzero(folds == each)


def _told(line: Line, name: str, scores: Numbers, label: Any) -> None:
    found = worth(scores, label)
    line(f"{name}, macro-F1", f"{found.macro_f1:.4f}", "at least 0.915" if "jinlin" in name else "")
    shares = f"{found.surest:.4f} / {found.best_two:.4f}"
    line(f"{name}, surest 80 % / best two", shares, "at least 0.97 / 0.985" if "jinlin" in name else "")


def _by_words(texts: list[str], names: Any) -> Numbers:
    words: dict[str, list[str]] = defaultdict(list)
    for row in rows_of("taxonomy_517.csv.gz"):
        words[row["level1"]] += [row["level1"], row["level2"], row["level3"]]
    tree = lexicon({name: words[name] for name in names})
    return np.array([tree.scores(text) for text in texts])


def _timed(line: Line, texts: list[str], labels: list[str]) -> None:
    started = time.process_time()
    model = learning.train(texts, labels, "2026-01-01")
    line("categories: training on one core, CPU s", f"{time.process_time() - started:.1f}", "at most 15")
    with tempfile.TemporaryDirectory() as folder:
        line("categories: model file, MB", f"{save(model, Path(folder) / 'm.npz') / 1e6:.2f}", "at most 10")
    started = time.process_time()
    model.classify(texts)
    each = (time.process_time() - started) / len(texts) * 1000
    line("categories: reading a message of many, ms", f"{each:.3f}", "at most 1")
    started = time.process_time()
    for text in texts[:500]:
        model.classify([text])
    line("categories: reading one alone, ms", f"{(time.process_time() - started) * 2:.2f}", "")
    first, last = model.card["learning"][0], model.card["learning"][-1]
    line("categories: learning curve, texts -> macro-F1", f"{first} {last}", "")


def raw(line: Line) -> None:
    """Learn from cut words, without the appeals that are also there uncut; read those uncut."""
    rows, asked = rows_of("labelled_tokens_train.csv.gz"), rows_of("labelled_raw_train.csv.gz")
    known = {row["row"] for row in asked}
    names, label = np.unique(np.array([row["label"] for row in rows]), return_inverse=True)
    apart = [at for at, row in enumerate(rows) if row["row"] not in known]
    score = ours([rows[at]["tokens"] for at in apart], label[apart], len(names))
    wanted = np.searchsorted(names, [row["label"] for row in asked])
    for name, columns in (("title and text", ("title", "body")), ("text alone", ("body",))):
        found = score(["\n".join(row[column] for column in columns) for row in asked])
        line(
            f"categories: learned from cut words, reading {name}, F1",
            f"{worth(found, wanted).macro_f1:.4f}",
            "",
        )


def replies(line: Line) -> None:
    """Tell true replies from replies moved among the same days; then what the line of off-subject replies lets through."""
    rows = sorted(rows_of("replies_train.csv.gz"), key=lambda row: row["time"])
    moved = _moved(len(rows))
    texts = [row["reply"] for row in rows]
    gists = [wording.gist(text) for text in texts]
    for name, columns in (("title and text", ("title", "body")), ("text alone", ("body",))):
        appeals = [wording.plain("\n".join(row[column] for column in columns)) for row in rows]
        true, swapped = relevance(appeals, gists), relevance(appeals, [gists[at] for at in moved])
        line(
            f"replies, {name}: AUC, true and swapped in files of their own",
            f"{_auc(true.score, swapped.score):.4f}",
            "at least 0.93",
        )
        both = relevance(appeals * 2, [*gists, *(gists[at] for at in moved)]).score
        line(
            f"replies, {name}: AUC, both in one file",
            f"{_auc(both[: len(rows)], both[len(rows) :]):.4f}",
            "at least 0.93",
        )
        line(f"replies, {name}: plain TF-IDF cosine", f"{_auc(*_cosines(appeals, texts, moved)):.4f}", "")
    sizes = np.array([len(gist) for gist in gists])
    off = np.array([is_off(int(n), float(b), len(rows)) for n, b in zip(sizes, true.better, strict=True)])
    caught = np.array(
        [is_off(int(n), float(b), len(rows)) for n, b in zip(sizes[moved], swapped.better, strict=True)]
    )
    line("replies: true ones noted as off the subject", f"{off.mean():.3f}", "about 0.05")
    line(
        "replies: swapped ones noted, all / 100 characters and more",
        f"{caught.mean():.3f} / {caught[sizes[moved] >= OFF_LINE[3][0] - 50].mean():.3f}",
        "",
    )


def _moved(count: int) -> NDArray[np.int64]:
    found, draw = np.arange(count), np.random.default_rng(3)
    for at in range(0, count - 1, NEIGHBOURS):
        block = np.arange(at, min(count, at + NEIGHBOURS))
        if len(block) > 1:
            found[block] = np.roll(block, draw.integers(1, len(block)))
    return found


def _auc(true: Numbers, swapped: Numbers) -> float:
    is_true = np.r_[np.ones(len(true)), np.zeros(len(swapped))]
    return float(roc_auc_score(is_true, np.r_[true, swapped]))


def _cosines(appeals: list[str], texts: list[str], moved: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2).fit(appeals + texts)
    one, two = words.transform(appeals), words.transform(["".join(text.split()) for text in texts])
    return (
        np.asarray(one.multiply(two).sum(axis=1)).ravel(),
        np.asarray(one.multiply(two[moved]).sum(axis=1)).ravel(),
    )


def _line(name: str, value: str, target: str = "") -> None:
    print(f"  {name:<72} {value:>18}   {target}", flush=True)


if __name__ == "__main__":
    if not is_there():
        sys.exit("skipped: the public appeals are not on this machine")
    figures(_line)
