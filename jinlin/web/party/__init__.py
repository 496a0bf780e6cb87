"""Party organisations and their coverage, joint teams, the three heads, training and work methods, for staff."""
