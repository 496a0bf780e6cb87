"""Addresses below /mediation/; a file is named by its opaque id, nothing of it stands in an address."""

from django.urls import path

from jinlin.web.mediation import sheets, views

app_name = "mediation"
urlpatterns = [
    path("", views.home, name="home"),
    path("new", views.new, name="new"),
    path("<uuid:file>", views.one, name="one"),
    path("<uuid:file>/step/<slug:verb>", views.step, name="step"),
    path("<uuid:file>/paper/<slug:slot>", views.paper, name="paper"),
    path("<uuid:file>/people/<slug:deed>", views.people, name="people"),
    path("<uuid:file>/print/<slug:sheet>", sheets.sheet, name="sheet"),
    path("<uuid:file>/picture/<uuid:picture>", views.picture, name="picture"),
]
