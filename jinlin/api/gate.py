"""The input gate of the API: addresses, questions and bodies pass `kernel.text` before anything reads them."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.parser import Parser

from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean_json, parse_json


def check(request: Any) -> None:
    """Refuse what can't be stored or read, before the operation sees it.

    Raises Invalid for a text no database takes, HttpError 400 for a body that is no JSON, 413 for one too long.
    """
    match = request.resolver_match
    clean_json([str(value) for value in match.kwargs.values()] if match else [], field="path")
    clean_json([[name, *values] for name, values in request.GET.lists()], field="query")
    if request.method in ("POST", "PUT", "PATCH", "DELETE"):
        _read_body(request)


def _read_body(request: Any) -> None:
    if request.content_type == "multipart/form-data":
        try:
            clean_json([[name, *values] for name, values in request.POST.lists()])
        except MultiPartParserError:
            raise HttpError(400, _("上传的内容不完整，请重新选择文件再提交。")) from None
        except TooManyFilesSent:
            raise HttpError(413, _("一次传的文件太多，请减少后再提交。")) from None
        return
    try:
        raw = request.body
    except RequestDataTooBig:
        raise HttpError(413, _("提交的内容太大，请分开提交；照片请用上传照片的接口。")) from None
    if not raw:
        request.parsed_body = None
        return
    try:
        request.parsed_body = parse_json(raw)
    except Invalid as error:
        raise HttpError(400, str(error)) from None


def in_our_time(**days: date | None) -> None:
    """Refuse days no calendar of ours holds: a month before year 1 or after 9999 can't be reckoned with."""
    wrong = [name for name, day in days.items() if day is not None and not 1900 <= day.year <= 2100]
    if wrong:
        raise Invalid({name: [_("时间应在 1900 年到 2100 年之间，请核对。")] for name in wrong})


class GatedParser(Parser):
    """Gives operations the body that passed the gate."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body as parsed by `check`; the doors have always run before."""
        return cast("dict[str, Any]", request.parsed_body)  # type: ignore[attr-defined]


def key_of(request: Any) -> str | None:
    """Return the idempotency key of a write, if the program sent one."""
    return request.headers.get("Idempotency-Key") or None
