"""Which texts tell of the same matter at the same place: unordered pairs of characters, weighed by how rare they are."""
