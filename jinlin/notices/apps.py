"""Django glue."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room of notices."""

    name = "jinlin.notices"
    label = "notices"
