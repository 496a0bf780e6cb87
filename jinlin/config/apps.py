"""Django glue: connects the wiring once every room is loaded (this app stands last)."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """The top of the house; nothing may import it."""

    name = "jinlin.config"
    label = "config"

    def ready(self) -> None:
        """Subscribe every listener of wiring.py."""
        from jinlin.config import wiring  # noqa: PLC0415  models must be loaded first

        wiring.connect()
