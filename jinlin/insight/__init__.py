"""Insight 研判: find early, warn early, treat early; the subject is a place, an issue or a category, never a person.

Nouns: Warning (a place and a matter say more than expected), Slip (三单, what an office asks of a unit because of it),
Plan (未诉先办, what is done before a season), Setting, Run (a nightly job and what it says of itself). The packages
`suggest`, `likeness`, `hot`, `replies`, `scan` and `files` are pure: texts and arrays in, tables out, no Django, so
that `jinlin insight warn` needs no database (design/insight.md).
"""
