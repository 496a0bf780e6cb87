"""Addresses of the resident's pages."""

from django.urls import path

from jinlin.web.resident import answers, data, my15, report, suggest, track

app_name = "resident"
urlpatterns = [
    path("", report.home, name="home"),
    path("15", my15.mine, name="my15"),
    path("15/standard", my15.standard, name="my15-standard"),
    path("15/wish", my15.wish, name="my15-wish"),
    path("15/wrong/<uuid:facility_id>", my15.wrong, name="my15-wrong"),
    path("15/map/<str:village>", my15.around, name="my15-map"),
    path("report", report.report, name="report"),
    path("report/similar", report.similar, name="similar"),
    path("report/place", report.place, name="place"),
    path("report/suggest", suggest.suggest, name="suggest"),
    path("done/<str:code>", track.done, name="done"),
    path("track", track.track, name="track"),
    path("t/<str:code>", track.case, name="case"),
    path("t/<str:code>/join", report.join, name="join"),
    path("t/<str:code>/follow_up", answers.follow_up, name="follow_up"),
    path("t/<str:code>/reopen", answers.reopen, name="reopen"),
    path("t/<str:code>/withdraw", answers.withdraw, name="withdraw"),
    path("t/<str:code>/seen", data.seen, name="seen"),
    path("t/<str:code>/erase", data.erase, name="erase"),
    path("t/<str:code>/<str:token>", track.link, name="link"),
]
