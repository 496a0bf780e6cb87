"""Addresses of the board."""

from django.urls import path

from jinlin.web.board import views

app_name = "board"
urlpatterns = [
    path("", views.home, name="home"),
    path("<str:area>", views.area, name="area"),
    path("<str:area>/areas.geojson", views.areas, name="areas"),
]
