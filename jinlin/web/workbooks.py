"""What every export as a workbook shares: cells no spreadsheet takes for a formula, a limit, an audit row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from jinlin.audit import actions as audit
from jinlin.kernel import clock, throttle
from jinlin.people.access import Actor

KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
PER_HOUR: Final = 60  # nobody reads more; a stolen log-in can't empty a county in one night

Value = str | int | float | Decimal | None


def taken(actor: Actor, *, verb: str, purpose: str) -> None:
    """Count an export of this account (TooMany beyond sixty an hour) and write down who took what."""
    throttle.hit("export", str(actor.account_id), limit=PER_HOUR, seconds=3600)
    post = actor.post
    with transaction.atomic():
        county = post.place[:6] + "000000" if post else ""
        audit.record(actor=actor, verb=verb, obj=None, county=county, purpose=purpose)


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(FORMULA) else text


class Book:
    """A workbook written row by row, so that thousands of rows need little memory."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)

    def sheet(self, title: str, widths: Sequence[int], *, mark: str, freeze: str = "") -> Any:
        """Start a sheet that prints its mark, who took it and when, on every page."""
        made = self.book.create_sheet(title)
        for at, width in enumerate(widths, start=1):
            made.column_dimensions[get_column_letter(at)].width = width
        if freeze:
            made.freeze_panes = freeze
        made.oddFooter.center.text = safe(mark).replace("&", "&&")
        made.page_setup.paperSize = 9  # A4
        made.page_setup.fitToHeight = 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        return made

    def saved(self) -> bytes:
        """Return the file."""
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


def row(sheet: Any, values: Sequence[Value], *, bold: bool = False, wrap: bool = False) -> None:
    """Add a row; text stays text whatever it begins with, None is an empty cell."""
    cells = []
    for given in values:
        value = float(given) if isinstance(given, Decimal) else given
        is_number = isinstance(value, int | float)
        cell = WriteOnlyCell(sheet, value=value if is_number or value is None else safe(str(value)))
        if isinstance(value, str):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        if wrap:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    sheet.append(cells)


def attachment(content: bytes, name: str) -> HttpResponse:
    """Send a workbook; no browser or proxy keeps it. `name` is ASCII, the moment is added."""
    now = clock.local(clock.now())
    response = HttpResponse(content, content_type=KIND)
    response["Content-Disposition"] = f'attachment; filename="{name}-{now:%Y%m%d-%H%M}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response
