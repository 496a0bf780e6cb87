"""What a move is: a verb with its states, people, questions and clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

InputKind = Literal[
    "line", "words", "choice", "unit", "units", "photos", "yes_no", "days", "date", "case", "parts", "number"
]


@dataclass(frozen=True)
class Need:
    """One thing a move asks of the person who makes it; `name` is the keyword of the action."""

    name: str
    kind: InputKind
    label: str
    required: bool = False
    choices: str = ""  # name of the table in `words`
    hint: str = ""


@dataclass(frozen=True)
class Move:
    """A verb: from which states, to which states, who, asking what, starting and stopping which clocks."""

    verb: str
    label: str
    sources: frozenset[str]
    targets: tuple[str, ...]  # empty: the state stays
    who: frozenset[str]
    needs: tuple[Need, ...] = ()
    stops: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    public: str = ""  # what the resident reads in the timeline; empty: an internal step
    announces: str = ""
    primary: bool = False
    guards: tuple[str, ...] = field(default=())
