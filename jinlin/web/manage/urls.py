"""Addresses of the manage pages."""

from django.urls import path

from jinlin.web.manage import (
    bodies,
    calendars,
    circle,
    insight,
    ladder,
    lists,
    mediation,
    staff,
    times,
    together,
)

app_name = "manage"
urlpatterns = [
    path("", lists.index, name="index"),
    path("catalogue", lists.catalogue, name="catalogue"),
    path("catalogue/<str:code>", lists.catalogue_entry, name="catalogue-entry"),
    path("duties", lists.duties, name="duties"),
    path("duties/<str:code>/<int:level>", lists.duty, name="duty"),
    path("organisations", bodies.organisations, name="organisations"),
    path("organisations/new", bodies.new_organisation, name="organisation-new"),
    path("organisations/<uuid:unit_id>", bodies.organisation, name="organisation"),
    path("staff", staff.people_list, name="staff"),
    path("staff/new", staff.new_account, name="staff-new"),
    path("staff/<uuid:account_id>", staff.account, name="account"),
    path("times", times.stages, name="times"),
    path("times/leaf", times.leaf_of, name="leaf-of"),
    path("times/leaf/<str:code>", times.leaf, name="leaf"),
    path("times/leaf/<str:code>/<str:stage>", times.leaf_stage, name="leaf-stage"),
    path("times/<str:sla_class>/<str:stage>", times.stage, name="stage"),
    path("limits", times.limits, name="limits"),
    path("limits/<str:kind>/<str:reason>", times.limit, name="limit"),
    path("circle", circle.standard, name="circle"),
    path("circle/<str:requirement>", circle.requirement, name="circle-row"),
    path("insight", insight.settings, name="insight"),
    path("insight/plans/<str:code>", insight.season, name="season"),
    path("mediation", mediation.terms, name="mediation"),
    path("together", together.figures, name="together"),
    path("days", calendars.days, name="days"),
    path("hours", calendars.hours, name="hours"),
    path("retimings/<uuid:retiming_id>", times.progress, name="retiming"),
    path("ladder", ladder.home, name="ladder"),
    path("ladder/quiet", ladder.quiet, name="quiet"),
    path("ladder/<str:rung>", ladder.rung, name="rung"),
]
