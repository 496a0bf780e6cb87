"""The 15-minute living circle: who reaches what on foot, where the gaps are, and what would close them.

Nouns: Network (an edition of the walking ways), Facility with its entrances, Reach (nearest facility and counts within
limits), Gate, Site. The modules beside this page are pure: arrays in, arrays out, no Django, so that
`jinlin circle assess` needs no database (design/living-circle.md).
"""
