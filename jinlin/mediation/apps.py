"""Django glue."""

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """The room of sealed files."""

    name = "jinlin.mediation"
    label = "mediation"
