"""Jinlin 近邻: the open platform for grassroots governance in which a resident says a thing once."""

__version__ = "0.1.0"
