"""Which issues many people tell of: clusters of the same matter at the same place, their heat and their headline."""
