"""Pure rules of the closed loop: words, relations, moves, deadlines, dispatching."""
