"""Tables of insight: places, matters and what offices did about them; no person, no text of an appeal."""

from jinlin.insight.models.hot import HotCase, HotIssue, HotPlace
from jinlin.insight.models.night import Night
from jinlin.insight.models.plan import Plan, PlanItem, PlanTemplate
from jinlin.insight.models.run import Run
from jinlin.insight.models.setting import Setting
from jinlin.insight.models.slip import Slip, SlipStep
from jinlin.insight.models.suggestion import CategoryModel, Confirmation
from jinlin.insight.models.warning import Warning, WarningPlace

__all__ = [
    "CategoryModel",
    "Confirmation",
    "HotCase",
    "HotIssue",
    "HotPlace",
    "Night",
    "Plan",
    "PlanItem",
    "PlanTemplate",
    "Run",
    "Setting",
    "Slip",
    "SlipStep",
    "Warning",
    "WarningPlace",
]
