"""Learning categories from labelled texts: a linear support vector machine on grams scaled by how telling they are.

Per category, each gram is multiplied by its log-count ratio before the machine sees it (NB-SVM: Wang and Manning 2012,
"Baselines and Bigrams", with their interpolation); rare but telling grams then count without a larger model. The lead
of the first category over the second is turned into how often such a lead was right on texts kept out of training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from jinlin.insight.suggest.copies import same_matter
from jinlin.insight.suggest.figures import KeptOut, card_of
from jinlin.insight.suggest.grams import learned
from jinlin.insight.suggest.model import Model
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

Numbers = NDArray[np.float64]
Words = NDArray[np.str_]

FEWEST_TEXTS: Final = 3  # that have a gram, for it to be learned
SMALL: Final = 300  # texts; below, a gram of two texts is learned too
STRENGTH: Final = 0.4  # C of the machine
EVEN: Final = 0.3  # share of a gram's scale that does not depend on how telling it is
SMOOTH: Final = 0.1  # added to every count
FOLDS: Final = 5
WHOLE: Final = 1_500  # texts up to which every fold is scored; above, one fifth is kept out once
EARLIER: Final = 0.3  # of the texts learned from, for a second point of the learning curve
SEED: Final = 5


def train(
    texts: Sequence[str], labels: Sequence[str], day: str, say: Callable[[str], None] = lambda _s: None
) -> Model:
    """Learn from texts and their labels (two labels at least, two texts of each); `day` goes on the card."""
    names, label = _checked(labels)
    grams, vectors = learned(texts, FEWEST_TEXTS if len(texts) >= SMALL else FEWEST_TEXTS - 1)
    say(_("留出一部分检验"))
    kept_out = held_out(vectors, label, _groups(texts), len(names))
    say(_("用全部文本学习"))
    weight, bias = fit(vectors, label, len(names))
    slope = sureness(kept_out.scores, kept_out.label)
    card = card_of(names, label, kept_out, day)
    return Model(names, grams, weight.astype(np.float16), bias.astype(np.float32), slope, card)


def fit(vectors: Any, label: NDArray[np.int64], kinds: int) -> tuple[Numbers, Numbers]:
    """Return weights (grams, kinds) and biases (kinds,) of one machine per category against the rest."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415  a second to load, which classifying need not wait for

    weights, biases = np.zeros((vectors.shape[1], kinds)), np.full(kinds, -1.0)
    sums = np.stack([np.asarray(vectors[label == kind].sum(axis=0)).ravel() for kind in range(kinds)])
    everything = sums.sum(axis=0)
    for kind in range(kinds):
        is_it = label == kind
        if not is_it.any() or is_it.all():
            continue
        scale = _scale(sums[kind], everything - sums[kind])
        machine = LinearSVC(C=STRENGTH, tol=1e-2, random_state=SEED)
        scaled = vectors.copy()
        scaled.data = scaled.data * scale[scaled.indices].astype(np.float32)
        machine.fit(scaled, is_it)
        weights[:, kind] = machine.coef_[0] * scale
        biases[kind] = machine.intercept_[0]
    return weights, biases


def sureness(scores: Numbers, label: NDArray[np.int64]) -> tuple[float, float]:
    """Return a, b of P(first is right) = 1 / (1 + exp(-(a + b x lead))), by maximum likelihood with a weak prior."""
    ordered = np.sort(scores, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    right = scores.argmax(axis=1) == label

    def loss(at: Numbers) -> float:
        along = at[0] + at[1] * lead
        return float(np.logaddexp(0, np.where(right, -along, along)).sum() + 0.5 * (at[1] - 3) ** 2 / 9)

    found = minimize(loss, np.array([0.0, 3.0]), bounds=[(-5, 5), (0.05, 50)]).x
    return float(found[0]), float(found[1])


def held_out(vectors: Any, label: NDArray[np.int64], group: NDArray[np.int64], kinds: int) -> KeptOut:
    """Score texts that were kept out of training, near copies on one side; grams are shared, labels are not."""
    folds = folds_of(label, group)
    parts = int(folds.max()) + 1
    rounds = range(parts) if len(label) <= WHOLE else range(1)
    scores, rows = [], []
    for each in rounds:
        inside, outside = np.flatnonzero(folds != each), np.flatnonzero(folds == each)
        weight, bias = fit(vectors[inside], label[inside], kinds)
        scores.append(np.asarray(vectors[outside] @ weight + bias))
        rows.append(outside)
    at = np.concatenate(rows)
    few = np.random.default_rng(SEED).permutation(np.flatnonzero(folds != 0))
    few = few[: int(EARLIER * len(few))]
    earlier = None
    if len(few) >= SMALL:
        weight, bias = fit(vectors[few], label[few], kinds)
        first = np.flatnonzero(folds == 0)
        earlier = (len(few), np.asarray(vectors[first] @ weight + bias), label[first])
    learned_from = round(len(label) * (1 - 1 / parts))
    return KeptOut(np.concatenate(scores), label[at], learned_from, earlier)


def folds_of(label: NDArray[np.int64], group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a fold for each text (k,): categories spread evenly, a group of near copies never torn.

    Five folds, fewer (two at least) where there are not as many groups, or no category has as many texts.
    """
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415  as above

    found = np.zeros(len(label), np.int64)
    parts = min(FOLDS, len(np.unique(group)), int(np.bincount(label).max()))
    splits = StratifiedGroupKFold(parts, shuffle=True, random_state=SEED)
    for _inside, outside in splits.split(label, label, group):
        if len(outside):  # few groups may leave a fold empty
            found[outside] = found.max() + 1
    return found - 1


def _groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the groups of near copies; DirtyInput where all are one, of which nothing could be kept out."""
    found = same_matter(texts)
    if len(np.unique(found)) < 2:
        raise DirtyInput("one_text", _("所有文本几乎一样，学不出类别的区别；请提供内容不同的文本。"))
    return found


def _scale(here: Numbers, elsewhere: Numbers) -> Numbers:
    """Return how telling each gram is for a category (n,): its log-count ratio, evened, mean about 1."""
    ratio = np.abs(
        np.log((here + SMOOTH) / (here + SMOOTH).sum())
        - np.log((elsewhere + SMOOTH) / (elsewhere + SMOOTH).sum())
    )
    return (1 - EVEN) * ratio / max(float(ratio.mean()), 1e-9) + EVEN


def _checked(labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    names, label = np.unique(np.array(labels, np.str_), return_inverse=True)
    if len(names) < 2:
        sentence = _("只有一个类别“{label}”，没有可学的区别；请提供至少两个类别、每类两条以上的文本。")
        raise DirtyInput("one_label", sentence, label=names[0] if len(names) else "")
    counts = np.bincount(label)
    if counts.min() < 2:
        sentence = _("类别“{label}”只有一条文本，学不会；请补充文本，或把它并入别的类别。")
        raise DirtyInput("lonely_label", sentence, label=names[int(counts.argmin())])
    return tuple(str(each) for each in names), label.astype(np.int64)
