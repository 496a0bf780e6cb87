"""The one translator from errors to problem+json (RFC 9457): every refusal says what to do next."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from jinlin.kernel import throttle
from jinlin.kernel.errors import Invalid, JinlinError, gettext_noop

TYPE = "application/problem+json"
PREFIX = "/api/"

_TITLES: dict[int, str] = {
    400: gettext_noop("请求看不懂"),
    401: gettext_noop("需要密钥"),
    403: gettext_noop("没有权限"),
    404: gettext_noop("没有找到"),
    405: gettext_noop("这个地址不支持这种请求"),
    409: gettext_noop("现在不能这样做"),
    413: gettext_noop("内容太大"),
    415: gettext_noop("内容格式不对"),
    422: gettext_noop("填写有误"),
    429: gettext_noop("操作太频繁"),
    500: gettext_noop("系统出了问题"),
}
_DETAILS: dict[int, str] = {
    400: gettext_noop("请求有误，请核对地址和内容后重试。"),
    404: gettext_noop("没有这个接口，请核对地址。"),
    405: gettext_noop("这个地址不支持这种请求，请看接口说明里写的方法。"),
    500: gettext_noop("系统出了问题，您的内容没有提交成功，请稍后再试。"),
}
_CODES: dict[int, str] = {
    400: "bad_request",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "invalid",
    429: "too_many",
    500: "server_error",
}


def problem(
    status: int, detail: str, *, code: str = "", fields: Mapping[str, Sequence[str]] | None = None
) -> HttpResponse:
    """Return one refusal: type, title, status, detail, code, and the sentences by field."""
    code = code or _CODES.get(status, "error")
    body = {
        "type": f"urn:jinlin:problem:{code}",
        "title": _(_TITLES.get(status, _TITLES[400])),
        "status": status,
        "detail": detail,
        "code": code,
        "fields": {name: list(sentences) for name, sentences in (fields or {}).items()},
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=TYPE)


def _known(request: HttpRequest, error: JinlinError) -> HttpResponse:
    fields = error.fields if isinstance(error, Invalid) else {}
    response = problem(error.http_status, str(error), code=error.code, fields=fields)
    if wait := getattr(error, "retry_after", 0):
        response["Retry-After"] = str(wait)
    return response


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    response = problem(error.status_code, str(error))
    if error.status_code == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, _(_DETAILS[404]))


def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("提交的内容太大，请分开提交。"))
    return problem(400, _(_DETAILS[400]))


def _not_json(request: HttpRequest, error: RawPostDataException) -> HttpResponse:
    """A form, sent to an operation that reads JSON: the gate has read it, nobody can read it again."""
    return problem(415, _("这个接口只读 JSON，请用 Content-Type: application/json 提交。"))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for fault in error.errors:
        fields.setdefault(_field(fault["loc"]), []).append(sentence(fault))
    first = next(iter(fields.items()), ("", [_("填写的内容有误，请按提示修改。")]))
    detail = f"{first[0]}: {first[1][0]}" if first[0] else first[1][0]
    return problem(422, detail, fields=fields)


def _field(loc: Sequence[Any]) -> str:
    """Return the name a program used: "text", "parts.0.task", "after"."""
    steps = [str(step) for step in loc[1:]]
    if steps and steps[0] == "body":
        steps = steps[1:]
    return ".".join(steps) or str(loc[0])


_SENTENCES: tuple[tuple[str, str], ...] = (
    ("missing", gettext_noop("请填写这一项。")),
    ("extra_forbidden", gettext_noop("没有这一项，请核对名称。")),
    ("string_too_long", gettext_noop("最多 {max_length} 个字，请缩短。")),
    ("string_too_short", gettext_noop("请填写这一项。")),
    ("too_long", gettext_noop("最多 {max_length} 项，请减少。")),
    ("too_short", gettext_noop("至少 {min_length} 项，请补充。")),
    ("string", gettext_noop("这里需要填写文字。")),
    ("literal", gettext_noop("请从允许的值里选择：{expected}。")),
    ("uuid", gettext_noop("编号格式不对，请原样填写得到的编号。")),
    ("bool", gettext_noop("请填写 true 或 false。")),
    ("date", gettext_noop("时间格式不对，请按“2024-05-01”或“2024-05-01T08:30:00+08:00”填写。")),
    ("int", gettext_noop("请填写整数。")),
    ("float", gettext_noop("请填写数字。")),
    ("finite", gettext_noop("请填写数字。")),
    ("less_than", gettext_noop("数字太大，请核对。")),
    ("greater_than", gettext_noop("数字太小，请核对。")),
)
_OTHER = gettext_noop("格式不对，请按接口说明填写。")


def sentence(fault: Mapping[str, Any]) -> str:
    """Return what to do about one fault of shape, in the reader's language."""
    words = next((words for kind, words in _SENTENCES if str(fault["type"]).startswith(kind)), _OTHER)
    try:
        return _(words).format_map(fault.get("ctx") or {})
    except (KeyError, IndexError, ValueError):
        return _(_OTHER)


def connect(api: NinjaAPI) -> None:
    """Teach the API its refusals."""
    tellers: tuple[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]], ...] = (
        (JinlinError, _known),
        (HttpError, _http),
        (Http404, _missing),
        (ValidationError, _invalid),
        (SuspiciousOperation, _suspicious),
        (RawPostDataException, _not_json),
    )
    for kind, teller in tellers:
        api.add_exception_handler(kind, teller)


class ProblemMiddleware:
    """Turn what never reached an operation (unknown address, wrong method, a failure of ours) into problem+json."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request run; rewrite refusals below /api/ that are pages."""
        try:
            with throttle.owing():
                response = self.get_response(request)
        except throttle.TooMany as error:  # what led to no deed is counted last
            return _known(request, error)
        plain = response.status_code >= 400 and response.get("Content-Type", "").split(";")[0] != TYPE
        if not (plain and request.path_info.startswith(PREFIX)):
            return response
        status = response.status_code
        told = problem(status, _(_DETAILS.get(status, _DETAILS[400])))
        if allow := response.get("Allow", ""):
            told["Allow"] = allow
        return told
