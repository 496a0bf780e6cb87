"""共治 for those who work here: gatherings from plan to minutes, the booking calendar, the three lists, the figures."""
