"""Audit announces nothing: it hears of deeds by being called inside their transaction."""
