"""Pure facts of the living circle in the product: words, standards, walls. The engine beside this package is pure too."""
