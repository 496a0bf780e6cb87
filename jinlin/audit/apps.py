"""Django's entry to the audit room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only record of deeds and looks."""

    name = "jinlin.audit"
    label = "audit"
