"""Addresses of these pages."""

from django.urls import URLPattern

app_name = "field"
urlpatterns: list[URLPattern] = []
