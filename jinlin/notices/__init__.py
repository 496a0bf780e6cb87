"""What is told to which unit, by which channel: one digest per working half-day, quiet at night, nothing twice.

Nouns: Notice, Digest, QuietHours. A unit is told, never a person; nobody counts who opened what.
"""
