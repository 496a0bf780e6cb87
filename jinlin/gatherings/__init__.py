"""Where neighbours meet and help each other: rooms, dates, who came as a number, offers and needs.

Nouns: Venue, Booking, Gathering, Attendance, Offer, Match. Nobody logs in to take part; contacts go after 7 days.
"""
