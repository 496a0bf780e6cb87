"""Every refusal is problem+json with one sentence, whatever went wrong and wherever."""

from __future__ import annotations

from typing import Any

import pytest

FIELDS = {"type", "title", "status", "detail", "code", "fields"}


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert the shape of a refusal and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert set(told) == FIELDS
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:jinlin:problem:{code}")
    assert told["title"]
    assert told["detail"]
    return told


def test_unknown_addresses_and_wrong_methods(program: Any) -> None:
    is_problem(program.client.get("/api/v1/nothing"), 404, "not_found")
    is_problem(program.client.get("/api/v9/cases"), 404, "not_found")
    is_problem(program.client.get("/api/"), 404, "not_found")
    is_problem(program.client.get("/api/v1/"), 404, "not_found")
    wrong = program.client.get("/api/v1/reports")
    is_problem(wrong, 405, "method_not_allowed")
    assert "POST" in wrong["Allow"]


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer 密钥", "Bearer " + "x" * 9999]
)
def test_no_key_or_a_wrong_one(program: Any, sent: str) -> None:
    headers = {"Authorization": sent} if sent else {}
    answer = program.client.get("/api/v1/cases", headers=headers)
    is_problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_is_refused_at_open_doors_too(program: Any) -> None:
    answer = program.client.get("/api/v1/categories", headers={"Authorization": "Bearer nonsense"})
    is_problem(answer, 401, "not_authenticated")


def test_not_allowed_and_not_found(program: Any, world: Any) -> None:
    case = world.report()
    is_problem(program.get("admin", "/cases"), 403, "not_allowed")
    is_problem(program.get("county2", f"/cases/{case.tracking}"), 404, "not_found")


BODIES = [
    (b"", 422),
    (b"{", 400),
    (b"\xff\xfe{", 400),
    ('{"text": "乱码"}'.encode("gb18030"), 400),
    (b'{"text": NaN}', 400),
    (b'{"text": 1e999}', 400),
    (b"[" * 100_000, 400),
    (b'{"text": ' + b"9" * 5000 + b"}", 400),
    (b'{"text": 99999999999999999999}', 400),
    (b'{"text": "\\ud800"}', 400),
    (b'{"text": "a\\u0000b"}', 400),
    (b'"text"', 422),
    (b"[]", 422),
    (b"null", 422),
    (b"1", 422),
    (b'{"text": ["a"]}', 422),
    (b'{"text": "' + b"a" * 1_500_000 + b'"}', 413),
]


@pytest.mark.parametrize(("raw", "status"), BODIES, ids=range(len(BODIES)))
def test_unreadable_bodies(program: Any, raw: bytes, status: int) -> None:
    answer = program.client.post("/api/v1/reports", raw, content_type="application/json")
    codes = {400: "bad_request", 413: "too_large", 422: "invalid"}
    is_problem(answer, status, codes[status])


def test_sentences_by_field(program: Any) -> None:
    body = {
        "kind": "x",
        "point": {"lon": "a", "datum": "mars"},
        "photos": ["no"],
        "text": "字" * 5001,
        "more": 1,
    }
    told = is_problem(program.post("", "/reports", body), 422, "invalid")
    assert set(told["fields"]) == {
        "kind",
        "point.lon",
        "point.lat",
        "point.datum",
        "photos.0",
        "text",
        "more",
    }
    assert told["fields"]["point.lat"] == ["请填写这一项。"]
    assert told["fields"]["text"] == ["最多 5000 个字，请缩短。"]
    assert all(sentence.endswith("。") for sentences in told["fields"].values() for sentence in sentences)


def test_refusals_speak_english_when_asked(program: Any) -> None:
    chinese = program.client.get("/api/v1/nothing").json()
    english = program.client.get("/api/v1/nothing?lang=en").json()
    assert chinese["code"] == english["code"]


def test_query_and_path_pass_the_gate(program: Any) -> None:
    for query in ("%00", "%ED%A0%80", "a%00b"):
        answer = program.client.get(f"/api/v1/cases?q={query}", headers=program.headers("county"))
        assert answer.status_code in (200, 422), answer.content
        answer = program.client.get(f"/api/v1/cases/{query}", headers=program.headers("county"))
        assert answer.status_code in (404, 422), answer.content
    answer = program.client.get("/api/v1/places?q=%00")
    is_problem(answer, 422, "invalid")
