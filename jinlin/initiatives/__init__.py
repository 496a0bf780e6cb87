"""What people want to build together: one spine, five kinds, from a wish to what became of it.

Nouns: Initiative (wish 愿望, topic 议事, works 改造, venture 公益创投, cobuild 共建), StageEntry, Support, Resolution, Milestone,
Round with blind Reviews. Its default is public; disputes between named people are `mediation`, reports are `cases`
(design/participation.md sections 1-3).
"""
