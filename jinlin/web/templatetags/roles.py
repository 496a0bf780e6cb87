"""Names of roles, and the menu of those who work here, in templates."""

from typing import Any

from django import template
from django.utils.translation import gettext

from jinlin.people import access
from jinlin.people.rules import ROLE_NAMES
from jinlin.web.desk.frame import menu

register = template.Library()


@register.simple_tag
def role_name(role: str) -> str:
    """Return the name of a role in the reader's language."""
    return gettext(ROLE_NAMES.get(role, role))


@register.simple_tag(takes_context=True)
def work_menu(context: dict[str, Any], current: str) -> list[dict[str, Any]]:
    """Return the links of the top bar that the reader may open."""
    return menu(context["request"].actor, current)


@register.simple_tag(takes_context=True)
def may_use(context: dict[str, Any], verb: str) -> bool:
    """Tell whether the reader may use a verb at all, for links only some may open."""
    return access.may(context["request"].actor, verb)
