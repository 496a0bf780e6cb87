"""Tables of sealed files; every name and text is one sealed value per row."""

from jinlin.mediation.models.file import Doc, Mediation, Member, Party, Reminder, Step
from jinlin.mediation.models.terms import Terms

__all__ = ["Doc", "Mediation", "Member", "Party", "Reminder", "Step", "Terms"]
