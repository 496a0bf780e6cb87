"""Django's entry to the files room."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Private storage of cleaned pictures."""

    name = "jinlin.files"
    label = "files"
