"""The living circle on the desk: gaps, compounds, gates, what to open or build, and how far the data can be trusted."""
