"""Names and schedules of background work; every job is idempotent and calls one action."""
