"""共治 for those who look after a place: agenda and votes, works sites, the venture office, the figures."""
