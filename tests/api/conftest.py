"""A program that calls the API as somebody of the named town."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jinlin.people.actions import issue_token
from tests.files.pictures import photo as picture

ROOT = "/api/v1"


class Program:
    """Calls operations; `who` is an account of the town, "" for nobody."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.client = Client()
        self.secrets: dict[str, str] = {}

    def secret(self, who: str) -> str:
        if who not in self.secrets:
            actor, account = self.world.actor(who), self.world.accounts[who]
            self.secrets[who] = issue_token(actor=actor, account=account, label="测试")[1]
        return self.secrets[who]

    def headers(self, who: str, key: str = "") -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.secret(who)}"} if who else {}
        return found | ({"Idempotency-Key": key} if key else {})

    def get(self, who: str, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers(who))

    def post(self, who: str, path: str, body: Any = None, *, key: str = "") -> Any:
        return self.client.post(
            ROOT + path, body or {}, content_type="application/json", headers=self.headers(who, key)
        )

    def delete(self, who: str, path: str) -> Any:
        return self.client.delete(ROOT + path, headers=self.headers(who))

    def photo(self, who: str = "", data: bytes | None = None, *, key: str = "") -> Any:
        upload = SimpleUploadedFile(
            "a.jpg", picture((640, 480)) if data is None else data, content_type="image/jpeg"
        )
        return self.client.post(ROOT + "/photos", {"photo": upload}, headers=self.headers(who, key))

    def move(self, who: str, case: Any, verb: str, /, *, key: str = "", **body: Any) -> Any:
        return self.post(who, f"/cases/{case.tracking}/moves/{verb}", body, key=key)


@pytest.fixture
def program(world: Any, home: Any, tuesday: Any) -> Program:
    """Give a program and its town, on an ordinary Tuesday."""
    return Program(world)
