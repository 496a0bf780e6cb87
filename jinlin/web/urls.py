"""Addresses of the pages, one list per person at the screen."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jinlin.web.ui.urls")),
]
