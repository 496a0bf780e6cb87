"""Writes of the living circle."""

from jinlin.circle.actions.assessing import order_assessment, run_assessment, run_waiting
from jinlin.circle.actions.changing import (
    FacilityFacts,
    GateFacts,
    confirm_change,
    correct_facility,
    correct_gate,
    propose_gate,
    undo_change,
)
from jinlin.circle.actions.flagging import flag_facility, settle_flag
from jinlin.circle.actions.refreshing import refresh_edits
from jinlin.circle.actions.sharing import SharingTerms, agree_sharing, end_sharing
from jinlin.circle.actions.standards import Changed, change_standard, seed_standard
from jinlin.circle.actions.studies import GateQuestion, SiteQuestion, order_study, run_studies, run_study
from jinlin.circle.actions.wishing import Wish, wish_from_gap

__all__ = [
    "Changed",
    "FacilityFacts",
    "GateFacts",
    "GateQuestion",
    "SharingTerms",
    "SiteQuestion",
    "Wish",
    "agree_sharing",
    "change_standard",
    "confirm_change",
    "correct_facility",
    "correct_gate",
    "end_sharing",
    "flag_facility",
    "order_assessment",
    "order_study",
    "propose_gate",
    "refresh_edits",
    "run_assessment",
    "run_studies",
    "run_study",
    "run_waiting",
    "seed_standard",
    "settle_flag",
    "undo_change",
    "wish_from_gap",
]
