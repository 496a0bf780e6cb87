"""Kernel: what every room needs and none owns.

Nouns: id, clock, error, event, idempotency key, sealed value, throttle. Nothing here knows the field.
"""
