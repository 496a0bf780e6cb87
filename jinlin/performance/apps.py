"""Django glue."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """The room of counters and indicators."""

    name = "jinlin.performance"
    label = "performance"
