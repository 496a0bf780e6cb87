"""Similar messages and hot issues beside plain TF-IDF, titles alone and MinHash, on issues named by reading.

`_insight_issues.csv` holds ids only: 1,450 messages of the public stream in 471 issues, named by reading all 4,326
titles in the order of a plain TF-IDF tree and the texts where a title did not say. Read the figures with that in mind:
who labels along a tree finds what that tree finds, so plain TF-IDF looks better here than on labels made apart, and
the weights in likeness/near.py were fitted on half of these issues.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

from jinlin.insight.files.messages import Messages, read_messages
from jinlin.insight.hot.issues import Stream, issues_of
from jinlin.insight.likeness.grams import pairs
from jinlin.insight.likeness.neighbours import WINDOW_DAYS, neighbours
from jinlin.insight.likeness.texts import letters

COLUMNS = {
    "number": "id", "title": "title", "text": "body", "time": "time", "reporter": "user", "votes": "up"
}  # fmt: skip
ISSUES = Path(__file__).with_name("_insight_issues.csv")
CUTS = np.arange(0.50, 0.95, 0.05)
HASHES = 128

Labels = NDArray[np.int64]
Line = Callable[[str, str, str], None]


def figures(stream: Path, line: Line) -> None:
    """Print the figures of similar messages and hot issues; `line(name, value, target)` prints one."""
    read = read_messages(stream, COLUMNS)
    label = _labels(read)
    _similar(read, label, line)
    _hot(read, label, line)


def _labels(read: Messages) -> Labels:
    with ISSUES.open(encoding="utf-8", newline="") as file:
        of = {row["id"]: int(row["issue"]) for row in csv.DictReader(file)}
    return np.array([of.get(each, -1) for each in read.ids], np.int64)


def _plain(texts: list[str]) -> NDArray[np.float32]:
    rows = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), min_df=2, dtype=np.float32).fit_transform(
        texts
    )
    return np.asarray((rows @ rows.T).toarray())


def _minhash(texts: list[str]) -> NDArray[np.float32]:
    """Return the share of equal minima of 128 hashes over pairs of characters: MinHash (Broder 1997)."""
    text, bucket = pairs(texts)
    draw = np.random.default_rng(1)
    equal = np.zeros((len(texts), len(texts)), np.float32)
    for factor, shift in zip(
        draw.integers(1, 2**31, HASHES) | 1, draw.integers(0, 2**31, HASHES), strict=True
    ):
        least = np.full(len(texts), np.iinfo(np.int64).max)
        np.minimum.at(least, text, (bucket * factor + shift) % (2**31 - 1))
        equal += least[:, None] == least[None, :]
    return equal / HASHES


def _similar(read: Messages, label: Labels, line: Line) -> None:
    known = label >= 0
    started = time.perf_counter()
    found = list(neighbours(read.titles, read.bodies, read.days))
    took = time.perf_counter() - started
    ten = np.array([any(label[n.place] == own for n in each) for own, each in zip(label, found, strict=True)])
    first = np.array(
        [bool(each) and label[each[0].place] == own for own, each in zip(label, found, strict=True)]
    )
    line("sibling among ten nearest, ours", f"{ten[known].mean():.3f}", "at least 0.95")
    line("sibling nearest, ours", f"{first[known].mean():.3f}", "")
    line("ms a message", f"{1000 * took / len(read):.2f}", "")
    title, body = [letters(t) for t in read.titles], [letters(b) for b in read.bodies]
    apart = np.abs(read.days[:, None] - read.days[None, :]) > WINDOW_DAYS
    titles = _plain(title)
    peers = {
        "TF-IDF cosine, title 0.8 and body 0.6": 0.64 * titles + 0.36 * _plain(body),
        "TF-IDF cosine, title alone": titles,
        "MinHash": _minhash([t + b for t, b in zip(title, body, strict=True)]),
    }
    for name, like in peers.items():
        like[apart] = -1
        np.fill_diagonal(like, -1)
        near = np.argsort(-like, axis=1)[:, :10]
        hit = label[near] == label[:, None]
        line(f"  {name}: among ten", f"{hit[known].any(axis=1).mean():.3f}", "")
        line(f"  {name}: nearest", f"{hit[known][:, 0].mean():.3f}", "")


def _hot(read: Messages, label: Labels, line: Line) -> None:
    started = time.perf_counter()
    found = issues_of(Stream(read.titles, read.bodies, read.days, read.reporters, read.votes))
    took = time.perf_counter() - started
    group = np.empty(len(read), np.int64)
    for number, issue in enumerate(found):
        group[list(issue.members)] = number
    title, body = [letters(t) for t in read.titles], [letters(b) for b in read.bodies]
    distance = np.clip(1 - (0.64 * _plain(title) + 0.36 * _plain(body)), 0, 1).astype(np.float64)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    sizes = Counter(label.tolist())
    for least in (2, 3, 5):
        kept = np.array([own >= 0 and sizes[own] >= least for own in label.tolist()])
        line(f"B-cubed P R F, issues of {least}+, ours", _said(bcubed(group, label, kept)), "")
        best = max((bcubed(fcluster(tree, cut, "distance"), label, kept) for cut in CUTS), key=lambda f: f[2])
        line(f"  average link on TF-IDF, best of {len(CUTS)} cuts", _said(best), "")
    line("seconds for the whole stream", f"{took:.1f}", "")


def bcubed(group: Labels, label: Labels, kept: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return B-cubed precision, recall and F over the kept messages (Bagga and Baldwin 1998).

    Strict: precision counts every message of a group, also those no issue is known of, as wrong company.
    """
    everyone, own = Counter(group.tolist()), Counter(label[kept].tolist())
    both = Counter(zip(group[kept].tolist(), label[kept].tolist(), strict=True))
    known = list(zip(group[kept].tolist(), label[kept].tolist(), strict=True))
    precision = float(np.mean([both[pair] / everyone[pair[0]] for pair in known]))
    recall = float(np.mean([both[pair] / own[pair[1]] for pair in known]))
    return precision, recall, 2 * precision * recall / (precision + recall)


def _said(figures_: tuple[float, float, float]) -> str:
    return " ".join(f"{each:.3f}" for each in figures_)
