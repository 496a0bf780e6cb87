"""Turns a Django form field, or plain keyword words, into what ui/field.html draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

Choices = Iterable[Any]


@dataclass
class Choice:
    """One thing to choose; `hint` is a quiet second line."""

    value: str
    label: str
    checked: bool = False
    hint: str = ""


@dataclass
class Field:
    """One question on a page: label, hint, error sentences and the control."""

    id: str
    name: str
    label: str
    type: str = "text"
    value: Any = ""
    hint: str = ""
    errors: list[str] = field(default_factory=list)
    required: bool = False
    choices: list[Choice] = field(default_factory=list)
    boxed: bool = False
    short: bool = False
    checked: bool = False
    attrs: SafeString = field(default_factory=lambda: mark_safe(""))
    widget: SafeString | None = None

    @property
    def group(self) -> bool:
        """Whether it is a set of radio buttons or check boxes under one question."""
        return bool(self.choices) and self.type in ("radio", "checkbox")

    @property
    def single_check(self) -> bool:
        """Whether it is one check box."""
        return self.type == "checkbox" and not self.choices

    @property
    def describedby(self) -> str:
        """The ids of hint and error, for a screen reader."""
        parts = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*parts, f"{self.id}-error"] if self.errors else parts)


def flat_attrs(pairs: Mapping[str, Any]) -> SafeString:
    """Return ` name="value"` for each pair; True gives a bare name, None and False leave it out, `_` becomes `-`."""
    bare = [(name.rstrip("_").replace("_", "-"), value) for name, value in pairs.items()]
    kept = [
        (name, "" if value is True else value)
        for name, value in bare
        if value is not None and value is not False
    ]
    return format_html_join("", ' {}="{}"', kept)


def read_choices(choices: Choices, chosen: Any) -> list[Choice]:
    """Return choices from (value, label) or (value, label, hint) rows; `chosen` is a value or several."""
    several = isinstance(chosen, (list, tuple, set, frozenset))
    marked = {str(one) for one in (chosen if several else [chosen])}
    return [
        Choice(str(row[0]), str(row[1]), str(row[0]) in marked, str(row[2]) if len(row) > 2 else "")
        for row in choices
    ]


def plain_field(name: str, words: dict[str, Any]) -> Field:
    """Build a field from the keyword words of `ui_input`; what is not known becomes an attribute of the control."""
    errors = words.pop("errors", None) or words.pop("error", None) or []
    made = Field(
        id=str(words.pop("id", f"f-{name}")),
        name=name,
        label=str(words.pop("label", "")),
        type=str(words.pop("type", "text")),
        hint=str(words.pop("hint", "")),
        errors=[str(errors)] if isinstance(errors, str) else [str(one) for one in errors],
        required=bool(words.pop("required", False)),
        boxed=bool(words.pop("boxed", False)),
        short=bool(words.pop("short", False)),
        checked=bool(words.pop("checked", False)),
    )
    value = words.pop("value", "")
    made.value = "" if value is None else value
    made.choices = read_choices(words.pop("choices", ()), value)
    if made.type == "textarea":
        words.setdefault("rows", 4)
    made.attrs = flat_attrs({**words, **_aria(made)})
    return made


def _aria(made: Field) -> dict[str, Any]:
    if made.group:
        return {"required": made.required and made.type == "radio"}
    return {
        "required": made.required,
        "aria-describedby": made.describedby or None,
        "aria-invalid": "true" if made.errors else None,
    }


_CLASS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
)


def bound_field(bound: BoundField, words: dict[str, Any]) -> Field:
    """Build a field from a Django form's bound field, keeping its widget but giving it our class and aria words."""
    widget = bound.field.widget
    made = Field(
        id=bound.id_for_label or bound.auto_id or f"f-{bound.html_name}",
        name=bound.html_name,
        label=str(words.pop("label", bound.label)),
        hint=str(words.pop("hint", bound.help_text or "")),
        errors=[str(one) for one in bound.errors],
        required=bound.field.required,
        boxed=bool(words.pop("boxed", False)),
    )
    value = bound.value()
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        made.id = bound.auto_id or made.id
        made.type = "radio" if isinstance(widget, forms.RadioSelect) else "checkbox"
        made.choices = read_choices(widget.choices, [] if value is None else value)
    elif isinstance(widget, forms.CheckboxInput):
        made.type, made.checked, made.value = "checkbox", bool(value), "on"
    else:
        kind = next((name for base, name in _CLASS if isinstance(widget, base)), "input")
        attrs = {name.replace("_", "-"): text for name, text in words.items()}
        aria = {name: text for name, text in _aria(made).items() if text}
        made.widget = bound.as_widget(attrs={"class": kind, **attrs, **aria})
        return made
    made.attrs = flat_attrs({**words, **_aria(made)})
    return made


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary, with the place it jumps to."""

    text: str
    href: str = ""


def error_lines(source: Any) -> list[ErrorLine]:
    """Return the lines of a Django form, of `{field: [sentence]}` (as `Invalid.fields`), or of plain sentences."""
    if not source:
        return []
    if isinstance(source, forms.BaseForm):
        lines = [ErrorLine(str(text)) for text in source.non_field_errors()]
        for bound in source:
            target = bound.auto_id if bound.errors else ""
            lines += [ErrorLine(str(text), f"#{target}") for text in bound.errors]
        return lines
    if isinstance(source, str):
        return [ErrorLine(source)]
    if isinstance(source, Mapping):
        return [
            ErrorLine(str(text), f"#f-{name}" if name and name != "__all__" else "")
            for name, texts in source.items()
            for text in ([texts] if isinstance(texts, str) else texts)
        ]
    return [ErrorLine(str(text)) for text in source]
