"""The two engines that open gates, and how one is chosen."""

from __future__ import annotations

from typing import Protocol

from jinlin.circle import engines
from jinlin.circle.network import Flags, Floats, Ints, Longs

Arcs = tuple[Ints, Ints, Ints]
Gate = tuple[int, int, int]
NO_GATE: Gate = (-1, -1, 0)
SMALL = 300  # gates below which loading compiled code takes longer than it saves


class Engine(Protocol):
    """What both offer. arcs: indptr, indices, length_dm as searches from facilities walk them; gates: u, v, length_dm.

    near (n, c) holds `beyond` where a category is not within the limit. `extra` is one gate that is open besides the
    network, NO_GATE when there is none.
    """

    name: str

    def score(
        self, arcs: Arcs, near: Ints, people: Floats, gates: tuple[Ints, Ints, Ints], beyond: int, extra: Gate
    ) -> tuple[Floats, Floats, Longs]:
        """Return newly (k, c), saved_dm (k, c) and settled (k,) of each gate alone; near is left as it was."""
        ...

    def commit(self, arcs: Arcs, near: Ints, gate: Gate, beyond: int, extra: Gate) -> tuple[Ints, Ints]:
        """Open a gate for good: write the improved rows of near; return their nodes and what stood there, in turn."""
        ...

    def apart(self, arcs: Arcs, ends: tuple[Ints, Ints], limit_dm: Ints) -> Flags:
        """Say for each pair of nodes whether the way from u to v is longer than its limit."""
        ...


def load(name: str = "auto", gates: int | None = None) -> Engine:
    """Return an engine: numba where asked for or worth its start, else plain Python (name "scipy": no extras)."""
    work = None if gates is None or gates >= SMALL else 0
    if engines.load(name, work).name == "numba":
        from jinlin.circle.engines.openings_numba import NumbaOpenings  # noqa: PLC0415  an extra

        return NumbaOpenings()
    from jinlin.circle.engines.openings_python import PythonOpenings  # noqa: PLC0415  only one is needed

    return PythonOpenings()
