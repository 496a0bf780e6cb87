"""The five kinds of error, each carrying one sentence that tells the person what to do.

No Django here, so that rules can raise RuleBroken. The sentence is kept in Chinese, may name facts as
`{fact}`, and is translated only when it is read (str(error)); `speak_with` joins it to gettext.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_translate: Callable[[str], str] = str


def speak_with(translate: Callable[[str], str]) -> None:
    """Set how sentences are translated; called once when Django has started."""
    global _translate
    _translate = translate


def gettext(text: str) -> str:
    """Return a sentence in the reader's language; without Django as it is, in Chinese."""
    return _translate(text)


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation without translating it yet."""
    return text


_ = gettext_noop


class JinlinError(Exception):
    """Base of every error that a person caused or can mend; str(error) is their sentence."""

    code = "error"
    http_status = 400
    default_message = _("操作没有完成，请稍后再试。")

    def __init__(self, code: str = "", message: object = "", **facts: Any) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.source = message or self.default_message
        self.facts: dict[str, Any] = facts

    @property
    def message(self) -> str:
        """The sentence in the reader's language, with the facts filled in."""
        sentence = _translate(str(self.source))
        if not self.facts:
            return sentence
        try:
            return sentence.format_map(self.facts)
        except (KeyError, IndexError, ValueError, AttributeError):
            return sentence

    def __str__(self) -> str:
        return self.message


class NotFound(JinlinError):
    """The thing does not exist, or this person may not know that it does."""

    code = "not_found"
    http_status = 404
    default_message = _("没有找到这条内容，请核对编号或返回列表重新选择。")

    def __init__(self, what: str = "", message: object = "", **facts: Any) -> None:
        super().__init__("not_found", message, **facts)
        self.what = what


class NotAllowed(JinlinError):
    """This person may see the thing but not do this to it."""

    code = "not_allowed"
    http_status = 403
    default_message = _("您的岗位不能进行这项操作，如有需要请联系本级管理员。")


class RuleBroken(JinlinError):
    """A rule of the field forbids the move now; `code` names the rule."""

    code = "rule_broken"
    http_status = 409
    default_message = _("现在不能进行这一步，请刷新页面查看最新状态。")

    def __init__(self, code: str, message: object = "", **facts: Any) -> None:
        super().__init__(code, message, **facts)


class Invalid(JinlinError):
    """What was filled in has no usable meaning; `fields` holds the sentences by field."""

    code = "invalid"
    http_status = 422
    default_message = _("填写的内容有误，请按提示修改。")

    def __init__(self, fields: Mapping[str, Sequence[object]], message: object = "") -> None:
        super().__init__("invalid", message)
        self.fields: dict[str, list[str]] = {
            name: [_translate(str(sentence)) for sentence in sentences] for name, sentences in fields.items()
        }

    @property
    def message(self) -> str:
        """The given sentence, or the first field's sentence, which says what to mend."""
        if self.source is not self.default_message:
            return super().message
        return next((s for sentences in self.fields.values() for s in sentences), super().message)


class Conflict(JinlinError):
    """Somebody, or the same device, has already done something that this would overwrite."""

    code = "conflict"
    http_status = 409
    default_message = _("这条内容刚刚被更新过，请刷新后再操作。")

    def __init__(self, code: str = "conflict", message: object = "", **facts: Any) -> None:
        super().__init__(code, message, **facts)
