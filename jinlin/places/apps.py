"""Django glue."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room of divisions, grids and point lookup."""

    name = "jinlin.places"
    label = "places"
    verbose_name = "地点"  # data: Django shows it nowhere to users
