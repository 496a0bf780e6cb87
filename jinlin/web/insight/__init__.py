"""Pages of insight 研判: warnings, slips, season plans, the diagnosis of a place, the record of each method."""
