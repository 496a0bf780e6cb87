"""Names of roles in templates."""

from django import template
from django.utils.translation import gettext

from jinlin.people.rules import ROLE_NAMES

register = template.Library()


@register.simple_tag
def role_name(role: str) -> str:
    """Return the name of a role in the reader's language."""
    return gettext(ROLE_NAMES.get(role, role))
