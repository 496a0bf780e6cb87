"""Django glue."""

from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    """The room of venues, gatherings, offers and needs."""

    name = "jinlin.gatherings"
    label = "gatherings"
