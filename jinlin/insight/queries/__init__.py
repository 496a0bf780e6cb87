"""Reads of insight."""

from jinlin.insight.queries.curves import Curve, SeasonCurves
from jinlin.insight.queries.diagnosis import Diagnosis, Effect, Evidence, diagnosis
from jinlin.insight.queries.plans import (
    PlanDetail,
    PlanRow,
    TemplateRow,
    plan_detail,
    plan_list,
    plans_about,
    templates,
)
from jinlin.insight.queries.precision import BudgetLine, MonthLine, budgets, precision
from jinlin.insight.queries.runs import RunRow, last_run, run, runs
from jinlin.insight.queries.settings import Chosen, SettingRow, Settings, setting_rows, settings_of
from jinlin.insight.queries.slips import (
    SlipDetail,
    SlipPage,
    SlipRow,
    receivers,
    slip_counts,
    slip_detail,
    slip_list,
    slips_about,
)
from jinlin.insight.queries.suggestions import Suggested, suggested
from jinlin.insight.queries.warnings import (
    Past,
    WarningDetail,
    WarningFilters,
    WarningList,
    WarningRow,
    warning_detail,
    warning_list,
    warning_of_case,
)

__all__ = [
    "BudgetLine",
    "Chosen",
    "Curve",
    "Diagnosis",
    "Effect",
    "Evidence",
    "MonthLine",
    "Past",
    "PlanDetail",
    "PlanRow",
    "RunRow",
    "SeasonCurves",
    "SettingRow",
    "Settings",
    "SlipDetail",
    "SlipPage",
    "SlipRow",
    "Suggested",
    "TemplateRow",
    "WarningDetail",
    "WarningFilters",
    "WarningList",
    "WarningRow",
    "budgets",
    "diagnosis",
    "last_run",
    "plan_detail",
    "plan_list",
    "plans_about",
    "precision",
    "receivers",
    "run",
    "runs",
    "setting_rows",
    "settings_of",
    "slip_counts",
    "slip_detail",
    "slip_list",
    "slips_about",
    "suggested",
    "templates",
    "warning_detail",
    "warning_list",
    "warning_of_case",
]
