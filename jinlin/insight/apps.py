"""Django glue."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The room of suggestions, hot issues, warnings and what is done about them."""

    name = "jinlin.insight"
    label = "insight"
