"""Addresses of the desk."""

from django.urls import URLPattern, path

from jinlin.web.desk import (
    alike,
    batch,
    campaigns,
    contact,
    detail,
    entry,
    export,
    lists,
    moving,
    notices,
    proactive,
    slip,
    supervision,
    whistle,
)

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", lists.home, name="home"),
    path("filters", lists.save_filter, name="filters"),
    path("batch", batch.batch, name="batch"),
    path("new", entry.new, name="new"),
    path("places", entry.places_found, name="places"),
    path("hints", entry.hints, name="hints"),
    path("export.xlsx", export.export, name="export"),
    path("notices", notices.home, name="notices"),
    path("notices/seen", notices.seen, name="notices-seen"),
    path("notices/done", notices.done, name="notices-done"),
    path("supervision", supervision.home, name="supervision"),
    path("supervision/new", supervision.new, name="supervision-new"),
    path("supervision/export.xlsx", supervision.export, name="supervision-export"),
    path("supervision/<str:supervision>", supervision.one, name="supervision-one"),
    path("supervision/<str:supervision>/<slug:deed>", supervision.act, name="supervision-act"),
    path("whistles", whistle.home, name="whistles"),
    path("whistles/new", whistle.new, name="whistle-new"),
    path("whistles/<uuid:whistle>", whistle.one, name="whistle"),
    path("proactive", proactive.home, name="proactive"),
    path("topics/<uuid:topic_id>", proactive.topic, name="topic"),
    path("campaigns", campaigns.home, name="campaigns"),
    path("campaigns/new", campaigns.new, name="campaign-new"),
    path("campaigns/<str:campaign>", campaigns.one, name="campaign"),
    path("campaigns/<str:campaign>/end", campaigns.end, name="campaign-end"),
    path("case/<str:code>", detail.page, name="case"),
    path("case/<str:code>/alike", alike.alike, name="alike"),
    path("case/<str:code>/contact", contact.contact, name="contact"),
    path("case/<str:code>/contacted", moving.move, {"verb": "contact"}, name="contacted"),
    path("case/<str:code>/slip", slip.slip, name="slip"),
    path("case/<str:code>/<slug:verb>", moving.move, name="move"),
]
