"""All addresses of a node: the pages, the API and nothing else."""

from django.urls import include, path

from jinlin.api.app import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("jinlin.web.urls")),
]
handler400 = "jinlin.web.errors.bad_request"
handler403 = "jinlin.web.errors.forbidden"
handler404 = "jinlin.web.errors.not_found"
handler500 = "jinlin.web.errors.server_error"
