"""The searches, once per engine: scipy always, numba (extra `[fast]`) several times faster, the same figures from both.

An engine answers three questions about arrays of seeds (entrances with offsets, see reach.Seeds) on a network whose
arcs already point away from the facilities: nearest, counts, within. Whole decimetres make the answers identical; only
the label of a node that two facilities reach over the same distance may differ (design/living-circle.md section 5).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

from jinlin.circle.network import Ints, Network
from jinlin.kernel.errors import RuleBroken, gettext_noop

_ = gettext_noop

NAMES = ("auto", "scipy", "numba")
SMALL = 2_000_000  # nodes x searches below which loading compiled code takes longer than it saves


class Engine(Protocol):
    """What every engine offers. Seeds are three int32 arrays: node, offset_dm, facility (ascending, from 0)."""

    name: str

    def nearest(self, network: Network, seeds: tuple[Ints, Ints, Ints], limit_dm: int) -> tuple[Ints, Ints]:
        """Return distance (n,), FAR beyond the limit, and facility (n,), -1 there."""
        ...

    def counts(self, network: Network, seeds: tuple[Ints, Ints, Ints], limits_dm: Ints) -> Ints:
        """Return (limits, n): how many facilities reach each node within each limit (ascending)."""
        ...

    def within(
        self, network: Network, seeds: tuple[Ints, Ints, Ints], limit_dm: int
    ) -> tuple[Ints, Ints, Ints]:
        """Return every pair within the limit as facility, node, distance, ordered by facility, then node."""
        ...


def available() -> tuple[str, ...]:
    """Name the engines that can be loaded here, the faster one first."""
    return ("numba", "scipy") if find_spec("numba") else ("scipy",)


def load(name: str = "auto", work: int | None = None) -> Engine:
    """Return an engine; `auto` takes numba where it is installed and worth its start.

    `work` is nodes x searches, when known. Asking for numba by name where it is missing is refused: a figure must say
    truly which engine made it.
    """
    if name not in NAMES:
        raise RuleBroken("unknown_engine", _("没有名为 {name} 的引擎，可选 auto、scipy、numba。"), name=name)
    installed = "numba" in available()
    if name == "numba" and not installed:
        sentence = _("这里没有安装 numba，请运行 pip install 'jinlin[fast]'，或改用 --engine scipy。")
        raise RuleBroken("engine_missing", sentence)
    if name == "numba" or (name == "auto" and installed and (work is None or work >= SMALL)):
        from jinlin.circle.engines.numba_engine import NumbaEngine  # noqa: PLC0415  an extra

        return NumbaEngine()
    from jinlin.circle.engines.scipy_engine import ScipyEngine  # noqa: PLC0415  slow to import

    return ScipyEngine()
