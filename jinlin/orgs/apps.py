"""Django glue."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """The room of organisations, categories and duty lists."""

    name = "jinlin.orgs"
    label = "orgs"
