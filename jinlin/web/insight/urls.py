"""Addresses of insight on the desk."""

from django.urls import path

from jinlin.web.insight import diagnosis, issues, models, plans, runs, slips, warnings

app_name = "insight"
urlpatterns = [
    path("", warnings.home, name="home"),
    path("warnings/<uuid:warning_id>", warnings.warning, name="warning"),
    path("warnings/<uuid:warning_id>/<slug:deed>", warnings.deed, name="warning-deed"),
    path("slips", slips.slips, name="slips"),
    path("slips/new", slips.new, name="slip-new"),
    path("slips/<uuid:slip_id>", slips.slip, name="slip"),
    path("slips/<uuid:slip_id>/print", slips.paper, name="slip-paper"),
    path("slips/<uuid:slip_id>/<slug:deed>", slips.deed, name="slip-deed"),
    path("plans", plans.plans, name="plans"),
    path("plans/new", plans.new, name="plan-new"),
    path("plans/<uuid:plan_id>", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/<slug:deed>", plans.deed, name="plan-deed"),
    path("runs", runs.runs, name="runs"),
    path("hot", issues.home, name="hot-home"),
    path("hot/<uuid:issue_id>", issues.issue, name="issue"),
    path("<str:area>/hot", issues.area, name="hot"),
    path("<str:area>/hot.geojson", issues.area_map, name="hot-map"),
    path("<str:area>", warnings.area, name="area"),
    path("<str:area>/warnings.geojson", warnings.warning_map, name="map"),
    path("<str:area>/place", diagnosis.place, name="place"),
    path("<str:area>/record", warnings.record, name="record"),
    path("<str:area>/model", models.card, name="model"),
]
