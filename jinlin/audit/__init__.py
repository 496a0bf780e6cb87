"""Audit: who did and who saw what, in a chain that can't be edited in silence.

Nouns: entry (one deed or look), head (the end of one county's chain on one day), root (a day's last hash).
"""
