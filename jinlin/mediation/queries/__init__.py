"""Reads that open no seal. `figures` is the only module of this room that rooms above may import."""
