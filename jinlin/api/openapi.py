"""What the OpenAPI file says beyond types: idempotency keys, photos as bytes, the one shape of every refusal."""

from __future__ import annotations

from typing import Any, Final

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[!-~]+$"},
    "description": "One key per tap. Repeating a call with the same key and body answers the same and does nothing "
    "twice; the same key with another body is refused (422). Kept 30 days.",
}
KEYED: Final[dict[str, Any]] = {"openapi_extra": {"parameters": [_KEY]}}
JPEG: Final[dict[str, Any]] = {
    "openapi_extra": {
        "responses": {
            200: {
                "description": "The photo",
                "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    }
}
_PROBLEM: Final = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457): `detail` is one sentence that says what to do, `fields` the sentences by "
    "field.",
    "required": ["type", "title", "status", "detail", "code", "fields"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
_REFUSED: Final = {
    "description": "Refused: 400 unreadable, 401 no key, 403 not allowed, 404 not found or not yours to know of, "
    "409 not now, 413 too large, 422 filled in wrongly, 429 too often",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class JinlinAPI(NinjaAPI):
    """The API with refusals in its description."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, **kwargs: Any) -> OpenAPISchema:
        """Return the description; every operation names the same refusal."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, **kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("default", _REFUSED)
        return schema

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        urls: list[URLResolver | URLPattern] = super()._get_urls()
        for entry in urls:
            callback: Any = getattr(entry, "callback", None)
            if getattr(entry, "name", "") in ("openapi-json", "api-root"):
                callback.permission = "public"
        return urls

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Name an operation by its function, which is unique over the modules."""
        return str(operation.view_func.__name__)
