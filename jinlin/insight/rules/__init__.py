"""What insight's words, moves, floors and sentences are; pure."""
