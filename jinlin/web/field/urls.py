"""Addresses of the grid worker's phone."""

from django.urls import path

from jinlin.web.field import patrol, views, visiting

app_name = "field"
urlpatterns = [
    path("", views.home, name="home"),
    path("new", patrol.new, name="new"),
    path("visit", visiting.visit, name="visit"),
    path("case/<str:tracking>", views.case, name="case"),
    path("case/<str:tracking>/contact", views.contact, name="contact"),
    path("case/<str:tracking>/<slug:verb>", views.move, name="move"),
]
