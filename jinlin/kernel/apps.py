"""Django's entry to the kernel room."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Joins the Django-free modules of the kernel to Django's translations."""

    name = "jinlin.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Let error sentences speak the language of the person who reads them."""
        from django.utils.translation import gettext

        from . import errors

        errors.speak_with(gettext)
