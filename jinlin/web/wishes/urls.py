"""Addresses of wishes, topics, works and ventures under 共治."""

from django.urls import path

from jinlin.web.wishes import blind, item, own, seats, ventures, walls

app_name = "wishes"
urlpatterns = [
    path("wishes", walls.wishes, name="home"),
    path("topics", walls.topics, name="topics"),
    path("works", walls.works, name="works"),
    path("ventures", ventures.ventures, name="ventures"),
    path("wishes/new", walls.new, name="new"),
    path("wishes/similar", walls.similar, name="similar"),
    path("wishes/map.geojson", walls.around, name="map"),
    path("i/<uuid:initiative_id>", item.item, name="item"),
    path("i/<uuid:initiative_id>/support", item.support, name="support"),
    path("i/<uuid:initiative_id>/paper/<str:paper>", item.paper, name="paper"),
    path("own/<uuid:pass_id>/<str:secret>", own.opened, name="own"),
    path("mine", own.mine, name="mine"),
    path("mine/<str:deed>", own.act, name="mine-act"),
    path("site", seats.site, name="site"),
    path("site/photo/<uuid:file_id>", seats.photo, name="site-photo"),
    path("site/photo/<uuid:file_id>/thumb", seats.thumb, name="site-photo-thumb"),
    path("site/<str:deed>", seats.act, name="site-act"),
    path("ventures/<uuid:round_id>", ventures.call, name="round"),
    path("ventures/<uuid:round_id>/apply", ventures.apply, name="apply"),
    path("application", ventures.application, name="application"),
    path("application/<str:deed>", ventures.act, name="application-act"),
    path("review", blind.papers, name="review"),
    path("review/<uuid:review_id>", blind.paper, name="review-paper"),
]
