"""The suite: mirrors jinlin/, see docs/start-here.md."""
