"""Addresses of 共治 for residents."""

from django.urls import path

from jinlin.web.together import gatherings, group, home, hosting, hours, ics, lists, venues

app_name = "together"
urlpatterns = [
    path("", home.home, name="home"),
    path("gatherings", gatherings.gatherings, name="gatherings"),
    path("gatherings.ics", ics.calendar, name="calendar"),
    path("gatherings/<uuid:gathering_id>", gatherings.gathering, name="gathering"),
    path("gatherings/<uuid:gathering_id>/sign-up", gatherings.sign_up, name="sign-up"),
    path("seat/<uuid:seat_id>/<str:token>", gatherings.seat, name="seat"),
    path("host/<uuid:seat_id>/<str:token>", hosting.host, name="host"),
    path("venues", venues.venues, name="venues"),
    path("venues/<uuid:venue_id>", venues.venue, name="venue"),
    path("booking/<uuid:booking_id>/<str:token>", venues.booking, name="booking"),
    path("lists", lists.lists, name="lists"),
    path("lists/new", lists.post, name="post"),
    path("lists/<uuid:offer_id>/claim", lists.claim, name="claim"),
    path("offer/<uuid:offer_id>/<str:token>", lists.offer, name="offer"),
    path("match/<uuid:match_id>/<str:token>", lists.match, name="match"),
    path("group/<uuid:group_id>/<str:token>", group.group, name="group"),
    path("hours", hours.begin, name="hours-begin"),
    path("hours/<uuid:book_id>/<str:token>", hours.hours, name="hours"),
    path("hours/<uuid:book_id>/<str:token>/export.csv", hours.export, name="hours-csv"),
]
