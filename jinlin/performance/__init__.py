"""Outcomes of places and units: counters kept by the moves, indicators as formulas over them. Nobody's name is in it.

Nouns: Count (how much happened on a day), OpenCount (what is open, by due day), WeightSet (a published composite).
"""
