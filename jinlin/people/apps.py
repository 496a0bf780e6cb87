"""Django glue."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room of accounts and posts."""

    name = "jinlin.people"
    label = "people"
