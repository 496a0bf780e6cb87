"""Pages of a mediator: the own files, one file with its thirteen slots, the papers to print; nobody else sees them."""
