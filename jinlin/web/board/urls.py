"""Addresses of the board."""

from django.urls import path

from jinlin.web.board import behind, papers, views

app_name = "board"
urlpatterns = [
    path("", views.home, name="home"),
    path("<str:area>", views.area, name="area"),
    path("<str:area>/areas.geojson", views.areas, name="areas"),
    path("<str:area>/cases", behind.cases, name="behind"),
    path("<str:area>/daily", papers.daily, name="daily"),
    path("<str:area>/bulletin", papers.bulletin, name="bulletin"),
    path("<str:area>/bulletin.xlsx", papers.bulletin_workbook, name="bulletin-workbook"),
]
