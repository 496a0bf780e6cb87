"""Django glue."""

from django.apps import AppConfig


class CircleConfig(AppConfig):
    """The room of the 15-minute living circle."""

    name = "jinlin.circle"
    label = "circle"
