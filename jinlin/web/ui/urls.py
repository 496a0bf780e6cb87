"""Addresses of the design system and the reader's choices."""

from django.urls import path

from jinlin.web.ui import views

app_name = "ui"
urlpatterns = [
    path("ui", views.gallery, name="gallery"),
    path("ui/areas.json", views.gallery_areas, name="gallery-areas"),
    path("ui/<str:frame>", views.gallery_frame, name="gallery-frame"),
    path("prefs", views.preferences, name="prefs"),
    path("csrf", views.csrf, name="csrf"),
    path("offline", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="sw"),
]
