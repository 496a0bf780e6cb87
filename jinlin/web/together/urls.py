"""Addresses of 共治 for residents."""

from django.urls import path

from jinlin.web.together import home

app_name = "together"
urlpatterns = [
    path("", home.home, name="home"),
]
