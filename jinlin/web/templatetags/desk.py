"""Small drawings of the desk: the badge of a case's state."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from jinlin.cases.queries import CaseRow
from jinlin.web.desk.tones import tone_of
from jinlin.web.templatetags.ui import ui_badge

register = template.Library()


@register.simple_tag
def case_badge(row: CaseRow) -> SafeString:
    """Draw the state of a case: how it ended once it is closed."""
    return ui_badge(row.end_label or row.state_label, tone=tone_of(row.state))
