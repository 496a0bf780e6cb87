"""Addresses of the pages for everybody and of one's own page."""

from django.urls import path

from jinlin.web.public import formulas, notices, photos, regions, staff

app_name = "public"
urlpatterns = [
    path("login", staff.login, name="login"),
    path("logout", staff.logout, name="logout"),
    path("me", staff.me, name="me"),
    path("me/password", staff.password, name="password"),
    path("me/tokens", staff.token, name="token"),
    path("me/tokens/<uuid:token_id>/revoke", staff.revoke, name="token-revoke"),
    path("regions", regions.regions, name="regions"),
    path("regions/<str:code>", regions.region, name="region"),
    path("places", regions.choices, name="places"),
    path("places/areas.geojson", regions.areas, name="areas"),
    path("photo/<uuid:file_id>", photos.photo, name="photo"),
    path("photo/<uuid:file_id>/thumb", photos.thumb, name="photo-thumb"),
    path("formulas", formulas.formulas, name="formulas"),
    path("privacy", notices.privacy, name="privacy"),
]
