"""Addresses of the living circle on the desk."""

from django.urls import path

from jinlin.web.circle import compounds, facilities, gaps, gates, maps, studies, versions

app_name = "circle"
urlpatterns = [
    path("", gaps.home, name="home"),
    path("compounds/<uuid:compound_id>", compounds.compound, name="compound"),
    path("gates/<uuid:gate_id>", gates.gate, name="gate"),
    path("changes/<uuid:change_id>", gates.change, name="change"),
    path("facilities/<uuid:facility_id>", facilities.facility, name="facility"),
    path("flags/<uuid:flag_id>", facilities.flag, name="flag"),
    path("<str:area>/progress/<str:kind>/<uuid:job_id>", studies.progress, name="progress"),
    path("<str:area>", gaps.area, name="area"),
    path("<str:area>/gaps.geojson", maps.gaps, name="gaps-map"),
    path("<str:area>/walls.geojson", maps.walls, name="walls-map"),
    path("<str:area>/compounds", compounds.compounds, name="compounds"),
    path("<str:area>/gates", gates.gates, name="gates"),
    path("<str:area>/gates/new", gates.new, name="gate-new"),
    path("<str:area>/openings", studies.openings, name="openings"),
    path("<str:area>/sites", studies.sites, name="sites"),
    path("<str:area>/facilities", facilities.facilities, name="facilities"),
    path("<str:area>/data", versions.data, name="data"),
    path("<str:area>/versions", versions.versions, name="versions"),
    path("<str:area>/compare", versions.compare, name="compare"),
]
