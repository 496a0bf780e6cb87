"""Writes of this room: telling, delivering, marking."""

from jinlin.notices.actions.climbing import climb_ladder
from jinlin.notices.actions.delivering import deliver_digests
from jinlin.notices.actions.marking import mark_done, mark_seen
from jinlin.notices.actions.quiet import seed_quiet_hours, set_quiet_hours
from jinlin.notices.actions.sending import send_outside

__all__ = [
    "climb_ladder",
    "deliver_digests",
    "mark_done",
    "mark_seen",
    "seed_quiet_hours",
    "send_outside",
    "set_quiet_hours",
]
