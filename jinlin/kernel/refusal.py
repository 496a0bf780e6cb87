"""What is said when a file cannot be used: one sentence that names the file, the row and the remedy."""

from __future__ import annotations

from typing import Any

from jinlin.kernel.errors import Invalid


class DirtyInput(Invalid):
    """A file or row that would make every figure worthless; `code` is for tests and machines."""

    def __init__(self, code: str, sentence: str, **facts: Any) -> None:
        super().__init__({}, sentence)
        self.code = code
        self.facts = facts
