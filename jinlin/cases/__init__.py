"""The closed loop 群众点单、网格接单、社区派单: from what a resident says once to a closed, rated case.

Nouns: Appeal, Case, Handover, Clock, Verification, FollowUp (and Approval, CaseEvent, CaseLink).
"""
