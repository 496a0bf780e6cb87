"""Addresses of the pages, one list per person at the screen."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jinlin.web.resident.urls")),
    path("", include("jinlin.web.public.urls")),
    path("together/", include("jinlin.web.together.urls")),
    path("together/", include("jinlin.web.wishes.urls")),
    path("gatherings/", include("jinlin.web.gatherings.urls")),
    path("field/", include("jinlin.web.field.urls")),
    path("desk/", include("jinlin.web.desk.urls")),
    path("board/", include("jinlin.web.board.urls")),
    path("circle/", include("jinlin.web.circle.urls")),
    path("initiatives/", include("jinlin.web.initiatives.urls")),
    path("insight/", include("jinlin.web.insight.urls")),
    path("", include("jinlin.web.party.urls")),
    path("mediation/", include("jinlin.web.mediation.urls")),
    path("manage/", include("jinlin.web.manage.urls")),
    path("", include("jinlin.web.ui.urls")),
]
