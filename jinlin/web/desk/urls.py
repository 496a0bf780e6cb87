"""Addresses of the desk."""

from django.urls import URLPattern, path

from jinlin.web.desk import batch, contact, detail, entry, export, lists, moving, slip

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", lists.home, name="home"),
    path("filters", lists.save_filter, name="filters"),
    path("batch", batch.batch, name="batch"),
    path("new", entry.new, name="new"),
    path("places", entry.places_found, name="places"),
    path("hints", entry.hints, name="hints"),
    path("export.xlsx", export.export, name="export"),
    path("case/<str:code>", detail.page, name="case"),
    path("case/<str:code>/contact", contact.contact, name="contact"),
    path("case/<str:code>/contacted", moving.move, {"verb": "contact"}, name="contacted"),
    path("case/<str:code>/slip", slip.slip, name="slip"),
    path("case/<str:code>/<slug:verb>", moving.move, name="move"),
]
