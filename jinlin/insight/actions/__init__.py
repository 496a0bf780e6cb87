"""Writes of insight."""

from jinlin.insight.actions.hot import group_county, group_due
from jinlin.insight.actions.learning import gather, learn_county, learn_due
from jinlin.insight.actions.plans import (
    PlanDraft,
    TemplateFacts,
    change_template,
    end_plan,
    make_plan,
    remind_plans,
    seed_templates,
    tick_item,
)
from jinlin.insight.actions.running import Log, forget_old_runs, running
from jinlin.insight.actions.scanning import scan_county, scan_due
from jinlin.insight.actions.setting import Choice, change_setting
from jinlin.insight.actions.slips import (
    SlipOrder,
    answer_slip,
    close_slip,
    remind_slips,
    return_slip,
    send_slip,
)
from jinlin.insight.actions.treating import open_proactive_case
from jinlin.insight.actions.warnings import (
    Recorded,
    confirm_warning,
    dismiss_warning,
    raise_warning,
    record_warnings,
    set_outcome,
)

__all__ = [
    "Choice",
    "Log",
    "PlanDraft",
    "Recorded",
    "SlipOrder",
    "TemplateFacts",
    "answer_slip",
    "change_setting",
    "change_template",
    "close_slip",
    "confirm_warning",
    "dismiss_warning",
    "end_plan",
    "forget_old_runs",
    "gather",
    "group_county",
    "group_due",
    "learn_county",
    "learn_due",
    "make_plan",
    "open_proactive_case",
    "raise_warning",
    "record_warnings",
    "remind_plans",
    "remind_slips",
    "return_slip",
    "running",
    "scan_county",
    "scan_due",
    "seed_templates",
    "send_slip",
    "set_outcome",
    "tick_item",
]
