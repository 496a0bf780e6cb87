"""Addresses of the pages of Party organisations, teams and heads."""

from django.urls import path

from jinlin.web.party import bodies, coverage, heads, teams

app_name = "party"
urlpatterns = [
    path("party/", coverage.home, name="home"),
    path("party/org/<uuid:party_org>", bodies.body, name="org"),
    path("party/team/<uuid:team>", teams.team, name="team"),
    path("party/<str:area>", coverage.area, name="area"),
    path("party/<str:area>/map.geojson", coverage.gap_map, name="map"),
    path("party/<str:area>/orgs", bodies.bodies, name="orgs"),
    path("party/<str:area>/orgs/new", bodies.new, name="org-new"),
    path("party/<str:area>/orgs.xlsx", bodies.export, name="export"),
    path("party/<str:area>/teams", teams.teams, name="teams"),
    path("party/<str:area>/teams/new", teams.new, name="team-new"),
    path("party/<str:area>/heads", heads.heads, name="heads"),
    path("party/<str:area>/training", teams.training, name="training"),
    path("party/<str:area>/methods", teams.methods, name="methods"),
    path("party/<str:area>/methods/<str:method>", teams.edit_method, name="method"),
    path("heads/<str:village>", heads.board, name="board"),
]
