"""The stored description is the one the code gives, and it says everything a program must know."""

from __future__ import annotations

import json
from pathlib import Path

from jinlin.cases.rules import moves as m
from jinlin.cli import reference

STORED = Path(__file__).resolve().parents[2] / "docs" / "reference"


def test_generated_pages_are_stored_as_generated() -> None:
    for name, text in reference.pages().items():
        path = STORED / name
        assert path.exists(), f"run `make docs`: {name} is missing"
        assert path.read_text(encoding="utf-8") == text, f"run `make docs`: {name} is old"


def test_every_operation_is_described() -> None:
    described = json.loads(reference.openapi())
    ids: list[str] = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            ids.append(operation["operationId"])
            assert operation.get("description"), where
            assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}, where
            good = [code for code in operation["responses"] if str(code).startswith("2")]
            assert good, where
            assert all(operation["responses"][code].get("content") for code in good), where
    assert len(ids) == len(set(ids))


def test_every_move_is_described_with_its_body() -> None:
    described = json.loads(reference.openapi())
    for move in m.MOVES:
        if move.verb == "withdraw":
            continue
        operation = described["paths"][f"/api/v1/cases/{{code}}/moves/{move.verb}"]["post"]
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        body = described["components"]["schemas"][name]
        assert set(body["properties"]) == {need.name for need in move.needs} | {"expect", "made_at"}
        assert set(body.get("required", ())) == {need.name for need in move.needs if need.required}
        assert body["additionalProperties"] is False


def test_every_setting_has_its_line() -> None:
    assert set(reference.settings_in_code()) == set(reference.SETTINGS)
