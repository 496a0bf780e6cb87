"""Addresses of these pages."""

from django.urls import URLPattern

app_name = "manage"
urlpatterns: list[URLPattern] = []
