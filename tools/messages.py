"""Every sentence a user may see, gathered from code and templates into the English catalogue.

The source language is Chinese; English stands in jinlin/locale/en/LC_MESSAGES/django.po. `make messages` adds what is
new with an empty translation, drops what is gone and keeps the rest; tests/house fails while one is empty.
Written on babel because a bare machine has no gettext tools.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "jinlin/locale/en/LC_MESSAGES/django.po"
MARKS = set(
    "gettext gettext_lazy gettext_noop ngettext ngettext_lazy pgettext pgettext_lazy npgettext npgettext_lazy".split()
)
MARKERS = {"django.utils.translation", "jinlin.kernel.errors"}  # modules that give marking functions away
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.S)


@dataclass(frozen=True)
class Message:
    """One marked sentence: `many` is its plural form or "", `context` separates equal words of unlike meaning."""

    text: str
    path: str
    line: int
    many: str = ""
    context: str = ""


def _shaped(mark: str, words: list[str], path: str, line: int) -> Message | None:
    """Sort the literal arguments of a marking call by what the mark means."""
    name = mark.removesuffix("_lazy").removesuffix("_noop")
    context = words.pop(0) if "p" in name.removesuffix("gettext") and words else ""
    if not words:
        return None
    plural = name.startswith("n")
    return Message(words[0], path, line, words[1] if plural and len(words) > 1 else "", context)


def marks_of(module: ast.Module) -> dict[str, str]:
    """Return local name -> Django's name for the marking functions a module imports, `_` included."""
    found = {"_": "gettext"}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in MARKERS:
            found.update(
                {alias.asname or alias.name: alias.name for alias in node.names if alias.name in MARKS}
            )
    return found


def mark_name(call: ast.Call, marks: dict[str, str]) -> str:
    """Return Django's name of the marking function a call uses, or "" when it marks nothing."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return marks.get(name, name if name in MARKS else "")


def in_python(path: str, content: str) -> Iterator[Message]:
    """Yield the sentences marked in Python source."""
    module = ast.parse(content)
    marks = marks_of(module)
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not (mark := mark_name(node, marks)):
            continue
        words = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if message := _shaped(mark, words, path, node.lineno):
            yield message


def in_template(path: str, content: str) -> Iterator[Message]:
    """Yield the sentences marked in a Django template, `_("...")` in tags and filters included."""
    flat = templatize(content, origin=path)
    for found in _CALL.finditer(flat):
        words = [ast.literal_eval(word) for word in re.findall(_STRING, found[2], re.S)]
        mark = "gettext" if found[1] == "_" else found[1]
        if message := _shaped(mark, words, path, flat.count("\n", 0, found.start()) + 1):
            yield message


def gather(root: Path = ROOT) -> list[Message]:
    """Return every marked sentence of the package, in order of place."""
    found: list[Message] = []
    for path in sorted((root / "jinlin").rglob("*")):
        name = path.relative_to(root).as_posix()
        if "/migrations/" in name or "/static/dist/" in name:
            continue
        if path.suffix == ".py":
            found.extend(in_python(name, path.read_text(encoding="utf-8")))
        elif path.suffix in {".html", ".txt"} and "/templates/" in name:
            found.extend(in_template(name, path.read_text(encoding="utf-8")))
    return [message for message in found if message.text]


def read(path: Path = CATALOGUE) -> Catalog:
    """Return the English catalogue; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale="en", domain="django", project="Jinlin", charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale="en", domain="django")


def merge(old: Catalog, messages: list[Message]) -> Catalog:
    """Return a catalogue of exactly these sentences with the translations the old one has for them."""
    new = Catalog(
        locale="en",
        domain="django",
        project="Jinlin",
        charset="utf-8",
        header_comment="# English of Jinlin.",
        fuzzy=False,
    )
    for message in messages:
        key: str | tuple[str, str] = (message.text, message.many) if message.many else message.text
        kept = old.get(message.text, message.context or None)
        string = kept.string if kept else ""
        if message.many and not isinstance(string, tuple):
            string = (string, "")
        new.add(key, string, context=message.context or None, locations=[(message.path, message.line)])
    return new


def main() -> int:
    """Bring the catalogue up to date and say what is left to translate."""
    merged = merge(read(), gather())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as handle:
        write_po(handle, merged, sort_by_file=True, include_lineno=False, width=110, ignore_obsolete=True)
    empty = [
        entry
        for entry in merged
        if entry.id and not all(entry.string if entry.pluralizable else [entry.string])
    ]
    sys.stderr.write(f"{len(merged)} sentences, {len(empty)} without English\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
