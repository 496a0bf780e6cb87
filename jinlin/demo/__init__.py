"""The demo world: Zhoukou's real division tree, one street worked out in full, ninety days of invented cases.

Everything is made through the rooms' own actions with the clock held in the past; `world` is the door.
What it invents is marked 演示 wherever it is shown, and no person in it exists.
"""
