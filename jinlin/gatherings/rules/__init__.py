"""Facts and formulas of this room: words, opening hours and slots, states, hours of volunteers, the form of minutes."""
