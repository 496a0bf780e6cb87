"""The one translator from errors to pages and JSON; every page says what to do next."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jinlin.kernel.errors import Invalid, JinlinError


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the asker is a script of ours (the outbox) rather than a person's address bar."""
    return "application/json" in request.headers.get("Accept", "")


def answer(request: HttpRequest, error: JinlinError) -> HttpResponse:
    """Return the page or the JSON of a known error with its status."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return page(request, error.http_status, str(error), code=error.code, fields=fields)


def page(
    request: HttpRequest, status: int, sentence: str, *, code: str = "", fields: dict[str, Any] | None = None
) -> HttpResponse:
    """Return one sentence with a status; a page offers the way back and the telephone number."""
    if wants_json(request):
        body = {"ok": False, "code": code, "message": sentence, "errors": fields or {}}
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    words = {"sentence": sentence, "status": status, "fields": fields or {}}
    return render(request, "errors/error.html", words, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request can't be read; 413: it can't, because it is too much."""
    if isinstance(exception, TooManyFilesSent):
        return page(
            request, 413, _("一次选的照片太多，请返回上一页，减少到六张以内再提交。"), code="too_large"
        )
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return page(request, 413, _("内容太大，请返回上一页，删短一些再提交。"), code="too_large")
    return page(request, 400, _("请求有误，请返回上一页重试。"), code="bad_request")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not allowed."""
    return page(request, 403, _("您的岗位不能看这个页面。"), code="not_allowed")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing this person may know of."""
    return page(request, 404, _("没有找到这个页面，请核对网址或回到首页。"), code="not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing was half-written."""
    return page(
        request, 500, _("系统出了问题，您的内容没有提交成功，请稍后再试或拨打电话。"), code="server_error"
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long or came from elsewhere."""
    return page(request, 403, _("页面打开太久或来源不明，请刷新页面再提交一次。"), code="csrf")
