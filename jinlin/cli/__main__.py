"""`python -m jinlin.cli` is `jinlin`."""

from jinlin.cli.main import main

main()
