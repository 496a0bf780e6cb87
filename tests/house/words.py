"""Reads code and templates for words a user would see without a translation."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

from tests.house.source import Fault
from tools.messages import mark_name, marks_of

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
LATIN = re.compile(r"(?<![\w-])[A-Za-z]{2,}(?![\w-]*\d)")  # codes such as K7M2-9QXD are no words
MARKED = re.compile(r"""\b_\(\s*("[^"]*"|'[^']*')\s*\)""")
NOT_SHOWN = re.compile(
    r"(attrs|class)$|^(scheme|home|no_rail)$"
)  # names of template blocks that fill attributes
# Behind a literal, or behind the first line of its statement or function: SUFFIXES = (  # data: why
DATA_MARK = "# data"
OWN_NAMES = {"近邻"}
IN_THEIR_OWN_TONGUE = {"中文", "English"}  # the language switch names each language in itself
PROPER_NAMES = set(
    "Jinlin API CSV JSON GeoJSON OpenAPI PDF JPEG PNG WebP HEIC XLSX WGS GCJ BD UTF GB HTTP HTTPS URL ID SQLite"
    " PostgreSQL MB KB Open".split()
)
SPOKEN = {"title", "placeholder", "alt", "aria-label", "aria-description", "label"}
READS_NOT_SHOWS = set(
    "removesuffix removeprefix endswith startswith split rsplit partition rpartition replace strip lstrip rstrip"
    " find index count maketrans".split()
)


def in_python(path: str, content: str) -> list[Fault]:
    """Return Chinese literals that no translation call holds; data says so with a mark, docstrings are free."""
    module = ast.parse(content)
    lines = content.splitlines()
    free = _free_nodes(module, lines)
    faults = []
    for node in ast.walk(module):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if not is_text or id(node) in free or node.value in OWN_NAMES:  # type: ignore[attr-defined]
            continue
        if CHINESE.search(node.value):  # type: ignore[attr-defined]
            faults.append(
                Fault(path, node.lineno, f"{ast.unparse(node)[:40]}: wrap it in _() or mark it {DATA_MARK}")
            )
    return faults + _translated_too_late(path, module)


def _free_nodes(module: ast.Module, lines: list[str]) -> set[int]:
    """Return ids of all nodes inside something that may hold Chinese."""
    marks = marks_of(module)
    free: set[int] = set()
    for node in ast.walk(module):
        if _may_hold_chinese(node, marks) or (
            isinstance(node, ast.expr | ast.stmt) and _is_data(node, lines)
        ):
            free.update(id(inner) for inner in ast.walk(node))
    return free


def _may_hold_chinese(node: ast.AST, marks: dict[str, str]) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.Compare):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", "")
    reads = name in READS_NOT_SHOWS or getattr(getattr(node.func, "value", None), "id", "") == "re"
    return reads or bool(mark_name(node, marks))


def _is_data(node: ast.expr | ast.stmt, lines: list[str]) -> bool:
    """The mark frees an expression, a simple statement or a function that makes names; never a class or a branch."""
    if isinstance(node, ast.FunctionDef):
        return any(DATA_MARK in line for line in lines[node.lineno - 1 : node.body[0].lineno - 1])
    return not hasattr(node, "body") and DATA_MARK in lines[node.lineno - 1]


def _translated_too_late(path: str, module: ast.Module) -> list[Fault]:
    """An f-string inside a translation call has its values before it is looked up, so it is never found."""
    marks = marks_of(module)
    return [
        Fault(path, node.lineno, "an f-string can't be translated: use % with named places")
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and mark_name(node, marks)
        if any(isinstance(arg, ast.JoinedStr) for arg in node.args)
    ]


def in_template(path: str, content: str) -> list[Fault]:
    """Return words of a template that stand outside translate tags: Chinese anywhere, Latin where it is shown."""
    reader = _Page(path)
    reader.feed(_text_only(path, content, reader.faults))
    reader.close()
    return reader.faults


def _text_only(path: str, content: str, faults: list[Fault]) -> str:
    """Return the template with tags blanked out, their untranslated Chinese arguments reported."""
    kept: list[str] = []
    until = ""
    for token in Lexer(content).tokenize():
        name = token.split_contents()[0] if token.token_type is TokenType.BLOCK and token.contents else ""
        if until:
            until = "" if name == until else until
            if until == "endblock" and CHINESE.search(token.contents) and token.token_type is TokenType.TEXT:
                faults.append(
                    Fault(path, token.lineno or 0, f"{token.contents[:40]}: Chinese in a block of attributes")
                )
            kept.append("\n" * token.contents.count("\n"))
        elif token.token_type is TokenType.TEXT:
            kept.append(token.contents)
        else:
            until = _silent_until(name, token)
            if not until and _speaks_chinese(name, token):
                faults.append(
                    Fault(path, token.lineno or 0, f'{token.contents[:40]}: write _("…") inside a tag')
                )
            kept.append("\x00")
    return "".join(kept)


def _silent_until(name: str, token: Token) -> str:
    """Return the tag that ends a stretch nobody sees as written: a translation, a comment, a block of attributes."""
    if name in {"blocktranslate", "blocktrans", "comment"}:
        return f"end{name}"
    parts = token.split_contents() if name == "block" else []
    return "endblock" if len(parts) > 1 and NOT_SHOWN.search(parts[1]) else ""


def _speaks_chinese(name: str, token: Token) -> bool:
    if name in {"translate", "trans"} or token.token_type is TokenType.COMMENT:
        return False
    return bool(CHINESE.search(MARKED.sub("", token.contents)))


class _Page(HTMLParser):
    """Walks what is left of a template and looks at text and spoken attributes."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.faults: list[Fault] = []
        self.silent: list[str] = []

    def _say(self, words: str) -> None:
        self.faults.append(
            Fault(self.path, self.getpos()[0], f"{words.strip()[:40]}: put it into a translate tag")
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "code", "pre", "kbd", "samp"}:
            self.silent.append(tag)
        for name, value in attrs:
            spoken = name in SPOKEN and _latin(value or "")
            if value and (CHINESE.search(value) or spoken):
                self._say(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            self.silent.remove(tag)

    def handle_data(self, data: str) -> None:
        if data.strip(" \n\x00") in IN_THEIR_OWN_TONGUE:
            return
        for piece in data.split("\x00"):
            if piece.strip() not in IN_THEIR_OWN_TONGUE and (
                CHINESE.search(piece) or (not self.silent and _latin(piece))
            ):
                self._say(piece)

    def handle_comment(self, data: str) -> None:
        if CHINESE.search(data):
            self._say("an HTML comment is sent to everybody; use {# #}")


def _latin(words: str) -> bool:
    return any(word not in PROPER_NAMES for word in LATIN.findall(words))
