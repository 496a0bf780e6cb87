"""Names, phones and addresses of people are opened one by one, with a purpose; no list carries them along."""

from __future__ import annotations

import ast
import re

from tests.house import source
from tests.house.source import Fault, report

OWNER = "jinlin/people/"  # seals and opens them
SEALED = re.compile(r"(^|__|\.)(\w+_sealed|\w+_blind|phone_index|open_sealed|SealedContact)$")
# Columns of a read-model that would put a person's details on a list. An organisation's public phone is no secret.
PERSONAL = re.compile(
    r"^(phone|mobile|telephone|(contact|reporter|resident|person|caller)_(name|phone|address))$"
)
# (file, word) -> why this one query may look at it.
ALLOWED = {
    (
        "jinlin/cases/queries/residents.py",
        "phone_index",
    ): "compares keyed prints to prove whose words they are; returns ids",
}
PUBLIC_PHONES = ("jinlin/orgs/", "jinlin/places/", "jinlin/config/")


def sealed_words(path: str, module: ast.Module) -> list[Fault]:
    """Return places where a query names a sealed column, its index or the act of opening it."""
    faults = []
    for node in ast.walk(module):
        word = _word(node)
        if word and SEALED.search(word) and (path, word) not in ALLOWED:
            faults.append(Fault(path, getattr(node, "lineno", 0), f"{word} in a query: open it by an action"))
    return faults


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.alias):
        return node.name
    if isinstance(node, ast.keyword):
        return node.arg or ""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def personal_columns(path: str, module: ast.Module) -> list[Fault]:
    """Return fields of read-models that carry a person's details."""
    return [
        Fault(path, field.lineno, f"{kind.name}.{field.target.id}: a read-model carries no personal detail")
        for kind in ast.walk(module)
        if isinstance(kind, ast.ClassDef)
        for field in kind.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and PERSONAL.match(field.target.id)
    ]


def queries() -> list[str]:
    return [
        path
        for path in source.python()
        if re.search(r"/queries(\.py$|/)", path) and not path.startswith(OWNER)
    ]


def test_no_query_touches_sealed_columns() -> None:
    assert queries()
    faults = [fault for path in queries() for fault in sealed_words(path, source.parsed(path))]
    assert not faults, report(faults)


def test_no_read_model_carries_a_person() -> None:
    paths = [path for path in queries() if not path.startswith(PUBLIC_PHONES)]
    faults = [fault for path in paths for fault in personal_columns(path, source.parsed(path))]
    assert not faults, report(faults)


def test_surfaces_never_open_seals_themselves() -> None:
    """Pages and the API show what an action opened and wrote into the audit record."""
    faults = [
        fault
        for under in ("jinlin/web/", "jinlin/api/", "jinlin/cli/", "jinlin/jobs/")
        for path in source.python(under)
        for fault in sealed_words(path, source.parsed(path))
    ]
    assert not faults, report(faults)


def test_it_bites() -> None:
    bad = ast.parse(
        'rows.values("contact__phone_sealed"); case.contact.name_sealed; rows.filter(phone_index=b""); open_sealed(x)\n'
        "class Row:\n    phone: str\n    reporter_name: str\n    category_name: str\n"
    )
    assert len(sealed_words("bad.py", bad)) == 4
    assert len(personal_columns("bad.py", bad)) == 2
    assert not sealed_words("good.py", ast.parse('rows.values("title", "contact_id")'))
