"""Writes of sealed files; reading one is an action too, because it opens seals and is written into the audit chain."""

from jinlin.mediation.actions.clocking import erase_due_files, remind_mediators
from jinlin.mediation.actions.making import HANDLERS, make_move
from jinlin.mediation.actions.members import add_mediator, declare_conflict
from jinlin.mediation.actions.opening import Dispute, open_file
from jinlin.mediation.actions.papers import put_paper
from jinlin.mediation.actions.reading import my_files, open_one, picture
from jinlin.mediation.actions.said import Said
from jinlin.mediation.actions.terms import Lengths, set_terms

__all__ = [
    "HANDLERS",
    "Dispute",
    "Lengths",
    "Said",
    "add_mediator",
    "declare_conflict",
    "erase_due_files",
    "make_move",
    "my_files",
    "open_file",
    "open_one",
    "picture",
    "put_paper",
    "remind_mediators",
    "set_terms",
]
