"""Django glue."""

from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    """The room of wishes, topics, works, ventures and co-building."""

    name = "jinlin.initiatives"
    label = "initiatives"
