"""Sealed mediation 人民调解: a file of a dispute between named people, seen by its mediators and by nobody else.

Nouns: Mediation (the file), Party, Member (a mediator on the file), Doc (one paper in one of thirteen slots), Step
(what happened), Terms (lengths and the archive rule, dated). Names and texts are sealed, also which case a file hangs
on; rooms above may read `queries.figures` only, which gives nothing below ten (design/participation.md 8).
"""
