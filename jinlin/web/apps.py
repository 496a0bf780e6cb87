"""Django glue of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Connects the wiring once all rooms are loaded."""

    name = "jinlin.web"
    label = "web"

    def ready(self) -> None:
        """Subscribe every listener of config/wiring.py."""
        from jinlin.config import wiring  # noqa: PLC0415  the wiring needs every room loaded

        wiring.connect()
