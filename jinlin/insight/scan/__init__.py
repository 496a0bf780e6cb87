"""Early warning from counts: places x days of one matter in, the days and neighbourhoods that stand out, out.

Numbers only, no database: `series` makes counts of events, `days` knows which kind of day it is, `expected` says what
is usual, `zones` who is whose neighbour, `windows` is the space-time scan, `single` the charts of one place and of the
whole, `lines` the line a score must pass for the false alarms the office allows, `night` joins them day by day.
"""
