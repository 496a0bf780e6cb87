"""Addresses of 共治 for the staff."""

from django.urls import path

from jinlin.web.initiatives import figures, items, office, photos

app_name = "initiatives"
urlpatterns = [
    path("", items.home, name="home"),
    path("new", items.new, name="new"),
    path("figures", figures.figures, name="figures"),
    path("duties", items.duties, name="duties"),
    path("resolutions/<uuid:resolution_id>", items.resolution, name="resolution"),
    path("ventures", office.rounds, name="rounds"),
    path("ventures/<uuid:round_id>", office.the_round, name="round"),
    path("ventures/<uuid:round_id>/do/<str:deed>", office.act, name="round-act"),
    path("photo/<uuid:file_id>", photos.photo, name="photo"),
    path("photo/<uuid:file_id>/thumb", photos.thumb, name="photo-thumb"),
    path("<uuid:initiative_id>", items.item, name="item"),
    path("<uuid:initiative_id>/do/<str:deed>", items.act, name="act"),
]
