"""The API, version 1: its modules under one address, its gate, its refusals."""

from __future__ import annotations

from jinlin.api import (
    boards,
    cases,
    circle,
    errors,
    gatherings,
    initiatives,
    insight,
    insight_text,
    me,
    mediation,
    moves,
    notices,
    orgs,
    oversight,
    places,
    reaching,
    reports,
    together,
    tracking,
)
from jinlin.api.gate import GatedParser
from jinlin.api.openapi import JinlinAPI

api = JinlinAPI(
    title="Jinlin",
    version="1.0.0",
    description="Everything the four screens of Jinlin can do. Texts are Chinese, or English with `?lang=en`. "
    "Refusals are problem+json. Staff and programs send `Authorization: Bearer <key>`; residents need none.",
    docs_url=None,
    urls_namespace="api-v1",
    parser=GatedParser(),
)
errors.connect(api)
for module in (
    reports,
    tracking,
    cases,
    moves,
    places,
    orgs,
    boards,
    me,
    oversight,
    notices,
    circle,
    insight,
    insight_text,
    mediation,
    together,
    gatherings,
    initiatives,
    reaching,
):
    api.add_router("", module.router)
