"""Addresses of 共治 for those who work here."""

from django.urls import path

from jinlin.web.gatherings import bookings, contact, door, figures, gatherings, minutes, offers, stays

app_name = "gatherings"
urlpatterns = [
    path("", gatherings.home, name="home"),
    path("area/<str:area>", gatherings.area, name="area"),
    path("area/<str:area>/new", gatherings.new, name="new"),
    path("area/<str:area>/bookings", bookings.bookings, name="bookings"),
    path("area/<str:area>/venues/new", bookings.new_venue, name="venue-new"),
    path("area/<str:area>/offers", offers.offers, name="offers"),
    path("area/<str:area>/offers/new", offers.new, name="offer-new"),
    path("area/<str:area>/groups", offers.groups, name="groups"),
    path("area/<str:area>/figures", figures.figures, name="figures"),
    path("bookings/<uuid:booking_id>", bookings.answer, name="booking"),
    path("venues/<uuid:venue_id>", bookings.venue, name="venue"),
    path("offers/<uuid:offer_id>/<slug:deed_name>", offers.do_offer, name="offer-do"),
    path("matches/<uuid:match_id>/<slug:deed_name>", offers.do_match, name="match-do"),
    path("contact/<slug:kind>/<uuid:row_id>", contact.contact, name="contact"),
    path("<uuid:gathering_id>", gatherings.gathering, name="gathering"),
    path("<uuid:gathering_id>/edit", gatherings.edit, name="edit"),
    path("<uuid:gathering_id>/door", door.door, name="door"),
    path("<uuid:gathering_id>/names", door.names, name="names"),
    path("<uuid:gathering_id>/stays", stays.stays, name="stays"),
    path("<uuid:gathering_id>/arrive", door.arrive, name="arrive"),
    path("<uuid:gathering_id>/walk-ins", door.walk_ins, name="walk-ins"),
    path("<uuid:gathering_id>/minutes", minutes.minutes, name="minutes"),
    path("<uuid:gathering_id>/notice", minutes.notice, name="notice"),
    path("<uuid:gathering_id>/paper", minutes.paper, name="paper"),
    path("<uuid:gathering_id>/do/<slug:deed_name>", gatherings.do, name="do"),
]
