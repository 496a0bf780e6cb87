"""Pages of the leader: the board of an area, its daily sheet and its monthly bulletin; places and time, no person."""
