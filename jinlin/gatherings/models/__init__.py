"""Tables of this room."""

from jinlin.gatherings.models.counters import MonthCount
from jinlin.gatherings.models.gatherings import (
    UNCLOSED,
    AgendaItem,
    Attendance,
    FigureCorrection,
    Gathering,
    StayCorrection,
    VolunteerBook,
)
from jinlin.gatherings.models.offers import Match, NeighbourGroup, Offer
from jinlin.gatherings.models.scope import Located, inside, reach
from jinlin.gatherings.models.venues import Booking, BookingSlot, Venue, VenueClosure

__all__ = [
    "UNCLOSED",
    "AgendaItem",
    "Attendance",
    "Booking",
    "BookingSlot",
    "FigureCorrection",
    "Gathering",
    "Located",
    "Match",
    "MonthCount",
    "NeighbourGroup",
    "Offer",
    "StayCorrection",
    "Venue",
    "VenueClosure",
    "VolunteerBook",
    "inside",
    "reach",
]
