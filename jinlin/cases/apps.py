"""Django glue."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room of the closed loop."""

    name = "jinlin.cases"
    label = "cases"
