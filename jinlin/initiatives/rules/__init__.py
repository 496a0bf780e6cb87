"""Pure tables and functions: kinds and moves, decision rules, procedures, money, blind review, merging."""
