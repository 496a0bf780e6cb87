"""Writes of the closed loop; one function is one use case."""

from jinlin.cases.actions.dispatching import (
    dispatch_case,
    escalate_case,
    hand_down_case,
    object_to_dispatch,
    recall_case,
    rule_on_objection,
    sign_case,
)
from jinlin.cases.actions.ending import (
    close_unanswered,
    follow_up_case,
    reopen_case,
    revisit_case,
    verify_case,
    withdraw_case,
)
from jinlin.cases.actions.intake import (
    Part,
    accept_case,
    answer_case,
    decline_case,
    merge_cases,
    solve_here,
    solve_on_spot,
    split_case,
)
from jinlin.cases.actions.meeting import convene_case, settle_case
from jinlin.cases.actions.milestones import give_new_date, reach_milestone
from jinlin.cases.actions.report import (
    Caller,
    Said,
    Source,
    categorise_case,
    join_case,
    report_case,
)
from jinlin.cases.actions.timing import seed_stages
from jinlin.cases.actions.working import (
    ask_approval,
    decide_approval,
    finish_assist,
    note_progress,
    record_contact,
    report_done,
    resume_case,
    start_work,
)

# verb of the move table -> the action that makes it; the surfaces build forms and operations from both
ACTIONS = {
    "accept": accept_case,
    "solve_on_spot": solve_on_spot,
    "solve_here": solve_here,
    "answer": answer_case,
    "decline": decline_case,
    "escalate": escalate_case,
    "dispatch": dispatch_case,
    "hand_down": hand_down_case,
    "recall": recall_case,
    "sign": sign_case,
    "object": object_to_dispatch,
    "rule": rule_on_objection,
    "contact": record_contact,
    "start": start_work,
    "assist_done": finish_assist,
    "report_done": report_done,
    "verify": verify_case,
    "follow_up": follow_up_case,
    "close_unanswered": close_unanswered,
    "ask": ask_approval,
    "decide": decide_approval,
    "resume": resume_case,
    "merge": merge_cases,
    "split": split_case,
    "reopen": reopen_case,
    "revisit": revisit_case,
    "withdraw": withdraw_case,
    "convene": convene_case,
    "settle": settle_case,
    "categorise": categorise_case,
    "note": note_progress,
    "milestone": reach_milestone,
    "new_date": give_new_date,
}

__all__ = [
    "ACTIONS",
    "Caller",
    "Part",
    "Said",
    "Source",
    "join_case",
    "report_case",
    "seed_stages",
]
