"""A learned model: from texts to their two likeliest categories, and to one file and back (no pickle, no code in it)."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.suggest.grams import Grams
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput
from jinlin.kernel.results import written

_ = gettext_noop

KIND: Final = "jinlin-insight-categories"
VERSION: Final = 1
MOST_BYTES: Final = 100 * 1024 * 1024  # a file larger than this is no model of ours
BATCH: Final = 2_000
_ARRAYS: Final = {
    "codes": np.int64,
    "gram": np.float32,
    "weight": np.float16,
    "bias": np.float32,
    "sure": np.float64,
}


@dataclass(frozen=True)
class Suggestion:
    """The two likeliest categories of a text; `sure` in 0..1: how often so clear a first was right."""

    first: str
    sure: float
    second: str


@dataclass(frozen=True, eq=False)
class Model:
    """Weights (grams, labels) and biases (labels,) over known grams; `sure` turns a lead into a share; `card` its worth."""

    labels: tuple[str, ...]
    grams: Grams
    weight: NDArray[np.float16]
    bias: NDArray[np.float32]
    sure: tuple[float, float]
    card: dict[str, Any]

    @cached_property
    def _weight(self) -> NDArray[np.float32]:
        return self.weight.astype(np.float32)  # once, not for every message

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores (texts, labels); above 0 the category's own machine says yes."""
        weight = self._weight
        parts = [
            np.asarray(self.grams.vectors(texts[at : at + BATCH]) @ weight)
            for at in range(0, len(texts), BATCH)
        ]
        return np.concatenate([np.zeros((0, len(self.labels))), *parts]) + self.bias

    def classify(self, texts: Sequence[str]) -> list[Suggestion]:
        """Return the suggestion for each text; a text without any known gram is sure of nothing."""
        scores = self.scores(texts)
        order = np.argsort(-scores, axis=1, kind="stable")
        rows = np.arange(len(texts))
        lead = scores[rows, order[:, 0]] - scores[rows, order[:, 1]]
        sure = 1 / (1 + np.exp(-(self.sure[0] + self.sure[1] * lead)))
        sure[np.isclose(scores, self.bias).all(axis=1)] = 0.0
        return [
            Suggestion(self.labels[a], float(value), self.labels[b])
            for a, b, value in zip(order[:, 0], order[:, 1], sure, strict=True)
        ]


def to_bytes(model: Model) -> bytes:
    """Return the model as the bytes of its file; the same model gives the same bytes."""
    head = {"kind": KIND, "version": VERSION, "labels": model.labels, "card": model.card}
    content = BytesIO()
    np.savez_compressed(
        content,
        head=np.frombuffer(json.dumps(head, ensure_ascii=False, sort_keys=True).encode(), np.uint8),
        codes=model.grams.codes,
        gram=model.grams.weight,
        weight=model.weight,
        bias=model.bias,
        sure=np.array(model.sure, np.float64),
    )
    return content.getvalue()


def save(model: Model, path: Path) -> int:
    """Write a model file whole or not at all; return its bytes."""
    content = to_bytes(model)
    with written(path) as part:
        part.write_bytes(content)
    return len(content)


def load(path: Path) -> Model:
    """Read a model file; DirtyInput in one sentence when it is none, is damaged or of another version."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _foreign(path.name)
        return from_bytes(path.read_bytes(), path.name)
    except OSError as error:
        raise DirtyInput(
            "no_file", _("找不到或打不开模型文件 {file}，请核对路径和权限。"), file=str(path)
        ) from error


def from_bytes(content: bytes, name: str) -> Model:
    """Return the model that the bytes of a file hold; `name` is for the refusal."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            head = json.loads(bytes(file["head"]))
            if head["kind"] != KIND:
                raise _foreign(name)
            if head["version"] != VERSION:
                sentence = _("模型文件 {file} 的版本是 {version}，本程序只读版本 {ours}，请重新训练。")
                raise DirtyInput("model_version", sentence, file=name, version=head["version"], ours=VERSION)
            arrays = {each: file[each] for each in _ARRAYS}
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise _foreign(name) from error
    if not _fits(arrays, head["labels"]):
        raise _foreign(name)
    grams = Grams(arrays["codes"], arrays["gram"])
    sure = (float(arrays["sure"][0]), float(arrays["sure"][1]))
    return Model(tuple(head["labels"]), grams, arrays["weight"], arrays["bias"], sure, head["card"])


def _fits(arrays: dict[str, NDArray[Any]], labels: list[str]) -> bool:
    shapes = {
        "codes": (len(arrays["codes"]),),
        "gram": (len(arrays["codes"]),),
        "weight": (len(arrays["codes"]), len(labels)),
        "bias": (len(labels),),
        "sure": (2,),
    }
    return (
        len(labels) >= 2
        and all(
            arrays[name].dtype == kind and arrays[name].shape == shapes[name]
            for name, kind in _ARRAYS.items()
        )
        and all(np.isfinite(each).all() for each in arrays.values())
        and bool((np.diff(arrays["codes"]) > 0).all())
    )


def _foreign(name: str) -> DirtyInput:
    sentence = _("{file} 不是近邻的分类模型，或者已经损坏；请用 jinlin insight train 重新训练。")
    return DirtyInput("not_a_model", sentence, file=name)
